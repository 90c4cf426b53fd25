"""The two changes that a project goes through: a line of its source, another version of a dependency.

Both are made in a copy. The dependency is a small one that nobody pins, and the other version is one
that resolves: uv or Poetry writes the lock, a hashed requirements file gets the new block in place of
the old one. A lock in which more than that one package changes is not taken.
"""

import re
import shutil
import tomllib
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from msgspec import Struct
from packaging.utils import canonicalize_name

from bareboat.compare.result import Dependency
from bareboat.errors import BareboatError
from bareboat.index import uv
from bareboat.index.config import uv_environment
from bareboat.project.toml import read_text

__all__ = ["Changed", "dependency", "edit", "source_file", "uv_settings"]

Pins = Mapping[str, str]
"""Versions by package."""

_TRIES = 6
_PATIENCE = 180.0  # seconds for Poetry to resolve
# A pin with the lines that it goes on for: each ends in a backslash.
_PINNED = re.compile(
    r"^(?P<name>[A-Za-z0-9][\w.-]*)(\[[^\]]*\])?==(?P<version>[^\s;\\]+)(?:[^\n]*\\\n)*[^\n]*$", re.MULTILINE
)
_REMOTE = re.compile(r"^([^/:]+=)?https?://")
_CONTENT_HASH = re.compile(r'^content-hash = ".*"$', re.MULTILINE)
# Small, without compiled parts, and seldom held to one version by those that need them.
_LIKED = ("mako", "idna", "blinker", "itsdangerous", "sqlparse", "certifi", "click", "packaging", "pytz")


class Changed(Struct, frozen=True):
    """What was changed, and the new text of the file that says so."""

    dependency: Dependency
    file: str = ""
    text: str = ""


def source_file(folder: Path, argv: Sequence[str], entries: Sequence[str]) -> str:
    """Return the file of the application that an edit goes to: what the command names, else the first.

    `entries` are the top-level files and folders that the image is made of; empty where none is Python.
    """
    for word in argv:
        module = word.partition(":")[0].replace(".", "/")
        for candidate in (f"{module}.py", f"{module}/__init__.py", f"src/{module}.py"):
            if re.fullmatch(r"[\w/]+", module) and (folder / candidate).is_file():
                return candidate
    found = [path for entry in entries for path in _modules(folder, entry)]
    inside = sorted(path for path in found if not path.endswith(("setup.py", "manage.py", "conftest.py")))
    return min(inside, key=lambda path: (path.count("/"), path), default="")


def edit(folder: Path, file: str, mark: str) -> None:
    """Change a line of a source file, as an edit does."""
    place = folder / file
    place.write_text(f"{read_text(place, where=file).rstrip()}\n\n# edited: {mark}\n", encoding="utf-8")


def dependency(folder: Path, environ: Mapping[str, str], *, python: str) -> Changed:
    """Return an older version of a small dependency of the project in `folder`, which stays as it is.

    `folder` is a copy of its own: what resolves writes there. The reason stands in the result where
    there is none.
    """
    given = uv_settings(environ, folder)
    if (folder / "uv.lock").is_file():
        return _first(_with_uv(folder, given))
    if (folder / "poetry.lock").is_file():
        return _first(_with_poetry(folder, environ))
    requirements = folder / "requirements.txt"
    if requirements.is_file():
        return _first(_with_requirements(requirements, given, python))
    return Changed(Dependency(why="no lock of a kind that one version can be changed in"))


def uv_settings(environ: Mapping[str, str], folder: Path) -> dict[str, str]:
    """Return the environment for uv, without indexes on this machine's disk: no build container sees them."""
    found = uv_environment(environ, folder=folder)
    for name in ("UV_DEFAULT_INDEX", "UV_INDEX", "UV_FIND_LINKS"):
        separator = "," if name == "UV_FIND_LINKS" else " "
        held = [word for word in found.get(name, "").split(separator) if _REMOTE.search(word)]
        found.pop(name, None)
        if held:
            found[name] = separator.join(held)
    return found


def _modules(folder: Path, entry: str) -> Iterator[str]:
    place = folder / entry
    if place.is_file() and entry.endswith(".py"):
        yield entry
    if place.is_dir():
        yield from (path.relative_to(folder).as_posix() for path in sorted(place.rglob("*.py")))


def _first(tried: Iterator[Changed]) -> Changed:
    """Return the first that has a change, else the last reason."""
    last = Changed(Dependency(why="no package of the lock has another version that fits"))
    for one in tried:
        if one.dependency.name:
            return one
        last = one
    return last


def _with_uv(folder: Path, environ: Mapping[str, str]) -> Iterator[Changed]:
    file = folder / "uv.lock"
    before = read_text(file, where=file.name)
    pins = _table_pins(before)
    for name in _candidates(pins, tomllib.loads(before)):
        wish = f"{name}<{pins[name]}"
        try:
            uv.run(["lock", "--quiet", "--upgrade-package", wish], environ=environ, cwd=folder, where=wish)
            yield _accepted(file.name, pins, read_text(file, where=file.name), _table_pins)
        except BareboatError as error:
            yield Changed(Dependency(why=str(error)))
        finally:
            file.write_text(before, encoding="utf-8")


