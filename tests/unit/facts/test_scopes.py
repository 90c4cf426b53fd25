import ast

import pytest

from bareboat.facts.scopes import Unit, parse


def unit(text: str, path: str = "p/m.py", module: str = "p.m") -> Unit:
    found = parse(path, module, text.encode())
    assert found is not None
    return found


def test_calls_are_noted_with_what_guards_them() -> None:
    made = unit("try:\n    a()\nexcept E:\n    b()\nfor x in y:\n    c()\nwith suppress(E):\n    d()\n")
    sites = {ast.unparse(site.call): site for site in made.top.sites}
    assert len(sites["a()"].guards) == len(sites["b()"].handlers) == 1
    assert len(sites["c()"].loops) == len(sites["d()"].guards) == 1
    assert not sites["b()"].guards


def test_branches_of_other_systems_are_left_out() -> None:
    made = unit("if sys.platform == 'win32':\n    a()\nelse:\n    b()\nx = c() if os.name == 'nt' else d()\n")
    assert [ast.unparse(site.call) for site in made.top.sites] == ["b()", "d()"]


def test_what_follows_a_return_is_left_out() -> None:
    made = unit("def f():\n    if os.name == 'posix':\n        return a()\n    return b()\n")
    (function,) = made.functions["f"]
    assert [ast.unparse(each) for each in function.scope.returned] == ["a()"]


def test_names_are_absolute() -> None:
    made = unit("import a.b\nimport c.d as e\nfrom .f import g as h\nfrom .. import i")
    assert made.imports == {"a": "a", "e": "c.d", "h": "p.f.g", "i": "i"}


def test_parameters_are_told_apart() -> None:
    made = unit(
        "class A:\n    x = 1\n    y: int = 2\n    def f(self, a, /, b=1, *c, d=2, e):\n        pass\n"
    )
    (function,) = made.functions["f"]
    assert (function.parameters, function.rest, function.named) == (("a", "b"), "c", ("d", "e"))
    assert set(function.defaults) == {"b", "d"}
    assert set(made.attributes) == {"x", "y"}


@pytest.mark.parametrize("text", ["f(", "\0", "(" * 5000])
def test_what_cannot_be_read_gives_nothing(text: str) -> None:
    assert parse("a.py", "a", text.encode()) is None
