import pytest

from bareboat.dockerfile.directives import Directives, frontend
from bareboat.errors import InputError


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("# escape=`", ("escape", "`")),
        ("#escape=\\", ("escape", "\\")),
        ("# Escape = `  ", ("escape", "`")),
        ("#\u2003syntax=a b ", ("syntax", "a b")),
        ("# check=skip=all", ("check", "skip=all")),
    ],
)
def test_a_directive(line: str, expected: tuple[str, str]) -> None:
    directives = Directives()
    assert directives.read(line) == expected
    assert not directives.is_done


@pytest.mark.parametrize(
    "line", ["", "FROM a", "# a", "# foo=bar", "# escape=", "# escape", "// syntax=a", "# e\x0b=a"]
)
def test_anything_else_ends_them(line: str) -> None:
    directives = Directives()
    assert directives.read(line) is None
    assert directives.is_done


def test_twice_is_refused() -> None:
    directives = Directives()
    directives.read("# syntax=a")
    with pytest.raises(InputError, match="given twice"):
        directives.read("# syntax=a")


@pytest.mark.parametrize("value", ["x", "\\\\", "` x"])
def test_two_signs_may_escape(value: str) -> None:
    with pytest.raises(InputError, match="is not possible"):
        Directives().read(f"# escape={value}")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("# syntax=a/b:1 more\nFROM a", "a/b:1"),
        ("\ufeff# syntax=a\n", "a"),
        ("#!/bin/x\n# syntax=a\n", "a"),
        ("#!/bin/x", None),
        ("// syntax=a\n", "a"),
        ("// escape=`\n// syntax=a\r\n", "a"),
        ("# escape=x\n// syntax=a", None),
        ('{"syntax": "a"}', "a"),
        ('{"syntax": 1}', None),
        ("{", None),
        ('{"a": ' * 100_000, None),
        ("[]", None),
        ("FROM a\n# syntax=b", None),
        ("", None),
        ("# check=a", None),
    ],
)
def test_the_frontend(text: str, expected: str | None) -> None:
    assert frontend(text) == expected
