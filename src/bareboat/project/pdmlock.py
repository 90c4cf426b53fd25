"""pdm.lock, lock versions 4.0 to 4.5 (PDM 2.x), with every strategy, read for one Target.

With `inherit_metadata` (the default since 4.4.1) each package says which groups want it and when;
without, the lock is a graph that starts in pyproject.toml. With `static_urls`, and before 4.3, files
have addresses, else names only. Spec: PDM's documentation, "Lock file".
"""

from collections import deque
from collections.abc import Collection, Iterable, Mapping, Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any

from msgspec import Struct, field
from msgspec.structs import replace
from packaging.requirements import Requirement
from packaging.specifiers import SpecifierSet
from packaging.utils import canonicalize_name
from packaging.version import Version

from bareboat.errors import InputError, ResolveError
from bareboat.project import direct, markers, toml
from bareboat.project.pinned import File, Picker, Pin, Pinned, needs_build
from bareboat.project.wheels import Choose, filename
from bareboat.target import Target

__all__ = ["STALE", "Locked", "PdmLock", "decode", "read"]

STALE = "run `pdm lock` and commit the result"
DEFAULT = "default"
_SOURCES = ("git", "hg", "url", "path", "editable", "ref", "revision", "subdirectory")


class Locked(Struct, frozen=True):
    """One entry: a package, or one with extras, whose dependencies are those that the extras add."""

    name: str
    version: str
    extras: frozenset[str]
    groups: tuple[str, ...] | None
    marker: str
    python: str
    dependencies: tuple[str, ...]
    files: tuple[File, ...]
    source: Mapping[str, str]


class PdmLock(Struct, frozen=True):
    """The entries in the lock's order. `groups` are those locked, None where the lock does not say."""

    packages: tuple[Locked, ...]
    groups: tuple[str, ...] | None
    strategy: frozenset[str]
    targets: tuple[Mapping[str, str], ...]
    content_hash: str

    @property
    def has_groups(self) -> bool:
        """Whether each entry says which groups want it."""
        return all(package.groups is not None for package in self.packages)


@lru_cache(maxsize=1)
def decode(text: str, *, where: str) -> PdmLock:
    """Return what the lock lists. Raises InputError for another format version or wrong types."""
    table = toml.parse(text, where=where)
    metadata = table.get("metadata", {})
    metadata = metadata if isinstance(metadata, dict) else {}
    version = str(metadata.get("lock_version", ""))
    if version.partition(".")[0] != "4":
        raise InputError(
            f"lock version {version!r} is not known, only 4.x is",
            where=where,
            hint="lock with PDM 2, or look for a newer bareboat",
        )
    held, files = table.get("package", []), metadata.get("files", {})
    targets, strategy = metadata.get("targets", []), metadata.get("strategy", [])
    groups = metadata.get("groups")
    lists = (held, targets, strategy, groups or [])
    if not all(isinstance(one, list) for one in lists) or not isinstance(files, dict):
        raise InputError("the lock's tables are of wrong types", where=where, hint=STALE)
    return PdmLock(
        tuple(_package(one, files, where) for one in held),
        None if groups is None else tuple(_normal(one) for one in groups),
        frozenset(map(str, strategy)),
        tuple(
            {str(key): str(one) for key, one in target.items()}
            for target in targets
            if isinstance(target, dict)
        ),
        str(metadata.get("content_hash", "")),
    )


def read(  # noqa: PLR0913 - one keyword for each thing that the choice depends on
    text: str,
    *,
    where: str,
    target: Target,
    choose: Choose,
    folder: Path,
    declared: Mapping[str, Sequence[str]],
    root: str = "",
    extra: Sequence[str] = (),
    extras: Sequence[str] = (),
    groups: Sequence[str] = (),
    is_member: bool = False,
) -> Pinned:
    """Return what the default group, `extras` and `groups` need on the target, by name.

    `declared` are the requirements of each group in pyproject.toml, "default" among them, with
    extras of the project as groups too; `root` is the project's name; `extra` are further indexes.
    For a member of a workspace, whose groups are not the lock's own, the graph is walked from there.
    Raises InputError for a lock that contradicts itself or lacks a group, ResolveError for a
    package without a wheel and for a lock made for other platforms.
    """
    lock = decode(text, where=where)
    _check_targets(lock, target, where)
    wanted = (DEFAULT, *(str(canonicalize_name(name)) for name in (*extras, *groups)))
    for name in wanted[1:]:
        if name not in (declared if lock.groups is None or is_member else lock.groups):
            held = ", ".join(sorted(lock.groups or declared)) or "none"
            raise InputError(
                f"the lock has no group or extra {name!r} (it has: {held})",
                where=where,
                hint="pdm lock -G:all",
            )
    walk = _Walk(lock, target, where, str(canonicalize_name(root)), declared)
    if lock.has_groups and not is_member:
        walk.take(wanted)
    else:
        walk.follow(wanted)
    picker = Picker(target, choose, where, folder)
    return Pinned(tuple(walk.pins(picker)), where, tuple(extra))


