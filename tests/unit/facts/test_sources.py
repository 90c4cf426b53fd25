from bareboat.facts.sources import sources
from bareboat.tree.entry import file
from bareboat.tree.tree import Tree

SITE = "opt/venv/lib/python3.13/site-packages"


def test_sources_have_the_names_that_they_are_imported_by() -> None:
    tree = Tree.of([
        file(f"{SITE}/a/__init__.py", b""),
        file(f"{SITE}/a/b.py", b""),
        file(f"{SITE}/a-1.dist-info/x.py", b""),
        file(f"{SITE}/a/data.txt", b""),
        file("app/run.py", b""),
        file("app/my-scripts/one.py", b""),
        file("opt/venv/bin/tool.py", b""),
    ]).with_parents()  # fmt: skip
    assert [(path, module) for path, module, _ in sources(tree)] == [
        ("my-scripts/one.py", "my-scripts.one"),
        ("run.py", "run"),
        ("a/__init__.py", "a"),
        ("a/b.py", "a.b"),
    ]
