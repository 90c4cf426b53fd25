"""A blob that lies in the store, checked each time it is read to its end.

Bytes are handed on while they are hashed; damage is told after the last of them, before the
reader can take its result for good. The damaged file is removed then, so that the next
attempt makes it again.
"""

import hashlib
import os
import stat
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from msgspec import Struct

from bareboat.errors import BuildError, IntegrityError
from bareboat.oci.digest import Digest
from bareboat.store.disk import Disk
from bareboat.store.points import reached
from bareboat.tree.content import CHUNK

__all__ = ["Slice", "StoredBlob"]

_HINT = "it is removed from the cache; run the command again to make it anew"


@dataclass(frozen=True, slots=True)
class StoredBlob:
    """Bytes in the store. Reading to the end raises IntegrityError, and drops the file, on damage."""

    digest: Digest
    size: int
    path: Path = field(compare=False)

    def chunks(self) -> Iterator[bytes]:
        """Yield the bytes in order, at most 1 MiB at a time."""
        return _checked(self, 0, self.size, self.digest)

    def slice(self, offset: int, size: int, *, digest: Digest | None = None) -> "Slice":
        """Return `size` bytes from `offset` on as Content.

        With the digest of those bytes a damaged slice raises when it is read to its end;
        without, the whole blob is checked each time before the slice is read.
        """
        return Slice(self, offset, size, digest)

    def verify(self) -> None:
        """Read everything; IntegrityError where it is damaged."""
        for _ in self.chunks():
            pass


class Slice(Struct, frozen=True):
    """A part of a stored blob, as Content."""

    blob: StoredBlob
    offset: int
    size: int
    digest: Digest | None = None

    def chunks(self) -> Iterator[bytes]:
        """Yield the bytes in order; IntegrityError on damage, see `StoredBlob.slice`."""
        if self.digest is None:
            self.blob.verify()
            return _read(self.blob, self.offset, self.size)
        return _checked(self.blob, self.offset, self.size, self.digest)


def _checked(blob: StoredBlob, offset: int, size: int, digest: Digest) -> Iterator[bytes]:
    hashed, left = hashlib.sha256(), size
    for chunk in _read(blob, offset, size):
        hashed.update(chunk)
        left -= len(chunk)
        yield chunk
    if left or hashed.hexdigest() != digest.hex:
        raise _damaged(blob, f"bytes are not {digest}")


def _read(blob: StoredBlob, offset: int, size: int) -> Iterator[bytes]:
    disk = Disk(blob.path, "read")
    try:
        with disk:
            file = os.open(blob.path, os.O_RDONLY | os.O_CLOEXEC)
    except BuildError as error:
        if isinstance(error.__cause__, FileNotFoundError):
            raise _damaged(blob, f"blob {blob.digest} has gone") from error
        raise
    try:
        with disk:
            held = os.fstat(file)
        if stat.S_ISREG(held.st_mode) and held.st_size != blob.size:
            raise _damaged(blob, f"blob has {held.st_size} bytes, not {blob.size}")
        while size:
            with disk:
                chunk = os.pread(file, min(CHUNK, size), offset)
            if not chunk:
                return
            offset += len(chunk)
            size -= len(chunk)
            yield chunk
    finally:
        os.close(file)


def _damaged(blob: StoredBlob, message: str) -> IntegrityError:
    """Remove the file and return the error to raise."""
    with suppress(OSError):
        blob.path.unlink()
    reached("blob.dropped")
    return IntegrityError(message, where=str(blob.path), hint=_HINT)
