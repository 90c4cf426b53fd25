"""A build of python-build-standalone as a package of the base: fetched, unpacked below /usr, cut down.

It stands where Debian's own Python would stand, so that everything above it is the same. Beside what
`debian.rules` leaves out of any standard library go headers, static libraries, pip, Tcl and Tk. Its
compilers' names and its prefix are put right in sysconfig, as uv does it when it installs one.

Spec: python-build-standalone's documentation, "Distribution archives" (the install_only form).
"""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import cache
from pathlib import Path

from msgspec import Struct
from msgspec.structs import replace

from bareboat.build.tools import Tools
from bareboat.debian.package import Unpacked
from bareboat.debian.rules import Rule
from bareboat.elf.read import read as read_elf
from bareboat.elf.trim import trim
from bareboat.errors import InputError, NetworkError
from bareboat.index import standalone
from bareboat.lock import STANDALONE, DebianPackage
from bareboat.oci.blob import Blob
from bareboat.oci.digest import Digest
from bareboat.target import Arch, PythonVersion
from bareboat.tree import untar
from bareboat.tree.compress import Compression, decompress
from bareboat.tree.content import Content
from bareboat.tree.entry import Entry, Kind, file, symlink
from bareboat.tree.tree import Tree

__all__ = ["Standalones", "package_name", "rules", "trimmed", "unpack"]

_ROOT = "python/"
_HELD = "standalone-archive"
_LIMIT = 4 << 30
_COMPILERS = {"CC": "cc", "CXX": "c++", "LDSHARED": "cc", "BLDSHARED": "cc", "LDCXXSHARED": "c++"}
_COMPILERS |= {"LINKCC": "cc", "MAINCC": "cc", "AR": "ar"}
_VARIABLE = re.compile(r"'(\w+)': '([^\s']+)")
_FOREIGN_FLAG = re.compile(r" ?-fdebug-default-version=\d+")
# OpenSSL in these builds has /etc/ssl as its own place
_CERTIFICATES = symlink("etc/ssl/cert.pem", "certs/ca-certificates.crt")


def package_name(python: PythonVersion) -> str:
    """Return the name of the package that a build counts as."""
    return f"python{python}-standalone"


class Standalones(Struct, frozen=True):
    """The builds for one project: listed and fetched as uv is configured in its folder."""

    tools: Tools
    environ: Mapping[str, str]
    folder: Path
    arch: Arch
    offline: bool

    def versions(self) -> tuple[str, ...]:
        """Return the versions that there are builds of."""
        return tuple(one.version for one in self._releases())

    def package(self, full: str) -> DebianPackage:
        """Return the build of CPython `full` with its sha256; it is fetched unless that was done before.

        Raises what fetching raises.
        """
        release = next(one for one in self._releases() if one.version == full)
        store = self.tools.store
        known = store.recall(_HELD, Digest.of([release.url.encode()]).hex)
        blob = store.find(Digest(known.decode())) if known is not None else None
        if blob is None:
            with store.scratch() as scratch:
                path = standalone.download(
                    release, scratch, environ=self.environ, folder=self.folder, offline=self.offline
                )
                blob = store.put(_chunks(path))
            named = Digest.of([release.url.encode()]).hex
            store.remember(_HELD, named, blob.digest.hex.encode(), blobs=(blob.digest,))
        python = PythonVersion.parse(full)
        return DebianPackage(
            package_name(python),
            full,
            self.arch.value,
            blob.digest.hex,
            release.path,
            blob.size,
            STANDALONE,
            source=f"python{python}",
        )

    def fetch(self, package: DebianPackage) -> Blob:
        """Return the archive that a lock pins, from the store or from where uv's list has its kind.

        Raises IntegrityError for other bytes, NetworkError where it cannot be had.
        """
        digest = Digest(package.sha256)
        held = self.tools.store.find(digest)
        if held is not None:
            return held
        if self.offline:
            raise NetworkError(
                "the build is not in the cache, and --offline asks nobody",
                where=package.path,
                hint="run once without --offline",
            )
        chunks = self.tools.client.fetch(
            standalone.url(package.path, self._releases()),
            sha256=package.sha256,
            size=package.size,
            progress=self.tools.progress,
            name=package.name,
        )
        return self.tools.store.put(chunks, expect=digest, size=package.size)

    def _releases(self) -> tuple[standalone.Release, ...]:
        return _releases(self.arch, tuple(sorted(self.environ.items())), self.folder, offline=self.offline)


@cache
def _releases(
    arch: Arch, environ: tuple[tuple[str, str], ...], folder: Path, *, offline: bool
) -> tuple[standalone.Release, ...]:
    return standalone.releases(arch, environ=dict(environ), folder=folder, offline=offline)


