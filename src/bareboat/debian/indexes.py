"""Signed indexes of a suite: fetched side by side, verified, and kept in a compact form.

An InRelease is asked for again once it is ten minutes old; a Packages index is fetched once for
each sha256 that a verified InRelease names. What the cache holds of an InRelease is the signed
text: it is verified each time.
"""

import hashlib
import threading
from collections.abc import Iterator
from contextlib import suppress

from msgspec import Struct

from bareboat.debian import contents, packages, release, xz
from bareboat.debian.contents import Table
from bareboat.debian.keys import Keyring
from bareboat.debian.mirrors import Choice, Mirrors
from bareboat.debian.packages import Index, Pool
from bareboat.debian.release import Release
from bareboat.debian.sources import Cache, Fetch, attempt, join, shown
from bareboat.debian.suites import Dist, Suite
from bareboat.errors import IntegrityError, ResolveError
from bareboat.oci.digest import Digest
from bareboat.progress import Progress
from bareboat.threads import Threads
from bareboat.tree.compress import Compression, compress, decompress

__all__ = ["Indexes", "View"]

_FRESH = 600
_RELEASE_LIMIT = 8 << 20
_KIND = "debian-index"
_CONTENTS = "debian-contents"


class Indexes(Struct, frozen=True):
    """How the indexes of any suite are come by. `now` is seconds since 1970 UTC.

    With `is_offline` an InRelease of any age serves, as long as it has not expired; with
    `refresh` none that is remembered does.
    """

    mirrors: Mirrors
    net: Fetch
    cache: Cache
    keyring: Keyring
    now: int
    progress: Progress
    allow_expired: bool = False
    is_offline: bool = False
    refresh: bool = False

    def view(self, suite: Suite, architecture: str) -> "View":
        """Return the suite as its signed indexes are now; Packages are read when asked for."""
        with Threads(len(suite.dists)) as pool:
            releases = tuple(pool.map(self._release, suite.dists))
        return View(self, suite, architecture, releases)

    def _release(self, dist: Dist) -> Release:
        choice = self.mirrors.find(dist.archive)
        urls = [join(base, f"dists/{dist.name}/InRelease") for base in choice.urls]
        key = hashlib.sha256("\n".join(urls).encode()).hexdigest()
        kept = None if self.refresh else self.cache.recall("debian-release", key)
        if kept is not None:
            stamp, _, signed = kept.partition(b"\n")
            age = self.now - int(stamp)
            if self.is_offline or 0 <= age < _FRESH:
                return self._verified(signed, dist, shown(urls[0]))

        def fetched(url: str) -> Release:
            signed = self.net.read(url, limit=_RELEASE_LIMIT)
            found = self._verified(signed, dist, shown(url))
            self.cache.remember("debian-release", key, b"%d\n" % self.now + signed)
            return found

        return attempt(urls, fetched, choice)

    def _verified(self, signed: bytes, dist: Dist, where: str) -> Release:
        return release.read(
            signed, self.keyring, dist=dist.name, now=self.now, allow_expired=self.allow_expired, where=where
        )

    def index(self, dist: Dist, found: Release, architecture: str) -> Index:
        """Return the packages of `dist` for `architecture`, from the cache or the mirror."""
        path = _packages(found, architecture)
        packed, plain = _listed(found, path, dist), _listed(found, path[:-3], dist)
        key = f"{packages.FORMAT}-{dist.archive}-{packed[0]}"
        kept = self.cache.recall(_KIND, key)
        blob = self.cache.find(Digest.parse(kept.decode())) if kept is not None else None
        if blob is not None:
            with suppress(IntegrityError):  # damaged on disk: the cache has dropped it, make it again
                return packages.decode(b"".join(blob.chunks()), dist.archive)

        def scanned(url: str) -> Index:
            chunks, where = self._chunks(url, packed, f"{dist.name} packages"), shown(url)
            if path.endswith(".xz"):
                return packages.scan(xz.unpack(chunks, size=plain[1], where=where), dist.archive)
            return packages.scan(_gunzipped(chunks, plain[1], where), dist.archive)

        choice = self.mirrors.find(dist.archive)
        index = attempt(_urls(choice, dist, found, path, packed[0]), scanned, choice)
        stored = self.cache.put(packages.encode(index))
        self.cache.remember(_KIND, key, str(stored.digest).encode(), blobs=(stored.digest,))
        return index

    def contents(self, dist: Dist, found: Release, architecture: str, kind: str) -> Table:
        """Return which package has which file, read from one Contents index; empty where there is none.

        `kind` is HEADER or MODULE for the table of those, else anything. Mirrors show this index under a
        name that changes with it, and may be behind: where the bytes are not those that were
        signed, they serve as a hint all the same, as what it says is checked in the packages.
        """
        path = f"main/Contents-{architecture}.gz"
        if found.find(path) is None:
            return Table(b"")
        packed, plain = _listed(found, path, dist), _listed(found, path[:-3], dist)
        part = contents.TABLES.index(kind if kind in contents.TABLES else "")
        keys = [f"{contents.FORMAT}-{number}-{packed[0]}" for number in range(len(contents.TABLES))]
        kept = self.cache.recall(_CONTENTS, keys[part])
        if kept is not None:
            return Table(b"".join(decompress([kept], Compression.ZSTD)))
        choice = self.mirrors.find(dist.archive)
        urls = _urls(choice, dist, found, path, packed[0])
        name = f"{dist.name} contents"
        others: list[str] = []

        def arriving(url: str) -> Iterator[bytes]:
            try:
                yield from self._chunks(url, packed, name)
            except IntegrityError:
                others.append(url)
                raise

        try:
            tables = attempt(
                urls,
                lambda url: contents.scan(_gunzipped(arriving(url), plain[1], shown(url))),
                choice,
            )
        except IntegrityError:
            if not others:  # what was signed is broken
                raise
            chunks = self.net.fetch(urls[-1], sha256=None, size=None, progress=self.progress, name=name)
            tables = contents.scan(_gunzipped(chunks, 2 * plain[1], shown(urls[-1])))
            self.progress.note(f"{shown(urls[-1])} is not the one that is signed: taken as a hint alone")
        for key, table in zip(keys, tables, strict=True):
            self.cache.remember(_CONTENTS, key, b"".join(compress([table.lines], Compression.ZSTD)))
        return tables[part]

    def _chunks(self, url: str, packed: tuple[str, int], name: str) -> Iterator[bytes]:
        return self.net.fetch(url, sha256=packed[0], size=packed[1], progress=self.progress, name=name)


