"""What maintainer scripts would have done, and what bareboat does for it: none is ever run.

Written from the scripts of the packages that bareboat itself asks for in trixie, bookworm and sid.
A package that is not listed here and has an installing script is named by `note`, so that the
plan can say so.
"""

import re
from collections.abc import Iterable

from msgspec import Struct

from bareboat.debian.package import Unpacked

__all__ = ["CACHES", "FONTS", "HANDLED", "Cache", "Handled", "note", "unmade"]


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


class Cache(Struct, frozen=True):
    """A file that a program would make of `inputs` (a regular expression), and what lacks without it."""

    inputs: str
    program: str
    makes: str
    lacks: str


CACHES: tuple[Cache, ...] = (
    Cache(
        r"usr/lib/[^/]+/gdk-pixbuf-2\.0/[^/]+/loaders/[^/]+\.so",
        "gdk-pixbuf-query-loaders",
        "loaders.cache",
        "gdk-pixbuf reads only the image formats that are built into it",
    ),
    Cache(
        r"usr/share/glib-2\.0/schemas/[^/]+\.xml",
        "glib-compile-schemas",
        "gschemas.compiled",
        "GSettings finds no schema",
    ),
    Cache(
        r"usr/share/mime/packages/[^/]+\.xml",
        "update-mime-database",
        "mime.cache",
        "types of files are not told by their contents through GIO",
    ),
    Cache(
        r"usr/lib/[^/]+/gtk-3\.0/[^/]+/immodules/[^/]+\.so",
        "gtk-query-immodules-3.0",
        "immodules.cache",
        "GTK has no input methods",
    ),
)

_FONTS = """\
<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "urn:fontconfig:fonts.dtd">
<fontconfig>
  <!-- the image's own folders are not writable; fonts are listed at the first use -->
  <cachedir>/tmp/.fontconfig</cachedir>
</fontconfig>
"""
FONTS = ("usr/share/fontconfig/conf.avail/", "etc/fonts/conf.d/05-bareboat-cache.conf", _FONTS)
"""Where a package of fontconfig's settings has files; path and text of a further one: instead of fc-cache."""


def unmade(paths: Iterable[str]) -> tuple[Cache, ...]:
    """Return what would be made of some of the files `paths` and is not."""
    held = list(paths)
    return tuple(one for one in CACHES if any(re.fullmatch(one.inputs, path) for path in held))


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
