import pytest

from bareboat.dockerfile.split import head, json_list, key_and_value, plain_words, quoted_words, trimmed
from bareboat.errors import InputError


def test_trimmed_takes_gos_white_space() -> None:
    assert trimmed("\u2003\x85 a b \t\xa0", 5) == ("a b", 8, 11)
    assert trimmed("\x1ca") == ("\x1ca", 0, 2)  # Python's strip() would take this one too


@pytest.mark.parametrize(
    ("line", "keyword", "flags", "rest"),
    [
        ("", "", [], ""),
        ("RUN", "RUN", [], ""),
        ("RUN a  b ", "RUN", [], "a  b"),
        ("RUN\ta", "RUN", [], "a"),
        ("RUN \u2003a\u2003", "RUN", [], "a"),
        ("RUN\u00a0a", "RUN\u00a0a", [], ""),
        ("RUN --a=b --c d", "RUN", ["--a=b", "--c"], "d"),
        ("RUN --a='b c' d", "RUN", ["--a=b c"], "d"),
        ('RUN --a="b \\" c" d', "RUN", ['--a=b " c'], "d"),
        ("RUN --a=b\\ c d", "RUN", ["--a=b c"], "d"),
        ("RUN --a=b\\", "RUN", ["--a=b"], ""),
        ("RUN --a", "RUN", ["--a"], ""),
        ("RUN -- --a", "RUN", [], "--a"),
        ("RUN --a -- --b", "RUN", ["--a"], "--b"),
        ("RUN --", "RUN", [], ""),
        ("RUN - a", "RUN", [], "- a"),
        ("RUN --a -b", "RUN", ["--a"], "-b"),
        ("RUN --a 'b", "RUN", ["--a"], "'b"),
        ("RUN --a='b", "RUN", ["--a=b"], ""),
        # BuildKit reads flags byte by byte: letters come apart, and one byte of à is white space.
        ("RUN --a=é b", "RUN", ["--a=Ã©"], "b"),
        ("RUN --a=à b", "RUN", ["--a=Ã"], "b"),
    ],
)
def test_head(line: str, keyword: str, flags: list[str], rest: str) -> None:
    cut = head(line, "\\")
    assert cut.keyword.text == keyword
    assert [flag.text for flag in cut.flags] == flags
    assert cut.rest.text == rest


@pytest.mark.parametrize("line", ["RUN --a=b --c d e", "RUN  --é='à b' --c  d ", "x y"])
def test_offsets_point_into_the_line(line: str) -> None:
    cut = head(line, "\\", 100)
    assert line[cut.keyword.start - 100 : cut.keyword.end - 100] == cut.keyword.text
    assert line[cut.rest.start - 100 : cut.rest.end - 100] == cut.rest.text
    assert all(line[flag.start - 100 : flag.end - 100].startswith("--") for flag in cut.flags)


def test_a_backtick_may_escape() -> None:
    assert [flag.text for flag in head("RUN --a=b` c\\ d", "`").flags] == ["--a=b c\\"]


def test_plain_words() -> None:
    assert [word.text for word in plain_words("a \t'b c'\u2003d")] == ["a", "'b", "c'\u2003d"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a b", ["a", "b"]),
        ("a\u2003b", ["a", "b"]),
        ("A='b c' D", ["A='b c'", "D"]),
        ('A="b \\" c" D', ['A="b \\" c"', "D"]),
        ("A='b \\' c", ["A='b \\'", "c"]),
        ("a\\ b", ["a\\ b"]),
        ("a\\", ["a"]),
        ("\\", []),
        ('"a b', ['"a b']),
        ('"a\\', ['"a']),
        ("''", ["''"]),
    ],
)
def test_quoted_words(text: str, expected: list[str]) -> None:
    assert [word.text for word in quoted_words(text, "\\")] == expected


def test_key_and_value() -> None:
    assert key_and_value("a  b c") == ("a", "b c")
    assert key_and_value("a") is None


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("[]", []),
        (' [ "a" , "b" ]', ["a", "b"]),
        ('["\\u00e9\\n"]', ["é\n"]),
        ('["\\ud800"]', ["\N{REPLACEMENT CHARACTER}"]),
        ('["\\ud83d\\ude00"]', ["😀"]),
    ],
)
def test_json_list(text: str, expected: list[str]) -> None:
    words = json_list(text, 3)
    assert words is not None
    assert [word.text for word in words] == expected
    assert all(text[word.start - 3] == '"' for word in words)


@pytest.mark.parametrize(
    "text",
    [
        "a",
        '["a"',
        '["a",]',
        "['a']",
        '["a"] b',
        '["a\tb"]',
        "[NaN]",
        "[1e999]",
        "[-1e999]",
        "[01]",
        "[" * 100_000,
    ],
)
def test_what_is_no_json_list(text: str) -> None:
    assert json_list(text) is None


@pytest.mark.parametrize("text", ["[1]", '["a", 1e3]', "[null]", '[["a"]]', '[{"a": "b"}]', "[true]"])
def test_a_list_holds_strings_only(text: str) -> None:
    with pytest.raises(InputError, match="strings only"):
        json_list(text)
