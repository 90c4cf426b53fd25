"""The closure of package names: everything that Depends and Pre-Depends ask for.

Of each name only the highest version is considered, as apt does without pins. Of alternatives
one that is chosen already is taken, else the first that exists; names that policy leaves out
count as met and are listed. Nothing depends on the order of the names asked for.
Spec: Debian Policy 4.7, sections 7.2, 7.4 and 7.5.
"""

from collections import deque
from collections.abc import Iterable

from msgspec import Struct

from bareboat.debian.excluded import Exclusion
from bareboat.debian.packages import Candidate, Pool
from bareboat.debian.relation import Provided, Relation
from bareboat.errors import ResolveError

__all__ = ["Chosen", "LeftOut", "Solution", "solve"]


class Chosen(Struct, frozen=True):
    """A package and the one that first asked for it; `because` is empty for a requested name."""

    candidate: Candidate
    because: str = ""


class LeftOut(Struct, frozen=True, order=True):
    """A dependency that policy does without, and the package that has it."""

    name: str
    wanted_by: str


class Solution(Struct, frozen=True):
    """The packages by name, and what was left out of them."""

    chosen: tuple[Chosen, ...]
    left_out: tuple[LeftOut, ...]


def solve(
    pool: Pool,
    requested: Iterable[str],
    *,
    suite: str,
    architecture: str,
    exclude: Iterable[str | Exclusion] = (),
) -> Solution:
    """Return the closure of `requested`.

    A name in `exclude` is left out wherever a package asks for it, an Exclusion where it says.
    Raises ResolveError that names the package asked for and the one asking, or the two that
    refuse each other.
    """
    search = _Search(pool, suite, architecture, frozenset(exclude))
    for name in sorted(set(requested)):
        search.request(name)
    search.run()
    chosen = tuple(search.chosen[name] for name in sorted(search.chosen))
    _check_peace(chosen, suite)
    return Solution(chosen, tuple(sorted(search.left_out)))


class _Search:
    def __init__(
        self, pool: Pool, suite: str, architecture: str, exclude: frozenset[str | Exclusion]
    ) -> None:
        self.chosen: dict[str, Chosen] = {}
        self.left_out: set[LeftOut] = set()
        self._pool = pool
        self._suite = suite
        self._architecture = architecture
        self._exclude = exclude
        self._waiting: deque[Candidate] = deque()
        self._provided: dict[str, list[Provided]] = {}

    def request(self, name: str) -> None:
        candidate = self._find(name)
        if candidate is None:
            near = self._near(name)
            raise ResolveError(
                f"no package called {name[:80]!r} for {self._architecture}",
                where=f"Debian {self._suite}",
                hint=f"did you mean {near}?" if near else "look the name up on the Debian package search",
            )
        self._choose(candidate, "")

    def run(self) -> None:
        while self._waiting:
            candidate = self._waiting.popleft()
            for alternatives in candidate.depends:
                applying = [each for each in alternatives if each.applies(self._architecture)]
                if applying and not any(self._is_met(each) for each in applying):
                    self._settle(candidate, applying)

    def _settle(self, asking: Candidate, alternatives: list[Relation]) -> None:
        """Choose the first of `alternatives` that can be had, or note that it is left out."""
        for relation in alternatives:
            if self._is_left_out(relation.name, asking):
                self.left_out.add(LeftOut(relation.name, asking.name))
                return
            for candidate in self._serving(relation):
                if self._is_left_out(candidate.name, asking):
                    self.left_out.add(LeftOut(candidate.name, asking.name))
                else:
                    self._choose(candidate, asking.name)
                return
        raise self._unmet(asking, alternatives)

    def _is_left_out(self, name: str, asking: Candidate) -> bool:
        return any(
            each.covers(name, wanted_by=asking.name) if isinstance(each, Exclusion) else each == name
            for each in self._exclude
        )

    def _choose(self, candidate: Candidate, because: str) -> None:
        self.chosen[candidate.name] = Chosen(candidate, because)
        self._waiting.append(candidate)
        for provided in candidate.provides:
            self._provided.setdefault(provided.name, []).append(provided)

    def _is_met(self, relation: Relation) -> bool:
        if not relation.is_for(self._architecture):
            return False
        found = self.chosen.get(relation.name)
        if found is not None and relation.accepts(found.candidate.version):
            return True
        return any(provided.fits(relation) for provided in self._provided.get(relation.name, ()))

    def _serving(self, relation: Relation) -> list[Candidate]:
        """Return the package of that name if it fits, else what provides it, best first."""
        if not relation.is_for(self._architecture):
            return []
        real = self._find(relation.name)
        if real is not None and relation.accepts(real.version):
            return [real]
        return [
            candidate
            for candidate in self._pool.providers(relation.name)
            if self._fits_machine(candidate) and _provides(candidate, relation)
        ]

    def _find(self, name: str) -> Candidate | None:
        candidate = self._pool.find(name)
        return candidate if candidate is not None and self._fits_machine(candidate) else None

    def _fits_machine(self, candidate: Candidate) -> bool:
        return candidate.package.architecture in {self._architecture, "all"}

    def _unmet(self, asking: Candidate, alternatives: list[Relation]) -> ResolveError:
        """Return the error that names who asks, for what, and what there is instead."""
        wanted = " | ".join(str(each) for each in alternatives)
        there = [found for found in (self._find(each.name) for each in alternatives) if found is not None]
        instead = " and ".join(f"{each.name} is {each.version}" for each in there)
        return ResolveError(
            f"{asking.name} {asking.version} needs {wanted}, but " + (instead or "there is no such package"),
            where=f"Debian {self._suite}",
            hint="the mirror's indexes may be of different days: try again later or use another mirror",
        )

    def _near(self, name: str) -> str:
        import difflib
        import re

        names = self._pool.names(re.escape(name[:3]) + ".*")
        return ", ".join(difflib.get_close_matches(name, names, n=3))


def _provides(candidate: Candidate, relation: Relation) -> bool:
    return any(provided.fits(relation) for provided in candidate.provides)


def _check_peace(chosen: tuple[Chosen, ...], suite: str) -> None:
    """Raise ResolveError where one chosen package conflicts with or breaks another."""
    there: dict[str, list[tuple[Candidate, Provided]]] = {}
    for each in chosen:
        candidate = each.candidate
        for provided in (Provided(candidate.name, candidate.version), *candidate.provides):
            there.setdefault(provided.name, []).append((candidate, provided))
    for each in chosen:
        for relation in (one for group in each.candidate.refuses for one in group):
            for other, provided in there.get(relation.name, []):
                if other.name != each.candidate.name and provided.fits(relation):
                    raise ResolveError(
                        f"{each.candidate.name} {each.candidate.version} does not go together with "
                        f"{other.name} {other.version} (it refuses {relation})",
                        where=f"Debian {suite}",
                        hint="leave one of the two out of the packages asked for",
                    )
