"""Programs that the application runs and the image has not: findings with the package that has them.

None is brought in by itself. Of the application's own code each program counts. Of a dependency only
those that it needs, where the application imports it by name and it is made around a few programs:
large packages can run many, and most who use them never do.
"""

from collections.abc import Callable, Collection, Iterable, Sequence

import msgspec
from msgspec import Struct

from bareboat.build.bases import Bases
from bareboat.build.reach import imported
from bareboat.build.ready import Ready
from bareboat.errors import BareboatError
from bareboat.facts import called
from bareboat.facts.artifact import Role
from bareboat.facts.called import SHELL, Called
from bareboat.facts.sources import sources
from bareboat.finding import Finding, Severity
from bareboat.lock import BaseLock
from bareboat.project.modules import is_aside
from bareboat.store.cas import Store
from bareboat.target import Arch

__all__ = ["find", "run_by"]

_KIND = "called"
_OWN = (Role.PROJECT, Role.SOURCE)
_CODE = "BB915"
_MOST_MODULES = 120
_MOST_PROGRAMS = 3
_SHELL_PACKAGE = "dash"


def run_by(store: Store, one: Ready) -> tuple[Called, ...]:
    """Return the programs that an artifact's code runs; of a dependency with many modules none."""
    held = store.recall(_KIND, one.artifact.key)
    if held is not None:
        return msgspec.json.decode(held, type=tuple[Called, ...])
    files = list(sources(one.tree()))
    is_large = one.artifact.role is Role.DEPENDENCY and len(files) > _MOST_MODULES
    found = called.read(files) if not is_large else ()
    store.remember(_KIND, one.artifact.key, msgspec.json.encode(found))
    return found


def find(
    bases: Bases, base: BaseLock, ready: Sequence[Ready], store: Store, reached: Callable[[], Collection[str]]
) -> tuple[Finding, ...]:
    """Return what there is to say of programs; `ready` is all that the image holds.

    `reached` gives the modules that the application imports. The archive is asked only for what is
    missing in the application's own code; where it cannot be, and for dependencies, the finding goes
    without the package's name.
    """
    search = _Search(bases, base, frozenset(name for one in ready for name in one.artifact.programs))
    own = [one for one in ready if one.artifact.role in _OWN]
    findings = [
        finding
        for one in own
        for finding in search.of_application(
            each for each in run_by(store, one) if not is_aside(each.where.rpartition(":")[0])
        )
    ]
    tops = {
        name.partition(".")[0] for one in own for names in imported(store, one).values() for name in names
    }
    for one in ready:
        if one.artifact.role is not Role.DEPENDENCY or tops.isdisjoint(_tops(one.artifact.modules)):
            continue
        held = [each for each in run_by(store, one) if search.is_missing(each) and not each.is_optional]
        if held:
            modules = reached()
            findings += search.of_dependency(
                one.artifact.name, [each for each in held if each.module in modules]
            )
    return tuple(dict.fromkeys(findings))


def _tops(modules: Iterable[str]) -> set[str]:
    return {name.partition(".")[0] for name in modules}


class _Search(Struct, frozen=True):
    bases: Bases
    base: BaseLock
    present: frozenset[str]

    def is_missing(self, one: Called) -> bool:
        """Say whether none of the names is a program of the image."""
        return self.present.isdisjoint(one.names)

    def of_application(self, held: Iterable[Called]) -> Iterable[Finding]:
        """Yield one finding for each program that is missing, with the places that run it."""
        places: dict[tuple[str, ...], list[Called]] = {}
        for one in held:
            if self.is_missing(one):
                places.setdefault(one.names, []).append(one)
        others = {one.where for names, ones in places.items() if names != (SHELL,) for one in ones}
        through = {one.where for one in places.get((SHELL,), ())}
        for names, ones in sorted(places.items()):
            where = sorted({one.where for one in ones}, key=_place)
            if names == (SHELL,):
                where = [each for each in where if each not in others]
                if not where:
                    continue
            packages = [package for package in [self._package(names)] if package]
            said = " or ".join(names)
            if names != (SHELL,) and through.intersection(where):
                packages.append(_SHELL_PACKAGE)
                said += " through a shell"
            is_optional = all(one.is_optional for one in ones)
            verb = "looks for" if is_optional else "runs"
            yield Finding(
                _CODE,
                where[0],
                f"{verb} {said}, which the image has not{_also(where[1:])}",
                Severity.INFO if is_optional else Severity.WARNING,
                hint=_hint(packages),
            )

    @staticmethod
    def of_dependency(name: str, held: Sequence[Called]) -> Iterable[Finding]:
        """Yield at most one finding, for a package that is made around a few programs.

        Which packages have them is not looked up: that is of too little weight to fetch the Contents index
        for, and what is said must not depend on whether it was fetched before.
        """
        places: dict[str, str] = {}
        for one in held:
            places.setdefault(" or ".join(one.names), one.where)
        if not places or len(places) > _MOST_PROGRAMS:
            return
        said = ", ".join(f"{program} ({where})" for program, where in sorted(places.items()))
        yield Finding(_CODE, name, f"runs what the image has not: {said}", Severity.INFO, hint=_hint(()))

    def _package(self, names: Sequence[str]) -> str | None:
        """Return the package with the first of the programs that one has."""
        if names == (SHELL,):
            return _SHELL_PACKAGE
        if self.bases.pinned() is not None:
            return None
        arch = Arch(self.base.architecture)
        for name in names:
            try:
                found = self.bases.archive.holders("program", name, suite=self.base.suite, arch=arch)
            except BareboatError:
                return None
            if found:
                return min(found, key=lambda package: (package != name, len(package), package))
        return None


def _place(where: str) -> tuple[str, int]:
    path, _, line = where.rpartition(":")
    return path, int(line)


def _also(where: Sequence[str]) -> str:
    if not where:
        return ""
    more = f" and {len(where) - 2} more" if len(where) > 2 else ""
    return f", also at {', '.join(where[:2])}{more}"


def _hint(packages: Iterable[str]) -> str:
    listed = ", ".join(f'"{name}"' for name in packages)
    if not listed:
        return "name the Debian package that has it in [tool.bareboat] packages"
    return f"[tool.bareboat] packages = [{listed}]"
