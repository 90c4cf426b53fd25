"""Failures of the disk, told as errors of bareboat with the way out."""

import errno
import os
from pathlib import Path
from types import TracebackType

from bareboat.errors import BuildError

__all__ = ["FULL", "Disk", "write_all"]

FULL = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})
"""What a system says when there is no room; never said of a file that is only read."""

_HINTS = {
    errno.ENOSPC: "free some space, run `bareboat cache prune`, or set another folder",
    errno.EDQUOT: "the disk quota is used up: free some space or set another folder",
    errno.EFBIG: "the file size limit of this process (ulimit -f) is too small",
    errno.EACCES: "check who owns the folder, or set another one",
    errno.EPERM: "check who owns the folder, or set another one",
    errno.EROFS: "the file system is read-only: set another folder",
    errno.ENOLCK: "set another folder, on a file system that has locks",
    errno.EOPNOTSUPP: "set another folder, on a file system that has locks",
    errno.EIO: "the disk reports a fault: look into the system log",
}


class Disk:
    """A context in which an OSError becomes a BuildError about `path`; cheap to reuse."""

    __slots__ = ("path", "verb")

    def __init__(self, path: Path, verb: str = "write") -> None:
        self.path = path
        self.verb = verb

    def __enter__(self) -> None:
        pass

    def __exit__(
        self,
        kind: type[BaseException] | None,
        value: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if isinstance(value, OSError):
            reason = (value.strerror or str(value)).lower()
            message = f"cannot {self.verb}: {reason}"
            raise BuildError(message, where=str(self.path), hint=_HINTS.get(value.errno or 0, "")) from value


def write_all(descriptor: int, data: bytes) -> None:
    """Write every byte of `data`, however few the system takes at a time."""
    view = memoryview(data)
    while view:
        view = view[os.write(descriptor, view) :]
