import pytest

from bareboat.dockerfile.shell import Word, split
from bareboat.errors import InputError


def words(text: str) -> list[Word]:
    return [word for command in split(text) for word in command.words]


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("a", "a"),
        ("'a b'", "a b"),
        ('"a b"', "a b"),
        ('"a\\"\\$\\`\\\\\\b"', 'a"$`\\\\b'),
        ("a\\ b\\c", "a bc"),
        ("a\\\nb", "ab"),
        ("a\\", "a\\"),
        ("a'b'\"c\"", "abc"),
        ("a#b", "a#b"),
        ("a$", "a$"),
        ("$ ", "$"),
        ("é", "é"),
        ("''", ""),
    ],
)
def test_plain(text: str, value: str) -> None:
    (word,) = words(text)
    assert word.value == value
    assert word.variables == ()


@pytest.mark.parametrize(
    ("text", "variables"),
    [
        ("$A", ("A",)),
        ("${A}b$C", ("A", "C")),
        ('"$A ${B:-$C}"', ("A", "B", "C")),
        ("${#A}${!B}${1}$?$@", ("A", "B", "1", "?", "@")),
        ("${A:-'}'\"}\"\\}$(true)`true`}", ("A",)),
        ("$'a\\'b'", ()),
        ("$((1 + (2)))", ()),
        ("${}", ()),
        ("$(true)", ()),
        ("`true \\` x`", ()),
    ],
)
def test_expanded(text: str, variables: tuple[str, ...]) -> None:
    word = words(text)[0]
    assert word.text == text
    assert word.value is None
    assert word.variables == variables


def test_places() -> None:
    text = "a 'b c'  $(d e)"
    for word in words(text):
        assert text[word.start : word.end] == word.text


def test_what_looks_like_arithmetic() -> None:
    assert [word.text for word in words("$((a); b)")] == ["$((a); b)", "a", "b"]
    assert [word.text for word in words("$( (a) )")][1:] == ["a"]
    assert len(words("x $(((1)))")) == 2


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("a 'b", "single quote is not closed \\(character 3"),
        ('a "b', "double quote is not closed \\(character 3"),
        ("a $'b", "single quote"),
        ("a $'b\\", "single quote"),
        ('a "b\\', "double quote"),
        ("a `b", "backquote"),
        ("a `b\\", "backquote"),
        ("a ${b", "'\\${' is not closed"),
        ("a ${b\\", "'\\${' is not closed"),
        ("a $(b", "'\\$\\(' is not closed"),
        ("a $((b", "'\\(' is not closed|not closed"),
        ("a $((1)", "not closed"),
        ("${a" * 50, "more than 40 deep"),
        ("$(a " * 50, "more than 40 deep"),
    ],
)
def test_refused(text: str, message: str) -> None:
    with pytest.raises(InputError, match=message) as caught:
        split(text)
    assert caught.value.hint
