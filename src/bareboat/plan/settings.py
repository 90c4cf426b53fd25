"""What the user decided: `[tool.bareboat]`, then `BAREBOAT_*`, then flags, the later winning.

Every field is optional; unset means that the plan decides and says why. Unknown keys are refused
with the nearest known one; all problems of a table are reported at once.
"""

import difflib
import re
from collections.abc import Mapping
from typing import Annotated, Any

import msgspec
from msgspec import Meta

from bareboat.errors import InputError
from bareboat.project.place import is_place

__all__ = ["ENVIRONMENT", "Build", "Settings", "from_environment", "from_table", "merge", "schema"]

_PREFIX = "BAREBOAT_"
_PATH = re.compile(r"/[!-~]*")
_PACKAGE = re.compile(r"[A-Za-z0-9][A-Za-z0-9+.:-]*")
_TRUTHS = {"1": True, "true": True, "yes": True, "0": False, "false": False, "no": False}
_NAME = re.compile(r"[^=\0]+")
_COMMAND_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_-]*")

# What the JSON schema and docs/settings.md say of each setting.
_APP = (
    "What to start: `module:attribute`, `module:factory()`, `python -m module` or the name of a console "
    "script; one of the candidates that were found."
)
_COMMAND = "The whole start command in exec form, in place of everything that was found."
_COMMANDS = (
    'Further commands of the same image by name, each in exec form (`worker = ["celery", …]`); `web` is '
    "the default one where `command` is not given."
)
_BEFORE = (
    "Commands in exec form that run before the start command at each start, in the same container: "
    '`[["alembic", "upgrade", "head"]]`. One that fails ends the container.'
)
_ADD = (
    "Add a web server that the lock does not have: `true` for the one that is proposed, or a requirement "
    "such as `gunicorn` or `uvicorn==0.38.0`. No locked version changes."
)
_HEALTH = "The path that answers 200 (`/health`), `tcp` for a probe of the port alone, or `none`."
_INCLUDE = "Files to take along whatever leaves them out: patterns from the project's folder."
_EXCLUDE = "Files to leave out: patterns as in .dockerignore."
_REQUIREMENTS = (
    "The requirements file or `pylock.NAME.toml` that says what to install, by its path in the project; it "
    "comes before every lock."
)
_SCRIPT = (
    "The script that is the project, by its path: its `# /// script` block (PEP 723) says what it needs, and "
    "what it imports of the folder comes along. `bareboat build script.py` says the same."
)
_PACKAGES = "Debian packages to put into the image, with what they depend on."
_HEADERS = "Packages of the distribution to compile with, beside those that are known to be needed."
_BUILD_ENV = (
    "Environment variables for what runs in the build: backends that compile, and Django's collectstatic. "
    "None of them is in the image."
)
_REQUIRES = (
    "Further build requirements of packages that are built from sources, by their names: what they import "
    'and do not declare, or the version that they still build with, as in `old-one = ["setuptools<70"]`.'
)
_COLLECT = "Whether Django's static files are collected in the build; yes where STATIC_ROOT is set."
_BUILD = "What the build itself takes: a table with `packages`, `requires`, `env` and `collectstatic`."
_WRITABLE = (
    "Folders that the application writes to, as in `/app/media`: they belong to its user. If not set, "
    "the volumes of an existing Dockerfile and the named ones of a compose file."
)
_INTERPRETER = (
    "Where Python comes from: `debian` (the default), `standalone` (a build of python-build-standalone, by "
    "uv's list) or `any` (the latter where no Debian suite has the version that is asked or wished for)."
)
_MIRROR = "Root URLs of the {} Debian archive, parted by spaces, tried in order."
_EXPIRED = "Accept Debian indexes that are past their Valid-Until."


class Build(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True, rename="kebab"):
    """The table `[tool.bareboat.build]`."""

    packages: Annotated[tuple[str, ...], Meta(description=_HEADERS)] = ()
    requires: Annotated[dict[str, tuple[str, ...]], Meta(description=_REQUIRES)] = msgspec.field(
        default_factory=dict
    )
    env: Annotated[dict[str, str], Meta(description=_BUILD_ENV)] = msgspec.field(default_factory=dict)
    collectstatic: Annotated[bool | None, Meta(description=_COLLECT)] = None