def _check_targets(lock: PdmLock, target: Target, where: str) -> None:
    """Raise ResolveError where the lock names the platforms that it is for and none is the target's."""
    if lock.targets and not any(_is_for(one, target, where) for one in lock.targets):
        said = "; ".join(" ".join(one.values()) for one in lock.targets)
        raise ResolveError(
            f"the lock is for {said}, not for Python {target.python_full} on linux {target.arch.machine}",
            where=where,
            hint="lock for this platform too: `pdm lock --platform linux --append`",
        )


def _is_for(one: Mapping[str, str], target: Target, where: str) -> bool:
    platform = one.get("platform", "linux")
    if not platform.startswith(("linux", "manylinux")):
        return False
    machine = next(
        (name for name in ("x86_64", "aarch64", "i686", "armv7l", "ppc64le", "s390x") if name in platform), ""
    )
    machine = {"linux": "x86_64"}.get(platform, machine)
    if "platform" in one and machine != target.arch.machine:
        return False
    if one.get("implementation", "cpython") != "cpython":
        return False
    return _specifiers(one.get("requires_python", ""), where).contains(target.python_full, prereleases=True)


class _Walk(Struct):
    """The entries that count, by name and extras; `because` and `edges` by name."""

    lock: PdmLock
    target: Target
    where: str
    root: str
    declared: Mapping[str, Sequence[str]]
    found: dict[str, Locked] = field(default_factory=dict)
    entries: dict[tuple[str, frozenset[str]], Locked] = field(default_factory=dict)

    def take(self, wanted: Collection[str]) -> None:
        """Take the entries that say that one of the groups `wanted` wants them."""
        environment = self.target.marker_environment()
        for package in self.lock.packages:
            if not set(package.groups or ()) & set(wanted):
                continue
            if markers.holds(package.marker, environment, where=self.where):
                self._add(package)

    def follow(self, wanted: Iterable[str]) -> None:
        """Walk the graph from the requirements of the groups `wanted`."""
        by_name: dict[str, list[Locked]] = {}
        for package in self.lock.packages:
            by_name.setdefault(package.name, []).append(package)
        environment = self.target.marker_environment()
        queue = deque(text for group in wanted for text in self.declared.get(group, ()))
        seen: set[str] = set()
        while queue:
            text = queue.popleft()
            if text in seen:
                continue
            seen.add(text)
            asked = _requirement(text, self.where)
            name = str(canonicalize_name(asked.name))
            if asked.marker is not None and not markers.holds(
                str(asked.marker), environment, where=self.where
            ):
                continue
            if name == self.root:
                queue.extend(line for extra in asked.extras for line in self.declared.get(_normal(extra), ()))
                continue
            for package in self._entries(asked, by_name.get(name, [])):
                self._add(package)
                queue.extend(package.dependencies)

    def _entries(self, asked: Requirement, held: list[Locked]) -> list[Locked]:
        """Return the entry of a requirement, and of each set of extras that it asks for."""
        extras = frozenset(map(_normal, asked.extras))
        fitting = [one for one in held if self._fits(one, asked)]
        exact = [one for one in fitting if one.extras == extras]
        parts = [one for one in fitting if one.extras and one.extras <= extras]
        plain = [one for one in fitting if not one.extras]
        found = [_newest(one) for one in ((exact,) if extras and exact else (plain, parts)) if one]
        if not found:
            raise InputError(
                f"{asked.name} {asked.specifier}".strip() + " is not in the lock",
                where=self.where,
                hint=STALE,
            )
        return [*found, *(_newest(one) for one in (plain,) if extras and exact and plain)]

    def _fits(self, package: Locked, asked: Requirement) -> bool:
        if not _specifiers(package.python, self.where).contains(self.target.python_full, prereleases=True):
            return False
        return bool(package.source) or asked.specifier.contains(package.version, prereleases=True)

    def _add(self, package: Locked) -> None:
        before = self.found.get(package.name)
        if before is not None and before.version != package.version:
            raise InputError(
                f"{package.name} is locked at both {before.version} and {package.version} for this target",
                where=self.where,
                hint=STALE,
            )
        if before is None or (before.extras and not package.extras):
            self.found[package.name] = package
        self.entries[package.name, package.extras] = package

    def pins(self, picker: Picker) -> Iterable[Pin]:
        """Yield the packages by name, each with what it needs of the others."""
        edges: dict[str, set[str]] = {}
        asked: dict[str, str] = {}
        for (name, _), package in sorted(self.entries.items(), key=lambda held: held[0][0]):
            for text in package.dependencies:
                other = str(canonicalize_name(_requirement(text, self.where).name))
                if other in self.found and other != name:
                    edges.setdefault(name, set()).add(other)
                    asked.setdefault(other, name)
        for name in sorted(self.found):
            pin = _pin(self.found[name], picker)
            requires = tuple(sorted(edges.get(name, ())))
            yield replace(pin, requires=requires, because=asked.get(name, "pyproject.toml"))


