"""Dependencies that an image does without, as data with the reason for each.

An exclusion cuts one edge of the closure: a package that somebody else needs, or that is asked
for by name, is there all the same.
"""

import re

from msgspec import Struct

__all__ = ["EXCLUSIONS", "Exclusion", "excluded"]


class Exclusion(Struct, frozen=True):
    """Packages `name` that are left out where a package `wanted_by` depends on them.

    Both are regular expressions for whole names.
    """

    name: str
    wanted_by: str
    reason: str

    def covers(self, name: str, *, wanted_by: str) -> bool:
        """Say whether the dependency of `wanted_by` on `name` is one of those left out."""
        return bool(re.fullmatch(self.name, name) and re.fullmatch(self.wanted_by, wanted_by))


_PYTHON = r"libpython3\.\d+-stdlib"

EXCLUSIONS: tuple[Exclusion, ...] = (
    Exclusion(
        r"c?debconf(-2\.0)?",
        ".*",
        "asks questions while packages are installed; no maintainer script is run",
    ),
    Exclusion("dpkg", ".*", "the package manager; an image is not changed after it is made"),
    Exclusion(
        "(init-system-helpers|adduser|ucf|install-info|lsb-base|sysvinit-utils)",
        ".*",
        "used by maintainer and init scripts, which are not run",
    ),
    Exclusion("(awk|mawk|gawk|original-awk)", "base-files", "used by maintainer scripts, which are not run"),
    Exclusion(
        "libc-gconv-modules-extra",
        "libc6",
        "conversions of the C library's iconv beyond the common; Python has its own codecs",
    ),
    Exclusion(
        "openssl",
        "ca-certificates",
        "the command makes a hash link for each certificate; bareboat's one bundle replaces them",
    ),
    Exclusion(
        "openssl-provider-legacy",
        r"libssl3(t64)?",
        "MD4, RC4 and the like, off unless a configuration file loads it",
    ),
    Exclusion(
        r"libdb5\.3(t64)?",
        _PYTHON,
        "Berkeley DB, for dbm.ndbm alone; dbm.dumb and, from 3.13, dbm.sqlite3 work without it",
    ),
    Exclusion(
        "(libnsl2|libtirpc3(t64)?)",
        _PYTHON,
        "NIS, for Python 3.11's module nis alone, which is dropped; would bring Kerberos with it",
    ),
    Exclusion(
        "libglx-mesa0|libegl-mesa0",
        "libglx0|libegl1",
        "drivers that draw on a display or a graphics card, 200 MB with their compiler; the libraries that "
        "programs are linked with load without them",
    ),
    Exclusion(
        "libgl1-mesa-dri|mesa-libgallium",
        "libgbm1",
        "the same drivers; libgbm loads them when it is given a graphics card",
    ),
    Exclusion(
        "readline-common",
        r"libreadline\d+(t64)?",
        "key bindings for an interactive terminal; readline works without them",
    ),
)


def excluded(name: str, *, wanted_by: str) -> Exclusion | None:
    """Return why the package `wanted_by` goes without its dependency `name`, None if it does not."""
    return next((each for each in EXCLUSIONS if each.covers(name, wanted_by=wanted_by)), None)