class View:
    """A suite for one architecture at one moment; safe to use from several threads."""

    def __init__(
        self, indexes: Indexes, suite: Suite, architecture: str, releases: tuple[Release, ...]
    ) -> None:
        self.suite = suite
        self.architecture = architecture
        self.dated = max(found.date for found in releases)
        self.expired = any(found.expired for found in releases)
        self._indexes = indexes
        self._pairs = tuple(zip(suite.dists, releases, strict=True))
        self._pool: Pool | None = None
        self._contents: dict[tuple[str, str], Table] = {}
        self._lock = threading.Lock()

    @property
    def key(self) -> str:
        """What names the contents of all Packages indexes together."""
        names = [self.suite.name]
        for dist, found in self._pairs:
            names += _listed(found, _packages(found, self.architecture), dist)[:1]
        return hashlib.sha256("\n".join(names).encode()).hexdigest()

    def pool(self) -> Pool:
        """Return all packages; the indexes are fetched side by side at the first call."""
        with self._lock:
            if self._pool is None:
                with Threads(len(self._pairs)) as threads:
                    self._pool = Pool(tuple(threads.map(self._index, self._pairs)))
            return self._pool

    def _index(self, pair: tuple[Dist, Release]) -> Index:
        return self._indexes.index(pair[0], pair[1], self.architecture)

    def contents(self, kind: str = "", architecture: str = "") -> Table:
        """Return which package has which file, of this architecture or of `all`.

        Only the suite's own index is read: updates bring new versions, not new files.
        """
        wanted = (kind if kind in contents.TABLES else "", architecture or self.architecture)
        with self._lock:
            if wanted not in self._contents:
                self._contents[wanted] = self._indexes.contents(*self._pairs[0], wanted[1], kind)
            return self._contents[wanted]

    def holders(self, kind: str, name: str) -> frozenset[str]:
        """Return the packages with a header, program, library or pkg-config file of that name.

        Those of every architecture are listed apart, and are asked where no other has it.
        """
        found = self.contents(kind).holders(kind, name)
        return found or self.contents(kind, "all").holders(kind, name)


def _listed(found: Release, path: str, dist: Dist) -> tuple[str, int]:
    listed = found.find(path)
    if listed is None:
        raise ResolveError(
            f"the signed index lists no {path}",
            where=f"Debian {dist.name}",
            hint="the architecture may not be part of this suite",
        )
    return listed


def _packages(found: Release, architecture: str) -> str:
    """Return the path of the Packages index, in the form that is ready soonest.

    gzip is a third larger than xz and takes a quarter of the time to unpack (0.15 s against 0.6
    for 57 MB): all in all it is slower only on lines below 50 Mbit/s.
    """
    path = f"main/binary-{architecture}/Packages"
    return f"{path}.gz" if found.find(f"{path}.gz") is not None else f"{path}.xz"


def _urls(choice: Choice, dist: Dist, found: Release, path: str, sha256: str) -> list[str]:
    """Return by-hash names first: they stay right while a mirror is being updated."""
    folder = f"dists/{dist.name}/{path.rpartition('/')[0]}"
    hashed = [join(base, f"{folder}/by-hash/SHA256/{sha256}") for base in choice.urls]
    named = [join(base, f"dists/{dist.name}/{path}") for base in choice.urls]
    return [*hashed, *named] if found.has_by_hash else named


def _gunzipped(chunks: Iterator[bytes], size: int, where: str) -> Iterator[bytes]:
    """Yield what a .gz index unpacks to, at most the `size` that Release lists for it."""
    total = 0
    try:
        for chunk in decompress(chunks, Compression.GZIP, where=where):
            total += len(chunk)
            if total > size:
                break
            yield chunk
    except IntegrityError:
        for _ in chunks:  # a wrong hash is the better word for it
            pass
        raise
    if total > size:
        raise IntegrityError(f"unpacks to more than the {size} bytes that Release lists", where=where)
