"""Which package has a program, a library, a header, a Python module …: the Contents index.

The index is large (160 MB of text) and is turned once into three small tables: one of headers, one of
Python modules with their metadata, one of programs, libraries, pkg-config files, CMake packages and
crates. A look-up in them takes some
milliseconds.
Spec: Debian repository format, "Contents" indices.
"""

import re
from collections.abc import Iterable, Iterator

from msgspec import Struct

from bareboat.errors import IntegrityError

__all__ = ["FORMAT", "HEADER", "MODULE", "TABLES", "Table", "scan"]

FORMAT = "4"
HEADER = "header"
MODULE = "module"
TABLES = ("", HEADER, MODULE)
"""The tables in the order of `scan`: the first is that of all other kinds."""

_LONGEST = 1 << 20
_SHARED = b"usr/share/"
_NEAR = re.compile(
    rb"(?m)^(?:usr/)?((?:s?bin|games)/[^/\s]+"
    rb"|lib(?:64)?/(?:[^/\s]+/){0,2}lib[^/\s]*\.(?:so|a)(?:\.[^/\s]*)?"
    rb"|(?:lib|share)/(?:[^/\s]+/)?pkgconfig/[^/\s]+\.pc"
    rb"|(?:lib|share)/(?:[^/\s]+/){0,4}[^/\s]+(?:C|-c)onfig\.cmake"
    rb"|share/cargo/registry/[^/\s]+/Cargo\.toml)[ \t]+(\S+)$"
)
_HEADERS = re.compile(rb"(?m)^usr/(include/[^\s]+\.h[a-z+]*)[ \t]+(\S+)$")
_MODULES = re.compile(
    rb"(?m)^usr/lib/python3/dist-packages/([^/\s]+(?:/__init__\.py|\.py|\.so|\.(?:dist|egg)-info(?:/(?:METADATA|PKG-INFO))?))"
    rb"[ \t]+(\S+)$"
)
_INFO = re.compile(r"([^/]+?)-\d[^/]*\.(?:dist|egg)-info(?:/.*)?")
_PLACES = {
    HEADER: r"include/(?:[^\s]+/)?{name}",
    "program": r"(?:s?bin|games)/{name}",
    "library": r"lib/(?:[^/\s]+/)?lib{name}\.(?:so|a)",
    "CMake package": r"(?:lib|share)/(?:[^/\s]+/)*(?:{name}C|{lower}-c)onfig\.cmake",
    "crate": r"share/cargo/registry/{name}-\d[^/\s]*/Cargo\.toml",
    "pkg-config file": r"(?:lib|share)/(?:[^/\s]+/)?pkgconfig/{name}\.pc",
}


class Table(Struct, frozen=True):
    """Lines of path without usr/, tab, packages with commas between, sorted; one line break before each."""

    lines: bytes

    def holders(self, kind: str, name: str) -> frozenset[str]:
        """Return the packages that have what is called so; `kind` is a key of _PLACES (`library`: -lname)."""
        place = re.compile(_PLACES[kind].format(name=re.escape(name), lower=re.escape(name.lower())))
        ends = {
            "CMake package": (f"/{name}Config.cmake", f"/{name.lower()}-config.cmake"),
            "crate": ("/Cargo.toml",),
            "library": (f"/lib{name}.so", f"/lib{name}.a"),
            "pkg-config file": (f"/{name}.pc",),
        }
        return frozenset(
            package
            for end in ends.get(kind, (f"/{name.rpartition('/')[2]}",))
            for path, packages in self._ending(end)
            if place.fullmatch(path)
            for package in packages
        )

    def libraries(self, soname: str) -> tuple[tuple[str, str], ...]:
        """Return path (below usr/) and package of each file called `soname`, sorted."""
        return tuple(
            (path, package)
            for path, packages in self._ending(f"/{soname}")
            if path.startswith("lib")
            for package in packages
        )

    def versions(self, name: str, folder: str) -> tuple[tuple[str, str], ...]:
        """Return version and package of each lib`name`.so.version directly in `folder` (below usr/)."""
        start = f"{folder}/lib{name}.so."
        return tuple(
            (path.removeprefix(start), package)
            for path, packages in self._lines(start, before="\n")
            for package in packages
        )

    def distributions(self, module: str) -> tuple[str, ...]:
        """Return the distributions, by their own names, whose package has the top-level `module`."""
        packages = {
            package
            for start in (
                f"{module}/__init__.py\t",
                f"{module}.py\t",
                f"{module}.cpython-",
                f"{module}.abi3.so\t",
            )
            for _, held in self._lines(start, before="\n")
            for package in held
        }
        found = set()
        for package in packages:
            for path, held in self._lines(f"\t{package}"):
                match = _INFO.fullmatch(path)
                if match is not None and package in held:
                    found.add(match[1])
        return tuple(sorted(found))

    def _ending(self, text: str) -> Iterator[tuple[str, tuple[str, ...]]]:
        return self._lines(text, after="\t")

    def _lines(
        self, text: str, *, before: str = "", after: str = ""
    ) -> Iterator[tuple[str, tuple[str, ...]]]:
        """Yield the lines with `text` in them."""
        wanted = f"{before}{text}{after}".encode(errors="replace")
        place = self.lines.find(wanted)
        while place >= 0:
            start = self.lines.rfind(b"\n", 0, place + 1) + 1
            end = self.lines.find(b"\n", place + 1)
            end = end if end >= 0 else len(self.lines)
            path, _, packages = self.lines[start:end].decode(errors="replace").partition("\t")
            yield path, tuple(packages.split(","))
            place = self.lines.find(wanted, end)


def scan(chunks: Iterable[bytes]) -> tuple[Table, Table, Table]:
    """Return the tables of a Contents index: programs and libraries, headers, Python modules.

    A path may stand there with or without its leading usr/. IntegrityError for a line without end.
    """
    near: set[bytes] = set()
    headers: set[bytes] = set()
    modules: set[bytes] = set()
    rest = b""
    for chunk in chunks:
        data = rest + chunk
        end = data.rfind(b"\n") + 1
        rest = data[end:]
        if len(rest) > _LONGEST:
            raise IntegrityError(f"a line of more than {_LONGEST} bytes in a Contents index")
        if _is_elsewhere(data, end):
            continue
        near.update(_lines(_NEAR, data[:end]))
        headers.update(_lines(_HEADERS, data[:end]))
        modules.update(_lines(_MODULES, data[:end]))
    near.update(_lines(_NEAR, rest))
    headers.update(_lines(_HEADERS, rest))
    modules.update(_lines(_MODULES, rest))
    return _table(near), _table(headers), _table(modules)


def _is_elsewhere(data: bytes, end: int) -> bool:
    """Say whether a sorted piece is all of usr/share, most of an index, and has no pkg-config file."""
    last = data.rfind(b"\n", 0, max(end - 1, 0)) + 1
    return (
        data.startswith(_SHARED) and data.startswith(_SHARED, last) and data.find(b"/pkgconfig/", 0, end) < 0
    )


def _table(lines: set[bytes]) -> Table:
    return Table(b"".join(b"\n" + line for line in sorted(lines)))


def _lines(pattern: re.Pattern[bytes], data: bytes) -> Iterator[bytes]:
    """Yield the lines that match; a package stands there with its section before it."""
    for match in pattern.finditer(data):
        packages = b",".join(place.rpartition(b"/")[2] for place in match[2].split(b","))
        yield match[1] + b"\t" + packages
