"""Packages that a target has no wheel of: the wheels that an index has of them for other Pythons.

uv names those alone that fit what it resolves for. A lock made by it does not tell sources that must
always be built from sources that are built because the interpreter is another one; the index does.
"""

from collections.abc import Mapping, Sequence

from msgspec.structs import replace

from bareboat.errors import BareboatError
from bareboat.index import resolve
from bareboat.lock import Lock, LockedPackage
from bareboat.target import PythonVersion, Target
from bareboat.threads import Threads

__all__ = ["PYTHONS", "completed"]

PYTHONS = tuple(PythonVersion(3, minor) for minor in range(8, 15))
"""The versions that are asked for: what somebody may still have an interpreter of."""
_AT_ONCE = 4


def completed(
    lock: Lock, target: Target, *, environ: Mapping[str, str], options: Sequence[str] = (), offline: bool
) -> Lock:
    """Return the lock with the names of those wheels in `Sdist.others`; as it is where there are none.

    `environ` and `options` say which indexes are asked. An index that does not answer has none.
    """
    bare = [one for one in lock.packages if _is_bare(one)]
    if not bare:
        return lock
    pins = [f"{one.name}=={one.version}" for one in bare]
    others = [python for python in PYTHONS if python != target.python]

    def ask(python: PythonVersion) -> dict[str, tuple[str, ...]]:
        other = replace(target, python_full=f"{python}.99")
        try:
            return resolve.wheels((*options, *pins), other, environ=environ, offline=offline)
        except BareboatError:
            return {}

    found: dict[str, set[str]] = {}
    with Threads(_AT_ONCE, "elsewhere") as threads:
        for answer in threads.map(ask, others):
            for name, filenames in answer.items():
                found.setdefault(name, set()).update(filenames)
    return replace(lock, packages=tuple(_told(one, found) for one in lock.packages))


def _is_bare(one: LockedPackage) -> bool:
    return one.wheel is None and one.sdist is not None and not one.sdist.others


def _told(one: LockedPackage, found: Mapping[str, set[str]]) -> LockedPackage:
    if not _is_bare(one) or one.sdist is None or not found.get(one.name):
        return one
    return replace(one, sdist=replace(one.sdist, others=tuple(sorted(found[one.name]))))
