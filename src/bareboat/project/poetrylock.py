"""poetry.lock, lock versions 1.0, 1.1, 2.0 and 2.1 (Poetry 1.0 to 2.x), read for one Target.

Since 2.1 each package says which groups want it and when. Older locks are graphs that start in
`[tool.poetry]`: `poetrywalk.py` walks them. The lock has names and hashes of files but, for those
of an index, no addresses. Spec: Poetry's locker; the format is versioned by `[metadata]`.
"""

import re
from collections.abc import Collection, Mapping, Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any

from msgspec import Struct
from msgspec.structs import replace
from packaging.utils import canonicalize_name
from packaging.version import Version

from bareboat.errors import InputError, ResolveError
from bareboat.project import direct, markers, poetry, toml
from bareboat.project.pinned import File, Picker, Pin, Pinned, digests, expand
from bareboat.project.poetryversion import allows
from bareboat.project.wheels import Choose
from bareboat.target import Target

__all__ = ["STALE", "Locked", "PoetryLock", "decode", "normal_key", "read", "select"]

STALE = "run `poetry lock` and commit the result"
_PUBLIC = "pypi"


class Locked(Struct, frozen=True):
    """One package. `groups` is None before lock version 2.1; `markers` are by group, "" for all.

    `hashes` are those of a lock that names no files. `source` is the table of that name; `is_linked`
    says that Poetry installs it as a link to its folder.
    """

    name: str
    version: str
    files: tuple[File, ...]
    groups: tuple[str, ...] | None
    markers: Mapping[str, str]
    python: str
    dependencies: Mapping[str, Any]
    extras: Mapping[str, tuple[str, ...]]
    source: Mapping[str, Any]
    hashes: tuple[str, ...] = ()
    is_linked: bool = False

    @property
    def wheels(self) -> tuple[str, ...]:
        """The names of its wheels."""
        return tuple(file.name for file in self.files if file.name.endswith(".whl"))

    def is_wanted(
        self, groups: Collection[str], environment: Mapping[str, str], extras: Collection[str], where: str
    ) -> bool:
        """Say whether one of `groups` wants it on a target with these markers."""
        wanting = groups if self.groups is None else [name for name in self.groups if name in groups]
        return any(
            markers.holds(
                self.markers.get(name, self.markers.get("", "")), environment, extras=extras, where=where
            )
            for name in wanting
        )


class PoetryLock(Struct, frozen=True):
    """The packages in the lock's order; `version` is the lock's own, `writer` that of its Poetry."""

    version: tuple[int, int]
    writer: str
    packages: tuple[Locked, ...]
    extras: Mapping[str, tuple[str, ...]]
    python: str
    content_hash: str

    @property
    def generation(self) -> int:
        """Which major version of Poetry made the lock."""
        return 2 if self.version >= (2, 1) else 1


@lru_cache(maxsize=1)
def decode(text: str, *, where: str) -> PoetryLock:
    """Return what the lock lists. Raises InputError for one that is no lock of Poetry."""
    table = toml.parse(text, where=where)
    metadata, held = table.get("metadata", {}), table.get("package", [])
    version = metadata.get("lock-version", "1.0") if isinstance(metadata, dict) and metadata else ""
    match = re.match(r"(\d+)\.(\d+)", version) if isinstance(version, str) else None
    if match is None or not isinstance(held, list):
        raise InputError("no lock of Poetry: it has no lock-version", where=where, hint="run `poetry lock`")
    number = (int(match[1]), int(match[2]))
    if not (1, 0) <= number < (3, 0):
        raise InputError(
            f"lock version {version!r} is not known, only 1.0 to 2.1 are",
            where=where,
            hint="lock with a Poetry that writes 2.1, or look for a newer bareboat",
        )
    writer = re.match(r"#.*Poetry ([^ \n]+)", text)
    return PoetryLock(
        number,
        writer[1] if writer else "",
        tuple(_package(one, metadata, where) for one in held),
        _extras(table.get("extras", {}), where),
        _text(metadata, "python-versions", where),
        _text(metadata, "content-hash", where),
    )


