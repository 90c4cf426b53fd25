import ast

import pytest

from bareboat.facts.folding import Code
from bareboat.facts.scopes import parse


@pytest.mark.parametrize(
    ("text", "items", "whole"),
    [
        ("x = 'a' + 'b'", ("ab",), True),
        ("x = ['a'] + ['b']", ("a", "b"), True),
        ("x = f'{a}b' if y else 'c'", ("c",), False),
        ("x = 'b' if sys.platform == 'linux' else 'c'", ("b",), True),
        ("y = ('a', 'b')\nx = y[0]", ("a",), True),
        ("y = ['a']\ny.append('b')\ny += ['c']\nx = y", ("a", "b", "c"), False),
        ("a, b = 'c', 'd'\nx = b", ("d",), True),
        ("for x in sorted(('a', 'b')): pass", ("a", "b"), True),
        ("x = [y + '1' for y in ('a', 'b')]", ("a1", "b1"), True),
        ("x = 'A-b'.lower().replace('-', '_')", ("a_b",), True),
        ("x = 'a b'.split()", ("a", "b"), True),
        ("def f(n='a', *, m): return n + m\nx = f(m='b')", ("ab",), True),
        ("def f(*n):\n    for y in n: yield y\nx = f('a', 'b')", ("a", "b"), True),
        ("x = getattr(o, 'n', 'a')", ("a",), False),
        ("x = os.getenv('X', 'a')", ("a",), False),
        ("x = platform.system() + sys.platform + os.name", ("Linuxlinuxposix",), True),
        ("x = [c for c in range(3)]", (), False),
        ("x = 1 - 2", (), False),
        ("x = '%s' % ('a', 'b')", (), True),
        ("x = b'a'", (), False),
        ("(x := 'a')", ("a",), True),
    ],
)
def test_expressions_are_folded(text: str, items: tuple[str, ...], *, whole: bool) -> None:
    unit = parse("m.py", "m", ("import os, platform, sys\n" + text).encode())
    assert unit is not None
    found = Code({"m": unit}).value(ast.Name("x"), unit.top, {})
    assert (found.items, found.whole) == (items, whole)


def test_names_of_other_modules_are_followed() -> None:
    units = {}
    for name, text in (
        ("p.a", "N = 'x'\ndef f(): return 'y'"),
        ("p.b", "from . import a\nfrom .a import N, f"),
    ):
        made = parse(f"{name}.py", name, text.encode())
        assert made is not None
        units[name] = made
    code = Code(units)
    for text, item in (("N", "x"), ("f()", "y"), ("a.N", "x"), ("a.f()", "y")):
        node = ast.parse(text, mode="eval").body
        assert code.value(node, units["p.b"].top, {}).items == (item,)
