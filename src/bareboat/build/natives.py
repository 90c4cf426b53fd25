"""Shared libraries that Python packages want from the system, found and brought in.

Wanted are the sonames that ELF files need, and the libraries that code which the application
imports opens by name. What nothing in the image has is looked for in what the base's own packages
hold back, then in the whole archive. One that is nowhere is a finding: many are optional, and those
of drivers come from the machine that runs the image. What a package that was brought in needs comes
by its Depends, and out of what others hold back.
"""

from collections.abc import Callable, Collection, Iterable, Mapping

from msgspec import Struct, field

from bareboat.build.bases import Bases
from bareboat.build.ready import Ready
from bareboat.facts.artifact import Artifact
from bareboat.facts.opened import Opened
from bareboat.finding import Finding, Severity
from bareboat.lock import BaseLock
from bareboat.project.command import Decision

__all__ = ["Natives", "find", "heavy", "held_back"]

_MISSING = "BB910"
_OPTIONAL = "BB911"
_ABSENT = "BB912"
_LARGE = "BB913"
_HEAVY = 100_000_000
_HINT = "name the Debian package in [tool.bareboat] packages, or run `bareboat lock --upgrade`"


class Natives(Struct, frozen=True):
    """The base with further packages; `kept` are sonames that its packages must not hold back.

    `because` gives the reason for each package that was added. `decisions` tell what was not.
    """

    base: BaseLock
    kept: tuple[str, ...]
    because: dict[str, str]
    findings: tuple[Finding, ...]
    decisions: tuple[Decision, ...] = ()


def find(
    bases: Bases,
    base: BaseLock,
    below: Iterable[Ready],
    above: Iterable[Ready],
    reached: Callable[[], Collection[str]] = tuple,
) -> Natives:
    """Return what the artifacts `above` want that those `below` do not provide.

    `reached` gives the modules that the application imports; it is asked only where a library
    that is opened by name is missing. A pinned base is not extended. Raises what looking into the
    archive raises.
    """
    search = _Search(bases, base)
    for one in below:
        search.provided.update(one.artifact.provided)
        search.withheld.update(one.artifact.withheld)
    held = list(above)
    search.needed(held)
    search.opened(held, reached)
    extended = bases.extended(base, search.because) if search.because else base
    return Natives(
        extended, tuple(sorted(search.kept)), search.because, tuple(search.findings), tuple(search.decisions)
    )


def held_back(held: Iterable[Artifact]) -> frozenset[str]:
    """Return the sonames that one of the artifacts needs, another holds back, and none provides."""
    artifacts = tuple(held)
    provided = {name for one in artifacts for name in one.provided}
    withheld = {name for one in artifacts for name in one.withheld}
    return frozenset(name for one in artifacts for name in one.needed if name in withheld) - provided


def heavy(added: Iterable[Artifact], because: Mapping[str, str]) -> tuple[Finding, ...]:
    """Return what there is to say of packages that were added, where they are large together."""
    held = sorted(added, key=lambda one: -one.size)
    total = sum(one.size for one in held)
    if total < _HEAVY:
        return ()
    largest = ", ".join(f"{one.name} {one.size / 1e6:.0f} MB" for one in held[:3])
    reasons = "; ".join(f"{name} {because[name]}" for name in sorted(because))
    return (
        Finding(
            _LARGE,
            "native libraries",
            f"{total / 1e6:.0f} MB in {len(held)} Debian packages were added, with {largest}: {reasons}",
            Severity.WARNING,
            hint="look for a distribution that brings its libraries along, or does without them",
        ),
    )


