"""bareboat.lock: the Debian side of a build, pinned. TOML, without hosts, in a stable order.

One file holds one base for each architecture and suite. It is read with the standard library
and written by the few lines here; unknown keys are refused, so that a newer file is not obeyed
by half.
"""

import re
import tomllib
from collections.abc import Iterable
from itertools import pairwise
from typing import Any

from bareboat.debian.packages import check_path
from bareboat.debian.version import Version
from bareboat.errors import InputError
from bareboat.lock import STANDALONE, BaseLock, DebianPackage, LockedRequirement

__all__ = ["NAME", "read", "render"]

NAME = "bareboat.lock"

_VERSION = 1
_HEAD = "# The Debian packages under the image, pinned. Made by `bareboat lock`; do not edit.\n"
_SHA256 = re.compile(r"[0-9a-f]{64}")
_WORD = re.compile(r"[A-Za-z0-9][A-Za-z0-9+._-]*")
_ARCHIVES = ("main", "security", STANDALONE)
_STANDALONE = re.compile(r"(?:[A-Za-z0-9][A-Za-z0-9+._~-]*/)?[A-Za-z0-9][A-Za-z0-9+._~-]*\.tar\.(?:gz|zst)")


def render(locks: Iterable[BaseLock]) -> str:
    """Return the text of the file for `locks`, sorted by suite and architecture."""
    lines = [_HEAD, f"version = {_VERSION}\n"]
    for lock in sorted(locks, key=lambda lock: (lock.suite, lock.architecture)):
        lines.append("\n[[base]]\n")
        lines.append(f"suite = {_quoted(lock.suite)}\n")
        lines.append(f"architecture = {_quoted(lock.architecture)}\n")
        lines.append(f"python = {_quoted(lock.python)}\n")
        lines.append(f"dated = {lock.dated}\n")
        if lock.expired:
            lines.append("expired = true\n")
        lines.append(f"requested = {_array(sorted(lock.requested))}\n")
        for package in sorted(lock.packages):
            lines.extend(_package_lines(package))
        for requirement in sorted(lock.build):
            lines.append("\n[[base.build]]\n")
            lines.append(f"name = {_quoted(requirement.name)}\n")
            lines.append(f"version = {_quoted(requirement.version)}\n")
            lines.append(f"sha256 = {_array(sorted(requirement.sha256))}\n")
    return "".join(lines)


def read(text: str, *, where: str = NAME) -> tuple[BaseLock, ...]:
    """Return the bases in the text of a bareboat.lock, in its order.

    Raises InputError, naming file and line, for anything that `render` would not write.
    """
    try:
        document = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        line = re.search(r"at line (\d+)", str(error))
        raise InputError(
            f"not TOML ({error})",
            where=f"{where}:{line[1]}" if line else where,
            hint="restore the file from version control or run `bareboat lock`",
        ) from error
    version = document.get("version")
    if version != _VERSION:
        raise InputError(
            f"version {str(version)[:20]} of the format is not known, only {_VERSION} is",
            where=where,
            hint="use the bareboat that wrote it, or run `bareboat lock` with this one",
        )
    top = _Table(document, text, where, "", 0)
    top.check_keys("version", "base")
    locks = tuple(_base(table) for table in top.tables("base"))
    seen: set[tuple[str, str]] = set()
    for lock in locks:
        if (lock.suite, lock.architecture) in seen:
            raise InputError(f"two bases for {lock.suite} on {lock.architecture}", where=where)
        seen.add((lock.suite, lock.architecture))
    return locks


def _base(table: "_Table") -> BaseLock:
    table.check_keys("suite", "architecture", "python", "dated", "expired", "requested", "package", "build")
    packages = tuple(_package(each) for each in table.tables("package"))
    names = sorted(package.name for package in packages)
    for one, other in pairwise(names):
        if one == other:
            raise table.error(f"package {one} is listed twice")
    return BaseLock(
        suite=table.text("suite", _WORD),
        architecture=table.text("architecture", _WORD),
        python=table.text("python"),
        packages=packages,
        requested=table.texts("requested"),
        dated=table.integer("dated"),
        expired=table.flag("expired"),
        build=tuple(_requirement(each) for each in table.tables("build")),
    )


def _package(table: "_Table") -> DebianPackage:
    table.check_keys("name", "version", "architecture", "sha256", "path", "size", "archive", "source")
    name = table.text("name", _WORD)
    version, path = table.text("version"), table.text("path")
    archive = table.text("archive", default="main")
    if archive not in _ARCHIVES:
        raise table.error(f"archive must be main, security or standalone, not {archive[:40]!r}")
    try:
        Version.parse(version)
        _check_path(path, name, archive)
    except InputError as error:
        raise table.error(error.message) from error
    return DebianPackage(
        name,
        version,
        table.text("architecture", _WORD),
        table.text("sha256", _SHA256),
        path,
        table.integer("size"),
        archive,
        table.text("source", default=name),
    )


