from pathlib import Path

from bareboat.build.reach import imported, reached
from bareboat.build.ready import Ready
from bareboat.facts.artifact import Artifact, Role
from bareboat.store.cas import Store
from bareboat.tree.entry import file
from bareboat.tree.tree import Tree

SITE = "opt/venv/lib/python3.13/site-packages"


def ready(name: str, role: Role, files: dict[str, str]) -> Ready:
    tree = Tree.of(file(path, text.encode()) for path, text in files.items()).with_parents()
    return Ready(Artifact(role, name, "1", f"key of {name}", 1, 1), lambda: tree)


def test_what_the_application_imports_is_reached(tmp_path: Path) -> None:
    wheel = ready(
        "dep", Role.DEPENDENCY, {f"{SITE}/dep/__init__.py": "", f"{SITE}/dep/gis.py": "import extra"}
    )
    other = ready(
        "server",
        Role.DEPENDENCY,
        {f"{SITE}/server/__init__.py": "", f"{SITE}/server/__main__.py": "", f"{SITE}/extra.py": ""},
    )
    app = ready("app", Role.SOURCE, {"app/main.py": "import dep"})
    with Store(tmp_path) as store:
        held = [wheel, other, app]
        assert reached(store, held, ()) == {"main", "dep"}
        assert reached(store, held, ("/opt/venv/bin/server", "main:app")) == {
            "main", "dep", "server", "server.__main__",
        }  # fmt: skip
        assert "extra" in reached(store, held, ("dep.gis",))
        assert reached(store, held[:2], ()) == {"dep", "dep.gis", "server", "server.__main__", "extra"}


def test_imports_are_remembered(tmp_path: Path) -> None:
    one = ready("dep", Role.DEPENDENCY, {f"{SITE}/dep.py": "import os"})
    with Store(tmp_path) as store:
        assert imported(store, one) == {"dep": ("os",)}
        gone = Ready(one.artifact, Tree)
        assert imported(store, gone) == {"dep": ("os",)}
