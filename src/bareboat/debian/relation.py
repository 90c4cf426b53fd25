"""Relations between packages: Depends, Pre-Depends, Breaks, Conflicts, Provides.

Architecture restrictions and build profiles are read too, since Build-Depends has them.
Spec: Debian Policy 4.7, chapter 7; arch qualifiers as in the multiarch specification.
"""

import re
from functools import lru_cache

from msgspec import Struct

from bareboat.debian.version import Version
from bareboat.errors import InputError

__all__ = ["Provided", "Relation", "parse", "parse_provides"]

_FORM = re.compile(
    r"\s*(?P<name>[A-Za-z0-9][A-Za-z0-9+.-]*)"
    r"(?::(?P<qualifier>[A-Za-z0-9-]+))?"
    r"(?:\s*\(\s*(?P<operator><<|<=|=|>=|>>|<|>)\s*(?P<version>[A-Za-z0-9.+~:-]+)\s*\))?"
    r"(?:\s*\[(?P<restriction>[^\]]*)\])?"
    r"(?P<profiles>(?:\s*<[^<>]*>)*)\s*",
)


class Relation(Struct, frozen=True):
    """One alternative of a relation; `operator` is empty where any version will do.

    `restriction` are the architectures it is limited to, each perhaps with a `!`; `profiles` is
    the restriction formula of build profiles as written.
    """

    name: str
    operator: str = ""
    version: str = ""
    qualifier: str = ""
    restriction: tuple[str, ...] = ()
    profiles: str = ""

    def __str__(self) -> str:
        return f"{self.name} ({self.operator} {self.version})" if self.operator else self.name

    def accepts(self, version: str) -> bool:
        """Say whether a package of that name and `version` fits."""
        if not self.operator:
            return True
        found, wanted = Version.parse(version), Version.parse(self.version)
        match self.operator:
            case "<<":
                return found < wanted
            case "<=":
                return found <= wanted
            case "=":
                return found == wanted
            case ">=":
                return found >= wanted
            case _:
                return found > wanted

    def applies(self, architecture: str) -> bool:
        """Say whether the relation counts on `architecture` (Policy 7.1: lists do not mix)."""
        if not self.restriction:
            return True
        if self.restriction[0].startswith("!"):
            return all(not _covers(name[1:], architecture) for name in self.restriction)
        return any(_covers(name, architecture) for name in self.restriction)

    def is_for(self, architecture: str) -> bool:
        """Say whether the qualifier allows the package of `architecture` to serve."""
        return self.qualifier in {"", "any", "native", "all", architecture}


class Provided(Struct, frozen=True):
    """A virtual package that a real one provides; without a version it fits no versioned need."""

    name: str
    version: str = ""

    def fits(self, relation: Relation) -> bool:
        """Say whether `relation` is met by this."""
        if self.name != relation.name:
            return False
        return not relation.operator or (bool(self.version) and relation.accepts(self.version))


@lru_cache(maxsize=8192)
def parse(text: str) -> tuple[tuple[Relation, ...], ...]:
    """Return the relations that must all hold, each as the alternatives that may serve.

    Raises InputError for what is no relation.
    """
    groups = [group for group in text.split(",") if group.strip()]
    return tuple(tuple(_read(alternative) for alternative in group.split("|")) for group in groups)


@lru_cache(maxsize=8192)
def parse_provides(text: str) -> tuple[Provided, ...]:
    """Return the virtual packages of a Provides field."""
    found = []
    for alternatives in parse(text):
        relation = alternatives[0]
        if len(alternatives) > 1 or relation.operator not in {"", "="}:
            raise InputError(f"not a provided package: {text[:80]!r}")
        found.append(Provided(relation.name, relation.version))
    return tuple(found)


def _read(text: str) -> Relation:
    match = _FORM.fullmatch(text)
    if match is None:
        raise InputError(f"not a relation between packages: {text.strip()[:80]!r}")
    # Policy 7.1: `<` and `>` are old spellings of `<=` and `>=`.
    operator = {"<": "<=", ">": ">="}.get(match["operator"] or "", match["operator"] or "")
    return Relation(
        match["name"],
        operator,
        match["version"] or "",
        match["qualifier"] or "",
        tuple((match["restriction"] or "").split()),
        match["profiles"].strip(),
    )


def _covers(pattern: str, architecture: str) -> bool:
    return pattern in {"any", "linux-any", f"any-{architecture}", f"linux-{architecture}", architecture}
