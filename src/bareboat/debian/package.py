"""A Debian package as a tree: its files in the merged-/usr layout, its control text, its scripts.

Maintainer scripts are read, never run. What of the files an image keeps is `policy.py`'s.

Spec: deb(5), deb-control(5) of dpkg 1.22; Debian Policy 10.1 (merged /usr).
"""

import re
from collections.abc import Iterable, Iterator
from pathlib import Path

import msgspec
from msgspec import Struct
from msgspec.structs import replace

from bareboat.debian import ar
from bareboat.errors import InputError, IntegrityError
from bareboat.lock import DebianPackage
from bareboat.tree import untar
from bareboat.tree.compress import Compression, decompress
from bareboat.tree.content import CHUNK, Content
from bareboat.tree.entry import Entry, Kind
from bareboat.tree.tree import Tree

__all__ = ["MERGED", "Unpacked", "decode", "encode", "merged", "unpack"]

MERGED = ("bin", "lib", "lib32", "lib64", "libo32", "libx32", "sbin")
"""Folders of the root that are links into usr, as Debian has them."""

_SCRIPTS = ("preinst", "postinst", "prerm", "postrm", "config", "triggers")
_CONTROL_LIMIT = 16 << 20
_DATA_LIMIT = 16 << 30
_SMALL = 256 << 20
_RATIO = 250
_XZ_MEMORY = 160 << 20


class Unpacked(Struct, frozen=True):
    """A package's files with what its control archive says.

    `control` is the stanza as shipped, `md5sums` its list of sums or empty, `scripts` pairs of
    a maintainer script's name and text.
    """

    package: DebianPackage
    tree: Tree
    control: str
    md5sums: str = ""
    scripts: tuple[tuple[str, str], ...] = ()


class _Meta(msgspec.Struct, frozen=True):
    control: str
    md5sums: str
    scripts: tuple[tuple[str, str], ...]


def encode(unpacked: Unpacked) -> bytes:
    """Return all of `unpacked` but its package and its tree, for a store to keep beside them."""
    return msgspec.json.encode(_Meta(unpacked.control, unpacked.md5sums, unpacked.scripts))


def decode(package: DebianPackage, tree: Tree, meta: bytes) -> Unpacked:
    """Return what `encode` was given; IntegrityError for bytes that it did not write."""
    try:
        held = msgspec.json.decode(meta, type=_Meta)
    except msgspec.DecodeError as error:
        raise IntegrityError(f"stored package data is damaged ({error})", where=package.name) from error
    return Unpacked(package, tree, held.control, held.md5sums, held.scripts)


def unpack(content: Content, package: DebianPackage, *, scratch: Path) -> Unpacked:
    """Return the files of the package with their contents held in one file below `scratch`.

    The tree is good for as long as the folder `scratch` stands. Set-user-id and set-group-id
    bits are taken off: no layer carries them. `content` must be verified by the caller.
    Raises IntegrityError for a package that is damaged or is not the one `package` names,
    InputError for one that holds what no image may: paths outside the root, devices, bombs.
    """
    where = f"{package.name} {package.version}"
    control: dict[str, str] | None = None
    tree: Tree | None = None
    for name, body in ar.members(content.chunks(), where=where):
        if name.startswith("control.tar"):
            control = _control(_inflated(name, body, where), where)
            _check(control.get("control", ""), package, where)
        elif name.startswith("data.tar") and control is not None:
            limit = min(_DATA_LIMIT, _SMALL + _RATIO * content.size)
            spool = scratch / f"{package.sha256}.data"
            tree = _tree(_inflated(name, body, where), spool, limit, where)
    if control is None or tree is None:
        raise IntegrityError("no control.tar followed by a data.tar", where=where)
    scripts = tuple((name, control[name]) for name in _SCRIPTS if name in control)
    return Unpacked(package, tree, control["control"], control.get("md5sums", ""), scripts)


