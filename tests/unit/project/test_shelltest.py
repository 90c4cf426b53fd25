"""Tests and patterns of a shell."""

import pytest

from bareboat.dockerfile.shelltree import Case, Simple, parse
from bareboat.project.shelltest import holds, is_match
from bareboat.project.shellwords import value_of

VARIABLES = {"A": "one", "N": "3", "PATTERN": "o*"}


def value(text: str) -> str | None:
    return value_of(text, VARIABLES, ("web", "-x"), {"UNKNOWN"})


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('[ "$A" = "one" ]', True),
        ("[ $A != one ]", False),
        ('test "$1" == web', True),
        ("[ \"$1\" = 'web' ]", True),
        ('[ -z "$B" ]', True),
        ('[ -n "$B" ]', False),
        ("[ -z ${B:-x} ]", False),
        ('[ "$B" ]', False),
        ("[ ]", False),
        ("[ $# -eq 2 ]", True),
        ("[ $# -gt 2 ]", False),
        ("[ $N -ge 3 -a $N -lt 4 ]", True),
        ('[ "$A" = x -o "$A" = one ]', True),
        ('[ "$UNKNOWN" = x -o "$A" = one ]', True),
        ('[ "$UNKNOWN" = x -a "$A" = one ]', None),
        ('[ ! -z "$A" ]', True),
        ("[ ! -f /etc/x ]", None),
        ("[ -f there ]", True),
        ("[ -f away ]", None),
        ('[ "$UNKNOWN" = x ]', None),
        ('[ "$HOME" = x ]', None),
        ('[ "$(id -u)" = 0 ]', None),
        ('[ "${2#-}" != "$2" ]', True),
        ('[ "${2:0:1}" = "-" ]', True),
        ('[ "${A:1}" = "ne" ]', True),
        ("[ a -nt b ]", None),
        ("[ x -eq 1 ]", None),
        ("[ a b c d ]", None),
        ("[[ $A == o* ]]", True),
        ('[[ $A == "o*" ]]', False),
        ("[[ -n $A && $N == 3 ]]", True),
        ("[[ -z $A || ! $N == 3 ]]", False),
        ("[[ -z $A && -f x ]]", False),
        ("[[ -f x && -n $A ]]", None),
        ("[[ $A =~ ^o ]]", None),
        ("[[ $A < b ]]", None),
        ("[[ (a) ]]", None),
    ],
)
def test_what_a_test_says(text: str, expected: bool | None) -> None:  # noqa: FBT001 - what is compared
    (node,) = parse(text)
    assert isinstance(node, Simple)
    assert holds(node.command, text, value, lambda name: True if name == "there" else None) is expected


@pytest.mark.parametrize(
    ("pattern", "expected"),
    [("web", True), ("w*", True), ("'w*'", False), ("[vw]eb", True), ("[!w]*", False), ("$UNKNOWN", None)],
)
def test_what_a_pattern_means(pattern: str, expected: bool | None) -> None:  # noqa: FBT001 - what is compared
    (node,) = parse(f"case a in {pattern}) b;; esac")
    assert isinstance(node, Case)
    assert is_match("web", node.arms[0].patterns[0], value) is expected
