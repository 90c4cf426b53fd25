"""What a lock says for one Target: every artifact by name, version, hash and source.

`Lock` is the Python side (one wheel a package), `BaseLock` the Debian side. Readers and
writers live with their formats; these are the values that they agree on.
"""

from dataclasses import dataclass

__all__ = ["BaseLock", "DebianPackage", "Lock", "LockedPackage", "LockedRequirement", "Sdist", "Wheel"]


@dataclass(frozen=True, slots=True, order=True)
class Wheel:
    """One wheel to fetch. `url` may be `file:`; `size` is bytes, None where the lock has none."""

    filename: str
    url: str
    sha256: str
    size: int | None = None


@dataclass(frozen=True, slots=True, order=True)
class Sdist:
    """One source archive to fetch and build. `url` and `size` are as those of a wheel.

    `others` are the file names of wheels that the lock has besides, none of which fits the target.
    """

    filename: str
    url: str
    sha256: str
    size: int | None = None
    others: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, order=True)
class LockedPackage:
    """One distribution of the lock, its name normalised, with the wheel chosen for the target.

    Without a wheel that fits, `wheel` is None and `sdist` is what one is built from. `requires` are
    the normalised names that pull in further packages here (empty where the lock format does not
    say); `because` tells who asked for it (`fastapi`, `pyproject.toml`).
    """

    name: str
    version: str
    wheel: Wheel | None
    requires: tuple[str, ...] = ()
    because: str = ""
    sdist: Sdist | None = None

    @property
    def artifact(self) -> Wheel | Sdist:
        """The file that the lock pins: the wheel, else what it is built from."""
        held = self.wheel or self.sdist
        if held is None:
            raise ValueError(f"{self.name} is locked without any file")
        return held


@dataclass(frozen=True, slots=True)
class Lock:
    """All Python packages of an image, by name. `origin` is the file or act that decided."""

    packages: tuple[LockedPackage, ...]
    origin: str

    def find(self, name: str) -> LockedPackage | None:
        """Return the package of that normalised name, or None."""
        return next((package for package in self.packages if package.name == name), None)


@dataclass(frozen=True, slots=True, order=True)
class DebianPackage:
    """One binary package of a Debian archive; `path` is relative to the archive's root.

    `archive` is `main` or `security`: which of the two archives `path` lies in.
    """

    name: str
    version: str
    architecture: str
    sha256: str
    path: str
    size: int
    archive: str = "main"
    source: str = ""


@dataclass(frozen=True, slots=True, order=True)
class LockedRequirement:
    """A build requirement pinned by version and by the hashes of the files that may serve."""

    name: str
    version: str
    sha256: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class BaseLock:
    """The Debian side: the packages by name, and what they were chosen from.

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
