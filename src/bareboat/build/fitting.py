"""The best base that packages are found for: what the locked wheels support decides where it can.

A lock whose wheels are for another Python would be built from sources here, or not at all. Where nobody
asked for the version at hand, one that has the wheels is taken, and the reason is told; else a warning.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from msgspec import Struct
from msgspec.structs import replace

from bareboat.build.bases import Bases, Candidate
from bareboat.build.wishes import Origin, Wishes
from bareboat.errors import ResolveError
from bareboat.lock import BaseLock, Lock, LockedPackage
from bareboat.progress import Progress
from bareboat.project.command import Decision
from bareboat.target import PythonVersion, Target
from bareboat.wheel.tags import choose

__all__ = ["Fitting", "first", "wanting"]

T = TypeVar("T")
_MINORS = range(6, 24)
_SHOWN = 3


class Fitting(Struct, frozen=True):
    """A base, the target that it makes, and why it was taken."""

    base: BaseLock
    target: Target
    decision: Decision


@dataclass(frozen=True, slots=True)
class _Tried(Generic[T]):
    candidate: Candidate
    found: T
    wanting: tuple[LockedPackage, ...]


def wanting(lock: Lock) -> tuple[LockedPackage, ...]:
    """Return the packages of `lock` that it has wheels of, but none for its target."""
    return tuple(one for one in lock.packages if one.wheel is None and one.sdist and one.sdist.others)


def first(
    bases: Bases,
    wishes: Wishes,
    attempt: Callable[[Candidate], T],
    *,
    progress: Progress,
    lacks: Callable[[T], Sequence[LockedPackage]] = lambda _: (),
) -> tuple[Fitting, T]:
    """Return the best base for which `attempt` finds packages, and what it found.

    `lacks` tells which of them have wheels, but for other Pythons: fewer are better, unless the
    version was asked or wished for. Raises what the best one raised when none works.
    """
    refused: ResolveError | None = None
    tried: list[_Tried[T]] = []
    for candidate in bases.candidates(wishes):
        try:
            found = attempt(candidate)
        except ResolveError as error:
            refused = refused or error
            continue
        tried.append(_Tried(candidate, found, tuple(lacks(found))))
        if not tried[-1].wanting or candidate.is_given:
            break
    if not tried:
        raise refused or ResolveError("no base fits", where=str(bases.folder))
    best = min(tried, key=lambda one: len(one.wanting))
    decision = best.candidate.decision
    if best is not tried[0]:
        decision = replace(decision, reason=_because(tried[0], best), where="the lock")
        progress.note(f"Python {decision.value}: {decision.reason}")
    elif refused is not None:
        decision = replace(decision, reason=f"another has no wheels: {refused}")
        progress.warn(f"Python {decision.value}, because {refused}")
    elif best.candidate.warning:
        progress.warn(best.candidate.warning)
    if best.wanting:
        progress.warn(_built(best.wanting, best.candidate.target, wishes))
    base = bases.completed(best.candidate)
    return Fitting(base, best.candidate.target, decision), best.found


def _because(other: _Tried[T], best: _Tried[T]) -> str:
    names = _names(one for one in other.wanting if one not in best.wanting)
    return f"{names} locked without a wheel for {other.candidate.target.python}, the first choice"


def _built(packages: Sequence[LockedPackage], target: Target, wishes: Wishes) -> str:
    """Return what is said of packages that are built although others would have wheels of them."""
    versions = sorted(
        {python for one in packages if one.sdist for python in _pythons(one.sdist.others, target)}
    )
    only = f" for Python {', '.join(map(str, versions))}" if versions else " for other platforms"
    way = ""
    if versions and wishes.source is Origin.DEBIAN:
        way = f"; `--interpreter any --python {versions[-1]}` takes one that has them"
    return f"{_names(packages)} locked with wheels{only} alone, built from sources for {target.python}{way}"


def _pythons(filenames: Sequence[str], target: Target) -> list[PythonVersion]:
    minors = (PythonVersion(3, minor) for minor in _MINORS)
    return [one for one in minors if choose(filenames, replace(target, python_full=f"{one}.0")) is not None]


def _names(packages: Iterable[LockedPackage]) -> str:
    held = [f"{one.name} {one.version}" for one in packages]
    more = (
        f" and {len(held) - _SHOWN} more are" if len(held) > _SHOWN else (" are" if len(held) > 1 else " is")
    )
    return ", ".join(held[:_SHOWN]) + more