def _with_poetry(folder: Path, environ: Mapping[str, str]) -> Iterator[Changed]:
    program = shutil.which("poetry", path=environ.get("PATH", ""))
    if program is None:
        yield Changed(Dependency(why="another version in poetry.lock takes Poetry, which is not on the PATH"))
        return
    file, table = folder / "poetry.lock", folder / "pyproject.toml"
    before, said = read_text(file, where=file.name), read_text(table, where=table.name)
    pins = _table_pins(before)
    environ = {**environ, "POETRY_VIRTUALENVS_IN_PROJECT": "true"}  # in the copy, and gone with it
    for name in _candidates(pins, tomllib.loads(before)):
        command = [program, "add", "--lock", "--no-interaction", f"{name}<{pins[name]}"]
        try:
            code, out, words = uv.execute(command, environ, folder, timeout=_PATIENCE)
            after = _with_hash_of(before, read_text(file, where=file.name))
            yield (
                _accepted(file.name, pins, after, _table_pins)
                if code == 0
                else Changed(Dependency(why=f"poetry add {name}: {_last(words or out)}"))
            )
        finally:
            file.write_text(before, encoding="utf-8")
            table.write_text(said, encoding="utf-8")


def _with_requirements(file: Path, environ: Mapping[str, str], python: str) -> Iterator[Changed]:
    before = read_text(file, where=file.name)
    blocks = _blocks(before)
    pins = {name: version for name, (version, _) in blocks.items()}
    hashes = ["--generate-hashes"] if "--hash=" in before else []
    words = ["pip", "compile", "-", "--no-header", "--no-annotate", "--quiet", *hashes]
    for name in _candidates(pins, {}):
        wanted = [f"{one}=={held}" for one, held in pins.items() if one != name]
        wish = f"{name}<{pins[name]}"
        try:
            made = uv.run(
                [*words, "--python-version", python, "--python-platform", "linux"],
                environ=environ,
                cwd=file.parent,
                stdin="\n".join([*wanted, wish, ""]),
                where=wish,
            )
        except BareboatError as error:
            yield Changed(Dependency(why=str(error)))
            continue
        if name in (found := _blocks(made)):
            text = before.replace(blocks[name][1], found[name][1])
            yield _accepted(file.name, pins, text, lambda text: {k: v for k, (v, _) in _blocks(text).items()})


def _accepted(file: str, pins: Mapping[str, str], text: str, read: Callable[[str], Pins]) -> Changed:
    """Return the change if it is one package's version and nothing else."""
    after = read(text)
    changed = sorted(
        name for name in {*map(str, pins), *map(str, after)} if pins.get(name) != after.get(name)
    )
    if len(changed) != 1 or changed[0] not in pins or changed[0] not in after:
        names = ", ".join(changed) or "nothing"
        return Changed(Dependency(why=f"one version could not be changed alone: {names} changed"))
    name = changed[0]
    return Changed(Dependency(name, pins[name], after[name]), file, text)


def _table_pins(text: str) -> Pins:
    """Return the versions that uv.lock or poetry.lock names; local projects have none."""
    packages = tomllib.loads(text).get("package", [])
    return {
        canonicalize_name(one["name"]): one["version"]
        for one in packages
        if "version" in one and not {"virtual", "editable", "directory"} & set(one.get("source", {}))
    }


def _candidates(pins: Mapping[str, str], lock: Mapping[str, Any]) -> list[str]:
    """Return packages to try: known small ones, then the smallest whose only wheel is pure Python."""
    pure: dict[str, int] = {}
    for one in lock.get("package", ()):
        wheels = one.get("wheels", ())
        if len(wheels) == 1 and "none-any" in str(wheels[0]):
            pure[str(canonicalize_name(one["name"]))] = int(wheels[0].get("size", 0))
    named: list[str] = [name for name in _LIKED if name in pins]
    others = sorted((size, name) for name, size in pure.items() if name in pins and name not in named)
    rest = [name for _, name in others] or sorted({*pins} - {*named})
    return [*named, *rest][:_TRIES]


def _blocks(text: str) -> dict[str, tuple[str, str]]:
    """Return the pins of a requirements file: by name the version, and the lines that it stands on."""
    found: dict[str, tuple[str, str]] = {}
    for match in _PINNED.finditer(text):
        found[canonicalize_name(match["name"])] = (match["version"], match[0])
    return found


def _with_hash_of(before: str, after: str) -> str:
    """Return a poetry.lock with the hash of the pyproject.toml that stays: the wish is not written there."""
    held = _CONTENT_HASH.search(before)
    return _CONTENT_HASH.sub(held[0], after) if held else after


def _last(words: str) -> str:
    lines = [line.strip() for line in words.splitlines() if line.strip()]
    return lines[-1] if lines else "it says nothing"
