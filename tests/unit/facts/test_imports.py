"""What an application reaches, from the text of its modules and of its dependencies."""

from bareboat.facts import imports
from bareboat.tree.content import Bytes


def read(path: str, module: str, text: str) -> tuple[str, ...]:
    return imports.read([(path, module, Bytes(text.encode()))])[module]


def test_statements_of_every_form_are_read() -> None:
    text = """
import a, b.c as d
from e import (
    f,  # why
    g as h,
)
    from i import j; import k
from l \\
    import m
x = import_module("n.o"); __import__('p')
EXTRA = ["q.r", "no such", "s"]
"""
    found = read("top.py", "top", text)
    assert set(found) >= {"a", "b.c", "e", "e.f", "e.g", "i", "i.j", "n.o", "p", "q.r"}
    assert "s" not in found


def test_relative_imports_are_made_absolute() -> None:
    assert read("p/__init__.py", "p", "from .a import b\nfrom . import c") == ("p", "p.a", "p.a.b", "p.c")
    assert read("p/q/r.py", "p.q.r", "from ..a import b\nfrom . import c") == ("p.a", "p.a.b", "p.q", "p.q.c")
    assert read("p/q.py", "p.q", "import_module('.x', __package__)") == ("p.x",)


def test_only_what_there_is_is_reached_with_its_packages() -> None:
    graph = {
        "app": ("django.db", "nothing"),
        "django": ("django.conf",),
        "django.db": ("django.db.models",),
        "django.conf": (),
        "django.db.models": ("app",),
        "django.contrib.gis": (),
    }
    assert imports.reached(["app"], graph) == {
        "app",
        "django",
        "django.db",
        "django.conf",
        "django.db.models",
    }
    assert imports.reached([], graph) == frozenset()
