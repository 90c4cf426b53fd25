"""A process that uses the store: its lock, its temporary files, and since when it runs.

Each open Store has one folder `sessions/<random>` with a file `lock` in it, held by flock for
as long as the process lives. All unfinished files lie in that folder. A session whose lock can
be taken is dead, whatever ended it, and `prune` removes its folder. The time of the lock file
is the moment since which the session may have relied on a blob: see `maintain.prune`.

The `gate` is one lock for all: shared for an instant by whoever marks things as used,
exclusive for an instant by whoever removes them.
"""

import fcntl
import os
import shutil
import weakref
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from secrets import token_hex

from bareboat.store.disk import Disk
from bareboat.store.points import reached

__all__ = ["Session", "gate", "live", "sweep"]


class Session:
    """The folder of one running user of the store; `close` removes it, the kernel frees its lock."""

    def __init__(self, root: Path) -> None:
        self.folder = root / "sessions" / token_hex(8)
        with Disk(root), gate(root):
            self.folder.mkdir(parents=True)
            reached("session.folder")
            descriptor = os.open(self.folder / "lock", os.O_RDWR | os.O_CREAT, 0o600)
            fcntl.flock(descriptor, fcntl.LOCK_EX)
            self.since = os.fstat(descriptor).st_mtime_ns
            reached("session.locked")
        self._finalizer = weakref.finalize(self, _end, self.folder, descriptor, os.getpid())

    def temporary(self) -> Path:
        """Return a new name in the folder; nothing is made."""
        return self.folder / token_hex(8)

    def close(self) -> None:
        """Remove the folder and all that is left in it; may be called again."""
        self._finalizer()


def _end(folder: Path, descriptor: int, owner: int) -> None:
    if os.getpid() == owner:  # not in a child made by fork, which inherits the finalizer
        shutil.rmtree(folder, ignore_errors=True)
    with suppress(OSError):
        os.close(descriptor)


@contextmanager
def gate(root: Path, *, exclusive: bool = False) -> Iterator[None]:
    """Hold the store's gate, shared or alone; made if it is not there."""
    try:
        descriptor = os.open(root / "gate", os.O_RDWR | os.O_CREAT, 0o644)
    except FileNotFoundError:
        root.mkdir(parents=True, exist_ok=True)
        descriptor = os.open(root / "gate", os.O_RDWR | os.O_CREAT, 0o644)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX if exclusive else fcntl.LOCK_SH)
        yield
    finally:
        os.close(descriptor)


def live(root: Path) -> int:
    """Count the sessions that are running."""
    with Disk(root, "read"), gate(root, exclusive=True):
        return sum(_alive(folder) is not None for folder in (root / "sessions").glob("*"))


def sweep(root: Path) -> tuple[int | None, int]:
    """Remove what dead sessions left; return since when the oldest live one runs, and bytes removed.

    The moment is nanoseconds since 1970 by the file system's clock, None when nobody runs.
    """
    oldest: int | None = None
    dead = []
    with Disk(root, "prune"), gate(root, exclusive=True):
        for folder in sorted((root / "sessions").glob("*")):
            since = _alive(folder)
            if since is None:
                dead.append(folder)
            else:
                oldest = since if oldest is None else min(oldest, since)
    removed = 0
    for folder in dead:  # outside the gate: a dead session never comes back
        removed += _size(folder)
        shutil.rmtree(folder, ignore_errors=True)
        reached("prune.removed")
    return oldest, removed


def _alive(folder: Path) -> int | None:
    try:
        descriptor = os.open(folder / "lock", os.O_RDWR)
    except OSError:
        return None
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return os.fstat(descriptor).st_mtime_ns
    finally:
        os.close(descriptor)
    return None


def _size(folder: Path) -> int:
    total = 0
    for path in folder.rglob("*"):
        with suppress(OSError):
            total += path.lstat().st_size
    return total
