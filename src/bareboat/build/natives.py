"""Shared libraries that Python packages want from the system, found and brought in.

A soname that nothing in the image has is looked for in what the base's own packages hold back, then
in the whole archive. One that is nowhere is a finding: many are optional, and those of drivers come
from the machine that runs the image.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from bareboat.build.bases import Bases
from bareboat.build.ready import Ready
from bareboat.finding import Finding, Severity
from bareboat.lock import BaseLock

__all__ = ["Natives", "find"]

_MISSING = "BB910"


@dataclass(frozen=True, slots=True)
class Natives:
    """The base with further packages; `kept` are sonames that its packages must not hold back.

    `because` gives the reason for each package that was added.
    """

    base: BaseLock
    kept: tuple[str, ...]
    because: dict[str, str]
    findings: tuple[Finding, ...]


def find(bases: Bases, base: BaseLock, below: Iterable[Ready], above: Iterable[Ready]) -> Natives:
    """Return what the artifacts `above` want that those `below` do not provide.

    A pinned base is not extended. Raises what looking into the archive raises.
    """
    provided, withheld = set[str](), set[str]()
    for one in below:
        provided.update(one.artifact.provided)
        withheld.update(one.artifact.withheld)
    wanted: dict[str, list[str]] = {}
    for one in above:
        for soname in one.artifact.needed:
            if soname not in provided:
                wanted.setdefault(soname, []).append(one.artifact.name)
    because: dict[str, str] = {}
    findings = []
    for soname in sorted(set(wanted) - withheld):
        users = ", ".join(sorted(wanted[soname]))
        name = bases.provider(base, soname) if bases.pinned() is None else None
        if name is not None:
            because[name] = f"has {soname}, needed by {users}"
        else:
            findings.append(_missing(soname, users))
    extended = bases.extended(base, because) if because else base
    return Natives(extended, tuple(sorted(set(wanted) & withheld)), because, tuple(findings))


def _missing(soname: str, users: str) -> Finding:
    return Finding(
        _MISSING,
        users,
        f"wants {soname}, which no package of the base has",
        Severity.WARNING,
        hint="name the Debian package in [tool.bareboat] packages, or run `bareboat lock --upgrade`",
    )
