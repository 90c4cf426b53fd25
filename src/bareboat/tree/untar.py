"""A tar archive from outside as entries, read as a stream and trusted in nothing.

Understood are ustar, GNU long names and pax headers, with files, folders, symbolic and hard
links. Refused by name are devices, fifos, sparse files, paths that are absolute or leave the
root, contents where none belong, wrong checksums, anything cut short or longer than the limit.
Taken off silently are set-user-id and set-group-id bits, times, owner names and extended
attributes. Whether a path stands twice is the tree's concern.

Spec: POSIX.1-2017 pax; GNU tar manual, "Basic Tar Format" (types L and K).
"""

import itertools
from collections.abc import Iterable, Iterator

from msgspec import Struct

from bareboat.errors import InputError
from bareboat.tree import ustar
from bareboat.tree.content import CHUNK
from bareboat.tree.entry import Entry, Kind

__all__ = ["read"]

_KINDS = {
    b"0": Kind.FILE,
    b"\0": Kind.FILE,
    b"7": Kind.FILE,
    b"1": Kind.HARDLINK,
    b"2": Kind.SYMLINK,
    b"5": Kind.DIRECTORY,
}
_REFUSED = {
    b"3": "a character device",
    b"4": "a block device",
    b"6": "a fifo",
    b"S": "a sparse file",
    b"M": "a part of a multi-volume archive",
}
_NAME_RECORDS = 1 << 20
_MODE = 0o1777


class _Fields(Struct):
    """What extended headers say about the member that follows them."""

    path: bytes | None = None
    link: bytes | None = None
    size: int | None = None
    uid: int | None = None
    gid: int | None = None


def read(chunks: Iterable[bytes], *, limit: int, where: str = "") -> Iterator[Entry]:
    """Yield the members in their order; `./` before a path is taken off, the root itself left out.

    A file's content can be read once, and only until the next entry is asked for; what is not
    read is skipped. `limit` bounds the bytes of the whole archive. The input is read to its end.

    Raises InputError, naming `where` and the member, for all that the module refuses.
    """
    stream = _Stream(chunks, limit, where)
    fields = _Fields()
    while any(packed := stream.exact(ustar.BLOCK)):
        if not ustar.checksum_holds(packed):
            raise InputError("tar header with a wrong checksum", where=where)
        kind = packed[156:157]
        if kind in b"LKxg":
            _extend(fields, kind, _records(stream, packed, where), where)
            continue
        entry = _entry(stream, packed, fields, where)
        if fields != _Fields():
            fields = _Fields()
        if entry is None:
            continue
        yield entry
        if isinstance(entry.content, _Member):
            entry.content.skip()
    if fields != _Fields():
        raise InputError("tar ends after an extended header", where=where)
    if any(stream.exact(ustar.BLOCK)):
        raise InputError("tar has one zero block where two end it", where=where)
    stream.finish()


def _records(stream: "_Stream", packed: bytes, where: str) -> bytes:
    """Return the content of an extended header."""
    size = ustar.number(packed[124:136], where=where)
    if size > _NAME_RECORDS:
        raise InputError(f"tar extended header of {size} bytes", where=where)
    content = stream.exact(size)
    stream.exact(-size % ustar.BLOCK)
    return content


def _extend(fields: _Fields, kind: bytes, content: bytes, where: str) -> None:
    """Put what an extended header says into `fields`."""
    if kind == b"L":
        fields.path = content.partition(b"\0")[0]
        return
    if kind == b"K":
        fields.link = content.partition(b"\0")[0]
        return
    for keyword, value in ustar.records_read(content, where=where).items():
        if keyword.startswith("GNU.sparse."):
            raise InputError("tar holds a sparse file", where=where)
        if keyword not in {"path", "linkpath", "size", "uid", "gid"}:
            continue
        if kind == b"g":
            raise InputError(f"tar sets {keyword} for all members at once", where=where)
        if keyword == "path":
            fields.path = value
        elif keyword == "linkpath":
            fields.link = value
        elif value.isdigit() and len(value) < 20:
            setattr(fields, keyword, int(value))
        else:
            raise InputError(f"tar header with the {keyword} {value[:40]!r}", where=where)