def read(  # noqa: PLR0913 - one keyword for each thing that the choice depends on
    text: str,
    *,
    where: str,
    target: Target,
    choose: Choose,
    folder: Path,
    tool: Mapping[str, Any],
    environ: Mapping[str, str],
    extras: Sequence[str] = (),
    groups: Sequence[str] = (),
) -> Pinned:
    """Return what the main group, `extras` and `groups` need on the target, by name.

    `tool` is `[tool.poetry]`, `folder` is where the lock lies. Raises InputError for a lock that
    contradicts itself or lacks an extra or group, ResolveError for a package without a wheel.
    """
    lock = decode(text, where=where)
    found = select(lock, where=where, target=target, tool=tool, extras=extras, groups=groups)
    picker = Picker(target, choose, where, folder)
    names = {package.name for package in found}
    asked: dict[str, str] = {}
    for package in found:
        for name in package.dependencies:
            asked.setdefault(str(canonicalize_name(name)), package.name)
    pins = []
    for package in found:
        requires = tuple(sorted(names & {str(canonicalize_name(name)) for name in package.dependencies}))
        pin = _pin(package, picker, environ)
        pins.append(replace(pin, requires=requires, because=asked.get(package.name, "pyproject.toml")))
    return Pinned(tuple(pins), where)


def select(  # noqa: PLR0913 - one keyword for each thing that the choice depends on
    lock: PoetryLock,
    *,
    where: str,
    target: Target,
    tool: Mapping[str, Any],
    extras: Sequence[str] = (),
    groups: Sequence[str] = (),
) -> tuple[Locked, ...]:
    """Return the packages that the main group, `extras` and `groups` need, by name."""
    if lock.python and not allows(lock.python, target.python_full, where=where):
        raise ResolveError(
            f"the lock is for Python {lock.python}, the image has {target.python_full}",
            where=where,
            hint="choose another Python with --python, or change `python` and run `poetry lock`",
        )
    wanted = tuple(str(canonicalize_name(name)) for name in extras)
    named = (poetry.MAIN, *(str(canonicalize_name(name)) for name in groups))
    _check_names("extra", wanted, {*lock.extras, *poetry.optional(tool)}, where)
    if lock.version < (2, 1):
        from bareboat.project import poetrywalk

        _check_names("group", named, {poetry.MAIN, *poetry.groups(tool)}, where)
        return poetrywalk.walk(lock, where=where, target=target, tool=tool, extras=wanted, groups=named)
    held = {name for package in lock.packages for name in package.groups or ()}
    _check_names("group", named, {poetry.MAIN, *held, *poetry.groups(tool)}, where)
    environment = target.marker_environment()
    found: dict[str, Locked] = {}
    for package in lock.packages:
        if not package.is_wanted(named, environment, wanted, where):
            continue
        if not allows(package.python, target.python_full, where=where):
            continue
        before = found.setdefault(package.name, package)
        if before is not package:
            raise InputError(
                f"{package.name} is locked at both {before.version} and {package.version} for this target",
                where=where,
                hint=STALE,
            )
    return tuple(found[name] for name in sorted(found))


def _check_names(kind: str, asked: Sequence[str], known: Collection[str], where: str) -> None:
    for name in asked:
        if name not in known:
            held = ", ".join(sorted(known)) or "none"
            raise InputError(f"the lock has no {kind} {name!r} (it has: {held})", where=where)


def _pin(package: Locked, picker: Picker, environ: Mapping[str, str]) -> Pin:
    """Return the pin of a package."""
    kind = str(package.source.get("type", "legacy"))
    url = str(package.source.get("url", ""))
    name, version = package.name, package.version
    inside = str(package.source.get("subdirectory", ""))
    if kind == "git":
        commit = str(package.source.get("resolved_reference", ""))
        found = direct.git(expand(url, environ), where=picker.where, reference=commit, inside=inside)
        named = str(package.source.get("reference", ""))
        return picker.repository(name, version, found, reference=named)
    if kind == "directory":
        return picker.place(name, version, url)
    if kind in {"url", "file"}:
        return picker.direct(name, version, url, package.files, inside=inside)
    reference = str(package.source.get("reference", ""))
    index = "" if canonicalize_name(reference or _PUBLIC) == _PUBLIC else _with_login(url, reference, environ)
    if package.hashes:
        return Pin(name, version, digests(package.hashes, where=picker.where, name=name), index=index)
    return picker.indexed(name, version, package.files, index=index)


