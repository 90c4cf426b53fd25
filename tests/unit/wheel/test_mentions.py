import pytest

from bareboat.wheel.mentions import means, mentions


@pytest.mark.parametrize(
    ("source", "found"),
    [
        ("import a.tests", {"a.tests"}),
        ("import os, a.tests.x as y  # why", {"a.tests.x"}),
        ("from a import b, tests as t", {"a.tests"}),
        ("from a.tests import x", {"a.tests.x"}),
        ("from . import tests", {"pkg.sub.tests"}),
        (
            "from .tests.deep import (\n    x,  # one\n    y,\n)",
            {"pkg.sub.tests.deep.x", "pkg.sub.tests.deep.y"},
        ),
        ("from .. import (\n    b,\n    tests,\n)", {"pkg.tests"}),
        ("try: from .tests import x\nexcept ImportError: pass", {"pkg.sub.tests.x"}),
        ("x = 'tests'", {"?tests"}),
        ("open('data/tests/x.json')", {"?data.tests"}),
        ('import_module("a.tests.x")', {"?a.tests"}),
        ("# the tests are elsewhere", set()),
        ("run_tests = contests", set()),
        ("from .testing import tests_run", set()),
        ("import latests", set()),
    ],
)
def test_mentions(source: str, found: set[str]) -> None:
    said = set(mentions(source, "pkg.sub"))
    assert found <= said
    assert {name for name in said if not name.startswith("?")} == {n for n in found if not n.startswith("?")}


@pytest.mark.parametrize(
    ("mention", "folder", "is_meant"),
    [
        ("a.tests", "a.tests", True),
        ("a.tests.x.y", "a.tests", True),
        ("a.testsuite", "a.tests", False),
        ("a.b.tests", "a.tests", False),
        ("?tests", "pkg.tests", True),
        ("?tests", "other.tests", False),
        ("?b.tests", "a.b.tests", True),
        ("?b.tests", "a.ab.tests", False),
    ],
)
def test_means(mention: str, folder: str, *, is_meant: bool) -> None:
    assert means(mention, folder, "pkg") is is_meant