class Settings(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True, rename="kebab"):
    """The settings of one project, as written; None stands for "not said"."""

    app: Annotated[str | None, Meta(description=_APP)] = None
    command: Annotated[tuple[str, ...] | None, Meta(description=_COMMAND)] = None
    commands: Annotated[dict[str, tuple[str, ...]] | None, Meta(description=_COMMANDS)] = None
    before_start: Annotated[tuple[tuple[str, ...], ...] | None, Meta(description=_BEFORE)] = None
    add_server: Annotated[bool | str | None, Meta(description=_ADD)] = None
    port: Annotated[int | None, Meta(description="The port that the application listens on.")] = None
    health: Annotated[str | None, Meta(description=_HEALTH)] = None
    python: Annotated[str | None, Meta(description="The Python version, as in `3.13`.")] = None
    interpreter: Annotated[str | None, Meta(description=_INTERPRETER)] = None
    suite: Annotated[str | None, Meta(description="The Debian suite: `trixie`, `bookworm` or `sid`.")] = None
    name: Annotated[str | None, Meta(description="The image's name, with or without a tag.")] = None
    env: Annotated[dict[str, str] | None, Meta(description="Environment variables of the image.")] = None
    labels: Annotated[dict[str, str] | None, Meta(description="Labels of the image, beside our own.")] = None
    include: Annotated[tuple[str, ...] | None, Meta(description=_INCLUDE)] = None
    exclude: Annotated[tuple[str, ...] | None, Meta(description=_EXCLUDE)] = None
    requirements: Annotated[str | None, Meta(description=_REQUIREMENTS)] = None
    script: Annotated[str | None, Meta(description=_SCRIPT)] = None
    packages: Annotated[tuple[str, ...] | None, Meta(description=_PACKAGES)] = None
    build: Annotated[Build | None, Meta(description=_BUILD)] = None
    writable: Annotated[tuple[str, ...] | None, Meta(description=_WRITABLE)] = None
    extras: Annotated[tuple[str, ...] | None, Meta(description="Extras of the project to install.")] = None
    groups: Annotated[tuple[str, ...] | None, Meta(description="Dependency groups to install.")] = None
    compression: Annotated[str | None, Meta(description="Of the layers: `gzip` or `zstd`.")] = None
    layers: Annotated[int | None, Meta(description="The largest number of layers, 8 to 120.")] = None
    mirror: Annotated[str | None, Meta(description=_MIRROR.format("main"))] = None
    security_mirror: Annotated[str | None, Meta(description=_MIRROR.format("security"))] = None
    allow_expired: Annotated[bool | None, Meta(description=_EXPIRED)] = None


ENVIRONMENT = {
    "APP": "app",
    "ADD_SERVER": "add-server",
    "PORT": "port",
    "HEALTH": "health",
    "PYTHON": "python",
    "INTERPRETER": "interpreter",
    "SUITE": "suite",
    "NAME": "name",
    "COMPRESSION": "compression",
    "LAYERS": "layers",
    "ALLOW_EXPIRED": "allow-expired",
    "DEBIAN_MIRROR": "mirror",
    "DEBIAN_SECURITY_MIRROR": "security-mirror",
}
"""The variables that give a setting, without their prefix `BAREBOAT_`."""

# Read elsewhere: named here so that none of them is taken for a mistyped one.
_ELSEWHERE = ("CACHE_DIR", "DEBIAN_SNAPSHOT", "SANDBOX")


def from_table(table: Mapping[str, Any], *, where: str) -> Settings:
    """Return the settings of a `[tool.bareboat]` table; InputError lists every problem.

    An underscore in a key is as good as a hyphen.
    """
    known = set(Settings.__struct_encode_fields__)
    problems = []
    table, twice = _hyphened(table, known)
    problems += [f"{key!r} is written twice" for key in twice]
    for key in table:
        if key not in known:
            near = difflib.get_close_matches(key, known, n=1)
            problems.append(f"unknown key {key!r}" + (f", did you mean {near[0]!r}?" if near else ""))
    for key, value in table.items():
        if key in known:
            try:
                msgspec.convert({key: value}, Settings)
            except msgspec.ValidationError as error:
                problems.append(f"{key}: {str(error).split(' - ')[0].lower()}, seen {value!r}")
    if problems:
        keys = ", ".join(sorted(known))
        raise InputError("; ".join(problems), where=where, hint=f"the keys of [tool.bareboat] are: {keys}")
    return _checked(msgspec.convert(dict(table), Settings), where)


def _hyphened(table: Mapping[str, Any], known: set[str]) -> tuple[dict[str, Any], list[str]]:
    """Return the table with known keys as they are named here, and those that it has in both ways."""
    found: dict[str, Any] = {}
    twice = []
    for key, value in table.items():
        named = key.replace("_", "-") if key.replace("_", "-") in known else key
        twice += [named] if named in found else []
        found[named] = value
    return found, twice