def _with_login(url: str, name: str, environ: Mapping[str, str]) -> str:
    """Return the URL of a source with the login that Poetry's own variables give for its name."""
    from urllib.parse import quote

    variable = re.sub(r"[^A-Za-z0-9]", "_", name).upper()
    user = environ.get(f"POETRY_HTTP_BASIC_{variable}_USERNAME", "")
    password = environ.get(f"POETRY_HTTP_BASIC_{variable}_PASSWORD", "")
    scheme, mark, rest = expand(url, environ).partition("://")
    login = f"{quote(user, safe='')}:{quote(password, safe='')}@" if user or password else ""
    return f"{scheme}{mark}{login}{rest}" if "@" not in rest.partition("/")[0] else f"{scheme}{mark}{rest}"


def _package(held: object, metadata: Mapping[str, Any], where: str) -> Locked:
    if not isinstance(held, dict):
        raise InputError("a package is no table", where=where, hint=STALE)
    name, version = _text(held, "name", where), _text(held, "version", where)
    try:
        Version(version)
    except ValueError as error:
        raise InputError(f"{name!r:.200} has version {version!r:.200}", where=where, hint=STALE) from error
    normal = str(canonicalize_name(name))
    groups, said = held.get("groups"), held.get("markers", held.get("marker", ""))
    tables = {key: held.get(key, {}) for key in ("dependencies", "source")}
    if not normal or not all(isinstance(one, dict) for one in tables.values()):
        raise InputError(f"the package {name!r} cannot be read", where=where, hint=STALE)
    files = held.get("files", _of(metadata, "files", name))
    kept = {normal_key(key): str(text) for key, text in said.items()} if isinstance(said, dict) else {}
    old = _of(metadata, "hashes", name) if not files else None
    return Locked(
        normal,
        version,
        tuple(
            File(str(one.get("file", "")), str(one.get("hash", "")))
            for one in (files if isinstance(files, list) else ())
            if isinstance(one, dict)
        ),
        tuple(normal_key(str(one)) for one in groups) if isinstance(groups, list) else None,
        kept or {"": said if isinstance(said, str) else ""},
        _text(held, "python-versions", where) or "*",
        tables["dependencies"],
        _extras(held.get("extras", {}), where),
        tables["source"],
        tuple(f"sha256:{one}" for one in old) if isinstance(old, list) else (),
        held.get("develop") is True,
    )


def normal_key(text: str) -> str:
    """Return the normalised name of a group."""
    return str(canonicalize_name(text))


def _of(metadata: Mapping[str, Any], key: str, name: str) -> object:
    held = metadata.get(key, {})
    return held.get(name, held.get(canonicalize_name(name))) if isinstance(held, dict) else None


def _extras(held: object, where: str) -> dict[str, tuple[str, ...]]:
    """Return the normalised names that each extra lists, their versions and markers left out."""
    if not isinstance(held, dict) or not all(isinstance(one, list) for one in held.values()):
        raise InputError("extras is no table of lists", where=where, hint=STALE)
    return {
        str(canonicalize_name(name)): tuple(
            str(canonicalize_name(re.split(r"[\s\[(;<>=!~^]", str(one).strip(), maxsplit=1)[0]))
            for one in names
        )
        for name, names in held.items()
    }


def _text(held: Mapping[str, Any], key: str, where: str) -> str:
    value = held.get(key, "")
    if not isinstance(value, str):
        raise InputError(f"{key} is no text: {value!r:.200}", where=where, hint=STALE)
    return value
