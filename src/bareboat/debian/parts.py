"""Which layer a Debian package belongs to: the base, the interpreter, or native libraries.

The base is what any interpreter of the suite stands on, so that images of two Python versions
share it; the interpreter's libraries go with it; all else is asked for by the project.
"""

import re
from collections.abc import Iterable
from enum import StrEnum

from bareboat.lock import DebianPackage

__all__ = ["Part", "part", "split"]


class Part(StrEnum):
    """A layer of Debian packages, in the order in which the layers are stacked."""

    BASE = "base"
    INTERPRETER = "interpreter"
    NATIVE = "native"


_BASE = re.compile(
    r"base-files|ca-certificates|gcc-\d+-base|libc6|libgcc-s1|libssl\d+(t64)?|libzstd1|media-types|netbase"
    r"|tzdata(-legacy)?|zlib1g"
)
_INTERPRETER = re.compile(
    r"(lib)?python3\.\d+-(minimal|stdlib)|libb2-1|libbz2-1\.0|libcrypt1|libexpat1|libffi\d+|liblzma5|libmpdec\d+"
    r"|libncursesw6|libreadline\d+(t64)?|libsqlite3-0|libtinfo6|libuuid1"
)


def part(name: str) -> Part:
    """Return the layer that the package of that name goes into."""
    if _BASE.fullmatch(name):
        return Part.BASE
    return Part.INTERPRETER if _INTERPRETER.fullmatch(name) else Part.NATIVE


def split(packages: Iterable[DebianPackage]) -> dict[Part, tuple[DebianPackage, ...]]:
    """Return the packages of each part by name; every part is there, empty or not."""
    ordered = sorted(packages)
    return {each: tuple(package for package in ordered if part(package.name) is each) for each in Part}
