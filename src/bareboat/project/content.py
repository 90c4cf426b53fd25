"""A file of the project as Content: read when needed, and refused when it changed meanwhile."""

import os
from collections.abc import Iterator
from pathlib import Path

from msgspec import Struct

from bareboat.errors import BuildError, InputError
from bareboat.tree.content import CHUNK

__all__ = ["FileContent"]


class FileContent(Struct, frozen=True):
    """The bytes of a regular file as it was when `of` looked at it.

    Reading raises BuildError where size or time of change are no longer the same, so that no
    layer holds half of one version and half of another.
    """

    path: Path
    size: int
    stamp: tuple[int, int, int]

    @classmethod
    def of(cls, path: Path) -> "FileContent":
        """Return the content of the file at `path`; InputError where it cannot be looked at."""
        try:
            found = path.stat()
        except OSError as error:
            raise InputError(
                f"cannot be read: {(error.strerror or str(error)).lower()}", where=str(path)
            ) from error
        return cls(path, found.st_size, _stamp(found))

    def chunks(self) -> Iterator[bytes]:
        """Yield the bytes in order."""
        try:
            with self.path.open("rb") as stream:
                self._check(os.fstat(stream.fileno()))
                while chunk := stream.read(CHUNK):
                    yield chunk
                self._check(os.fstat(stream.fileno()))
        except OSError as error:
            raise InputError(
                f"cannot be read: {(error.strerror or str(error)).lower()}", where=str(self.path)
            ) from error

    def _check(self, found: os.stat_result) -> None:
        if _stamp(found) != self.stamp or found.st_size != self.size:
            raise BuildError(
                "changed while the image was built",
                where=str(self.path),
                hint="build again, when nothing writes into the project",
            )


def _stamp(found: os.stat_result) -> tuple[int, int, int]:
    return (found.st_mtime_ns, found.st_ctime_ns, found.st_ino)
