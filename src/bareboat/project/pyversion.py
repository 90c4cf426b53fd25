"""Python versions that a folder wishes for: in a Pipfile, version files, runtime.txt, FROM lines.

A wish is weaker than `requires-python`; which version is taken is the plan's decision. A range, which
uv takes in .python-version, bounds the choice as `requires-python` does.
"""

import re
import tomllib
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from msgspec import Struct
from packaging.specifiers import SpecifierSet

from bareboat.errors import InputError
from bareboat.project import conda
from bareboat.project.fact import Fact
from bareboat.project.startup import Container
from bareboat.project.toml import read_text

__all__ = ["Pythons", "bounds", "classified", "is_range", "read"]

VERSION = r"(\d+\.\d+(?:\.\d+)?(?:(?:a|b|rc)\d+)?)"
_REQUEST = re.compile(rf"(?:cpython|python|cp)?[@-]?{VERSION}(?:t|-dev|\+\w+)?(?:-[\w.]+)*$")
_SHORT = re.compile(r"(?:cpython|python|cp)(\d)(\d{1,2})t?$")  # cp312, python312
_OTHER = re.compile(
    r"(pypy|graalpy|graalpython|jython|ironpython|micropython|pyston|miniconda|anaconda)", re.IGNORECASE
)
_RANGE = re.compile(r"(?:cpython|python)?[@-]?\s*((?:~=|==|!=|<=|>=|<|>)\s*\d.*)$")

_CLASSIFIER = re.compile(r"Programming Language :: Python :: (\d)(?:\.(\d+))?\b")

FILES = (
    (".python-version", re.compile(r"(\S.*)$")),
    (".python-versions", re.compile(r"(\S.*)$")),
    ("runtime.txt", re.compile(r"(python-?\S+|pypy\S*)$")),
    (".tool-versions", re.compile(r"python\s+(\S.*)$")),
)
"""Files a line a wish, and how a line names one or several of them, the strongest first."""


class Pythons(Struct, frozen=True):
    """What a folder wishes for.

    `wishes` are versions as `3.12` or `3.12.4` or ranges as `>=3.12`, the strongest first; `notes` are
    sentences on wishes that nothing here can meet.
    """

    wishes: tuple[Fact[str], ...] = ()
    notes: tuple[str, ...] = ()


def read(folder: Path, container: Container) -> Pythons:
    """Return the versions that files of the folder ask for.

    `.python-version` of the folders above counts too, as pyenv and uv have it, up to the root
    of the repository. Words that name no Python are left out.
    """
    found: list[Fact[str]] = [*_pipenv(folder)]
    notes: list[str] = []
    for name, pattern in FILES:
        for path in _upwards(folder, name):
            where = path.name if path.parent == folder else str(path)
            found += _first(read_text(path, where=where), pattern, where, notes)
    found += _mise(folder)
    return Pythons((*found, *container.pythons, *_conda(folder)), tuple(notes))


def is_range(text: str) -> bool:
    """Say whether a wish is a range of versions."""
    return text.startswith(("~", "=", "!", "<", ">"))


def classified(classifiers: Sequence[str], file: str) -> tuple[Fact[str], ...]:
    """Return the newest version that classifiers name, where they name Python 2 alone.

    What names Python 3 bounds nothing: such lists are kept up late.
    """
    found = [match for one in classifiers if (match := _CLASSIFIER.match(one)) is not None]
    if not found or any(match[1] != "2" for match in found):
        return ()
    minor = max(int(match[2] or 0) for match in found)
    return (Fact(f"2.{minor}" if minor else "2.7", f"{file} classifiers"),)


def bounds(required: Fact[str] | None, wishes: Sequence[Fact[str]]) -> tuple[SpecifierSet, str]:
    """Return the versions that `required` and the ranges among `wishes` allow, and who says so.

    Raises InputError for what is no specifier.
    """
    said = [*([required] if required is not None else ()), *(one for one in wishes if is_range(one.value))]
    allowed = SpecifierSet()
    for fact in said:
        try:
            allowed &= SpecifierSet(fact.value)
        except ValueError as error:
            raise InputError(f"requires-python {fact.value!r} cannot be read", where=fact.where) from error
    return allowed, ", ".join(dict.fromkeys(fact.where for fact in said if fact.value))


def _first(text: str, pattern: re.Pattern[str], where: str, notes: list[str]) -> Iterator[Fact[str]]:
    """Yield the first wish in the lines of a file; what comes after it is for other tools' shims."""
    for number, line in enumerate(text.splitlines(), 1):
        match = pattern.match(line.partition("#")[0].strip())
        for word in _words(match[1]) if match is not None else ():
            if _OTHER.match(word):
                notes.append(f"{where}:{number} asks for {word}: images run CPython")
                continue
            wish = _wish(word)
            if wish:
                yield Fact(wish, f"{where}:{number}")
                return


def _words(text: str) -> list[str]:
    return [text] if _RANGE.match(text) else text.split()


def _wish(word: str) -> str:
    """Return the version or range that a word asks for, empty where it names none."""
    match = _REQUEST.match(word)
    if match is not None:
        return match[1]
    match = _SHORT.match(word)
    if match is not None:
        return f"{match[1]}.{match[2]}"
    match = _RANGE.match(word)
    try:
        return str(SpecifierSet(match[1])) if match is not None else ""
    except ValueError:
        return ""


def _pipenv(folder: Path) -> Iterator[Fact[str]]:
    """Yield what the Pipfile requires: the pins of its lock were chosen for that version."""
    held = _table(folder / "Pipfile", "requires")
    for key in ("python_full_version", "python_version"):
        said = held.get(key)
        wish = _wish(said) if isinstance(said, str) else ""
        if wish:
            yield Fact(wish, f"Pipfile [requires] {key}")
            return


def _mise(folder: Path) -> Iterator[Fact[str]]:
    for name in ("mise.toml", ".mise.toml"):
        said = _table(folder / name, "tools").get("python")
        if isinstance(said, dict):
            said = said.get("version")
        for word in said if isinstance(said, list) else [said]:
            wish = _wish(word) if isinstance(word, str) else ""
            if wish:
                yield Fact(wish, f"{name} [tools] python")
                return


def _conda(folder: Path) -> Iterator[Fact[str]]:
    """Yield the Python of a conda environment: `=3.11` is a wish, `>=3.11` a range."""
    try:
        held = conda.read(folder)
    except InputError:  # refused where nothing else says what to install
        return
    if held is not None and held.python:
        match = re.fullmatch(rf"=={VERSION}(?:\.\*)?", held.python)
        yield Fact(match[1] if match is not None else held.python, held.file)


def _table(path: Path, key: str) -> dict[str, Any]:
    """Return a table of a file that others read in earnest: empty where it cannot be read."""
    if not path.is_file():
        return {}
    try:
        held = tomllib.loads(read_text(path)).get(key)
    except tomllib.TOMLDecodeError:
        return {}
    return held if isinstance(held, dict) else {}


def _upwards(folder: Path, name: str) -> list[Path]:
    here = folder
    while True:
        if (here / name).is_file():
            return [here / name]
        if (here / ".git").exists() or here.parent == here or name != ".python-version":
            return []
        here = here.parent
