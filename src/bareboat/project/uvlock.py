"""uv.lock, version 1: the graph walked from the project for one Target.

Knows the lock's own format only; whether it still fits pyproject.toml is `uvstale.py`'s
question. The project itself is never in the result.
Spec: uv's resolver documentation ("Lockfile"); the format is versioned by its first key.
"""

from collections.abc import Iterable, Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any

import msgspec
from msgspec import Struct, field
from msgspec.structs import replace
from packaging.specifiers import SpecifierSet
from packaging.utils import canonicalize_name

from bareboat.errors import InputError, ResolveError
from bareboat.lock import Lock, LockedPackage
from bareboat.project import markers, toml, uvsources
from bareboat.project.wheels import Choose, take
from bareboat.target import Target

__all__ = [
    "Dependency",
    "File",
    "LockFile",
    "Manifest",
    "Metadata",
    "Package",
    "closure",
    "decode",
    "read",
    "requested",
]

STALE = uvsources.STALE


class File(msgspec.Struct, frozen=True, kw_only=True):
    """One sdist or wheel; exactly one of url, path, filename says where it is."""

    url: str = ""
    path: str = ""
    filename: str = ""
    hash: str = ""
    size: int | None = None


class Dependency(msgspec.Struct, frozen=True, kw_only=True):
    """An edge of the graph; version and source only where the name alone is not unique."""

    name: str
    version: str = ""
    source: dict[str, Any] | None = None
    extra: tuple[str, ...] = ()
    marker: str = ""


class Metadata(msgspec.Struct, frozen=True, kw_only=True, rename="kebab"):
    """What pyproject.toml asked for when the lock was made."""

    requires_dist: tuple[dict[str, Any], ...] = ()
    requires_dev: dict[str, tuple[dict[str, Any], ...]] = {}
    provides_extras: tuple[str, ...] = ()


class Package(msgspec.Struct, frozen=True, kw_only=True, rename="kebab"):
    """One node: a name at a version from a source."""

    name: str
    source: dict[str, Any]
    version: str = ""
    resolution_markers: tuple[str, ...] = ()
    dependencies: tuple[Dependency, ...] = ()
    optional_dependencies: dict[str, tuple[Dependency, ...]] = {}
    dev_dependencies: dict[str, tuple[Dependency, ...]] = {}
    sdist: File | None = None
    wheels: tuple[File, ...] = ()
    metadata: Metadata = Metadata()

    @property
    def is_local(self) -> bool:
        """Whether it is a folder of this workspace, not an artifact."""
        return any(kind in self.source for kind in ("virtual", "editable", "directory"))


class Manifest(msgspec.Struct, frozen=True, kw_only=True):
    """What the lock was made from where that is no package: the requirements of a script."""

    requirements: tuple[dict[str, Any], ...] = ()


class LockFile(msgspec.Struct, frozen=True, kw_only=True, rename="kebab"):
    """The whole file, as far as it matters here."""

    version: int
    requires_python: str = ""
    supported_markers: tuple[str, ...] = ()
    manifest: Manifest = Manifest()
    packages: tuple[Package, ...] = msgspec.field(name="package", default=())


@lru_cache(maxsize=1)
def decode(text: str, *, where: str) -> LockFile:
    """Return the lock's tables, read once for who asks again at once.

    Raises InputError for another format version or wrong types.
    """
    table = toml.parse(text, where=where)
    if table.get("version") != 1:
        raise InputError(
            f"lock format version {table.get('version')!r} is not known, only 1 is",
            where=where,
            hint="lock with a uv release that writes version 1, or look for a newer bareboat",
        )
    return toml.convert(table, LockFile, where=where)


def requested(lock: LockFile, root: str, *, where: str) -> Package:
    """Return the workspace member called `root`, or what stands for it in the lock of a script.

    Raises InputError where the lock has none.
    """
    name = canonicalize_name(root)
    if lock.manifest.requirements and not any(package.is_local for package in lock.packages):
        return _script(lock.manifest, name, where)
    for package in lock.packages:
        if package.is_local and canonicalize_name(package.name) == name:
            return package
    members = ", ".join(sorted(package.name for package in lock.packages if package.is_local)) or "none"
    raise InputError(
        f"the project {name!r} is not in the lock (its members: {members})", where=where, hint=STALE
    )


