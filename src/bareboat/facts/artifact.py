"""What the plan needs to know of one thing that goes into the image.

An artifact is a Debian package, a wheel, the project's own wheel, its files or what the build makes of
them, after it was verified, cut down and compiled. Its key names the bytes; the bytes themselves stay
outside.
"""

from enum import StrEnum

from msgspec import Struct

from bareboat.facts.opened import Opened

__all__ = ["Artifact", "Role"]


class Role(StrEnum):
    """Where an artifact stands in the image, in the order of the layers."""

    BASE = "base"
    INTERPRETER = "interpreter"
    NATIVE = "native"
    DEPENDENCY = "dependency"
    PROJECT = "project"
    SOURCE = "source"
    STATIC = "static"


class Artifact(Struct, frozen=True):
    """One artifact: `key` is a hash of all its inputs, `size` its bytes as they will lie on disk.

    `because` says who asked for it. `modules` are the top-level modules that it brings, `provided`
    the file names of shared libraries that it puts where the loader looks, `needed` the sonames
    that it wants from elsewhere, `opened` the libraries that its code opens by name, `bundled` the
    file names of libraries that lie in it for itself, `withheld` those that it could provide and
    does not as long as nobody wants them, `programs` what it puts on the PATH, `dropped` bytes left
    out by rule.
    """

    role: Role
    name: str
    version: str
    key: str
    size: int
    files: int
    because: str = ""
    modules: tuple[str, ...] = ()
    provided: tuple[str, ...] = ()
    needed: tuple[str, ...] = ()
    opened: tuple[Opened, ...] = ()
    bundled: tuple[str, ...] = ()
    programs: tuple[str, ...] = ()
    withheld: tuple[str, ...] = ()
    dropped: tuple[tuple[str, int], ...] = ()