def _pin(package: Locked, picker: Picker) -> Pin:
    name, version, source = package.name, package.version, package.source
    inside = source.get("subdirectory", "")
    if "hg" in source:
        raise needs_build(name, version, "a repository of hg", source["hg"], where=picker.where)
    if "git" in source:
        found = direct.git(
            source["git"], where=picker.where, reference=source.get("revision", ""), inside=inside
        )
        return picker.repository(name, version, found, reference=source.get("ref", ""))
    if "url" in source or "path" in source:
        address = _in_project(source.get("url") or source["path"], picker.folder)
        if picker.is_folder(address):
            return picker.place(name, version, address)
        return picker.direct(name, version, address, package.files, inside=inside)
    return picker.indexed(name, version, (_placed(file, picker.folder) for file in package.files))


def _placed(file: File, folder: Path) -> File:
    return replace(file, url=_in_project(file.url, folder)) if "${" in file.url else file


def _in_project(address: str, folder: Path) -> str:
    root = folder.as_uri().removeprefix("file://")
    return address.replace("${PROJECT_ROOT}", root if "://" in address else str(folder))


def _newest(entries: Sequence[Locked]) -> Locked:
    return max(entries, key=lambda one: (len(one.extras), Version(one.version or "0")))


def _package(held: object, files: Mapping[str, Any], where: str) -> Locked:
    if not isinstance(held, dict):
        raise InputError("a package is no table", where=where, hint=STALE)
    name, version = held.get("name"), held.get("version", "")
    texts = {key: held.get(key, "") for key in ("marker", "requires_python")}
    lists = {key: held.get(key, []) for key in ("dependencies", "extras")}
    offered = held.get("files", files.get(f"{name} {version}", []))
    if (
        not isinstance(name, str)
        or not all(isinstance(one, str) for one in (version, *texts.values()))
        or not all(isinstance(one, list) for one in (*lists.values(), offered, held.get("groups", [])))
    ):
        raise InputError(f"the package {name!r:.200} cannot be read", where=where, hint=STALE)
    try:
        Version(version or "0")
    except ValueError as error:
        raise InputError(f"{name!r:.200} has version {version!r:.200}", where=where, hint=STALE) from error
    groups = held.get("groups")
    source = {key: str(held[key]) for key in _SOURCES if held.get(key)}
    return Locked(
        str(canonicalize_name(name)),
        version,
        frozenset(map(_normal, lists["extras"])),
        None if groups is None else tuple(map(_normal, groups)),
        texts["marker"],
        texts["requires_python"],
        tuple(map(str, lists["dependencies"])),
        tuple(_file(one) for one in offered if isinstance(one, dict)),
        source,
    )


def _file(held: Mapping[str, Any]) -> File:
    url = str(held.get("url", ""))
    return File(str(held.get("file") or filename(url.partition("#")[0])), str(held.get("hash", "")), url)


def _normal(name: object) -> str:
    return str(canonicalize_name(str(name)))


@lru_cache(maxsize=4096)
def _requirement(text: str, where: str) -> Requirement:
    try:
        return Requirement(text.removeprefix("-e "))
    except ValueError as error:
        raise InputError(f"not a requirement: {text[:200]!r}", where=where, hint=STALE) from error


@lru_cache(maxsize=1024)
def _specifiers(text: str, where: str) -> SpecifierSet:
    try:
        return SpecifierSet("" if text == "*" else text)
    except ValueError as error:
        raise InputError(f"no version specifier: {text[:200]!r}", where=where) from error
