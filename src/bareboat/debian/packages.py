"""A Packages index: from 60 MB of text to the few stanzas that are asked for.

`scan` cuts the text into stanzas and drops what is never asked for, without parsing a field;
`Candidate` parses one stanza when it is looked up. `encode` makes the form that the cache keeps, and
`decode` reads it.
Spec: Debian repository format, "Packages" indices; Debian Policy 4.7, section 5.3.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence

from msgspec import Struct

from bareboat.debian import relation, shelf, stanza
from bareboat.debian.shelf import Shelf
from bareboat.debian.version import Version
from bareboat.errors import InputError
from bareboat.lock import DebianPackage

__all__ = ["FORMAT", "Candidate", "Index", "Pool", "check_path", "decode", "encode", "scan"]

FORMAT = "3"

_PATH = re.compile(r"[A-Za-z0-9][A-Za-z0-9+._~%:-]*(?:/[A-Za-z0-9][A-Za-z0-9+._~%:-]*)*\.deb")
_SLICE = 4 << 20
_FIRST_CUT = b"\nDescription: "
_LAST_CUT = b"\nPriority: "
_PRIORITIES = ("required", "important", "standard", "optional", "extra")


class Candidate(Struct, frozen=True):
    """One package as an index describes it; its relations are parsed when they are asked for."""

    package: DebianPackage
    stanza: bytes

    @classmethod
    def read(cls, data: bytes, archive: str) -> "Candidate":
        """Read a stanza of the index of `archive`; InputError for what cannot be installed."""
        name = stanza.field(data, b"Package")
        version = stanza.field(data, b"Version")
        where = f"package {name or '?'}"
        path = check_path(stanza.field(data, b"Filename"), where)
        sha256, size = stanza.field(data, b"SHA256"), stanza.field(data, b"Size")
        if re.fullmatch(r"[0-9a-f]{64}", sha256) is None or re.fullmatch(r"[0-9]{1,12}", size) is None:
            raise InputError(f"no sha256 and size in the index (SHA256 {sha256[:70]!r})", where=where)
        source = stanza.field(data, b"Source").partition(" ")[0] or name
        Version.parse(version)
        package = DebianPackage(
            name, version, stanza.field(data, b"Architecture"), sha256, path, int(size), archive, source
        )
        return cls(package, data)

    @property
    def name(self) -> str:
        """The package's name."""
        return self.package.name

    @property
    def version(self) -> str:
        """The package's version."""
        return self.package.version

    @property
    def rank(self) -> int:
        """How near to the system's core the package is, 0 for required (Policy 2.5)."""
        priority = stanza.field(self.stanza, b"Priority")
        return _PRIORITIES.index(priority) if priority in _PRIORITIES else len(_PRIORITIES)

    @property
    def depends(self) -> tuple[tuple[relation.Relation, ...], ...]:
        """What must be there: Pre-Depends, then Depends."""
        return self._relations(b"Pre-Depends") + self._relations(b"Depends")

    @property
    def refuses(self) -> tuple[tuple[relation.Relation, ...], ...]:
        """What must not be there: Conflicts and Breaks."""
        return self._relations(b"Conflicts") + self._relations(b"Breaks")

    @property
    def provides(self) -> tuple[relation.Provided, ...]:
        """The virtual packages that this one stands for."""
        return relation.parse_provides(stanza.field(self.stanza, b"Provides"))

    def _relations(self, name: bytes) -> tuple[tuple[relation.Relation, ...], ...]:
        return relation.parse(stanza.field(self.stanza, name))


class Index:
    """The packages of one index: the highest version of each name, looked up by name or provision."""

    __slots__ = ("_providers", "_stanzas", "archive")

    def __init__(self, archive: str, stanzas: Mapping[bytes, bytes]) -> None:
        self.archive = archive
        self._stanzas = stanzas
        self._providers: list[tuple[bytes, bytes]] | None = None

    def __len__(self) -> int:
        return len(self._stanzas)

    def find(self, name: str) -> Candidate | None:
        """Return the package called `name`, or None."""
        data = self._stanzas.get(name.encode(errors="replace"))
        return None if data is None else Candidate.read(data, self.archive)

    def names(self, pattern: str) -> tuple[str, ...]:
        """Return the names that `pattern` matches whole, sorted."""
        whole = re.compile(b"\n(?:%b)(?=\n)" % pattern.encode(errors="replace"))
        found = whole.finditer(b"\n%b\n" % b"\n".join(self._stanzas))
        return tuple(sorted(match[0][1:].decode(errors="replace") for match in found))

    def providers(self, name: str) -> Iterator[Candidate]:
        """Yield the packages whose Provides name `name`, sorted by name."""
        wanted = name.encode(errors="replace")
        for package, provides in self.provided():
            if wanted in provides:
                candidate = Candidate.read(self._stanzas[package], self.archive)
                if any(provided.name == name for provided in candidate.provides):
                    yield candidate

    def provided(self) -> list[tuple[bytes, bytes]]:
        """Return the names of packages with what each provides, sorted; those that provide something."""
        if self._providers is None:
            stanzas = self._stanzas
            self._providers = list(stanzas.provided()) if isinstance(stanzas, Shelf) else _provided(stanzas)
        return self._providers

    def stanzas(self) -> Mapping[bytes, bytes]:
        """Return the stanzas kept, by the names of their packages."""
        return self._stanzas


