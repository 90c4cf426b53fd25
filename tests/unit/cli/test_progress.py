"""Events shown: lines in a log, bars on a terminal, nothing but warnings when quiet."""

import io
import sys
import threading

import pytest

from bareboat.cli.progress import shown
from bareboat.progress import Kind, Progress

EVENTS = "[not markup] uvicorn[standard]"


def work(progress: Progress) -> None:
    with progress.begin(Kind.DOWNLOAD, EVENTS, total=2000) as task:
        task.advance(1500)
        task.advance(500)
    with progress.begin(Kind.COMPILE, "application", total=3) as task:
        task.advance(3)
    progress.note(f"a note about {EVENTS}")
    progress.warn(f"a warning about {EVENTS}")


def test_a_log_gets_a_line_for_each_kind(capsys: pytest.CaptureFixture[str]) -> None:
    with shown(quiet=False, bars=False) as progress:
        work(progress)
    said = capsys.readouterr()
    assert said.out == ""
    assert said.err.splitlines() == [
        f"a note about {EVENTS}",
        f"warning: a warning about {EVENTS}",
        "downloading: 1/1, 2.0 kB",
        "compiling: 1/1",
    ]


@pytest.mark.parametrize("bars", [False, True])
def test_quiet_says_nothing_but_warnings(capsys: pytest.CaptureFixture[str], *, bars: bool) -> None:
    with shown(quiet=True, bars=bars) as progress:
        work(progress)
    assert capsys.readouterr() == ("", f"warning: a warning about {EVENTS}\n")


class Screen(io.StringIO):
    def isatty(self) -> bool:
        return True


def terminal(monkeypatch: pytest.MonkeyPatch) -> Screen:
    """Put a terminal in place of standard error: within the test, as pytest puts its own before it."""
    held = Screen()
    monkeypatch.setattr(sys, "stderr", held)
    monkeypatch.setenv("COLUMNS", "60")
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.delenv("NO_COLOR", raising=False)
    return held


def test_bars_and_words_live_together(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    screen = terminal(monkeypatch)
    with shown(quiet=False, bars=True) as progress:
        work(progress)
        print("data")  # noqa: T201  what a program reads must stay where it is
    said = screen.getvalue()
    assert f"a note about {EVENTS}\n" in said
    assert f"a warning about {EVENTS}\n" in said
    assert "downloading" in said
    assert capsys.readouterr().out == "data\n"


def test_a_long_warning_is_not_folded(monkeypatch: pytest.MonkeyPatch) -> None:
    screen = terminal(monkeypatch)
    message = "x" * 40 + " " + "y" * 90
    with shown(quiet=False, bars=True) as progress:
        progress.warn(message)
    assert message in screen.getvalue()


def test_no_color_is_obeyed_above_bars(monkeypatch: pytest.MonkeyPatch) -> None:
    screen = terminal(monkeypatch)
    monkeypatch.setenv("NO_COLOR", "1")
    with shown(quiet=False, bars=True) as progress:
        progress.warn("careful")
    assert "\x1b[33m" not in screen.getvalue()
    assert "careful" in screen.getvalue()


def test_hostile_names_reach_no_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    screen = terminal(monkeypatch)
    with shown(quiet=False, bars=True) as progress:
        with progress.begin(Kind.DOWNLOAD, "[/red]\x1b]0;owned\x07.whl", total=1) as task:
            task.advance(1)
        progress.warn("\x1b]0;owned\x07")
    assert "\x1b]0;owned" not in screen.getvalue()


def test_bars_end_when_work_fails(monkeypatch: pytest.MonkeyPatch) -> None:
    screen = terminal(monkeypatch)

    def fail() -> None:
        with shown(quiet=False, bars=True) as progress:
            progress.begin(Kind.LAYER, "base", total=10)
            raise KeyError

    with pytest.raises(KeyError):
        fail()
    assert "\x1b[?25h" in screen.getvalue(), "the cursor is shown again"
    assert sys.stderr is screen


def test_many_threads_count_right(capsys: pytest.CaptureFixture[str]) -> None:
    with shown(quiet=False, bars=False) as progress:

        def one() -> None:
            for _ in range(50):
                with progress.begin(Kind.DOWNLOAD, "x", total=10) as task:
                    task.advance(10)

        threads = [threading.Thread(target=one) for _ in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert "downloading: 200/200, 2.0 kB" in capsys.readouterr().err
