"""Bytes kept for as long as a process works with them: unpacked once, read many times.

The first IN_MEMORY bytes stay in memory; all others go to one nameless file, so that nothing is left
behind whatever ends the process. What is kept is not hashed again: it was verified when it was
written, and nobody else can reach it.
"""

import os
import threading
import weakref
from collections.abc import Iterable, Iterator
from pathlib import Path

from msgspec import Struct

from bareboat.errors import IntegrityError
from bareboat.store.disk import Disk
from bareboat.tree.content import CHUNK, Bytes

__all__ = ["IN_MEMORY", "Kept", "Spool"]

IN_MEMORY = 16 << 20


class Spool:
    """A file that grows; any number of threads may add to it and read from it at once."""

    def __init__(self, path: Path) -> None:
        self._disk = Disk(path)
        with self._disk:
            self._descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
            path.unlink()
        self._end = 0
        self._room = IN_MEMORY
        self._lock = threading.Lock()
        weakref.finalize(self, os.close, self._descriptor)

    def keep(self, chunks: Iterable[bytes], size: int) -> "Bytes | Kept":
        """Take `size` bytes and return them as Content; IntegrityError for any other number of bytes."""
        with self._lock:
            fits = size <= self._room
            if fits:
                self._room -= size
            start = self._end
            self._end += 0 if fits else size
        return _held(chunks, size) if fits else self._written(chunks, start, size)

    def _written(self, chunks: Iterable[bytes], start: int, size: int) -> "Kept":
        place, end = start, start + size
        for chunk in chunks:
            if place + len(chunk) > end:
                raise IntegrityError(f"content is longer than the {size} bytes it was said to be")
            view = memoryview(chunk)
            with self._disk:
                while view:
                    written = os.pwrite(self._descriptor, view, place)
                    place += written
                    view = view[written:]
        if place != end:
            raise IntegrityError(f"content is {end - place} bytes shorter than it was said to be")
        return Kept(self, start, size)

    def read(self, offset: int, size: int) -> bytes:
        """Return `size` bytes from `offset` on."""
        with self._disk:
            return os.pread(self._descriptor, size, offset)


class Kept(Struct, frozen=True):
    """Content in a spool."""

    spool: Spool
    offset: int
    size: int

    def chunks(self) -> Iterator[bytes]:
        """Yield the bytes in order."""
        for start in range(0, self.size, CHUNK):
            yield self.spool.read(self.offset + start, min(CHUNK, self.size - start))

    def slice(self, offset: int, size: int) -> "Kept":
        """Return `size` bytes from `offset` on."""
        return Kept(self.spool, self.offset + offset, min(size, self.size - offset))


def _held(chunks: Iterable[bytes], size: int) -> Bytes:
    found = bytearray()
    for chunk in chunks:
        found += chunk
        if len(found) > size:
            raise IntegrityError(f"content is longer than the {size} bytes it was said to be")
    if len(found) != size:
        raise IntegrityError(f"content is {size - len(found)} bytes shorter than it was said to be")
    return Bytes(bytes(found))