class Pool:
    """The indexes of a suite as one; of each name the highest version, the first index on a tie."""

    __slots__ = ("_indexes",)

    def __init__(self, indexes: Sequence[Index]) -> None:
        self._indexes = tuple(indexes)

    def find(self, name: str) -> Candidate | None:
        """Return the highest version of the package called `name`, or None."""
        best: Candidate | None = None
        for index in self._indexes:
            found = index.find(name)
            if found is not None and (
                best is None or Version.parse(found.version) > Version.parse(best.version)
            ):
                best = found
        return best

    def names(self, pattern: str) -> tuple[str, ...]:
        """Return the names that `pattern` matches whole, sorted."""
        return tuple(sorted({name for index in self._indexes for name in index.names(pattern)}))

    def providers(self, name: str) -> tuple[Candidate, ...]:
        """Return the packages that provide `name`, by rank, then by name, as apt prefers them."""
        names = {candidate.name for index in self._indexes for candidate in index.providers(name)}
        highest = [found for found in (self.find(each) for each in names) if found is not None]
        still = [found for found in highest if any(provided.name == name for provided in found.provides)]
        return tuple(sorted(still, key=lambda found: (found.rank, found.name)))


def scan(pieces: Iterable[bytes], archive: str) -> Index:
    """Return the index whose text comes in `pieces`."""
    found: dict[bytes, bytes] = {}
    rest = b""
    for data in _slices(pieces):
        text = rest + data
        end = text.rfind(b"\n\n")
        if end == -1:
            rest = text
            continue
        rest = text[end + 2 :]
        _add(found, text[:end])
    if rest.strip():
        _add(found, rest.rstrip(b"\n"))
    return Index(archive, found)


def encode(index: Index) -> Iterator[bytes]:
    """Yield the compact form of `index`, the same for the same packages."""
    return shelf.write(index.stanzas(), index.provided())


def decode(data: bytes, archive: str) -> Index:
    """Return the index that `encode` wrote; IntegrityError for anything else."""
    return Index(archive, Shelf(data))


def check_path(path: str, where: str) -> str:
    """Return `path` if it is a plain relative path of a .deb file, else raise InputError."""
    if _PATH.fullmatch(path) is None:
        raise InputError(f"not a path of a package in an archive: {path[:120]!r}", where=where)
    return path


def _slices(pieces: Iterable[bytes]) -> Iterator[bytes]:
    for piece in pieces:
        for start in range(0, len(piece), _SLICE):
            yield piece[start : start + _SLICE]


def _add(found: dict[bytes, bytes], data: bytes) -> None:
    """Add the stanzas of `data` to `found`, without what lies between Description and Priority.

    What the archive writes there is never asked for. Every relation's name ends in an s: where
    one might stand there, the stanza is kept whole; a field that must be there is missed when
    the stanza is read.
    """
    for whole in data.split(b"\n\n"):
        kept = whole
        end = whole.rfind(_LAST_CUT)
        start = whole.rfind(_FIRST_CUT, 0, end)
        if start > 0 and b"s: " not in whole[start:end]:
            kept = whole[:start] + whole[end:]
        name = kept[9 : kept.find(b"\n")] if kept.startswith(b"Package: ") else _name(kept)
        if name in found:
            kept = _higher(found[name], kept)
        if name:
            found[name] = kept


def _provided(stanzas: Mapping[bytes, bytes]) -> list[tuple[bytes, bytes]]:
    held = (each for each in stanzas.items() if b"\nProvides: " in each[1])
    return sorted((name, stanza.raw(data, b"Provides")) for name, data in held)


def _name(data: bytes) -> bytes:
    return stanza.field(data.strip(b"\n"), b"Package").encode()


def _higher(one: bytes, other: bytes) -> bytes:
    first, second = (Version.parse(stanza.field(data, b"Version")) for data in (one, other))
    return other if second > first else one
