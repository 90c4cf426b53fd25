"""What maintainer scripts would have done, and what bareboat does for it: none is ever run.

Written from the scripts of the packages that bareboat itself asks for in trixie, bookworm and sid.
A package that is not listed here and has an installing script is named by `note`, so that the
plan can say so.
"""

import re

from msgspec import Struct

from bareboat.debian.package import Unpacked

__all__ = ["HANDLED", "Handled", "note"]


class Handled(Struct, frozen=True):
    """Packages by a regular expression for whole names, what their scripts do, what is done instead."""

    package: str
    does: str
    instead: str


HANDLED: tuple[Handled, ...] = (
    Handled(
        "base-files",
        "copies profiles and a greeting, makes /mnt, /srv, /opt, /var/mail, /usr/local and login records",
        "/run, /tmp and /var/tmp are made, /var/run leads to /run; nobody logs in to an image",
    ),
    Handled(
        "ca-certificates",
        "chooses certificates, joins them into one file and makes a hash link for each",
        "all certificates of the package are joined into etc/ssl/certs/ca-certificates.crt, which OpenSSL's "
        "own default place leads to; hash links would only find the same ones again",
    ),
    Handled(
        "libc6",
        "restarts services after an upgrade, links lib64",
        "lib64 is linked; nothing runs while an image is made",
    ),
    Handled(
        r"libpython3\.\d+-minimal",
        "keeps sitecustomize from being a dangling link",
        "sitecustomize is left out",
    ),
    Handled(
        r"libreadline\d+(t64)?|libcrypt1|libtinfo6|zlib1g|libgcc-s1",
        "moves libraries between /lib and /usr/lib during upgrades",
        "all libraries lie in /usr/lib, which /lib leads to",
    ),
    Handled(
        "netbase",
        "writes /etc/hosts and /etc/networks",
        "container engines write /etc/hosts; the C library needs no /etc/networks",
    ),
    Handled(
        r"python3\.\d+-minimal",
        "compiles the standard library, makes /usr/local/lib/pythonX.Y, registers .pyc files with the kernel",
        "bareboat compiles the whole standard library; Python is used through /opt/venv",
    ),
    Handled(
        "tzdata",
        "sets /etc/localtime and /etc/timezone as answered",
        "both say Etc/UTC; set TZ for another zone",
    ),
)

_INSTALLING = ("preinst", "postinst")
_LDCONFIG = "ldconfig lists libraries in a cache; the loader finds Debian's folders without it"


def note(unpacked: Unpacked) -> str:
    """Return in one line what stands for the package's scripts, empty where it has none that matter."""
    for handled in HANDLED:
        if re.fullmatch(handled.package, unpacked.package.name):
            return handled.instead
    held = dict(unpacked.scripts)
    found = [name for name in _INSTALLING if name in held]
    if found:
        return f"{' and '.join(found)} not run"
    return _LDCONFIG if "ldconfig" in held.get("triggers", "") else ""
