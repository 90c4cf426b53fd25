"""Unpacks an .xz index while it arrives, its blocks side by side.

Debian's indexes are written by threads: each block header tells the block's length, so a block
can be unpacked alone as soon as it is there. A file without these lengths is unpacked in one go.
Spec: The .xz File Format 1.1.0, sections 2.1.1 and 3.1.
"""

import lzma
from collections import deque
from collections.abc import Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor

from bareboat.errors import IntegrityError

__all__ = ["unpack"]

_MAGIC = b"\xfd7zXZ\x00"
_STREAM_HEADER = 12
_CHECK_SIZE = {0: 0, 1: 4, 4: 8, 10: 32}
_MEMORY = 128 << 20
_STEP = 1 << 20
_ALLOWED_AHEAD = 1
_BLOCK_LIMIT = 64 << 20


class _DamageError(IntegrityError):
    """The stream breaks the format; the caller learns where."""


def unpack(chunks: Iterable[bytes], *, size: int, where: str, workers: int = 2) -> Iterator[bytes]:
    """Yield the unpacked bytes in order, in pieces of any length, exactly `size` in all.

    Raises IntegrityError, naming `where`, for a damaged stream and for any other length. What
    `chunks` raises at its end (a wrong hash) goes before that.
    """
    source = iter(chunks)
    try:
        yield from _counted(source, size, workers)
    except (_DamageError, lzma.LZMAError, EOFError) as error:
        for _ in source:  # a wrong hash is the better word for it
            pass
        raise IntegrityError(f"not a whole .xz file ({error})", where=where) from error


def _counted(source: Iterator[bytes], size: int, workers: int) -> Iterator[bytes]:
    total = 0
    for piece in _pieces(source, size, workers):
        total += len(piece)
        if total > size:
            break
        yield piece
    for _ in source:  # what follows the blocks is hashed, and of no other use
        pass
    if total != size:
        raise _DamageError(f"unpacks to {total} bytes or more, Release lists {size}")


def _pieces(source: Iterator[bytes], size: int, workers: int) -> Iterator[bytes]:
    reader = _Reader(source)
    head = reader.take(_STREAM_HEADER)
    if not head.startswith(_MAGIC) or head[7] not in _CHECK_SIZE:
        raise _DamageError("no .xz header")
    with ThreadPoolExecutor(workers) as pool:
        waiting: deque[Future[bytes]] = deque()
        while (block := _block(reader, _CHECK_SIZE[head[7]])) is not None:
            packed, length = block
            if length > size:
                raise _DamageError(f"a block of {length} bytes, Release lists {size} in all")
            waiting.append(pool.submit(_unpacked, head + packed, length))
            while waiting and (waiting[0].done() or len(waiting) > _ALLOWED_AHEAD):
                yield waiting.popleft().result()
        while waiting:
            yield waiting.popleft().result()
    if reader.peek() != b"\x00":
        yield from _whole(head, reader)


def _block(reader: "_Reader", check: int) -> tuple[bytes, int] | None:
    """Return the next block and its unpacked length, None at the index or without lengths."""
    first = reader.peek()
    if first == b"\x00":
        return None
    length = (first[0] + 1) * 4
    header = reader.look(length)
    if header[1] & 0xC0 != 0xC0:
        return None
    packed, at = _number(header, 2)
    unpacked, _ = _number(header, at)
    if packed > _BLOCK_LIMIT or unpacked > _BLOCK_LIMIT:
        return None
    return reader.take(length + (packed + 3) // 4 * 4 + check), unpacked


def _unpacked(data: bytes, length: int) -> bytes:
    unpacker = lzma.LZMADecompressor(lzma.FORMAT_XZ, memlimit=_MEMORY)
    # liblzma holds a block to the lengths in its header; one byte more lets it read the check too.
    return unpacker.decompress(data, max_length=length + 1)


def _whole(head: bytes, reader: "_Reader") -> Iterator[bytes]:
    """Yield what a stream without block lengths unpacks to."""
    unpacker = lzma.LZMADecompressor(lzma.FORMAT_XZ, memlimit=_MEMORY)
    data = head
    while not unpacker.eof:
        if unpacker.needs_input and not data:
            data = reader.chunk()
            if not data:
                raise _DamageError("cut")
        piece = unpacker.decompress(data, max_length=_STEP)
        data = b""
        if piece:
            yield piece


def _number(data: bytes, at: int) -> tuple[int, int]:
    """Read a multibyte integer; return it and where the next field starts (section 1.2)."""
    value = 0
    for place in range(9):
        if at + place >= len(data):
            break
        byte = data[at + place]
        value |= (byte & 0x7F) << (7 * place)
        if byte < 0x80:
            return value, at + place + 1
    raise _DamageError("a block header is damaged")


class _Reader:
    """Bytes from chunks, taken by count; a stream that ends early is damaged."""

    def __init__(self, source: Iterator[bytes]) -> None:
        self._source = source
        self._data = bytearray()

    def look(self, count: int) -> bytes:
        while len(self._data) < count:
            chunk = next(self._source, b"")
            if not chunk:
                raise _DamageError("cut")
            self._data += chunk
        return bytes(self._data[:count])

    def peek(self) -> bytes:
        return self.look(1)

    def take(self, count: int) -> bytes:
        found = self.look(count)
        del self._data[:count]
        return found

    def chunk(self) -> bytes:
        found = bytes(self._data) or next(self._source, b"")
        self._data.clear()
        return found
