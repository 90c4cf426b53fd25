"""The front of the Debian archive: names in, pinned packages and their bytes out.

Answers are remembered under what decided them (the hashes of the signed indexes and the
question), so asking again costs no index. Nothing is downloaded that no signature vouches for.
"""

import hashlib
import threading
from collections.abc import Callable, Iterable
from time import gmtime, strftime

import msgspec
from msgspec import Struct
from msgspec.structs import replace

from bareboat.debian import contents, lockfile, sonames, suites
from bareboat.debian.contents import Table
from bareboat.debian.excluded import Exclusion
from bareboat.debian.indexes import Indexes, View
from bareboat.debian.interpreter import full_version, minor_version
from bareboat.debian.keys import Keyring, shipped
from bareboat.debian.mirrors import SNAPSHOT, Mirrors
from bareboat.debian.packages import Candidate
from bareboat.debian.solve import LeftOut, Solution, solve
from bareboat.debian.sources import Cache, Fetch, attempt, join
from bareboat.debian.version import Version
from bareboat.errors import ResolveError
from bareboat.lock import BaseLock, DebianPackage
from bareboat.oci.blob import Blob
from bareboat.oci.digest import Digest
from bareboat.progress import SILENT, Kind, Progress
from bareboat.target import Arch

__all__ = ["Archive", "Request"]

_FORMAT = "1"
_DAY = 86_400


class Request(Struct, frozen=True):
    """Names to close over in a suite; what is left out of it, by name or only where an Exclusion says."""

    suite: str
    arch: Arch
    packages: tuple[str, ...]
    exclude: tuple[str | Exclusion, ...] = ()


