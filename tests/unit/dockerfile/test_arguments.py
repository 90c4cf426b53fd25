import pytest

from bareboat.dockerfile.arguments import KEYWORDS, keyword_of, read
from bareboat.dockerfile.split import trimmed
from bareboat.dockerfile.syntax import Form
from bareboat.errors import InputError


@pytest.mark.parametrize(
    ("keyword", "text", "form", "words"),
    [
        ("FROM", "a AS b", Form.WORDS, ["a", "AS", "b"]),
        ("FROM", "", Form.WORDS, []),
        ("RUN", "a 'b c'", Form.SHELL, ["a 'b c'"]),
        ("RUN", "", Form.SHELL, []),
        ("RUN", '["a", "b"]', Form.EXEC, ["a", "b"]),
        ("RUN", "[]", Form.EXEC, []),
        ("CMD", '["a"', Form.SHELL, ['["a"']),
        ("COPY", "a b", Form.WORDS, ["a", "b"]),
        ("ADD", '["a b", "c"]', Form.EXEC, ["a b", "c"]),
        ("VOLUME", "/a /b", Form.WORDS, ["/a", "/b"]),
        ("USER", "a b", Form.TEXT, ["a b"]),
        ("WORKDIR", "", Form.TEXT, []),
        ("ARG", "A B='c d'", Form.PAIRS, ["A", "B='c d'"]),
        ("ENV", "A=b C='d e'", Form.PAIRS, ["A=b", "C='d e'"]),
        ("ENV", "A b c", Form.LEGACY, ["A", "b c"]),
        ("ENV", "", Form.PAIRS, []),
        ("LABEL", "a b=c", Form.LEGACY, ["a", "b=c"]),
        ("HEALTHCHECK", "NONE", Form.WORDS, ["NONE"]),
        ("HEALTHCHECK", "", Form.WORDS, []),
        ("HEALTHCHECK", "CMD a b", Form.SHELL, ["CMD", "a b"]),
        ("HEALTHCHECK", 'CMD ["a"]', Form.EXEC, ["CMD", "a"]),
        ("HEALTHCHECK", "CMDà b", Form.SHELL, ["CMD\N{REPLACEMENT CHARACTER}", "b"]),
        ("FOO", "a b", Form.UNKNOWN, ["a b"]),
        ("FOO", "", Form.UNKNOWN, []),
    ],
)
def test_read(keyword: str, text: str, form: Form, words: list[str]) -> None:
    found = read(keyword, trimmed(text), "\\")
    assert found.form is form
    assert [word.text for word in found.words] == words


def test_offsets() -> None:
    assert [word.start for word in read("ENV", trimmed("A  b c", 4), "\\").words] == [4, 7]
    assert [word.start for word in read("HEALTHCHECK", trimmed("CMD  b", 4), "\\").words] == [4, 9]


@pytest.mark.parametrize(
    ("keyword", "text", "message"),
    [
        ("ENV", "A", "ENV A has no value"),
        ("ENV", "A=b c", "'c' is no NAME=value"),
        ("LABEL", "a", "LABEL a has no value"),
        ("RUN", "[1]", "strings only"),
    ],
)
def test_refused(keyword: str, text: str, message: str) -> None:
    with pytest.raises(InputError, match=message) as caught:
        read(keyword, trimmed(text), "\\")
    assert caught.value.hint


def test_keywords_ignore_case_as_go_does() -> None:
    assert keyword_of("from") == "FROM"
    assert keyword_of("WORKD\u0130R") == "WORKDIR"
    assert keyword_of("wor\u212adir") == "WORKDIR"
    assert keyword_of("é") == "É"
    assert keyword_of("") == ""
    assert "ONBUILD" in KEYWORDS
