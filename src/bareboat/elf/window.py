"""Single ranges of a file whose bytes come as chunks from the start.

A source is anything with `size` and `chunks()`, as `tree.Content` has; one that can also give
a slice of itself is asked for slices. Small files are held whole for the time of reading; of
large ones each range is a pass from the start that ends with the range.
"""

from collections.abc import Iterator
from typing import Protocol, runtime_checkable

__all__ = ["Sliced", "Source", "Window"]

_SMALL = 4 << 20
_HEAD = 1 << 18


class Source(Protocol):
    """Bytes that can be read any number of times, each time from the start."""

    @property
    def size(self) -> int:
        """How many bytes `chunks` yields in all."""

    def chunks(self) -> Iterator[bytes]:
        """Yield the bytes in order."""


@runtime_checkable
class Sliced(Source, Protocol):
    """A source that gives any range of itself without reading what lies before."""

    def slice(self, offset: int, size: int) -> Source:
        """Return `size` bytes from `offset` on."""


class Window:
    """Random access to a source for as long as its headers are read."""

    def __init__(self, source: Source) -> None:
        self._source = source
        self._start: bytes | None = None

    def at(self, offset: int, size: int) -> bytes:
        """Return `size` bytes from `offset` on; fewer where the source ends before."""
        size = min(size, self._source.size - offset)
        if size <= 0:
            return b""
        if isinstance(self._source, Sliced):
            return b"".join(self._source.slice(offset, size).chunks())
        if self._start is None:
            whole = self._source.size <= _SMALL
            self._start = _range(self._source, 0, self._source.size if whole else _HEAD)
        if offset + size <= len(self._start):
            return self._start[offset : offset + size]
        return _range(self._source, offset, size)


def _range(source: Source, offset: int, size: int) -> bytes:
    found = []
    place = 0
    for chunk in source.chunks():
        start, end = max(offset - place, 0), offset + size - place
        if start < len(chunk):
            found.append(chunk[start:end])
        place += len(chunk)
        if place >= offset + size:
            break
    return b"".join(found)
