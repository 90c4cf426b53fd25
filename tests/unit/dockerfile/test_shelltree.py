"""A shell's text as a tree."""

import pytest

from bareboat.dockerfile.shelltree import Case, Function, Group, If, Loop, Node, Simple, parse, text_of
from bareboat.errors import InputError


def shown(nodes: tuple[Node, ...]) -> str:
    """Return a tree on one line."""
    return " ".join(_shown(node) for node in nodes)


def _shown(node: Node) -> str:
    match node:
        case Simple():
            text = " ".join(word.text for word in (*node.command.assignments, *node.command.words))
        case If():
            parts = [f"{shown(test)} ? {shown(body)}" for test, body in node.branches]
            text = f"if({' | '.join(parts)} : {shown(node.otherwise)})"
        case Case():
            subject = node.subject.text if node.subject is not None else ""
            arms = [f"{','.join(one.text for one in arm.patterns)} => {shown(arm.body)}" for arm in node.arms]
            text = f"case({subject} {' | '.join(arms)})"
        case Loop():
            text = f"loop({shown(node.body)})"
        case Group():
            text = f"group({shown(node.body)})"
        case Function():
            text = f"{node.name}()[{shown(node.body)}]"
    signs = ("! " if node.is_negated else "") + text + (" &" if node.is_background else "")
    return signs if node.operator == ";" else f"{node.operator} {signs}"


@pytest.mark.parametrize(
    ("text", "tree"),
    [
        ("a; b && c || d | e", "a b && c || d | e"),
        ("a &\nb", "a & b"),
        ("a & b", "a & & b"),
        ("if a; then b; fi; c", "if(a ? b : ) c"),
        ("if a && ! b; then c; elif d; then e; else f; g; fi", "if(a && ! b ? c | d ? e : f g)"),
        ("if a; then if b; then c; fi; else d; fi", "if(a ? if(b ? c : ) : d)"),
        ('case "$1" in\n a|b) c ;;\n (d) e;;\n *) f\nesac\ng', 'case("$1" a,b => c | d => e | * => f) g'),
        ("case $(uname) in a) b; c;; esac", "case($(uname) a => b c)"),
        ("x || case a in a) b;; esac", "x || case(a a => b)"),
        ("for i in 1 2; do a; b; done && c", "loop(a b) && c"),
        ("while ! a $(b); do c; done < file", "loop(! a $(b) c) "),
        (
            "f() { a; }\nfunction g { b; }\nfunction h() { c; }\nf",
            "f()[group(a)] g()[group(b)] h()[group(c)] f",
        ),
        ("(cd a && b) || { c; d; }", "group(cd a && b) || group(c d)"),
        ("A=1 exec b", "A=1 exec b"),
        ("", ""),
        ("fi; a", "a"),
        ("if a; then b", "if(a ? b : )"),
    ],
)
def test_branches_and_loops(text: str, tree: str) -> None:
    assert shown(parse(text)) == tree


def test_the_text_of_the_first_command() -> None:
    text = "if [ a  =\\\n b ] && c; then d; fi"
    assert text_of(parse(text), text) == "[ a =\\ b ]"
    assert text_of((), text) == ""
    assert text_of(parse("f() { a; }"), text) == ""


def test_what_does_not_close_is_refused() -> None:
    with pytest.raises(InputError):
        parse("if [ 'a ]; then b; fi")
