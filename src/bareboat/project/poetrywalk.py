"""The graph of a poetry.lock older than 2.1, walked from `[tool.poetry]` for one Target.

Such a lock does not say who wants a package: Poetry finds out by solving with the lock as its only
index, and this walk comes to the same, since every version is pinned already.
"""

from collections import deque
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any

from msgspec import Struct, field
from packaging.utils import canonicalize_name
from packaging.version import Version

from bareboat.errors import InputError
from bareboat.project import markers, poetry
from bareboat.project.poetry import Wanted
from bareboat.project.poetrylock import STALE, Locked, PoetryLock
from bareboat.project.poetryversion import allows
from bareboat.target import Target

__all__ = ["walk"]

# Old Poetry left these to the environment and out of the lock.
_UNLOCKED = ("distribute", "pip", "setuptools", "wheel")


def walk(  # noqa: PLR0913 - one keyword for each thing that the walk depends on
    lock: PoetryLock,
    *,
    where: str,
    target: Target,
    tool: Mapping[str, Any],
    extras: Sequence[str],
    groups: Sequence[str],
) -> tuple[Locked, ...]:
    """Return the packages reached from `groups` with `extras` of the project, by name.

    Raises InputError for a dependency that the lock does not have.
    """
    found = _Walk(lock, where, target, str(canonicalize_name(str(tool.get("name", "")))))
    for package in lock.packages:
        found.by_name.setdefault(package.name, []).append(package)
    listed = poetry.optional(tool)
    brought = {name for extra in extras for name in listed.get(extra, ())}
    by_group = poetry.groups(tool)
    for group in groups:
        wanted = by_group[group]
        found.reach(one for one in wanted if not one.is_optional or one.name in brought)
    found.run()
    return tuple(found.found[name] for name in sorted(found.found))


class _Walk(Struct):
    lock: PoetryLock
    where: str
    target: Target
    root: str
    by_name: dict[str, list[Locked]] = field(default_factory=dict)
    found: dict[str, Locked] = field(default_factory=dict)
    extras: dict[str, set[str]] = field(default_factory=dict)
    queue: deque[str] = field(default_factory=deque)
    environment: dict[str, str] = field(default_factory=dict)

    def reach(self, wanted: Iterable[Wanted], active: Collection[str] = ()) -> None:
        """Take in what `wanted` names, as far as it counts on the target."""
        self.environment = self.environment or self.target.marker_environment()
        for one in wanted:
            if not allows(one.python, self.target.python_full, where=self.where):
                continue
            if not markers.holds(one.marker, self.environment, extras=active, where=self.where):
                continue
            if one.name == self.root or (one.name in _UNLOCKED and one.name not in self.by_name):
                continue
            package = self._locked(one)
            held = self.extras.setdefault(package.name, set())
            if package.name in self.found and held >= set(one.extras):
                continue
            self.found[package.name] = package
            held |= set(one.extras)
            self.queue.append(package.name)

    def run(self) -> None:
        """Follow the dependencies until nothing new comes."""
        while self.queue:
            package = self.found[self.queue.popleft()]
            active = self.extras[package.name]
            brought = {name for extra in active for name in package.extras.get(extra, ())}
            self.reach(
                (
                    one
                    for one in poetry.wanted(dict(package.dependencies), where=self.where)
                    if not one.is_optional or one.name in brought or "extra" in one.marker
                ),
                active,
            )

    def _locked(self, wanted: Wanted) -> Locked:
        before = self.found.get(wanted.name)
        fitting = [one for one in self.by_name.get(wanted.name, ()) if self._fits(one, wanted)]
        if before is not None and (before in fitting or wanted.source):
            return before
        if not fitting:
            raise InputError(
                f"{wanted.name} {wanted.version} is not in the lock", where=self.where, hint=STALE
            )
        if before is not None:
            raise InputError(
                f"{wanted.name} is locked at both {before.version} and {fitting[0].version} for this target",
                where=self.where,
                hint=STALE,
            )
        return max(fitting, key=lambda one: Version(one.version))

    def _fits(self, package: Locked, wanted: Wanted) -> bool:
        if not allows(package.python, self.target.python_full, where=self.where):
            return False
        if wanted.source:
            return str(package.source.get("type")) in {"git", "url", "file", "directory"}
        return allows(wanted.version, package.version, where=self.where)
