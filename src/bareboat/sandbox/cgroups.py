"""A control group (version 2) of its own for one run, where the host has delegated that to us.

systemd delegates a user's subtree; containers and older hosts often have none, and then the limits
of `supervisor` stand alone. What is tried leaves nothing behind.

Spec: the kernel's cgroup-v2.rst, "Delegation" and "Core Interface Files".
"""

import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from bareboat.sandbox.limits import Limits

__all__ = ["group"]

_MOUNT = Path("/sys/fs/cgroup")
_OWN = Path("/proc/self/cgroup")


@contextmanager
def group(
    limits: Limits, *, mount: Path = _MOUNT, own: Path = _OWN
) -> Iterator[Callable[[int], None] | None]:
    """Give what moves a process into a new group with `limits`; None where there can be none.

    Whatever is still in the group at the end is killed. `mount` and `own` are where the kernel
    shows the groups and which one this process is in.
    """
    made = _made(limits, mount, own)
    if made is None:
        yield None
        return
    try:
        yield lambda pid: _join(made, pid)
    finally:
        _remove(made)


def _made(limits: Limits, mount: Path, own: Path) -> Path | None:
    """Return a new group beside our own with its limits set, None where the host refuses a step."""
    with suppress(OSError, StopIteration):
        lines = own.read_text().splitlines()
        here = next(line[3:] for line in lines if line.startswith("0::/"))
        made = mount / here.strip("/") / ".." / f"bareboat-{os.getpid()}-{time.monotonic_ns()}"
        made.mkdir()
        try:
            (made / "memory.max").write_text(str(limits.memory))
            (made / "pids.max").write_text(str(limits.processes))
            with suppress(OSError):
                (made / "memory.swap.max").write_text("0")
        except OSError:
            made.rmdir()
            return None
        return made
    return None


def _join(made: Path, pid: int) -> None:
    with suppress(OSError):  # not ours to move: the other limits hold
        (made / "cgroup.procs").write_text(str(pid))


def _remove(made: Path) -> None:
    with suppress(OSError):
        (made / "cgroup.kill").write_text("1")
    for _ in range(100):
        try:
            made.rmdir()
        except FileNotFoundError:
            return
        except OSError:
            time.sleep(0.02)
        else:
            return