class Archive:
    """Debian's archives as one mirror each shows them; safe to use from several threads.

    `now` is seconds since 1970 UTC. `refresh` asks the mirror even for what was just verified.
    """

    def __init__(  # noqa: PLR0913 - what the caller alone may know
        self,
        mirrors: Mirrors,
        fetch: Fetch,
        cache: Cache,
        *,
        now: int,
        keys: Keyring | None = None,
        allow_expired: bool = False,
        offline: bool = False,
        refresh: bool = False,
        progress: Progress = SILENT,
    ) -> None:
        self._mirrors = mirrors
        self._net = fetch
        self._cache = cache
        self._progress = progress
        self._indexes = Indexes(
            mirrors, fetch, cache, keys or shipped(), now, progress, allow_expired, offline, refresh
        )
        self._views: dict[tuple[str, str], View] = {}
        self._lock = threading.Lock()

    def resolve(self, request: Request) -> BaseLock:
        """Return the closure of `request`, by name.

        Raises ResolveError where it cannot be met, IntegrityError for an index that is not to be
        trusted, NetworkError where no mirror answers.
        """
        view = self._view(request.suite, request.arch)
        kept = self._answer(view, _question("lock", request), lambda: self._resolved(view, request))
        (lock,) = lockfile.read(kept.decode())
        return replace(lock, dated=view.dated, expired=view.expired)

    def left_out(self, request: Request) -> tuple[LeftOut, ...]:
        """Return which dependencies the closure of `request` does without, and who has them."""
        view = self._view(request.suite, request.arch)
        kept = self._answer(
            view,
            _question("left out", request),
            lambda: msgspec.json.encode(
                [(each.name, each.wanted_by) for each in self._solution(view, request).left_out]
            ),
        )
        return tuple(LeftOut(*each) for each in msgspec.json.decode(kept, type=list[tuple[str, str]]))

    def because(self, request: Request) -> dict[str, str]:
        """Return for each package of the closure who first asked for it; empty for a requested one."""
        view = self._view(request.suite, request.arch)
        kept = self._answer(
            view,
            _question("because", request),
            lambda: msgspec.json.encode(
                {each.candidate.name: each.because for each in self._solution(view, request).chosen}
            ),
        )
        return msgspec.json.decode(kept, type=dict[str, str])

    def pythons(self, suite: str, arch: Arch) -> tuple[str, ...]:
        """Return the versions of the CPython packages that `suite` offers, lowest first."""
        return self._versions(suite, arch, "python3[.][0-9]+-minimal")

    def glibc(self, suite: str, arch: Arch) -> tuple[int, int]:
        """Return the version of the C library that `suite` has."""
        found = self._versions(suite, arch, "libc6")
        if not found:
            raise ResolveError(f"no package called 'libc6' for {arch}", where=f"Debian {suite}")
        return suites.glibc(found[0])

    def provider(
        self,
        soname: str,
        *,
        suite: str,
        arch: Arch,
        files: Callable[[DebianPackage], Iterable[str]],
        by_name: bool = False,
    ) -> str | None:
        """Return the package whose files have `soname` where the loader finds it, or None.

        `-lname` asks for any version, as find_library does.

        `files` lists the paths of a package, which it fetches; it is asked for good guesses only.
        With `by_name` nothing but the guesses counts, and the large Contents index is not read.
        """
        view = self._view(suite, arch)
        folders = tuple(
            f"{usr}lib{place}" for usr in ("usr/", "") for place in (f"/{arch.multiarch}", "", "64")
        )

        def listed(candidate: Candidate) -> Iterable[str]:
            return files(candidate.package)

        def found() -> bytes:
            name = sonames.find(
                soname,
                view.pool(),
                folders=folders,
                files=listed,
                contents=(lambda: Table(b"")) if by_name else view.contents,
            )
            return (name or "").encode()

        question = f"soname {soname}" + (" by name" if by_name else "")
        return self._answer(view, question, found).decode() or None

    def holders(self, kind: str, name: str, *, suite: str, arch: Arch) -> tuple[str, ...]:
        """Return the packages with a `header`, `program` and the like, as `Table.holders` has it."""
        return tuple(sorted(self._view(suite, arch).holders(kind, name)))

    def distributions(self, module: str, *, suite: str, arch: Arch) -> tuple[str, ...]:
        """Return the Python distributions, by their own names, that Debian's packages have `module` from."""
        view = self._view(suite, arch)
        found = view.contents(contents.MODULE).distributions(module)
        return found or view.contents(contents.MODULE, "all").distributions(module)

    def url(self, package: DebianPackage, *, dated: int = 0) -> tuple[str, ...]:
        """Return where `package` may be, in order: the mirrors, then the snapshot archive.

        The snapshot archive is asked for the state of `dated` (BaseLock has it) and of a day
        later, for what was new on that day may not have reached it before.
        """
        found = [join(base, package.path) for base in self._mirrors.find(package.archive).urls]
        folder = "debian-security" if package.archive == "security" else "debian"
        for base in self._mirrors.snapshot.urls if dated else ():
            for moment in (dated, dated + _DAY):
                stamp = strftime("%Y%m%dT%H%M%SZ", gmtime(moment))
                found.append(join(base, f"archive/{folder}/{stamp}/{package.path}"))
        return tuple(found)

    def fetch(self, package: DebianPackage, *, dated: int = 0) -> Blob:
        """Return the bytes of `package`, from the cache or the first place that has it.

        Raises IntegrityError where they are not what the index or lock says, and NetworkError
        where no place has it.
        """
        digest = Digest(package.sha256)
        kept = self._cache.find(digest)
        if kept is not None:
            return kept

        def stored(url: str) -> Blob:
            chunks = self._net.fetch(
                url, sha256=package.sha256, size=package.size, progress=self._progress, name=package.name
            )
            return self._cache.put(chunks, expect=digest, size=package.size)

        hint = "mirrors drop old packages: renew with `bareboat lock --upgrade`"
        if not self._mirrors.snapshot.urls:
            hint += f", or name a snapshot archive in {SNAPSHOT}"
        choice = self._mirrors.find(package.archive)
        return attempt(self.url(package, dated=dated), stored, choice, hint=hint)

    def forget(self) -> None:
        """Let go of the indexes in memory, some 60 MB a suite; they are read again when needed."""
        with self._lock:
            self._views.clear()

    def _view(self, suite: str, arch: Arch) -> View:
        with self._lock:
            key = (suite, arch.value)
            if key not in self._views:
                self._views[key] = self._indexes.view(suites.find_suite(suite), arch.value)
            return self._views[key]

    def _answer(self, view: View, question: str, make: Callable[[], bytes]) -> bytes:
        """Return what is remembered for `question` in these very indexes, else make and remember it."""
        text = f"{_FORMAT}\n{view.key}\n{view.architecture}\n{question}"
        key = hashlib.sha256(text.encode()).hexdigest()
        kept = self._cache.recall("debian-answer", key)
        if kept is None:
            kept = make()
            self._cache.remember("debian-answer", key, kept)
        return kept

    def _solution(self, view: View, request: Request) -> Solution:
        return solve(
            view.pool(),
            request.packages,
            suite=request.suite,
            architecture=request.arch.value,
            exclude=request.exclude,
        )

    def _resolved(self, view: View, request: Request) -> bytes:
        with self._progress.begin(Kind.RESOLVE, f"Debian {request.suite} for {request.arch}"):
            chosen = self._solution(view, request).chosen
        packages = tuple(each.candidate.package for each in chosen)
        lock = BaseLock(
            suite=request.suite,
            architecture=request.arch.value,
            python=_python(packages),
            packages=packages,
            requested=tuple(sorted(set(request.packages))),
            dated=view.dated,
        )
        return lockfile.render([lock]).encode()

    def _versions(self, suite: str, arch: Arch, pattern: str) -> tuple[str, ...]:
        view = self._view(suite, arch)

        def found() -> bytes:
            pool = view.pool()
            candidates = [pool.find(name) for name in pool.names(pattern)]
            return msgspec.json.encode([each.version for each in candidates if each is not None])

        versions = msgspec.json.decode(self._answer(view, f"versions {pattern}", found), type=list[str])
        return tuple(sorted(versions, key=Version.parse))


def _question(kind: str, request: Request) -> str:
    parts = (
        kind,
        " ".join(sorted(set(request.packages))),
        " ".join(sorted({str(each) for each in request.exclude})),
    )
    return "\n".join(parts)


def _python(packages: tuple[DebianPackage, ...]) -> str:
    """Return the version of the highest CPython among `packages`, empty where there is none."""
    found = [package.version for package in packages if minor_version(package.name) is not None]
    return full_version(max(found, key=Version.parse)) if found else ""
