import ast

import pytest

from bareboat.project import tolerant


def names(tree: ast.Module) -> list[str]:
    return [getattr(node, "name", type(node).__name__) for node in tree.body]


def test_good_python_is_read_whole() -> None:
    tree, left = tolerant.parse(b"a = 1\ndef f(): pass\n")
    assert names(tree) == ["Assign", "f"]
    assert left == ()


def test_a_function_in_unknown_syntax_does_not_hide_the_rest() -> None:
    source = b"""\
import fastapi
app = fastapi.FastAPI()

@app.get("/")
def broken():
    x = 1 ?? 2
    return x

@app.get("/ok")
def fine(): return 1

try:
    y = 1
except A !! B:
    pass
else:
    y = 2
z = 3
"""
    tree, left = tolerant.parse(source)
    assert names(tree) == ["Import", "Assign", "fine", "Assign"]
    assert tree.body[-1].lineno == 18
    assert [line for line, _ in left] == [6, 14]


def test_what_is_no_python_at_all_is_refused() -> None:
    tree, left = tolerant.parse(b"x = (\n")
    assert (names(tree), len(left)) == ([], 1)
    with pytest.raises((SyntaxError, ValueError)):
        tolerant.parse(b"\0")


def test_many_broken_statements_are_given_up() -> None:
    with pytest.raises(SyntaxError):
        tolerant.parse(b"a ?\n" * 60)


def test_another_encoding_is_read() -> None:
    tree, _ = tolerant.parse("# coding: latin-1\nx = 'é'\n?\n".encode("latin-1"))
    assert names(tree) == ["Assign"]
