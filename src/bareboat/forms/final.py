"""The final stage, which all forms share: libraries, user, environment, files, health, command.

What changes seldom stands first. Root owns everything; the user, known by number so that a cluster
can check it, may write only where `COPY --chown` gave it a folder.
"""

from collections.abc import Sequence

from msgspec import Struct
from msgspec.structs import replace

from bareboat.dockerfile.make import (
    arg,
    cmd,
    comment,
    copy,
    entrypoint,
    env,
    expose,
    frm,
    healthcheck,
    label,
    literal,
    run,
    user,
    workdir,
)
from bareboat.dockerfile.syntax import Item
from bareboat.forms import source, system
from bareboat.forms.bases import Base, Family
from bareboat.forms.options import Options
from bareboat.plan.blueprint import Blueprint
from bareboat.plan.health import probe
from bareboat.plan.make import USER

__all__ = ["Installed", "account", "closing", "environment", "stage"]

_VENV = "/opt/venv/bin"
_SETUID = "find / -xdev -type f -perm /6000 -exec chmod a-s {} +"
_NUMBER = USER.partition(":")[0]
_VARIABLES = 20  # shown in a comment; env.example has all
_NOLOGIN = "/usr/sbin/nologin"
_ACCOUNT = {
    Family.DEBIAN: (
        f"groupadd --gid {_NUMBER} nonroot",
        f"useradd --uid {_NUMBER} --gid {_NUMBER} --create-home --no-log-init --shell {_NOLOGIN} nonroot",
    ),
    Family.ALPINE: (
        f"addgroup -g {_NUMBER} nonroot",
        f"adduser -u {_NUMBER} -G nonroot -D -s /sbin/nologin nonroot",
    ),
}


class Installed(Struct, frozen=True):
    """What the stages before the final one made.

    `stage` has the installed files, `copies` are (from, to) of what the final image takes of it;
    `bin` is the folder of the programs there. `ready` is the stage in which they run, where that is
    another one. `notes` stand above the copies.
    """

    stage: str
    bin: str = _VENV
    copies: tuple[tuple[str, str], ...] = (("/opt/venv", "/opt/venv"),)
    ready: str = ""
    notes: tuple[str, ...] = ()

    @property
    def running(self) -> str:
        """The stage in which what was installed runs."""
        return self.ready or self.stage

    @property
    def is_venv(self) -> bool:
        """Whether `bin` belongs to a virtual environment."""
        return not self.bin.startswith("/usr")


def stage(
    blueprint: Blueprint, options: Options, installed: Installed, *, waits_for: Sequence[str] = ()
) -> tuple[Item, ...]:
    """Return the final stage; `waits_for` are stages whose `/passed` must be there."""
    base = options.base
    return (
        frm(base.image(base.final), "final"),
        *system.runtime(blueprint, base, stage=installed.stage),
        *account(base),
        environment(blueprint, installed),
        workdir(source.APP),
        *(copy("/passed/", dest="/", from_=name) for name in waits_for),
        *(comment(note) for note in installed.notes),
        *(copy(one, dest=to, from_=installed.stage) for one, to in installed.copies),
        *_files(blueprint),
        *closing(blueprint, installed, base),
    )


def account(base: Base) -> tuple[Item, ...]:
    """Return what names the user and takes setuid bits away; a distroless image has done both."""
    if not base.has_shell:
        return ()
    return (run(*_ACCOUNT[base.family], _SETUID),)


def environment(blueprint: Blueprint, installed: Installed) -> Item:
    """Return ENV: the same variables as the native image has."""
    django = blueprint.django
    given = {
        **({"PATH": f"{installed.bin}:$PATH"} if installed.is_venv else {}),
        **({"VIRTUAL_ENV": installed.bin.removesuffix("/bin")} if installed.is_venv else {}),
        "LANG": "C.UTF-8",
        "PYTHONUNBUFFERED": "1",
        **({"PYTHONPATH": blueprint.start.path} if blueprint.start.path else {}),
        **({"DJANGO_SETTINGS_MODULE": django.settings} if django is not None else {}),
        **{name: literal(value) for name, value in blueprint.start.env},
    }
    return env({**given, **{name: literal(value) for name, value in blueprint.env}})


def closing(blueprint: Blueprint, installed: Installed, base: Base) -> tuple[Item, ...]:
    """Return user, port, health, labels, command: what changes no file."""
    start = blueprint.start
    argv = _placed(start.words, installed)
    items: list[Item] = [user(USER)]
    if start.port is not None:
        items.append(expose(start.port))
        if start.health != "none":
            asked = probe(blueprint.python, start.port, None if start.health == "tcp" else start.health)
            times = {"interval": "30s", "timeout": "5s", "start_period": "20s"}
            items.append(healthcheck(f"{installed.bin}/python", *asked[1:], **times, retries=3))
    items += _labels(blueprint, installed)
    items += _variables(blueprint)
    if start.fixed:
        return (*items, entrypoint(*argv))
    # A distroless image starts its interpreter unless told otherwise.
    return (*items, *(() if base.has_shell else (entrypoint(),)), cmd(*argv))


def _placed(words: Sequence[str], installed: Installed) -> tuple[str, ...]:
    """Return the words with programs where they were installed."""
    return tuple(word.replace(f"{_VENV}/", f"{installed.bin}/") for word in words)


def _files(blueprint: Blueprint) -> tuple[Item, ...]:
    found: list[Item] = []
    django = blueprint.django
    if django is not None and blueprint.entries and not django.static:
        found.append(copy(source.APP, dest=source.APP, from_="static"))
    else:
        if blueprint.entries:
            found.append(copy(source.APP, dest=source.APP, from_="app"))
        if django is not None and django.static:  # over what the repository may hold of an older collection
            found.append(copy(django.static, dest=django.static, from_="static"))
    found += [copy(f"/writable{path}", dest=path, from_="app", chown=USER) for path in blueprint.writable]
    return tuple(found)


def _labels(blueprint: Blueprint, installed: Installed) -> tuple[Item, ...]:
    """Return the labels; what changes with each release or commit comes in as an argument."""
    commands = tuple((name, _placed(words, installed)) for name, words in blueprint.start.commands)
    held = (*blueprint.labels, *replace(blueprint.start, commands=commands).label)
    given = {name: literal(value) for name, value in held}
    release = (arg("VERSION", blueprint.version),) if blueprint.version else ()
    if release:
        given["org.opencontainers.image.version"] = "$VERSION"
    given["org.opencontainers.image.revision"] = "$REVISION"
    return (*release, arg("REVISION", ""), label(given))


def _variables(blueprint: Blueprint) -> tuple[Item, ...]:
    if not blueprint.variables:
        return ()
    items: list[Item] = [comment("The application reads these when it starts (see env.example):")]
    room = _VARIABLES - sum(one.is_required for one in blueprint.variables)
    more = 0
    for one in blueprint.variables:
        room -= not one.is_required
        if not one.is_required and room < 0:
            more += 1
            continue
        wanted = "must be set" if one.is_required else "may be set"
        items.append(comment(f"  {one.name}: {wanted}, read in {one.where}"))
    if more:
        items.append(comment(f"  and {more} more that may be set"))
    return tuple(items)