def from_environment(environ: Mapping[str, str]) -> Settings:
    """Return the settings given by `BAREBOAT_*`; empty variables count as unset.

    InputError for a variable that is nearly one of them; others with that prefix are nobody's here.
    """
    for name in sorted(environ):
        suffix = name.removeprefix(_PREFIX)
        if suffix != name and suffix not in {*ENVIRONMENT, *_ELSEWHERE}:
            near = difflib.get_close_matches(suffix, ENVIRONMENT, n=1, cutoff=0.75)
            if near:
                raise InputError(
                    f"unknown variable {name}, did you mean {_PREFIX}{near[0]}?", where="environment"
                )
    found: dict[str, Any] = {}
    for suffix, key in ENVIRONMENT.items():
        text = environ.get(_PREFIX + suffix, "")
        if text:
            found[key] = _typed(key, text, _PREFIX + suffix)
    return _checked(msgspec.convert(found, Settings), "environment")


def merge(*settings: Settings) -> Settings:
    """Return one Settings in which a later value replaces an earlier one; tables are joined."""
    found: dict[str, Any] = {}
    for one in settings:
        for field in Settings.__struct_fields__:
            value = getattr(one, field)
            if isinstance(value, dict) and isinstance(found.get(field), dict):
                found[field] = {**found[field], **value}
            elif value is not None:
                found[field] = value
    return Settings(**found)


def schema() -> dict[str, Any]:
    """Return the JSON schema of `[tool.bareboat]`."""
    return msgspec.json.schema(Settings)


def _typed(key: str, text: str, where: str) -> Any:
    if key in {"port", "layers"}:
        if not (text.isascii() and text.isdecimal()):
            raise InputError(f"a whole number is wanted, seen {text!r}", where=where)
        return int(text)
    if key == "add-server" and text.lower() in _TRUTHS:
        return _TRUTHS[text.lower()]
    if key == "allow-expired":
        if text.lower() not in {"0", "1", "true", "false", "yes", "no"}:
            raise InputError(f"1 or 0 is wanted, seen {text!r}", where=where)
        return text.lower() in {"1", "true", "yes"}
    return text


def _checked(settings: Settings, where: str) -> Settings:
    if settings.port is not None and not 0 < settings.port < 65536:
        raise InputError(f"port {settings.port} is not between 1 and 65535", where=where)
    if settings.layers is not None and not 8 <= settings.layers <= 120:
        raise InputError(f"layers {settings.layers} is not between 8 and 120", where=where)
    if settings.interpreter not in {None, "any", "debian", "standalone"}:
        raise InputError(
            f"interpreter {settings.interpreter!r} is none of 'debian', 'standalone', 'any'", where=where
        )
    if settings.compression not in {None, "gzip", "zstd"}:
        raise InputError(f"compression {settings.compression!r} is neither 'gzip' nor 'zstd'", where=where)
    if settings.command is not None and not (settings.command and settings.command[0]):
        raise InputError("command is empty", where=where, hint='write command = ["python", "-m", "app"]')
    if settings.health not in {None, "tcp", "none"} and not _PATH.fullmatch(settings.health or ""):
        raise InputError(
            f"health {settings.health!r} is neither a path like '/health' nor 'tcp' nor 'none'", where=where
        )
    _check_names(settings, where)
    _check_commands(settings, where)
    given = settings.build.env if settings.build is not None else {}
    for name, value in (*(settings.env or {}).items(), *given.items()):
        if not _NAME.fullmatch(name) or "\0" in value:
            raise InputError(f"env has a variable that no process can have: {name!r}", where=where)
    return settings


def _check_commands(settings: Settings, where: str) -> None:
    for name, words in (settings.commands or {}).items():
        if not _COMMAND_NAME.fullmatch(name):
            raise InputError(
                f"commands has a name that is none: {name!r}",
                where=where,
                hint="a letter, then letters, digits, '-' and '_'",
            )
        if not words or not words[0]:
            raise InputError(f"commands.{name} is empty", where=where, hint=f'write {name} = ["python", "…"]')
    for step in settings.before_start or ():
        if not step or not step[0] or ";" in step:
            raise InputError(
                f"before-start has a step that is no command in exec form: {list(step)!r}",
                where=where,
                hint='write before-start = [["alembic", "upgrade", "head"]]; there is no shell to join steps',
            )
    for word in (word for step in settings.before_start or () for word in step):
        if "\0" in word:
            raise InputError("before-start has a word with a zero byte", where=where)


def _check_names(settings: Settings, where: str) -> None:
    for path in settings.writable or ():
        if not is_place(path):
            raise InputError(
                f"writable {path!r} is no folder below the root, as in '/app/media'", where=where
            )
    for name in (*(settings.packages or ()), *(settings.build.packages if settings.build else ())):
        if not _PACKAGE.fullmatch(name):
            raise InputError(f"{name!r} is no name of a Debian package", where=where)
