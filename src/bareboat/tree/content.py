"""The bytes of a file to be, read only when they are needed."""

from collections.abc import Iterable, Iterator
from typing import Protocol

from msgspec import Struct

__all__ = ["CHUNK", "Bytes", "Content", "blocks", "joined"]

CHUNK = 1 << 20


class Content(Protocol):
    """Bytes that can be read any number of times, each time from the start."""

    @property
    def size(self) -> int:
        """How many bytes `chunks` yields in all."""

    def chunks(self) -> Iterator[bytes]:
        """Yield the bytes in order, at most CHUNK at a time."""


class Bytes(Struct, frozen=True):
    """Content held in memory: for small files that bareboat itself writes."""

    data: bytes

    @property
    def size(self) -> int:
        """How many bytes there are."""
        return len(self.data)

    def chunks(self) -> Iterator[bytes]:
        """Yield the bytes in order."""
        for start in range(0, len(self.data), CHUNK):
            yield self.data[start : start + CHUNK]

    def slice(self, offset: int, size: int) -> "Bytes":
        """Return `size` bytes from `offset` on; fewer where the data ends before."""
        return Bytes(self.data[offset : offset + size])


def joined(parts: Iterable[bytes]) -> Iterator[bytes]:
    """Yield the same bytes in chunks of at most CHUNK, small parts joined, large ones not copied.

    Nothing is yielded for empty parts.
    """
    held: list[bytes] = []
    count = 0
    for part in parts:
        if count + len(part) > CHUNK:
            if held:
                yield b"".join(held)
                held.clear()
                count = 0
            if len(part) >= CHUNK:
                yield from Bytes(part).chunks()
                continue
        if part:
            held.append(part)
            count += len(part)
    if held:
        yield b"".join(held)


def blocks(parts: Iterable[bytes]) -> Iterator[bytes]:
    """Yield the same bytes in pieces of exactly CHUNK, the last one shorter unless it fits."""
    held: list[bytes] = []
    count = 0
    for part in parts:
        held.append(part)
        count += len(part)
        if count < CHUNK:
            continue
        data = b"".join(held)
        whole = count - count % CHUNK
        yield from Bytes(data[:whole]).chunks()
        held = [data[whole:]]
        count -= whole
    if count:
        yield b"".join(held)