def _check_path(path: str, name: str, archive: str) -> None:
    if archive != STANDALONE:
        check_path(path, f"package {name}")
        return
    if _STANDALONE.fullmatch(path) is None:
        raise InputError(f"not a path of a build of python-build-standalone: {path[:120]!r}")
    match = re.fullmatch(r"python(3\.\d+)-standalone", name)
    if match is None:
        raise InputError(f"{name!r} is no name of a build of python-build-standalone")


def _requirement(table: "_Table") -> LockedRequirement:
    table.check_keys("name", "version", "sha256")
    hashes = table.texts("sha256")
    if not hashes or not all(_SHA256.fullmatch(each) for each in hashes):
        raise table.error("sha256 must be a list of sha256 hashes")
    return LockedRequirement(table.text("name", _WORD), table.text("version"), hashes)


class _Table:
    """One table of the document, which knows the line that it starts in."""

    def __init__(self, values: dict[str, Any], text: str, where: str, path: str, line: int) -> None:
        self._values = values
        self._text = text
        self._file = where
        self._path = path
        self._line = line

    def error(self, message: str) -> InputError:
        """Return the error for this table."""
        where = f"{self._file}:{self._line}" if self._line else self._file
        return InputError(message, where=where, hint="run `bareboat lock` to write the file anew")

    def check_keys(self, *known: str) -> None:
        unknown = sorted(set(self._values) - set(known))
        if unknown:
            raise self.error(f"unknown key {unknown[0][:40]!r}")

    def tables(self, name: str) -> list["_Table"]:
        found = self._values.get(name, [])
        if not isinstance(found, list) or not all(isinstance(each, dict) for each in found):
            raise self.error(f"{name} must be an array of tables")
        path = f"{self._path}.{name}" if self._path else name
        lines = self._lines(path)
        return [
            _Table(each, self._text, self._file, path, lines[number] if number < len(lines) else self._line)
            for number, each in enumerate(found)
        ]

    def text(self, key: str, form: re.Pattern[str] | None = None, *, default: str | None = None) -> str:
        value = self._values.get(key, default)
        if not isinstance(value, str) or (form is not None and form.fullmatch(value) is None):
            raise self._wrong(key, "text" if form is None else "a name or hash")
        return value

    def texts(self, key: str) -> tuple[str, ...]:
        value = self._values.get(key)
        if not isinstance(value, list) or not all(isinstance(each, str) for each in value):
            raise self._wrong(key, "a list of texts")
        return tuple(value)

    def integer(self, key: str) -> int:
        value = self._values.get(key)
        if not isinstance(value, int) or isinstance(value, bool) or value < 0:
            raise self._wrong(key, "a whole number")
        return value

    def flag(self, key: str) -> bool:
        value = self._values.get(key, False)
        if not isinstance(value, bool):
            raise self._wrong(key, "true or false")
        return value

    def _wrong(self, key: str, form: str) -> InputError:
        if key not in self._values:
            return self.error(f"key {key!r} is missing")
        return self.error(f"{key} must be {form}, not {str(self._values[key])[:60]!r}")

    def _lines(self, path: str) -> list[int]:
        """Return the lines of the headers of `path` below this table's own line, in order."""
        header = f"[[{path}]]"
        found = []
        for number, line in enumerate(self._text.splitlines(), 1):
            if number <= self._line:
                continue
            if self._path and line.strip() == f"[[{self._path}]]":
                break
            if line.strip() == header:
                found.append(number)
        return found


def _package_lines(package: DebianPackage) -> list[str]:
    lines = [
        "\n[[base.package]]\n",
        f"name = {_quoted(package.name)}\n",
        f"version = {_quoted(package.version)}\n",
        f"architecture = {_quoted(package.architecture)}\n",
        f"sha256 = {_quoted(package.sha256)}\n",
        f"size = {package.size}\n",
        f"path = {_quoted(package.path)}\n",
    ]
    if package.archive != "main":
        lines.append(f"archive = {_quoted(package.archive)}\n")
    if package.source not in {"", package.name}:
        lines.append(f"source = {_quoted(package.source)}\n")
    return lines


def _array(values: list[str]) -> str:
    return "[\n" + "".join(f"    {_quoted(value)},\n" for value in values) + "]" if values else "[]"


def _quoted(text: str) -> str:
    """Return `text` as a basic string. Spec: TOML 1.0, "String"."""
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return '"' + re.sub(r"[\x00-\x1f\x7f]", lambda match: f"\\u{ord(match[0]):04x}", escaped) + '"'
