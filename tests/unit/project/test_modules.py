from pathlib import Path
from typing import Any

import pytest

from bareboat.project import files, modules
from folders import ENVIRON, make


def read(folder: Path, texts: dict[str, str], **how: Any) -> modules.Modules:
    return modules.read(files.read(make(folder, texts), environ=ENVIRON), **how)


def named(folder: Path, texts: dict[str, str], **how: Any) -> dict[str, str]:
    """Return path → `root:name`."""
    found = read(folder, texts, **how)
    return {module.path: f"{module.root}:{module.name}" for module in found}


DJANGO = {
    "web/till/shop/wsgi.py": "import os\nos.environ.setdefault('DJANGO_SETTINGS_MODULE', 'shop.settings')\n",
    "web/till/shop/settings.py": "",
}
BACKEND = {"backend/app/main.py": "from app.core import c", "backend/app/core.py": ""}


@pytest.mark.parametrize(
    ("texts", "path", "name"),
    [
        ({"main.py": ""}, "main.py", ":main"),
        ({"app/main.py": ""}, "app/main.py", ":app.main"),
        ({"app/__init__.py": ""}, "app/__init__.py", ":app"),
        ({"src/pkg/main.py": ""}, "src/pkg/main.py", "src:pkg.main"),
        ({"src/main.py": ""}, "src/main.py", ":src.main"),
        ({"src/__init__.py": "", "src/a/b.py": ""}, "src/a/b.py", ":src.a.b"),
        ({"src/main.py": "from src.config import x", "src/config.py": ""}, "src/main.py", ":src.main"),
        ({"src/main.py": "import config", "src/config.py": ""}, "src/main.py", "src:main"),
        ({"src/p/main.py": "from p import x", "src/p/x.py": ""}, "src/p/main.py", "src:p.main"),
        (BACKEND, "backend/app/main.py", "backend:app.main"),
        (BACKEND, "backend/app/core.py", "backend:app.core"),
        ({"app/main.py": "from routers import r", "app/routers/r.py": ""}, "app/main.py", "app:main"),
        ({"app/main.py": "from .r import r", "app/r.py": ""}, "app/main.py", ":app.main"),
        ({"a/b/c.py": "from ..x import y", "a/x.py": ""}, "a/b/c.py", ":a.b.c"),
        ({"app/main.py": "import logging", "app/logging.py": ""}, "app/main.py", ":app.main"),
        ({"main.py": "from . import x"}, "main.py", ":main"),
        (DJANGO, "web/till/shop/wsgi.py", "web/till:shop.wsgi"),
        ({"h/celery.py": "import celery", "h/app.py": "import h.tasks"}, "h/celery.py", ":h.celery"),
    ],
)  # fmt: skip
def test_the_folder_on_the_path_is_read_off_the_imports(
    tmp_path: Path, texts: dict[str, str], path: str, name: str
) -> None:
    assert named(tmp_path, texts)[path] == name


def test_a_start_command_tells_the_folder_where_imports_do_not(tmp_path: Path) -> None:
    texts = {
        "src/app/main.py": "from .api import r",
        "src/app/api.py": "",
        "src/app/core/x.py": "",
        "src/__init__.py": "",
    }
    found = named(tmp_path, texts, started=["app.main"])
    assert found["src/app/main.py"] == "src:app.main"
    assert found["src/app/core/x.py"] == "src:app.core.x"
    assert named(tmp_path, texts, started=["other.main"])["src/app/main.py"] == ":src.app.main"


def test_imports_are_resolved_to_absolute_names(tmp_path: Path) -> None:
    text = """\
        import a.b
        import a.c as d
        from e import f as g, h
        from . import i
        from ..j import k
        from .l import *
    """
    found = read(tmp_path, {"p/q/m.py": text, "p/q/__init__.py": "from .m import x"}).by_path
    module = found["p/q/m.py"]
    assert module.imports == {"a": "a", "d": "a.c", "g": "e.f", "h": "e.h", "i": "p.q.i", "k": "p.j.k"}
    assert module.stars == ("p.q.l",)
    assert found["p/q/__init__.py"].imports == {"x": "p.q.m.x"}
    assert found["p/q/__init__.py"].is_package
    assert not module.is_package


def test_what_cannot_be_read_is_noted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    make(tmp_path, {"nul.py": "\0", "half.py": "x = 1\ndef f(:\n", "big.py": "x = 1\n" * 50})
    monkeypatch.setattr(modules, "LIMIT", 200)
    found = read(tmp_path, {"ok.py": "x = 1"})
    assert set(found.by_path) == {"ok.py", "half.py"}
    noted = {fact.where.partition(":")[0]: fact.value for fact in found.unread}
    assert noted["half.py"].startswith("left out: ")
    assert "larger than" in noted["big.py"]
    assert noted["nul.py"].startswith("not Python that can be read")


def test_files_that_go_away_are_noted(tmp_path: Path) -> None:
    listed = files.read(make(tmp_path, {"a.py": "", "b.py": ""}), environ=ENVIRON)
    (tmp_path / "a.py").unlink()
    found = modules.read(listed)
    assert set(found.by_path) == {"b.py"}
    assert found.unread[0].where == "a.py"


def test_tests_and_examples_stand_aside(tmp_path: Path) -> None:
    texts = {"a.py": "", "tests/b.py": "", "examples/c.py": "", "test_d.py": "", "conftest.py": ""}
    assert set(read(tmp_path, texts).by_path) == {"a.py"}
    found = read(tmp_path, texts, aside=True)
    assert set(found.by_path) == set(texts)
    assert found.by_path["tests/b.py"].is_aside


def test_links_are_not_followed(tmp_path: Path) -> None:
    make(tmp_path, {"a.py": ""})
    (tmp_path / "b.py").symlink_to("a.py")
    assert set(read(tmp_path, {}).by_path) == {"a.py"}


def test_a_module_is_found_by_its_tail_where_that_is_unique(tmp_path: Path) -> None:
    found = read(tmp_path, {"x/app/core.py": "", "y/util.py": "", "z/util.py": ""}).named()
    assert found["app.core"].path == "x/app/core.py"
    assert "util" not in found


def test_statements_are_found_inside_compound_ones(tmp_path: Path) -> None:
    text = """\
        if a:
            b = 1
        else:
            c = 1
        try:
            d = 1
        except E:
            e = 1
        finally:
            f = 1
        with x:
            g = 1
    """
    tree = read(tmp_path, {"m.py": text}).by_path["m.py"].tree
    lines = [node.lineno for node in modules.statements(tree.body)]
    assert lines == [1, 2, 4, 5, 6, 8, 10, 11, 12]
