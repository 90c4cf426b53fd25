"""Lines of a program as they come; nothing of it stays behind."""

import io
import os
import pty
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from bareboat.engine.stream import attended, plain, stream
from bareboat.errors import BuildError

PARENT = "import subprocess, sys; subprocess.run([sys.executable, '-c', {child!r}])"
CHILD = "import os, sys, time; print(os.getpid(), flush=True); time.sleep(60)"


def python(code: str) -> list[str]:
    return [sys.executable, "-c", code]


def is_alive(pid: int) -> bool:
    """Say whether a process runs; one that ended and waits for its parent does not."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


def test_both_streams_come_as_lines() -> None:
    said: list[str] = []
    code = "import sys; print('out'); sys.stdout.flush(); print('err', file=sys.stderr); sys.exit(3)"
    assert stream(python(code), os.environ, said.append) == 3
    assert said == ["out", "err"]


def test_the_environment_is_the_given_one() -> None:
    said: list[str] = []
    stream(["/usr/bin/env"], {"A": "1"}, said.append)
    assert said == ["A=1"]


def test_a_program_that_is_not_there() -> None:
    with pytest.raises(BuildError, match="/nonexistent/docker: cannot be started: no such file"):
        stream(["/nonexistent/docker"], {}, print)


@pytest.mark.parametrize("is_stubborn", [False, True])
def test_leaving_early_ends_all_that_was_started(
    monkeypatch: pytest.MonkeyPatch, *, is_stubborn: bool
) -> None:
    monkeypatch.setattr("bareboat.engine.stream._GRACE", 0.5)
    child = ("import signal; signal.signal(signal.SIGINT, signal.SIG_IGN);" if is_stubborn else "") + CHILD
    seen: list[int] = []

    def leave(line: str) -> None:
        seen.append(int(line))
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        stream(python(PARENT.format(child=child)), os.environ, leave)
    deadline = time.monotonic() + 5
    while is_alive(seen[0]) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert not is_alive(seen[0])


def test_a_terminal_shows_what_the_program_draws() -> None:
    shown = io.BytesIO()
    said: list[str] = []
    code = (
        "import os, sys; print(sys.stderr.isatty(), os.get_terminal_size(2).columns);"
        "print('\\x1b[1A\\x1b[31mred\\x1b[0m', file=sys.stderr); sys.stdout.write('end'); sys.exit(4)"
    )
    assert attended(python(code), os.environ, shown, said.append) == 4
    assert b"\x1b[31mred\x1b[0m" in shown.getvalue()
    assert said[0].startswith("True ")
    assert {"red", "end"} <= set(said) or "endred" in "".join(said)


def test_the_size_is_that_of_the_terminal() -> None:
    master, slave = pty.openpty()
    said: list[str] = []
    subprocess.run(["/bin/stty", "cols", "77"], check=True, stdin=slave)
    with os.fdopen(slave, "wb", buffering=0) as terminal, os.fdopen(master, "rb", buffering=0):
        code = "import os; print(os.get_terminal_size(1).columns)"
        assert attended(python(code), os.environ, terminal, said.append) == 0
    assert said == ["77"]


def test_an_interrupt_gives_the_cursor_back() -> None:
    shown = io.BytesIO()

    def leave(_: str) -> None:
        raise KeyboardInterrupt

    before = signal.getsignal(signal.SIGWINCH)
    with pytest.raises(KeyboardInterrupt):
        attended(python("print('x', flush=True); import time; time.sleep(60)"), os.environ, shown, leave)
    assert shown.getvalue().endswith(b"\x1b[?25h")
    assert signal.getsignal(signal.SIGWINCH) == before


def test_any_thread_may_watch() -> None:
    codes: list[int] = []
    thread = threading.Thread(
        target=lambda: codes.append(attended(python("pass"), os.environ, io.BytesIO(), print))
    )
    thread.start()
    thread.join(20)
    assert codes == [0]


def test_a_line_is_what_a_person_would_see() -> None:
    assert plain(b"\x1b[34m => done\x1b[0m   \r\n") == " => done"
    assert plain(b"10%\r50%\r100%\n") == "100%"
    assert plain(b"\xff\n") == "\N{REPLACEMENT CHARACTER}"