def _script(manifest: Manifest, name: str, where: str) -> Package:
    keys = {"name", "extras", "marker"}
    edges = [
        toml.convert(
            {"extra" if key == "extras" else key: value for key, value in one.items() if key in keys},
            Dependency,
            where=where,
        )
        for one in manifest.requirements
    ]
    metadata = Metadata(requires_dist=manifest.requirements)
    return Package(name=name, source={"virtual": "."}, dependencies=tuple(edges), metadata=metadata)


def read(  # noqa: PLR0913 - one keyword for each thing that the walk depends on
    text: str,
    *,
    where: str,
    target: Target,
    choose: Choose,
    root: str,
    folder: Path,
    extras: Sequence[str] = (),
    groups: Sequence[str] = (),
    project: bool = True,
) -> Lock:
    """Return what `root` needs on the target, one wheel a package, sorted by name.

    `folder` is where the lock lies. `groups` are added to the project's own dependencies; with
    `project=False` they stand alone. Raises InputError for a lock that contradicts itself or
    lacks an extra or group, ResolveError for a package that has no fitting wheel.
    """
    walk = _walked(text, where, target, root, extras=extras, groups=groups, project=project)
    packages = []
    # A virtual member is no package: what it needs is installed, not itself.
    real = [package for package in walk.found.values() if "virtual" not in package.source]
    for found in sorted(real, key=lambda package: package.name):
        requires = tuple(sorted(walk.edges.get(found.name, ())))
        because = walk.because[found.name]
        built = uvsources.built(found, folder, where)
        if built is not None:
            packages.append(replace(built, requires=requires, because=because))
            continue
        offer = uvsources.offer(found, folder, where)
        wheel, sdist = take(offer, target=target, choose=choose, where=where)
        packages.append(LockedPackage(found.name, found.version, wheel, requires, because, sdist))
    return Lock(tuple(packages), where)


def closure(  # noqa: PLR0913 - one keyword for each thing that the walk depends on
    text: str,
    *,
    where: str,
    target: Target,
    root: str,
    extras: Sequence[str] = (),
    groups: Sequence[str] = (),
) -> tuple[Package, ...]:
    """Return what `root` needs on the target by name, whether it has wheels or not."""
    walk = _walked(text, where, target, root, extras=extras, groups=groups, project=True)
    return tuple(walk.found[name] for name in sorted(walk.found))


def _walked(  # noqa: PLR0913 - one argument for each thing that the walk depends on
    text: str,
    where: str,
    target: Target,
    root: str,
    *,
    extras: Sequence[str],
    groups: Sequence[str],
    project: bool,
) -> "_Walk":
    lock = decode(text, where=where)
    _check_target(lock, target, where)
    start = requested(lock, root, where=where)
    walk = _Walk(lock, target, where)
    walk.run(start, walk.roots(start, extras=extras, groups=groups, project=project))
    return walk


def _check_target(lock: LockFile, target: Target, where: str) -> None:
    try:
        fits = SpecifierSet(lock.requires_python).contains(target.python_full, prereleases=True)
    except ValueError as error:
        raise InputError(f"bad requires-python {lock.requires_python!r}", where=where) from error
    if not fits:
        raise ResolveError(
            f"the lock is for Python {lock.requires_python}, the image has {target.python_full}",
            where=where,
            hint="choose another Python with --python, or change requires-python and run `uv lock`",
        )
    if lock.supported_markers and not any(
        _holds(marker, target, frozenset(), where) for marker in lock.supported_markers
    ):
        raise ResolveError(
            f"the lock leaves out Linux on {target.arch}",
            where=where,
            hint="widen [tool.uv] environments and run `uv lock`",
        )


def _holds(text: str, target: Target, active: frozenset[str], where: str) -> bool:
    """Return whether a marker holds. uv writes conflicting extras and groups as further extras."""
    return markers.holds(text, target.marker_environment(), extras=active, where=where)


def _switch(name: str, extra: str) -> str:
    """Return the extra by which uv's markers ask whether that of a package is switched on."""
    return f"extra-{len(name)}-{name}-{canonicalize_name(extra)}"


