"""What a piece of work costs: wall time, processor time of all processes, peak memory of all at once."""

import os
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from subprocess import DEVNULL, STDOUT, Popen
from tempfile import TemporaryFile
from typing import Self

__all__ = ["Cost", "Failed", "cost", "tree"]

_TICKS = os.sysconf("SC_CLK_TCK")
_PAUSE = 0.05  # seconds between two looks at memory


class Failed(RuntimeError):  # noqa: N818
    """A measured command failed; the message has the end of its output."""


@dataclass(frozen=True, slots=True)
class Cost:
    """Seconds by the clock, seconds of processors, bytes of memory (shared pages counted once)."""

    wall: float
    cpu: float
    memory: int


def cost(
    command: Sequence[str], *, cwd: Path, env: Mapping[str, str] | None = None, daemon: int | None = None
) -> Cost:
    """Run a command to its end and return what it cost, what a daemon did for it included.

    `daemon` is a process whose tree works for the command; memory is then that tree's growth over
    what it held before, plus the command's own.
    """
    trees = [daemon] if daemon else []
    before_cpu = sum(processor_time(pid) for pid in trees)
    before_memory = sum(memory(tree(pid)) for pid in trees)
    with TemporaryFile() as output:
        begun = time.perf_counter()
        process = Popen(command, cwd=cwd, env=env, stdin=DEVNULL, stdout=output, stderr=STDOUT)
        peak = Peak(lambda: sum(memory(tree(pid)) for pid in [process.pid, *trees]))
        with peak:
            _, status, usage = os.wait4(process.pid, 0)
            wall = time.perf_counter() - begun
        process.returncode = os.waitstatus_to_exitcode(status)
        if process.returncode != 0:
            output.seek(0)
            words = output.read()[-3000:].decode(errors="replace")
            raise Failed(f"{' '.join(command)}\nended with {process.returncode}\n{words}")
    worked = sum(processor_time(pid) for pid in trees) - before_cpu
    return Cost(wall, usage.ru_utime + usage.ru_stime + worked, max(0, peak.highest - before_memory))


class Peak:
    """The highest value of a function while the context lasts, looked at from a thread."""

    def __init__(self, look: Callable[[], int]) -> None:
        self._look = look
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._watch, daemon=True)
        self.highest = 0

    def _watch(self) -> None:
        while not self._ended.is_set():
            self.highest = max(self.highest, self._look())
            self._ended.wait(_PAUSE)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._ended.set()
        self._thread.join()


def tree(root: int) -> list[int]:
    """Return a process and all that descend from it."""
    children: dict[int, list[int]] = {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit() and (fields := _stat(int(entry.name))):
            children.setdefault(int(fields[1]), []).append(int(entry.name))
    found, waiting = [], [root]
    while waiting:
        pid = waiting.pop()
        found.append(pid)
        waiting += children.get(pid, [])
    return found


def processor_time(root: int) -> float:
    """Return the seconds that a tree has used, its ended and reaped processes included."""
    fields = [_stat(pid) for pid in tree(root)]
    # Fields 14 to 17 of proc(5): utime, stime, cutime, cstime; ours start with the third.
    return sum(sum(int(value) for value in entry[11:15]) for entry in fields if entry) / _TICKS


def memory(pids: Sequence[int]) -> int:
    """Return the bytes that processes hold together; a page shared by them counts once."""
    total = 0
    for pid in pids:
        try:
            text = Path(f"/proc/{pid}/smaps_rollup").read_text()
        except OSError:
            continue
        total += sum(int(line.split()[1]) for line in text.splitlines() if line.startswith("Pss:")) * 1024
    return total


def _stat(pid: int) -> list[str]:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return []