def merged(path: str) -> str:
    """Return where the file at `path` lies once /bin, /lib, /lib64 and /sbin are links into usr."""
    return f"usr/{path}" if path.partition("/")[0] in MERGED else path


def _inflated(name: str, body: Iterable[bytes], where: str) -> Iterator[bytes]:
    suffix = name.partition(".tar")[2]
    match suffix:
        case "":
            return iter(body)
        case ".gz":
            return decompress(body, Compression.GZIP, where=where)
        case ".zst":
            return decompress(body, Compression.ZSTD, where=where)
        case ".xz":
            return _unxz(body, where)
    raise InputError(f"member {name!r} is compressed in a way that is not supported", where=where)


def _unxz(body: Iterable[bytes], where: str) -> Iterator[bytes]:
    """Yield what an xz stream holds, at most CHUNK at a time, in bounded memory."""
    import lzma

    machine = lzma.LZMADecompressor(lzma.FORMAT_XZ, memlimit=_XZ_MEMORY)
    try:
        for chunk in body:
            if machine.eof:
                raise IntegrityError("xz stream is followed by other bytes", where=where)
            rest = chunk
            while (rest or not machine.needs_input) and not machine.eof:
                found = machine.decompress(rest, CHUNK)
                rest = b""
                if found:
                    yield found
    except lzma.LZMAError as error:
        raise IntegrityError(f"xz stream is damaged ({error})", where=where) from error
    if not machine.eof or machine.unused_data:
        what = "is followed by other bytes" if machine.eof else "ends too early"
        raise IntegrityError(f"xz stream {what}", where=where)


def _control(chunks: Iterable[bytes], where: str) -> dict[str, str]:
    """Return the texts of the control archive by name."""
    found = {}
    for entry in untar.read(chunks, limit=_CONTROL_LIMIT, where=where):
        if entry.kind is Kind.FILE and entry.content is not None:
            found[entry.path] = b"".join(entry.content.chunks()).decode("utf-8", "replace")
    return found


def _check(control: str, package: DebianPackage, where: str) -> None:
    """Raise IntegrityError unless the stanza is that of `package`."""
    for field, expected in (
        ("Package", package.name),
        ("Version", package.version),
        ("Architecture", package.architecture),
    ):
        match = re.search(rf"^{field}:[ \t]*(\S+)[ \t]*$", control, re.MULTILINE)
        if match is None or match[1] != expected:
            seen = match[1] if match else "nothing"
            raise IntegrityError(f"{field} of the package is {seen!r}, not {expected!r}", where=where)


class _Slice(Struct, frozen=True):
    """Bytes of the file that a package's contents were written to."""

    path: Path
    offset: int
    size: int

    def chunks(self) -> Iterator[bytes]:
        """Yield the bytes in order."""
        left = self.size
        with self.path.open("rb") as stream:
            stream.seek(self.offset)
            while left:
                piece = stream.read(min(left, CHUNK))
                if not piece:
                    raise IntegrityError(f"ends {left} bytes too early", where=str(self.path))
                left -= len(piece)
                yield piece


def _tree(chunks: Iterable[bytes], spool: Path, limit: int, where: str) -> Tree:
    """Return the data archive as a tree, its contents written one after the other to `spool`."""
    entries: list[Entry] = []
    offset = 0
    with spool.open("wb") as stream:
        for entry in untar.read(chunks, limit=limit, where=where):
            content = None
            if entry.content is not None:
                for chunk in entry.content.chunks():
                    stream.write(chunk)
                content = _Slice(spool, offset, entry.content.size)
                offset += content.size
            link = merged(entry.link) if entry.kind is Kind.HARDLINK else entry.link
            if entry.path in MERGED and entry.kind is Kind.SYMLINK:
                continue  # base-files ships the very links that `merged` stands for
            entries.append(replace(entry, path=merged(entry.path), content=content, link=link))
    return Tree.of(entries, where=where).with_parents()
