import pytest

from bareboat.dockerfile.expand import expand, expand_body, expand_words, raw_words
from bareboat.errors import InputError

VALUES = {"A": "one", "E": "", "P": "/a/b.c.d", "S": "x y"}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", ""),
        ("a b", "a b"),
        ("$A", "one"),
        ("${A}s", "ones"),
        ("$As", ""),
        ("$N", ""),
        ("${N}", ""),
        ("$", "$"),
        ("$ a", "$ a"),
        ("a$", "a$"),
        ("$1x", "x"),
        ("$12", ""),
        ("$?a", "a"),
        ("\\$A", "$A"),
        ("a\\", "a"),
        ("a\\b", "ab"),
        ("'$A'", "$A"),
        ("'\\'", "\\"),
        ('"$A b"', "one b"),
        ('"a\\"b"', 'a"b'),
        ('"\\$A"', "$A"),
        ('"a\\b"', "a\\b"),
        ('"a\\\\b"', "a\\b"),
        ("${A:-x}", "one"),
        ("${E:-x}", "x"),
        ("${E-x}", ""),
        ("${N-x}", "x"),
        ("${N:-$A}", "one"),
        ("${N:-${M:-y}}", "y"),
        ("${N:-'a}b'}", "a}b"),
        ("${A:+x}", "x"),
        ("${E:+x}", ""),
        ("${E+x}", "x"),
        ("${N+x}", ""),
        ("${A:?no}", "one"),
        ("${E?no}", ""),
        ("${P#*.}", "c.d"),
        ("${P##*.}", "d"),
        ("${P%.*}", "/a/b.c"),
        ("${P%%.*}", "/a/b"),
        ("${P#x}", "/a/b.c.d"),
        ("${P#\\*}", "/a/b.c.d"),
        ("${P/b/x}", "/a/x.c.d"),
        ("${P//./-}", "/a/b-c-d"),
        ("${P//\\//_}", "_a_b.c.d"),
        ("${N/a/b}", ""),
        ("<<A", "<<A"),
        ("<< A", "<< A"),
        ("a < b", "a < b"),
        ("$Ä", ""),
        ("\ufeffa", "a"),
    ],
)
def test_expand(text: str, expected: str) -> None:
    assert expand(text, VALUES).text == expected


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("'a", "single quote"),
        ('"a', "double quote"),
        ('"a\\', "double quote"),
        ("${", "not closed"),
        ("${A", "no variable that"),
        ("${A:-b", "the text ends"),
        ("${}", "names no variable"),
        ("${{A}", "names no variable"),
        ("${:A}", "names no variable"),
        ("${A:=b}", "begins no variable"),
        ("${A:b}", "begins no variable"),
        ("${A!b}", "begins no variable"),
        ("${A:#b}", "begins no variable"),
        ("${A:}", "the text ends"),
        ("${A/b}", "the text ends"),
        ("${A/b/c", "the text ends"),
        ("${P#\\a}", "backslash"),
        ("${N:?must be set}", "N is unset: must be set"),
        ("${N?}", "N is unset"),
        ("${E:?}", "E is empty"),
        ("${a:-" * 70 + "}" * 70, "more than 60 deep"),
    ],
)
def test_refused(text: str, message: str) -> None:
    with pytest.raises(InputError, match=message) as caught:
        expand(text, VALUES)
    assert caught.value.hint


def test_names_asked_for_are_told() -> None:
    done = expand("$A ${N:-$M} '$X' ${E:+$P}", VALUES)
    assert done.found == {"A", "E", "P"}
    assert done.missing == {"N", "M"}


def test_an_open_scope_demands_nothing() -> None:
    assert expand("${N:?no}", {}, is_open=True).text == ""


def test_a_backtick_may_escape() -> None:
    assert expand('a`b "c`"d" e\\f', {}, escape="`").text == 'ab c"d e\\f'


def test_a_value_cannot_fill_the_memory() -> None:
    with pytest.raises(InputError, match="grows past"):
        expand("$A" * 40, {"A": "x" * 100_000})


def test_words_come_apart_in_values_too() -> None:
    assert expand_words("a $S 'b c' \\  $N d", VALUES) == ("a", "x", "y", "b c", " ", "d")
    assert expand_words("", VALUES) == ()


def test_raw_words() -> None:
    assert raw_words("a 'b c' $N ${M:-x} ${O/a/b} \\d") == ("a", "b c", "$N", "${M:-x}", "${O/a/b}", "d")
    assert raw_words('\'b c\'\\ "d\\""', keep_quotes=True, keep_escapes=True) == ('\'b c\'\\ "d\\""',)


def test_quotes_are_nothing_in_a_body() -> None:
    assert expand_body('it\'s "$A" \\$A\n', VALUES).text == 'it\'s "one" $A\n'
