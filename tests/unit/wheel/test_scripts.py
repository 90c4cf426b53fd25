import pytest

from bareboat.errors import InputError
from bareboat.tree.content import CHUNK, Bytes, Content
from bareboat.wheel.scripts import EntryPoint, entry_points, launcher, rewritten

PYTHON = "/opt/venv/bin/python"


def test_commands_are_found_in_both_groups() -> None:
    text = (
        "[console_scripts]\nZed = a.b:c.d\nplain= a:main [extra]\n# comment\n\n"
        "[gui_scripts]\nwindow = a : gui\n\n[other]\nx = anything at all\n"
    )
    assert entry_points(text, where="x") == (
        EntryPoint("Zed", "a.b", "c.d"),
        EntryPoint("plain", "a", "main"),
        EntryPoint("window", "a", "gui", "gui_scripts"),
    )


@pytest.mark.parametrize(
    "text",
    [
        "x = y:z",
        "[console_scripts]\n= a:b",
        "[console_scripts\nx = a:b",
        "[console_scripts]\nx",
        "[console_scripts]\nx = a",
        "[console_scripts]\nx = a:b; import os",
        "[console_scripts]\nx = a:1b",
        "[console_scripts]\nx = a..b:c",
        "[console_scripts]\n../x = a:b",
        "[console_scripts]\n.. = a:b",
        "[console_scripts]\na/b = a:b",
        "[console_scripts]\na\tb = a:b",
    ],
)
def test_malformed_entry_points_are_refused_on_one_line(text: str) -> None:
    with pytest.raises(InputError, match="entry") as caught:
        entry_points(text, where="demo.whl")
    assert "\n" not in str(caught.value)


def test_percent_signs_and_repeated_sections_are_plain_text() -> None:
    text = "[console_scripts]\na%s = m:f\n[console_scripts]\nb = m:g\n[x]\ny = %(no)s\n"
    assert [point.name for point in entry_points(text, where="x")] == ["a%s", "b"]


def test_launcher_runs_the_function() -> None:
    text = launcher(EntryPoint("x", "string", "Formatter.format"), PYTHON).decode()
    assert text.splitlines()[0] == f"#!{PYTHON}"
    assert "from string import Formatter\n" in text
    assert "    sys.exit(Formatter.format())\n" in text
    compile(text, "x", "exec")


def read(content: Content) -> bytes:
    return b"".join(content.chunks())


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (b"#!python\nprint()\n", b"print()\n"),
        (b"#!python -E\r\nprint()\n", b"print()\n"),
        (b"#!pythonw\n" + b"x" * CHUNK * 2, b"x" * CHUNK * 2),
        (b"#!python", b""),
    ],
)
def test_first_line_is_rewritten(before: bytes, after: bytes) -> None:
    content = rewritten(Bytes(before), PYTHON, where="x")
    assert read(content) == f"#!{PYTHON}\n".encode() + after
    assert content.size == len(read(content))


@pytest.mark.parametrize("text", [b"", b"#!/bin/sh\n", b"#! python\n", b"\x7fELF", b"import x\n#!python"])
def test_other_scripts_stay(text: bytes) -> None:
    content = Bytes(text)
    assert rewritten(content, PYTHON, where="x") is content


def test_endless_first_line_is_refused() -> None:
    with pytest.raises(InputError, match="without an end"):
        rewritten(Bytes(b"#!python" + b" " * CHUNK), PYTHON, where="x")