class _Walk(Struct):
    """The packages reached so far, who asked for each, and their edges, by normalised name."""

    lock: LockFile
    target: Target
    where: str
    found: dict[str, Package] = field(default_factory=dict)
    because: dict[str, str] = field(default_factory=dict)
    edges: dict[str, set[str]] = field(default_factory=dict)
    by_name: dict[str, list[Package]] = field(default_factory=dict)

    def roots(
        self, root: Package, *, extras: Sequence[str], groups: Sequence[str], project: bool
    ) -> dict[str, tuple[Dependency, ...]]:
        """Return what to install for the project itself, by uv's name for the extra or group."""
        mark = f"{len(root.name)}-{root.name}"
        found = {f"project-{mark}": root.dependencies} if project else {}
        for name in map(canonicalize_name, extras):
            found[f"extra-{mark}-{name}"] = self._named(root, root.optional_dependencies, "extra", name)
        for name in map(canonicalize_name, groups):
            found[f"group-{mark}-{name}"] = self._named(root, root.dev_dependencies, "group", name)
        return found

    def run(self, root: Package, roots: dict[str, tuple[Dependency, ...]]) -> None:
        """Walk until the set of active extras, which markers may depend on, is stable."""
        for package in self.lock.packages:
            self.by_name.setdefault(package.name, []).append(package)
        active = frozenset(roots)
        while not (reached := self._once(root, roots, active)) <= active:
            active |= reached

    def _once(
        self, root: Package, roots: dict[str, tuple[Dependency, ...]], active: frozenset[str]
    ) -> frozenset[str]:
        self.found, self.because, self.edges = {}, {}, {}
        seen: set[tuple[str, str]] = set()
        queue: list[tuple[str, Iterable[Dependency]]] = [(root.name, wanted) for wanted in roots.values()]
        while queue:
            parent, dependencies = queue.pop(0)
            for dependency in dependencies:
                # What an edge switches on counts for its own marker already.
                here = active | {_switch(dependency.name, extra) for extra in dependency.extra}
                if not _holds(dependency.marker, self.target, here, self.where):
                    continue
                package = self._resolve(dependency, here)
                if package is not root:
                    self._reach(package, parent, is_root=parent == root.name)
                for extra in ("", *map(canonicalize_name, dependency.extra)):
                    if (package.name, extra) in seen or (package is root and not extra):
                        continue
                    seen.add((package.name, extra))
                    wanted = package.optional_dependencies.get(extra, ()) if extra else package.dependencies
                    queue.append((package.name, wanted))
        return frozenset(_switch(name, extra) for name, extra in seen if extra)

    def _reach(self, package: Package, parent: str, *, is_root: bool) -> None:
        before = self.found.setdefault(package.name, package)
        if before is not package:
            raise InputError(
                f"{package.name} is locked at both {before.version} and {package.version} for this target",
                where=self.where,
                hint=STALE,
            )
        self.because.setdefault(package.name, "pyproject.toml" if is_root else parent)
        if not is_root:
            self.edges.setdefault(parent, set()).add(package.name)

    def _named(
        self, root: Package, tables: dict[str, tuple[Dependency, ...]], kind: str, name: str
    ) -> tuple[Dependency, ...]:
        by_name = {str(canonicalize_name(key)): value for key, value in tables.items()}
        if name in by_name:
            return by_name[name]
        declared = root.metadata.provides_extras if kind == "extra" else tuple(root.metadata.requires_dev)
        if name in {str(canonicalize_name(text)) for text in declared}:
            return ()
        known = ", ".join(sorted({*by_name, *map(canonicalize_name, declared)})) or "none"
        raise InputError(f"{root.name} has no {kind} {name!r} (it has: {known})", where=self.where)

    def _resolve(self, dependency: Dependency, active: frozenset[str]) -> Package:
        found = [
            package
            for package in self.by_name.get(dependency.name, ())
            if (not dependency.version or package.version == dependency.version)
            and (dependency.source is None or package.source == dependency.source)
        ]
        if len(found) > 1:
            found = [
                package
                for package in found
                if any(_holds(text, self.target, active, self.where) for text in package.resolution_markers)
            ]
        if len(found) != 1:
            said = "not in the lock" if not found else "in the lock more than once for this target"
            raise InputError(
                f"{dependency.name} {dependency.version}".strip() + f" is {said}",
                where=self.where,
                hint=STALE,
            )
        return found[0]
