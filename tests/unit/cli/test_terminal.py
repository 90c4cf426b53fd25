"""What a terminal is told: in colour where wanted, never what it would obey."""

import io
import sys

import pytest

from bareboat.cli import terminal


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("plain", "plain"),
        ("two\nlines  and\ttabs", "two lines and tabs"),
        ("\x1b[31mred\x1b[0m", "\N{REPLACEMENT CHARACTER}[31mred\N{REPLACEMENT CHARACTER}[0m"),
        ("back\x08space", "back\N{REPLACEMENT CHARACTER}space"),
        ("c1\x9b31m", "c1\N{REPLACEMENT CHARACTER}31m"),
        ("ünïcode ✓", "ünïcode ✓"),
    ],
)
def test_texts_from_outside_are_harmless(text: str, said: str) -> None:
    assert terminal.harmless(text) == said


def test_an_error_is_one_line_and_its_hint_is_indented(capsys: pytest.CaptureFixture[str]) -> None:
    terminal.complain("a\nlong \x1b[1mmessage", "first do this\nthen \x1b]0;that\x07\n  and that")
    said = capsys.readouterr()
    assert said.out == ""
    assert said.err.splitlines() == [
        "error: a long \N{REPLACEMENT CHARACTER}[1mmessage",
        "hint: first do this",
        "      then \N{REPLACEMENT CHARACTER}]0;that\N{REPLACEMENT CHARACTER}",
        "        and that",
    ]


def test_no_hint_is_no_line(capsys: pytest.CaptureFixture[str]) -> None:
    terminal.complain("a message")
    assert capsys.readouterr().err == "error: a message\n"


def test_a_label_has_colour_and_the_message_has_none() -> None:
    said = terminal.labelled("warning", "[brackets] stay", colour="yellow")
    assert said.startswith("\x1b[33m\x1b[1mwarning: \x1b[0m")
    assert said.endswith("[brackets] stay")


def test_no_color_is_obeyed() -> None:
    assert terminal.has_colour({"NO_COLOR": "1"}) is False
    assert terminal.has_colour({"NO_COLOR": ""}) is None
    assert terminal.has_colour({}) is None


class Screen(io.StringIO):
    def isatty(self) -> bool:
        return True


def test_bars_need_a_terminal_that_is_no_log(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stderr", Screen())
    assert terminal.has_bars({})
    assert not terminal.has_bars({"CI": "true"})
    assert not terminal.has_bars({"TERM": "dumb"})
    monkeypatch.setattr(sys, "stderr", io.StringIO())
    assert not terminal.has_bars({})
    monkeypatch.setattr(sys, "stderr", None)
    assert not terminal.has_bars({})


def test_a_narrow_encoding_replaces_and_does_not_fail(monkeypatch: pytest.MonkeyPatch) -> None:
    held = io.BytesIO()
    narrow = io.TextIOWrapper(held, encoding="ascii")
    monkeypatch.setattr(sys, "stdout", narrow)
    terminal.relax()
    narrow.write("├─ ü")
    narrow.flush()
    assert held.getvalue() == b"?? ?"


def test_closed_streams_are_let_be(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdout", None)
    monkeypatch.setattr(sys, "stderr", None)
    terminal.relax()
    terminal.complain("nobody hears this")
