import pytest

from bareboat.dockerfile.shell import split
from bareboat.errors import InputError


def shown(text: str) -> list[str]:
    """Return each command as its operator, depth and words."""
    return [
        f"{command.operator}{command.depth} {' '.join(word.text for word in command.words)}"
        for command in split(text)
    ]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", []),
        ("a && b || c; d & e | f |& g", ["0 a", "&&0 b", "||0 c", ";0 d", "&0 e", "|0 f", "|0 g"]),
        ("a\nb\n\n  c", ["0 a", ";0 b", ";0 c"]),
        ("a && (b; c) || d", ["0 a", "&&1 b", ";1 c", "||0 d"]),
        ("{ a; b; }", ["1 a", ";1 b"]),
        ("a # b && c\nd", ["0 a", ";0 d"]),
        ("a \\\n b", ["0 a b"]),
        ("if a; then b; elif c; then d; else e; fi && f", ["1 a", ";1 b", ";1 c", ";1 d", ";1 e", "&&0 f"]),
        ("while a; do b; done; until c; do d; done", ["1 a", ";1 b", ";1 c", ";1 d"]),
        ("for i in a b; do c; done", [";1 c"]),
        ("for i; do c; done", [";1 c"]),
        ("for ((i=0; i<3; i++)); do c; done", [";1 c"]),
        ("select i in a; do c; done", [";1 c"]),
        ("for i in $(a); do b; done", ["2 a", ";1 b"]),
        ("case $x in a|b) c;; (d) e;& *) f ;; esac; g", ["1 c", ";1 e", ";1 f", ";0 g"]),
        ("case x in\n a)\n b\n ;;\n esac", [";1 b"]),
        ("case x in esac; a", [";0 a"]),
        ("case x in a ) b;; esac", ["1 b"]),
        ("((a; b) && c)", ["2 a", ";2 b", "&&1 c"]),
        ("case a in b) case c in d) e;; esac;; f) g;; esac", ["2 e", ";1 g"]),
        ("f() { a; }; f", ["1 a", ";0 f"]),
        ("function f { a; }; function g() { b; }", ["1 a", ";1 b"]),
        ("! a; time b", ["0 a", ";0 b"]),
        ("[[ -f a && ( b < c ) ]] && d", ["0 [[", "&&0 d"]),
        ("((i++)) && a", ["&&0 a"]),
        ("( (a) )", ["2 a"]),
        ("a `b \\`c\\``", ["0 a `b \\`c\\``", "1 b \\`c\\`"]),
        ("fi; done; esac; }; a", [";0 a"]),
        ("a if b", ["0 a if b"]),
        ("a=(1 2 $(b)\n3) c", ["0 ", "1 b", "0 c"]),
        ("a;;b", ["0 a", ";0 b"]),
    ],
)
def test_commands(text: str, expected: list[str]) -> None:
    assert shown(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a >b 2>&1 <c >>d", [("", ">", "b"), ("2", ">&", "1"), ("", "<", "c"), ("", ">>", "d")]),
        (
            "a &>b &>>c >|d <>e <&f",
            [("", "&>", "b"), ("", "&>>", "c"), ("", ">|", "d"), ("", "<>", "e"), ("", "<&", "f")],
        ),
        ("a <<<b", [("", "<<<", "b")]),
        ("a 3<<-'E' x\n\tb\n\tE\n", [("3", "<<-", "'E'")]),
        ("a2>b", [("", ">", "b")]),
    ],
)
def test_redirections(text: str, expected: list[tuple[str, str, str]]) -> None:
    command = split(text)[0]
    assert [(found.fd, found.operator, found.target.text) for found in command.redirections] == expected


def test_documents_are_no_commands() -> None:
    assert shown("a <<E <<'F'\nb\nE\nc\nF\nd") == ["0 a", ";0 d"]
    assert shown("a <<E\r\nb\nE\r\nd") == ["0 a", ";0 d"]
    assert shown("a <<E\nb") == ["0 a"]


def test_a_redirection_may_stand_alone() -> None:
    (command,) = split(">a")
    assert command.words == ()
    assert (command.start, command.end) == (0, 2)


@pytest.mark.parametrize(
    "text",
    ["a)", "(a", "a (b)", "a >", "a > >b", "a=(b", "a=(b;c)", "case", "case a in b", "case a in b;", "[[ a"],
)
def test_refused(text: str) -> None:
    with pytest.raises(InputError) as caught:
        split(text)
    assert caught.value.hint


def test_deep_nests_are_refused() -> None:
    with pytest.raises(InputError, match="more than 40 deep"):
        split("( " * 60)
