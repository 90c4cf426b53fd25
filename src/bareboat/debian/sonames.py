"""Which package has the shared library that a program asks for by its soname.

First by name: Debian names a library's package after the soname, so a few guesses that exist
are checked against the files in the package itself. What is not found so is looked up in the
Contents index, which is large and is turned once into a small table.
Spec: Debian Policy 4.7, section 8.1; Debian repository format, "Contents" indices.
"""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from bareboat.debian.packages import Candidate, Pool
from bareboat.errors import IntegrityError

__all__ = ["FORMAT", "Files", "Libraries", "find", "guesses", "scan"]

FORMAT = "1"

Files = Callable[[Candidate], Iterable[str]]
"""Lists the paths in a package, by fetching it."""

_LONGEST = 1 << 20
_SONAME = re.compile(r"(?P<base>[A-Za-z0-9][A-Za-z0-9+_.-]*?)\.so(?:\.(?P<version>[0-9][A-Za-z0-9.+_-]*))?")
_VERSIONED = re.compile(r"(?P<base>[A-Za-z0-9][A-Za-z0-9+_.-]*?)-(?P<version>[0-9][0-9.]*)\.so")


@dataclass(frozen=True, slots=True)
class Libraries:
    """Lines of soname, tab, package, sorted: the shared libraries of one folder."""

    table: bytes

    def find(self, soname: str) -> tuple[str, ...]:
        """Return the packages that have `soname`, sorted."""
        wanted = re.compile(rb"(?m)^%s\t(\S+)$" % re.escape(soname.encode(errors="replace")))
        return tuple(name.decode() for name in wanted.findall(self.table))


def find(
    soname: str, pool: Pool, *, folders: tuple[str, ...], files: Files, libraries: Callable[[], Libraries]
) -> str | None:
    """Return the package that has `soname` directly in one of `folders`, or None.

    `folders` are those that the dynamic loader searches, as usr/lib/x86_64-linux-gnu, the most
    usual one first; `files` and `libraries` are asked only as far as needed.
    """
    places = {f"{folder}/{soname}" for folder in folders}
    for name in guesses(soname):
        candidate = pool.find(name)
        if candidate is not None and any(path.lstrip("./") in places for path in files(candidate)):
            return name
    return next((name for name in libraries().find(soname) if pool.find(name) is not None), None)


def guesses(soname: str) -> tuple[str, ...]:
    """Return the names that a package of `soname` may have, the likeliest first.

    libssl.so.3 → libssl3; libgdk_pixbuf-2.0.so.0 → libgdk-pixbuf-2.0-0; libglib-2.0.so.0 →
    libglib2.0-0t64, whose suffix marks the change to 64-bit times in trixie.
    """
    match = _SONAME.fullmatch(soname)
    if match is None:
        return ()
    base, version = match["base"], match["version"] or ""
    versioned = _VERSIONED.fullmatch(soname)
    if not version and versioned is not None:
        base, version = versioned["base"], versioned["version"]
    name = base.lower().replace("_", "-")
    found: dict[str, None] = {}
    for stem in (name, re.sub(r"-(?=[0-9])", "", name)):
        plain = [f"{stem}-{version}", f"{stem}{version}"]
        if not stem[-1].isdigit():
            plain.reverse()
        for guess in plain if version else [stem]:
            found[guess] = None
            found[f"{guess}t64"] = None
    return tuple(found)


def scan(chunks: Iterable[bytes], folder: str) -> Libraries:
    """Return the libraries directly in `folder`, as in usr/lib/x86_64-linux-gnu, from a Contents index.

    A path may stand there with or without its leading usr/.
    """
    bare = folder.removeprefix("usr/").encode()
    line = re.compile(rb"(?m)^(?:usr/)?%s/([^/\s]+\.so(?:\.[^/\s]*)?)[ \t]+(\S+)$" % re.escape(bare))
    found: set[bytes] = set()
    rest = b""
    for chunk in chunks:
        data = rest + chunk
        end = data.rfind(b"\n") + 1
        rest = data[end:]
        if len(rest) > _LONGEST:
            raise IntegrityError(f"a line of more than {_LONGEST} bytes in a Contents index")
        _collect(line, data[:end], found)
    _collect(line, rest, found)
    return Libraries(b"\n".join(sorted(found)) + b"\n")


def _collect(line: re.Pattern[bytes], data: bytes, found: set[bytes]) -> None:
    """Add the libraries of `data`; a package stands there with its section before it."""
    for match in line.finditer(data):
        for place in match[2].split(b","):
            found.add(match[1] + b"\t" + place.rpartition(b"/")[2])
