"""What a lock says for one Target: every artifact by name, version, hash and source.

`Lock` is the Python side (one wheel a package), `BaseLock` the Debian side. Readers and
writers live with their formats; these are the values that they agree on.
"""

from msgspec import Struct

__all__ = [
    "STANDALONE",
    "BaseLock",
    "DebianPackage",
    "Folder",
    "Lock",
    "LockedPackage",
    "LockedRequirement",
    "Repository",
    "Sdist",
    "Wheel",
]

STANDALONE = "standalone"
"""The archive that a build of python-build-standalone comes from."""


class Wheel(Struct, frozen=True, order=True):
    """One wheel to fetch. `url` may be `file:`; `size` is bytes, None where the lock has none."""

    filename: str
    url: str
    sha256: str
    size: int | None = None


class Sdist(Struct, frozen=True, order=True):
    """One source archive to fetch and build. `url` and `size` are as those of a wheel.

    `others` are the file names of wheels that the lock has besides, none of which fits the target.
    `subdirectory` is the folder in it that is built, empty for its top.
    """

    filename: str
    url: str
    sha256: str
    size: int | None = None
    others: tuple[str, ...] = ()
    subdirectory: str = ""


class Repository(Struct, frozen=True, order=True):
    """One commit of a git repository to build from.

    `url` is git's own (https, ssh, file) and holds no password; `commit` is a whole hash in hex;
    `reference` is the branch or tag that it was found by, empty where the commit itself was named.
    """

    url: str
    commit: str
    subdirectory: str = ""
    reference: str = ""


class Folder(Struct, frozen=True, order=True):
    """One folder of this machine to build from; `top` is the one around it that nothing may lead out of.

    Both are absolute paths.
    """

    path: str
    top: str


class LockedPackage(Struct, frozen=True, order=True):
    """One distribution of the lock, its name normalised, with the wheel chosen for the target.

    Without a wheel that fits, `wheel` is None and one is built of the `sdist`, the `repository` or the
    `folder`; `version` may be empty until then. `requires` are the normalised names that pull in further
    packages here (empty where the lock format does not say); `because` tells who asked for it
    (`fastapi`, `pyproject.toml`).
    """

    name: str
    version: str
    wheel: Wheel | None
    requires: tuple[str, ...] = ()
    because: str = ""
    sdist: Sdist | None = None
    repository: Repository | None = None
    folder: Folder | None = None

    @property
    def artifact(self) -> Wheel | Sdist:
        """The file that the lock pins: the wheel, else what it is built from."""
        held = self.wheel or self.sdist
        if held is None:
            raise ValueError(f"{self.name} is locked without any file")
        return held

    @property
    def sources(self) -> Sdist | Repository | Folder | None:
        """What a wheel is built from, None where only wheels are known."""
        return self.sdist or self.repository or self.folder

    @property
    def size(self) -> int:
        """The bytes to fetch, 0 where the lock does not say."""
        held = self.wheel or self.sdist
        return (held.size if held is not None else None) or 0


class Lock(Struct, frozen=True):
    """All Python packages of an image, by name. `origin` is the file or act that decided."""

    packages: tuple[LockedPackage, ...]
    origin: str

    def find(self, name: str) -> LockedPackage | None:
        """Return the package of that normalised name, or None."""
        return next((package for package in self.packages if package.name == name), None)


class DebianPackage(Struct, frozen=True, order=True):
    """One binary package of a Debian archive; `path` is relative to the archive's root.

    `archive` is `main` or `security`: which of the two archives `path` lies in; `standalone` for an
    interpreter of python-build-standalone, which stands in a base as a package of its own.
    """

    name: str
    version: str
    architecture: str
    sha256: str
    path: str
    size: int
    archive: str = "main"
    source: str = ""


class LockedRequirement(Struct, frozen=True, order=True):
    """A build requirement pinned by version and by the hashes of the files that may serve."""

    name: str
    version: str
    sha256: tuple[str, ...]


class BaseLock(Struct, frozen=True):
    """The Debian side: the packages by name, and what they were chosen from; the interpreter among them.

    `requested` are the names that the closure was computed from; `dated` is the Date of the
    newest index used, seconds since 1970 UTC; `expired` says that an index was past its
    Valid-Until when it was used. `build` are the locked build requirements of the project.
    """

    suite: str
    architecture: str
    python: str
    packages: tuple[DebianPackage, ...]
    requested: tuple[str, ...]
    dated: int
    expired: bool = False
    build: tuple[LockedRequirement, ...] = ()

    @property
    def standalone(self) -> DebianPackage | None:
        """The interpreter, where it is none of Debian's."""
        return next((one for one in self.packages if one.archive == STANDALONE), None)