def _entry(stream: "_Stream", packed: bytes, fields: _Fields, where: str) -> Entry | None:
    """Return the member of a header block, None for the root folder."""
    raw = fields.path if fields.path is not None else _path(packed)
    link = fields.link if fields.link is not None else _text(packed[157:257])
    size = fields.size if fields.size is not None else ustar.number(packed[124:136], where=where)
    uid = fields.uid if fields.uid is not None else ustar.number(packed[108:116], where=where)
    gid = fields.gid if fields.gid is not None else ustar.number(packed[116:124], where=where)
    mode = ustar.number(packed[100:108], where=where) & _MODE
    shown = raw.decode("utf-8", "backslashreplace")
    letter = packed[156:157]
    kind = _KINDS.get(letter)
    if kind is None:
        what = _REFUSED.get(letter, f"of the unknown kind {letter!r}")
        raise InputError(f"tar member {shown!r} is {what}", where=where)
    if letter == b"\0" and raw.endswith(b"/"):
        kind = Kind.DIRECTORY  # as tar wrote folders before POSIX
    if size and kind is not Kind.FILE:
        raise InputError(f"tar member {shown!r} is a {kind} of {size} bytes", where=where)
    path = _inside(raw)
    if kind is Kind.DIRECTORY:
        path = path.removesuffix("/")
        if path in {"", "."} and raw:
            return None
    content = stream.member(size, shown) if kind is Kind.FILE else None
    try:
        if kind is Kind.SYMLINK:
            return Entry(path, kind, 0o777, None, link.decode("utf-8", "surrogateescape"), uid, gid)
        return Entry(path, kind, mode, content, _inside(link) if kind is Kind.HARDLINK else "", uid, gid)
    except InputError as error:
        raise InputError(f"tar member {shown!r}: {error.message}", where=where) from error


def _path(packed: bytes) -> bytes:
    """Return the path in a header block; only POSIX's own form has a prefix."""
    name = _text(packed[:100])
    prefix = _text(packed[345:500]) if packed[257:263] == b"ustar\0" else b""
    return b"%b/%b" % (prefix, name) if prefix else name


def _text(field: bytes) -> bytes:
    return field.partition(b"\0")[0]


def _inside(raw: bytes) -> str:
    """Return a path as text without the `./` that it may begin with."""
    path = raw.decode("utf-8", "surrogateescape")
    while path.startswith("./"):
        path = path[2:]
    return path


class _Stream:
    """The archive's bytes, counted against the limit."""

    def __init__(self, chunks: Iterable[bytes], limit: int, where: str) -> None:
        self._chunks = iter(chunks)
        self._chunk = b""
        self._place = 0
        self._left = limit
        self._where = where

    def some(self, most: int) -> bytes:
        """Return at least one and at most `most` bytes; InputError at the end."""
        while self._place == len(self._chunk):
            found = next(self._chunks, None)
            if found is None:
                raise InputError("tar is cut short", where=self._where)
            self._count(len(found))
            self._chunk, self._place = found, 0
        piece = self._chunk[self._place : self._place + most]
        self._place += len(piece)
        return piece

    def exact(self, size: int) -> bytes:
        """Return the next `size` bytes."""
        piece = self.some(size) if size else b""
        if len(piece) == size:
            return piece
        pieces = [piece]
        left = size - len(piece)
        while left:
            pieces.append(self.some(left))
            left -= len(pieces[-1])
        return b"".join(pieces)

    def member(self, size: int, name: str) -> "_Member":
        """Return the content that follows; InputError at once if it cannot fit the limit."""
        if size > self._left + len(self._chunk) - self._place:
            raise InputError(f"tar member {name!r} of {size} bytes is past the limit", where=self._where)
        return _Member(self, size)

    def finish(self) -> None:
        """Read what follows the end; InputError unless it is zeros."""
        self._left += len(self._chunk) - self._place
        for rest in itertools.chain([self._chunk[self._place :]], self._chunks):
            if rest.strip(b"\0"):
                raise InputError("tar is followed by other bytes", where=self._where)
            self._count(len(rest))

    def _count(self, size: int) -> None:
        self._left -= size
        if self._left < 0:
            raise InputError("tar is longer than the limit", where=self._where)


class _Member:
    """The content of a file at the place where the stream stands: readable once."""

    def __init__(self, stream: _Stream, size: int) -> None:
        self.size = size
        self._stream = stream
        self._left = size
        self._is_current = True

    def chunks(self) -> Iterator[bytes]:
        """Yield the bytes; RuntimeError when they were read before or the reader went on."""
        if not self._is_current or self._left != self.size:
            raise RuntimeError("a member of a tar stream can be read once, before the next one")
        while self._left:
            piece = self._stream.some(min(self._left, CHUNK))
            self._left -= len(piece)
            yield piece

    def skip(self) -> None:
        """Pass over what was not read, and over the padding."""
        self._is_current = False
        while self._left:
            self._left -= len(self._stream.some(self._left))
        self._stream.exact(-self.size % ustar.BLOCK)