def unpack(
    content: Content, package: DebianPackage, keep: Callable[[Iterable[bytes], int], Content]
) -> Unpacked:
    """Return the files of a build below usr, each given to `keep` to be read again.

    `content` must be verified by the caller. Raises InputError for an archive that is no build of the
    install_only kind, or that holds what no image may.
    """
    where = package.path
    how = Compression.ZSTD if where.endswith((".zst", ".zstd")) else Compression.GZIP
    entries: list[Entry] = []
    for entry in untar.read(decompress(content.chunks(), how, where=where), limit=_LIMIT, where=where):
        if entry.path == _ROOT.rstrip("/"):
            continue
        if not entry.path.startswith(_ROOT):
            raise InputError(
                f"{entry.path!r} lies outside of {_ROOT}", where=where, hint="take an install_only build"
            )
        held = keep(entry.content.chunks(), entry.size) if entry.content is not None else None
        link = _below_usr(entry.link) if entry.kind is Kind.HARDLINK else entry.link
        moved = replace(entry, path=_below_usr(entry.path), content=held, link=link, uid=0, gid=0)
        entries.append(_settled(moved))
    tree = Tree.of([*entries, _CERTIFICATES], where=where).with_parents()
    python = PythonVersion.parse(package.version)
    for path in (f"usr/bin/python{python}", f"usr/lib/python{python}/os.py"):
        if tree.find(path) is None:
            raise InputError(f"has no {path}", where=where, hint="take an install_only build")
    return Unpacked(package, tree, f"Package: {package.name}\nDepends: libc6\n")


def rules(tree: Tree, python: PythonVersion) -> tuple[Rule, ...]:
    """Return what is left out of `tree` beside what `debian.rules` name.

    The shared libpython stays where the program itself is linked to it.
    """
    program = tree.find(f"usr/bin/python{python}")
    elf = read_elf(program.content) if program is not None and program.content is not None else None
    is_linked = elf is not None and any(name.startswith("libpython") for name in elf.needed)
    return _rules(python, is_linked=is_linked)


@cache
def _rules(python: PythonVersion, *, is_linked: bool) -> tuple[Rule, ...]:
    library = f"usr/lib/python{python}"
    embedding = () if is_linked else (f"usr/lib/libpython{python}.so*",)
    return (
        Rule("headers", "nothing is compiled in an image", ("usr/include/**",)),
        Rule("static libraries", "nothing is linked in an image", ("usr/lib/**.a",)),
        Rule("pip", "packages are in the environment", (f"{library}/site-packages/**",)),
        Rule("compiled by others", "bareboat's bytecode stands in its place", (f"{library}/**.pyc",)),
        Rule(
            "libpython",
            "for programs that embed Python; the interpreter has its own copy",
            ("usr/lib/libpython3.so", *embedding),
        ),
        Rule(
            "Tcl and Tk",
            "the image has no display",
            tuple(f"usr/lib/{name}" for name in ("libtcl*", "libtk*", "tcl*/**", "tk*/**", "itcl*/**")),
        ),
        Rule(
            "what stands beside the interpreter",
            "other programs, their manuals and settings, terminal descriptions",
            ("usr/*", "usr/share/**", "usr/bin/**", "usr/lib/**"),
            stay=(
                *("usr/bin", "usr/lib", "usr/bin/python3", f"usr/bin/python{python}"),
                *("usr/lib/lib*.so*", library, f"{library}/**"),
            ),
        ),
    )


def trimmed(tree: Tree) -> Tree:
    """Return `tree` with each ELF file without the bytes that are never loaded."""
    return Tree.of(_trimmed(entry) for entry in tree)


def _trimmed(entry: Entry) -> Entry:
    if entry.content is None or entry.path.endswith((".py", ".pyi", ".txt")):
        return entry
    return replace(entry, content=trim(entry.content))


def _below_usr(path: str) -> str:
    return f"usr/{path.removeprefix(_ROOT)}"


def _settled(entry: Entry) -> Entry:
    """Return the entry, sysconfig's own data with the prefix and the compilers that are there."""
    if entry.content is None or not re.fullmatch(
        r"usr/lib/python3\.\d+/_sysconfigdata_[\w-]+\.py", entry.path
    ):
        return entry
    text = b"".join(entry.content.chunks()).decode("utf-8", "replace").replace("/install", "/usr")
    text = _FOREIGN_FLAG.sub("", _VARIABLE.sub(_compiler, text))
    return file(entry.path, text.encode(), mode=entry.mode)


def _compiler(match: re.Match[str]) -> str:
    name, program = match[1], match[2]
    if name not in _COMPILERS or not re.search(r"clang|gcc|g\+\+|llvm", program):
        return match[0]
    return f"'{name}': '{_COMPILERS[name]}"


def _chunks(path: Path) -> Iterator[bytes]:
    with path.open("rb") as stream:
        while chunk := stream.read(1 << 20):
            yield chunk
