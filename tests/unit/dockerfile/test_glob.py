import time

import pytest

from bareboat.dockerfile.glob import replaced, without_prefix, without_suffix
from bareboat.errors import InputError


@pytest.mark.parametrize(
    ("value", "pattern", "shortest", "longest"),
    [
        ("a/b/c", "*/", "b/c", "c"),
        ("a/b/c", "a", "/b/c", "/b/c"),
        ("a/b/c", "x", "a/b/c", "a/b/c"),
        ("abc", "?", "bc", "bc"),
        ("abc", "", "abc", "abc"),
        ("abc", "*", "abc", ""),
        ("a*c", "a\\*", "c", "c"),
        ("a\nbc", "*b", "a\nbc", "a\nbc"),
        ("a\nbc", "*", "a\nbc", "\nbc"),
        ("", "a", "", ""),
    ],
)
def test_without_prefix(value: str, pattern: str, shortest: str, longest: str) -> None:
    assert without_prefix(value, pattern, longest=False) == shortest
    assert without_prefix(value, pattern, longest=True) == longest


def test_without_suffix() -> None:
    assert without_suffix("a.tar.gz", ".*", longest=False) == "a.tar"
    assert without_suffix("a.tar.gz", ".*", longest=True) == "a"
    assert without_suffix("abc", "x", longest=True) == "abc"
    assert without_suffix("a*", "\\*", longest=False) == "a"


@pytest.mark.parametrize(
    ("value", "pattern", "text", "first", "every"),
    [
        ("banana", "a", "o", "bonana", "bonono"),
        ("banana", "an*", "o", "bo", "bo"),
        ("banana", "?n", "-", "b-ana", "b--a"),
        ("banana", "x", "o", "banana", "banana"),
        ("abc", "", "-", "-abc", "-a-b-c-"),
        ("abc", "*", "-", "-", "-"),
        ("a/b/c", "\\/", "-", "a-b/c", "a-b-c"),
        ("a\nb\nc", "?*", "x", "x\nb\nc", "x\nx\nx"),
        ("a\nb", "*b", "x", "a\nx", "a\nx"),
        # Go's regexp fills in groups when it replaces every match, and has none but the whole.
        ("abc", "b", "<$0>", "a<$0>c", "a<b>c"),
        ("abc", "b", "${0}$1$x$$", "a${0}$1$x$$c", "ab$c"),
        ("abc", "b", "$", "a$c", "a$c"),
        ("abc", "b", "${", "a${c", "a${c"),
        ("abc", "b", "$00", "a$00c", "ac"),
    ],
)
def test_replaced(value: str, pattern: str, text: str, first: str, every: str) -> None:
    assert replaced(value, pattern, text, every=False) == first
    assert replaced(value, pattern, text, every=True) == every


@pytest.mark.parametrize("pattern", ["\\a", "\\", "a\\"])
def test_a_backslash_before_anything_else_is_refused(pattern: str) -> None:
    with pytest.raises(InputError, match="backslash"):
        without_prefix("abc", pattern, longest=False)


def test_an_absurd_pattern_takes_no_time() -> None:
    begin = time.process_time()
    value = "a" * 20_000
    assert without_prefix(value, "*a" * 200 + "b", longest=True) == value
    assert without_suffix(value, "b" + "*a" * 200, longest=False) == value
    assert replaced(value, "*a" * 50 + "b", "", every=True) == value
    assert replaced(value + "\n" + value, "?a", "", every=True) == "\n"
    assert time.process_time() - begin < 3
