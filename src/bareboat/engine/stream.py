"""A long-running program's output, line by line as it comes; it ends with whoever reads it.

The program has a process group of its own, so that an interrupt is passed on once and nothing that
it started is left behind.
"""

import fcntl
import os
import pty
import re
import signal
import subprocess
import termios
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from typing import IO

from bareboat.errors import BuildError

__all__ = ["attended", "plain", "stream"]

_GRACE = 10.0  # seconds to end after being asked to
_LONGEST = 1 << 20  # bytes of one line
_SEQUENCE = re.compile(r"\x1b(?:\[[0-?]*[ -/]*[@-~]|\][^\x07\x1b]*(?:\x07|\x1b\\)?|[@-_])")
_SHOW_CURSOR = b"\x1b[?25h"

Take = Callable[[str], None]


def stream(command: Sequence[str], environ: Mapping[str, str], take: Take) -> int:
    """Run a program and return its exit code; `take` gets each line of both its streams.

    Raises BuildError where it cannot be started.
    """
    process = _start(command, environ, subprocess.PIPE)
    with _ended(process):
        if process.stdout is not None:  # always: it is a pipe
            while line := process.stdout.readline(_LONGEST):
                take(plain(line))
        return process.wait()


def attended(command: Sequence[str], environ: Mapping[str, str], terminal: IO[bytes], take: Take) -> int:
    """Do as `stream`, but let the program draw on `terminal` as if it were its own.

    `take` gets what it wrote as lines without colours and movements, redrawn ones again and again.
    """
    master, slave = pty.openpty()
    with os.fdopen(master, "rb", buffering=0) as drawn:
        try:
            _resize(terminal, master)
            process = _start(command, environ, slave)
        finally:
            os.close(slave)
        with _ended(process), _resized(terminal, master):
            try:
                _copy(drawn, terminal, take)
            except BaseException:
                terminal.write(_SHOW_CURSOR)
                terminal.flush()
                raise
            return process.wait()


def _start(command: Sequence[str], environ: Mapping[str, str], output: int) -> "subprocess.Popen[bytes]":
    try:
        return subprocess.Popen(
            list(command),
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            env=dict(environ),
            process_group=0,
        )
    except OSError as error:
        raise BuildError(
            f"cannot be started: {(error.strerror or str(error)).lower()}", where=command[0]
        ) from error


@contextmanager
def _ended(process: "subprocess.Popen[bytes]") -> Iterator[None]:
    """Ask the program and all that it started to end when the context is left early; then make them."""
    try:
        yield
    except BaseException:
        _signal(process, signal.SIGINT)
        with suppress(subprocess.TimeoutExpired):
            process.wait(_GRACE)
        raise
    finally:
        _signal(process, signal.SIGKILL)
        process.wait()
        if process.stdout is not None:
            process.stdout.close()


def _signal(process: "subprocess.Popen[bytes]", number: int) -> None:
    with suppress(ProcessLookupError, PermissionError):  # the group is gone
        os.killpg(process.pid, number)


def _copy(drawn: IO[bytes], terminal: IO[bytes], take: Take) -> None:
    rest = b""
    while chunk := _read(drawn):
        terminal.write(chunk)
        terminal.flush()
        *lines, rest = (rest + chunk).split(b"\n")
        for line in lines:
            take(plain(line))
    if rest:
        take(plain(rest))


def _read(drawn: IO[bytes]) -> bytes:
    """Return what was drawn next, nothing when its writers have ended."""
    try:
        return drawn.read(1 << 16) or b""
    except OSError:  # Linux says EIO where others say the end
        return b""


def plain(line: bytes) -> str:
    """Return a line as a person would see it: what a carriage return took back is gone."""
    text = _SEQUENCE.sub("", line.decode(errors="replace")).rstrip("\r\n")
    return text.rpartition("\r")[2].rstrip()


@contextmanager
def _resized(terminal: IO[bytes], master: int) -> Iterator[None]:
    """Pass on the terminal's changes of size, where this is the thread that hears of them."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = signal.signal(signal.SIGWINCH, lambda *_: _resize(terminal, master))
    try:
        yield
    finally:
        signal.signal(signal.SIGWINCH, before)


def _resize(terminal: IO[bytes], master: int) -> None:
    with suppress(OSError, ValueError):  # no terminal after all
        size = fcntl.ioctl(terminal.fileno(), termios.TIOCGWINSZ, b"\0" * 8)
        fcntl.ioctl(master, termios.TIOCSWINSZ, size)
