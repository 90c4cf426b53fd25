"""The projects below a folder that is none itself: the services of a monorepo, found by path or by name."""

from collections.abc import Iterable
from pathlib import Path

from msgspec import Struct
from packaging.utils import canonicalize_name

from bareboat.errors import InputError, SeveralError
from bareboat.project import legacy, modules, tracked
from bareboat.project.reference import folder_name

__all__ = ["Service", "among", "below", "choose", "refusal"]

_MANIFESTS = (
    "pyproject.toml",
    "uv.lock",
    "pylock.toml",
    "Pipfile",
    "requirements.txt",
    "setup.py",
    "setup.cfg",
)
_SHOWN = 6


class Service(Struct, frozen=True, order=True):
    """One project: its folder relative to where was looked, its name, the manifests that it has."""

    folder: str
    name: str
    manifests: tuple[str, ...]


def below(folder: Path, paths: Iterable[str]) -> tuple[Service, ...]:
    """Return the projects in folders below `folder` by path; `paths` are its files.

    Tests, documentation and examples are none, nor is a folder inside of a project that has no
    manifest of its own.
    """
    held: dict[str, set[str]] = {}
    for path in paths:
        place, _, name = path.rpartition("/")
        if place and name in _MANIFESTS and not modules.is_aside(path):
            held.setdefault(place, set()).add(name)
    found = []
    for place, names in sorted(held.items()):
        here = folder / place
        if names <= {"setup.py", "setup.cfg"} and not legacy.manifest(here):
            continue
        ordered = tuple(name for name in _MANIFESTS if name in names)
        found.append(Service(place, str(canonicalize_name(folder_name(here))), ordered))
    return tuple(found)


def among(folder: Path, *, environ: dict[str, str]) -> tuple[Service, ...]:
    """Return the projects below a folder as `below` does, its files listed now."""
    if not folder.is_dir():
        return ()
    return below(folder, tracked.paths(folder, environ=environ)[0])


def choose(name: str, folder: Path, *, environ: dict[str, str]) -> Path | None:
    """Return the folder of the project called `name` below `folder`, None where there is none.

    A project's own name counts, and that of its folder. Raises InputError where several have it.
    """
    wanted = canonicalize_name(name)
    held = among(folder, environ=environ)
    found = [one for one in held if one.name == wanted]
    found = found or [one for one in held if canonicalize_name(one.folder.rpartition("/")[2]) == wanted]
    if len(found) > 1:
        places = ", ".join(one.folder for one in found)
        raise InputError(
            f"several projects are called {name}: {places}", hint="name the folder of one of them"
        )
    return folder / found[0].folder if found else None


def refusal(held: tuple[Service, ...], said: str = "no dependencies are named here") -> SeveralError:
    """Return the error for a folder that holds these projects and is none itself; `said` is why."""
    shown = ", ".join(one.folder for one in held[:_SHOWN])
    more = f" and {len(held) - _SHOWN} more" if len(held) > _SHOWN else ""
    first = held[0]
    named = f" or `bareboat build {first.name}`" if first.name != first.folder else ""
    return SeveralError(
        f"{said}, but projects lie below: {shown}{more}",
        hint=f"name one of them: `bareboat build {first.folder}`{named}",
    )
