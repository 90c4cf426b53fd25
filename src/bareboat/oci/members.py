"""The members of a layer's tar, for `validate` alone: a second opinion, strict and small.

It shares no code with the tar writer and reader of the room `tree`, so that a mistake there is
seen here. It names what is wrong by a `Fault` and stops; contents are skipped, never kept.

Spec: POSIX.1-2017 pax; GNU tar long names; RFC 1952 (gzip); RFC 8878 (zstd).
"""

from collections.abc import Iterable, Iterator

from msgspec import Struct

from bareboat.errors import InputError

__all__ = ["Fault", "Member", "decompress", "read"]

_BLOCK = 512
_NAME_LIMIT = 1 << 20
_PIECE = 1 << 20


class Fault(InputError):  # noqa: N818 - a finding in the making, caught in validate
    """Bytes that are no gzip, zstd or tar as the specifications have it."""


class Member(Struct, frozen=True):
    """One header: `kind` is tar's type letter, `name` as it is written, without a last slash."""

    name: str
    kind: str
    mode: int
    size: int
    link: str


def decompress(chunks: Iterable[bytes], compression: str) -> Iterator[bytes]:
    """Yield the bytes inside `gzip`, `zstd` or nothing, pieces of 1 MiB at most."""
    if compression == "gzip":
        yield from _gunzip(chunks)
    elif compression == "zstd":
        yield from _unzstd(chunks)
    else:
        yield from chunks


def _gunzip(chunks: Iterable[bytes]) -> Iterator[bytes]:
    import zlib

    member = zlib.decompressobj(wbits=31)
    for chunk in chunks:
        rest, full = chunk, False
        while rest or full:
            if member.eof:
                member = zlib.decompressobj(wbits=31)
            try:
                piece = member.decompress(rest, _PIECE)
            except zlib.error as error:
                raise Fault(f"not gzip: {error}") from error
            if piece:
                yield piece
            full = len(piece) == _PIECE and not member.eof
            rest = member.unused_data if member.eof else member.unconsumed_tail
    if not member.eof:
        raise Fault("gzip data is cut short")


def _unzstd(chunks: Iterable[bytes]) -> Iterator[bytes]:
    import sys

    if sys.version_info >= (3, 14):
        from compression import zstd
    else:
        from backports import zstd

    frame = zstd.ZstdDecompressor()
    for chunk in chunks:
        rest = chunk
        while rest or not (frame.needs_input or frame.eof):
            if frame.eof:
                frame = zstd.ZstdDecompressor()
            try:
                piece = frame.decompress(rest, _PIECE)
            except zstd.ZstdError as error:
                raise Fault(f"not zstd: {error}") from error
            if piece:
                yield piece
            rest = frame.unused_data if frame.eof else b""
    if not frame.eof:
        raise Fault("zstd data is cut short")


class _Reader:
    """Takes and skips exact numbers of bytes."""

    def __init__(self, chunks: Iterable[bytes]) -> None:
        self._chunks = iter(chunks)
        self._held = b""

    def take(self, count: int) -> bytes:
        while len(self._held) < count:
            chunk = next(self._chunks, None)
            if chunk is None:
                raise Fault("tar is cut short")
            self._held += chunk
        found, self._held = self._held[:count], self._held[count:]
        return found

    def skip(self, count: int) -> None:
        while count > len(self._held):
            count -= len(self._held)
            chunk = next(self._chunks, None)
            if chunk is None:
                raise Fault("tar is cut short")
            self._held = chunk
        self._held = self._held[count:]

    def rest(self) -> Iterator[bytes]:
        yield self._held
        yield from self._chunks


def read(chunks: Iterable[bytes]) -> Iterator[Member]:
    """Yield the members of a tar in order and read it to its end; Fault where it is broken."""
    reader = _Reader(chunks)
    extended: dict[str, str] = {}
    while any(block := reader.take(_BLOCK)):
        _check_sum(block)
        kind = block[156:157].decode("latin-1")
        size = _number(block[124:136])
        if kind in "xgLK":
            extended |= _extension(reader, kind, size)
            continue
        if "size" in extended:
            size = _decimal(extended["size"])
        has_content = kind not in "123456"
        yield Member(
            _name(block, extended).rstrip("/") or "/",
            "0" if kind == "\0" else kind,
            _number(block[100:108]),
            size if has_content else 0,
            extended.get("linkpath", _text(block[157:257])),
        )
        extended = {}
        reader.skip(_padded(size) if has_content else 0)
    if any(reader.take(_BLOCK)):
        raise Fault("tar ends in one zero block, not in two")
    for chunk in reader.rest():
        if chunk.strip(b"\0"):
            raise Fault("bytes after the end of the tar")


def _extension(reader: _Reader, kind: str, size: int) -> dict[str, str]:
    """Return what a pax or GNU record says of the next member; global records say nothing here."""
    if size > _NAME_LIMIT:
        raise Fault(f"tar header record of {size} bytes")
    held = reader.take(_padded(size))[:size]
    if kind in "LK":
        return {"path" if kind == "L" else "linkpath": _text(held)}
    found = _records(held)
    return found if kind == "x" else {}


def _name(block: bytes, extended: dict[str, str]) -> str:
    if "path" in extended:
        return extended["path"]
    prefix = _text(block[345:500]) if block[257:263] == b"ustar\0" else ""
    name = _text(block[:100])
    return f"{prefix}/{name}" if prefix else name


def _padded(size: int) -> int:
    return -(-size // _BLOCK) * _BLOCK


def _text(field: bytes) -> str:
    return field.partition(b"\0")[0].decode("utf-8", "surrogateescape")


def _number(field: bytes) -> int:
    if field[0] == 0x80:
        return int.from_bytes(field[1:], "big")
    try:
        return int(field.strip(b" \0") or b"0", 8)
    except ValueError as error:
        raise Fault(f"tar header holds {field!r} for a number") from error


def _decimal(text: str) -> int:
    if not text.isascii() or not text.isdigit() or len(text) > 19:
        raise Fault(f"tar header holds {text[:40]!r} for a size")
    return int(text)


def _check_sum(block: bytes) -> None:
    if _number(block[148:156]) != sum(block[:148]) + 8 * 0x20 + sum(block[156:]):
        raise Fault("tar header with a wrong checksum")


def _records(held: bytes) -> dict[str, str]:
    found = {}
    while held:
        length, space, _ = held.partition(b" ")
        if (
            not space
            or not length.isdigit()
            or len(length) > 7
            or not len(length) + 3 <= int(length) <= len(held)
        ):
            raise Fault("pax record with a wrong length")
        record, held = held[len(length) + 1 : int(length)], held[int(length) :]
        key, equals, value = record.partition(b"=")
        if not equals or not value.endswith(b"\n"):
            raise Fault("pax record without '=' or line end")
        found[key.decode("utf-8", "surrogateescape")] = value[:-1].decode("utf-8", "surrogateescape")
    return found
