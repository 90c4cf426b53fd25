"""The Debian suites that an image can be assembled from.

Which Python a suite offers is not written here: it is read from the suite's indexes.
"""

import re

from msgspec import Struct

from bareboat.errors import InputError

__all__ = ["SUITES", "Dist", "Suite", "find_suite", "glibc"]


class Dist(Struct, frozen=True):
    """One signed folder under `dists/`, of the `main` or the `security` archive."""

    name: str
    archive: str = "main"


class Suite(Struct, frozen=True):
    """A suite by its codename: all indexes that count, of which the highest version wins."""

    name: str
    dists: tuple[Dist, ...]


def _stable(name: str) -> Suite:
    return Suite(name, (Dist(name), Dist(f"{name}-updates"), Dist(f"{name}-security", "security")))


SUITES = (_stable("trixie"), _stable("bookworm"), Suite("sid", (Dist("sid"),)))
"""The suites in the order in which they are tried."""


def find_suite(name: str) -> Suite:
    """Return the suite called `name`; InputError for one that is not known."""
    for suite in SUITES:
        if suite.name == name:
            return suite
    known = ", ".join(suite.name for suite in SUITES)
    raise InputError(f"no Debian suite called {name[:40]!r}", hint=f"the suites are {known}")


def glibc(version: str) -> tuple[int, int]:
    """Return major and minor of the C library from the version of the package libc6."""
    match = re.match(r"(?:[0-9]+:)?([0-9]{1,3})\.([0-9]{1,4})(?![0-9])", version)
    if match is None:
        raise InputError(f"not a version of glibc: {version[:40]!r}", where="libc6")
    return int(match[1]), int(match[2])
