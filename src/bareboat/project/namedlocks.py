"""Locks that go by their names: pylock.NAME.toml, and the lock of a script.

Spec: PEP 751, "File Name"; uv's documentation, "Locking dependencies" of scripts.
"""

import re
from pathlib import Path

from bareboat.errors import InputError
from bareboat.project.fact import Fact
from bareboat.project.project import Source, SourceKind
from bareboat.project.pyproject import Pyproject

__all__ = ["is_pylock", "of_script", "pylocks", "refuse_several"]

_PYLOCK = re.compile(r"pylock\.[^.]+\.toml")


def is_pylock(path: str) -> bool:
    """Say whether a path has the name of a pylock.toml, with or without a NAME."""
    name = path.rpartition("/")[2]
    return name == "pylock.toml" or _PYLOCK.fullmatch(name) is not None


def pylocks(folder: Path, ignored: list[Fact[str]]) -> list[tuple[SourceKind, Path, str]]:
    """Return pylock.toml, else the only pylock.NAME.toml that is no script's; `ignored` gets the others."""
    plain = folder / "pylock.toml"
    named = _named(folder)
    if not plain.is_file() and len(named) != 1:
        ignored += [Fact("one of several: the requirements setting names one", one.name) for one in named]
        return []
    path = plain if plain.is_file() else named[0]
    ignored += [Fact(f"{path.name} comes first", one.name) for one in named if one != path]
    return [(SourceKind.PYLOCK, path, "a lock for any installer")]


def refuse_several(folder: Path) -> None:
    """Raise InputError where several locks are there, and nothing says which one counts."""
    named = [path.name for path in _named(folder)]
    if len(named) > 1:
        raise InputError(
            f"several locks: {', '.join(named)}",
            hint=f'name one in pyproject.toml: [tool.bareboat] requirements = "{named[0]}"',
        )


def _named(folder: Path) -> list[Path]:
    found = sorted(folder.glob("pylock.*.toml"))
    return [one for one in found if is_pylock(one.name) and not _script(one).is_file()]


def _script(lock: Path) -> Path:
    return lock.with_name(f"{lock.name.split('.')[1]}.py")


def of_script(folder: Path, said: Pyproject) -> Source:
    """Return the lock of a script, uv's or one that bareboat wrote, else the script itself."""
    script = folder / said.file
    for kind, place in (
        (SourceKind.UV_LOCK, script.with_name(f"{script.name}.lock")),
        (SourceKind.PYLOCK, script.with_name(f"pylock.{script.stem}.toml")),
    ):
        if place.is_file():
            return Source(kind, place, f"the lock of {said.file}", installs_project=False)
    reason = "its block names packages, no lock is there"
    return Source(SourceKind.SCRIPT, script, reason, installs_project=False)