class _Search(Struct):
    """What was found so far."""

    bases: Bases
    base: BaseLock
    provided: set[str] = field(default_factory=set)
    withheld: set[str] = field(default_factory=set)
    kept: set[str] = field(default_factory=set)
    because: dict[str, str] = field(default_factory=dict)
    findings: list[Finding] = field(default_factory=list)
    decisions: list[Decision] = field(default_factory=list)

    def needed(self, above: Iterable[Ready]) -> None:
        """Find what ELF files need; a library that another wheel brings is found through its own path."""
        bundled = {name for one in above for name in one.artifact.bundled}
        wanted: dict[str, list[str]] = {}
        for one in above:
            for soname in one.artifact.needed:
                if soname not in self.provided:
                    wanted.setdefault(soname, []).append(one.artifact.name)
        for soname in sorted(wanted):
            users = ", ".join(sorted(wanted[soname]))
            if soname in self.withheld:
                self.kept.add(soname)
                continue
            name = self._package(soname)
            if name is not None:
                self.because.setdefault(name, f"has {soname}, needed by {users}")
            elif soname not in bundled:
                self.findings.append(_missing(soname, users))

    def opened(self, above: Iterable[Ready], reached: Callable[[], Collection[str]]) -> None:
        """Find what code opens by name."""
        wanted = [
            (one.artifact.name, group)
            for one in above
            for group in one.artifact.opened
            if not any(self._is_there(name, self.provided) for name in group.names)
        ]
        if not wanted:
            return
        modules = reached()
        aside: dict[str, set[str]] = {}
        lacking: dict[str, list[Opened]] = {}
        for user, group in sorted(wanted):
            if group.module not in modules:
                aside.setdefault(user, set()).add(_library(group.names[0]))
            elif not self._open(user, group):
                lacking.setdefault(user, []).append(group)
        self.findings += (_absent(user, groups) for user, groups in lacking.items())
        if aside:
            said = "; ".join(f"{user} ({_few(names)})" for user, names in sorted(aside.items()))
            self.decisions.append(
                Decision("libraries left out", said, "opened by modules that the application does not import")
            )

    def _open(self, user: str, group: Opened) -> bool:
        """Bring in the first library of the group that there is; say whether there is one."""
        for name in group.names:
            held = [one for one in sorted(self.withheld) if _fits(name, one)]
            if held:
                self.kept.add(held[0])
                return True
        for name in group.names:
            package = self._package(name)
            if package is None:
                continue
            reason = f"has {_library(name)}, opened by {user} ({group.where})"
            if not group.is_optional:
                self.because.setdefault(package, reason)
            elif package not in self.because:
                self.findings.append(_optional(user, group, _library(name), package))
            return True
        return False

    def _package(self, name: str) -> str | None:
        return self.bases.provider(self.base, name) if self.bases.pinned() is None else None

    @staticmethod
    def _is_there(name: str, files: Collection[str]) -> bool:
        return name in files if not name.startswith("-l") else any(_fits(name, one) for one in files)


def _fits(name: str, file: str) -> bool:
    """Say whether a library's file is what `name` asks for: itself, or any version for `-lname`."""
    return file == name or (name.startswith("-l") and f"{file}.".startswith(f"lib{name[2:]}.so."))


def _library(name: str) -> str:
    return f"lib{name[2:]}" if name.startswith("-l") else name


def _few(names: Collection[str]) -> str:
    listed = sorted(names)
    return ", ".join(listed[:3]) + (f" and {len(listed) - 3} more" if len(listed) > 3 else "")


def _missing(soname: str, users: str) -> Finding:
    return Finding(
        _MISSING, users, f"wants {soname}, which no package of the base has", Severity.WARNING, hint=_HINT
    )


def _optional(user: str, group: Opened, library: str, package: str) -> Finding:
    return Finding(
        _OPTIONAL,
        user,
        f"opens {library} where it is there, and goes on without it ({group.where})",
        Severity.INFO,
        hint=f'to have it: [tool.bareboat] packages = ["{package}"]',
    )


def _absent(user: str, groups: Iterable[Opened]) -> Finding:
    names = {_library(group.names[0]): group.where for group in groups}
    listed = ", ".join(f"{name} ({where})" for name, where in names.items())
    return Finding(
        _ABSENT,
        user,
        f"opens by name what no package of the base has: {listed}",
        Severity.INFO,
        hint=_HINT,
    )
