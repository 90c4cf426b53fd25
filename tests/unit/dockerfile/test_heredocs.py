import pytest

from bareboat.dockerfile import heredocs
from bareboat.dockerfile.heredocs import is_word, opened, unindented
from bareboat.dockerfile.syntax import Heredoc
from bareboat.errors import InputError


@pytest.mark.parametrize(
    ("word", "expected"),
    [
        ("<<A", Heredoc("A", "")),
        ("<<-A", Heredoc("A", "", chomp=True)),
        ("<<'A'", Heredoc("A", "", expand=False)),
        ('<<"A B"', Heredoc("A B", "", expand=False)),
        ("<<A'B'", Heredoc("AB", "", expand=False)),
        ("3<<A", Heredoc("A", "", fd=3)),
        (f"{'9' * 50}<<A", Heredoc("A", "", fd=(1 << 64) - 1)),
        ("<<\tA", Heredoc("A", "")),
        ("<<A\\B", Heredoc("AB", "")),
        ("<<$A", Heredoc("$A", "")),
        ("<<", None),
        ("<<''", None),
        ("<<A B", None),
        ("<<<A", None),
        ("a<<A", None),
        ("A", None),
    ],
)
def test_a_word(word: str, expected: Heredoc | None) -> None:
    assert heredocs.word(word) == expected
    assert is_word(word) is (expected is not None)


def test_a_word_that_cannot_be_read() -> None:
    with pytest.raises(InputError):
        heredocs.word("<<'A")
    assert not is_word("<<'A")


def test_quotes_around_nothing_are_refused_as_buildkit_does() -> None:
    with pytest.raises(InputError, match="cannot be read"):
        heredocs.word("<<A ''")


@pytest.mark.parametrize(
    ("line", "names"),
    [
        ("RUN a", []),
        ("RUN <<A b <<-B", ["A", "B"]),
        ("RUN cat << A", ["A"]),
        ("RUN '<<A'", []),
        ("RUN \\<<A", []),
        ("RUN <<A '", []),
        ("RUN ${x:-<<A}", []),
        ("RUN a <<<b", []),
    ],
)
def test_what_a_line_opens(line: str, names: list[str]) -> None:
    assert [heredoc.delimiter for heredoc in opened(line)] == names


def test_unindented() -> None:
    assert unindented("\t\ta\n\tb\n c\td\n") == "a\nb\n c\td\n"
