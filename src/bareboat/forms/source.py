"""The project's own files in a stage: what goes to /app, what its build backend reads.

Each folder is a COPY of its own, because COPY takes the contents of folders, not the folders. Past
a dozen of them, or where a name has signs that COPY would read as a pattern, the whole context is
copied, and `.dockerignore` decides.
"""

import re
from collections.abc import Sequence

from bareboat.dockerfile.make import comment, copy, frm, run, workdir
from bareboat.dockerfile.syntax import Item
from bareboat.forms.bases import Base
from bareboat.plan.blueprint import Blueprint, Django

__all__ = ["APP", "COMPILE", "application", "collectstatic", "copies", "located", "statics"]

APP = "/app"
COMPILE = "python -m compileall -qq --invalidation-mode unchecked-hash"
_MOST = 12
_PLAIN = re.compile(r"[A-Za-z0-9_.@+-]+/?")
_SECRET = "$(python -c 'import secrets; print(secrets.token_hex(32))')"  # noqa: S105 - how it is made


def copies(blueprint: Blueprint, names: Sequence[str], *, dest: str = "./") -> tuple[Item, ...]:
    """Return what copies top-level names of the project; folders end in `/`."""
    folders = [name for name in names if name.endswith("/")]
    if len(folders) > _MOST or not all(_PLAIN.fullmatch(name) for name in names):
        return (copy(blueprint.context or ".", dest=dest),)
    single = [blueprint.path(name) for name in names if not name.endswith("/")]
    found: list[Item] = [copy(*single, dest=dest)] if single else []
    found += [copy(blueprint.path(name[:-1]), dest=f"{dest}{name}") for name in folders]
    return tuple(found)


def located(blueprint: Blueprint, folder: str) -> tuple[Item, ...]:
    """Return what brings the folders and archives that dependencies come from, each below `folder`.

    Their context is the build context, as that of the lock. A build writes into them: no mount would do.
    """
    held = blueprint.dependencies.located
    if not held.paths:
        return ()
    return (
        workdir(folder),
        *(copy(path, dest=f"{folder}/{path}/") for path in held.folders),
        *(copy(path, dest=f"{folder}/{path}") for path in held.archives),
    )


def application(blueprint: Blueprint, base: Base) -> tuple[Item, ...]:
    """Return the stage `app`: the source, compiled, and the folders that the application writes to.

    It hangs on no other stage, so that a change of the source leaves the dependencies alone.
    """
    if not blueprint.entries and not blueprint.writable:
        return ()
    items: list[Item] = [
        comment("The application's own files, compiled once here instead of at every start."),
        frm(base.image(base.builder), "app"),
        workdir(APP),
        *copies(blueprint, blueprint.entries),
    ]
    if blueprint.entries:
        items.append(run(f"{COMPILE} {APP} || true"))
    if blueprint.writable:
        items.append(run("mkdir -p " + " ".join(f"/writable{path}" for path in blueprint.writable)))
    return tuple(items)


def statics(blueprint: Blueprint, *, stage: str, bin: str) -> tuple[Item, ...]:  # noqa: A002 - the folder's name
    """Return the stage `static` of a Django project."""
    if blueprint.django is None:
        return ()
    return (
        comment("Static files; the secret is made for this command alone and ends with it."),
        frm(stage, "static"),
        workdir(APP),
        copy(APP, dest=APP, from_="app"),
        run(collectstatic(blueprint.django, bin=bin)),
    )


def collectstatic(django: Django, *, bin: str) -> str:  # noqa: A002 - the folder's name
    """Return the command, with made-up values for what the settings want.

    A secret that ENV or ARG gave would stay in the image; one in the command's own environment
    ends with it.
    """
    words = [f'{name}="{_made_up(name)}"' for name in django.variables]
    if django.settings:
        words.insert(0, f"DJANGO_SETTINGS_MODULE={django.settings}")
    return " ".join([*words, f"{bin}/python", django.manage, "collectstatic", "--noinput"])


def _made_up(name: str) -> str:
    """Return a value that lets the settings load: random for a secret, harmless for the rest."""
    lowered = name.lower()
    if "database" in lowered or lowered.endswith("db_url"):
        return "sqlite:////tmp/build.sqlite3"
    if lowered.endswith(("_url", "_uri")):
        return "http://localhost"
    return _SECRET if "key" in lowered or "secret" in lowered or "salt" in lowered else "localhost"
