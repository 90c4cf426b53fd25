"""Named moments between two writes, where a test may end the process.

`reached` costs one comparison until `arm` is called, which only the entry of a test process
does. The names are listed here so that a test can prove that it stopped at each of them.
"""

import os
import signal
from collections.abc import Callable

__all__ = ["POINTS", "arm", "disarm", "reached", "watch"]

POINTS = (
    "session.folder",
    "session.locked",
    "blob.opened",
    "blob.chunk",
    "blob.written",
    "blob.synced",
    "blob.named",
    "record.written",
    "record.named",
    "scratch.made",
    "scratch.left",
    "folder.filled",
    "folder.named",
    "output.opened",
    "output.chunk",
    "output.written",
    "output.named",
    "prune.removed",
    "blob.dropped",
)

_watcher: Callable[[str], None] | None = None


def reached(name: str) -> None:
    """Say that the moment `name` is reached; nothing happens unless a test listens."""
    if _watcher is not None:
        _watcher(name)


def watch(watcher: Callable[[str], None]) -> None:
    """Call `watcher` with the name of every moment from now on."""
    global _watcher  # noqa: PLW0603 - one switch a process, and only tests turn it
    _watcher = watcher


def disarm() -> None:
    """Stop listening."""
    global _watcher  # noqa: PLW0603 - as above
    _watcher = None


def arm(where: str) -> None:
    """End this process by SIGKILL at a moment.

    `17` is the 17th of all, `blob.synced` the first of that name, `blob.synced:3` the third.
    """
    name, _, count = where.rpartition(":") if not where.isdigit() else ("", "", where)
    if not name and not where.isdigit():
        name, count = where, "1"
    left = int(count)

    def stop(moment: str) -> None:
        nonlocal left
        if name in {"", moment}:
            left -= 1
            if left == 0:
                os.kill(os.getpid(), signal.SIGKILL)

    watch(stop)
