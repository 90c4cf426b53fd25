"""What looks like a secret in what an image takes: the wheel and /app, never what they leave out."""

from pathlib import Path

import pytest

import folders
from bareboat.build import leaks
from bareboat.build.ready import Ready
from bareboat.errors import InputError
from bareboat.facts.artifact import Artifact, Role
from bareboat.project.project import Project
from bareboat.store.cas import Store
from bareboat.tree.entry import file
from bareboat.tree.tree import Tree

KEY = "-----BEGIN " + "PRIVATE KEY-----\n" + "A" * 64 + "\n"  # put together, so that no scanner minds
SITE = "opt/venv/lib/python3.13/site-packages"
PYPROJECT = '[build-system]\nrequires = []\nbuild-backend = "{}"\n[project]\nname = "tide"\nversion = "1"\n'


def project(folder: Path, backend: str = "hatchling.build") -> Project:
    texts = {
        "src/tide/app.py": "import fastapi\napp = fastapi.FastAPI()\n",
        "src/tide/key.pem": KEY,
        "tests/certs/server.pem": KEY,
        "README.md": KEY,
    }
    if backend:
        texts["pyproject.toml"] = PYPROJECT.format(backend)
    return folders.project(folder, texts)


def wheel(*names: str) -> Ready:
    """Return an installed wheel that has a key in each of these files."""
    tree = Tree.of(file(f"{SITE}/{name}", KEY.encode()) for name in names).with_parents()
    return Ready(Artifact(Role.PROJECT, "tide", "1", "-".join(names), tree.size, len(tree)), lambda: tree)


def checked(held: Project, own: Ready | None, store: Path, *include: str) -> None:
    with Store(store) as opened:
        leaks.check_wheel(held, own, (), include=include, store=opened)


def test_a_project_that_is_no_wheel_is_taken_whole(tmp_path: Path) -> None:
    held = project(tmp_path, "")
    with pytest.raises(
        InputError, match=r"README\.md .*src/tide/key\.pem .*tests/certs/server\.pem"
    ) as caught:
        leaks.check(held, include=())
    assert 'exclude = ["README.md", "src/tide/key.pem", "tests"]' in caught.value.hint
    leaks.check(held, include=("README.md", "src/tide/key.pem", "tests/certs/server.pem"))


def test_what_a_wheel_leaves_out_is_let_through(tmp_path: Path) -> None:
    held = project(tmp_path)
    leaks.check(held, include=())
    checked(held, wheel(), tmp_path / "store")
    checked(held, None, tmp_path / "store")


def test_what_a_wheel_has_is_refused_with_the_files_of_the_project(tmp_path: Path) -> None:
    held = project(tmp_path)
    own = wheel("tide/key.pem", "tide/made.pem")
    for _ in range(2):  # looked for, then recalled
        with pytest.raises(InputError, match=r"wheel: src/tide/key\.pem .*tide/made\.pem") as caught:
            checked(held, own, tmp_path / "store")
    assert "exclude in [tool.hatch.build]" in caught.value.hint
    assert 'include = ["src/tide/key.pem", "tide/made.pem"]' in caught.value.hint
    checked(held, own, tmp_path / "store", "src/tide/key.pem", "tide/made.pem")


def test_bytecode_says_nothing_that_the_source_does_not(tmp_path: Path) -> None:
    checked(project(tmp_path), wheel("tide/__pycache__/a.cpython-313.pyc"), tmp_path / "store")


def test_the_readme_is_in_the_metadata(tmp_path: Path) -> None:
    held, own = project(tmp_path), wheel("tide-1.dist-info/METADATA")
    with pytest.raises(InputError, match=r"wheel: README\.md"):
        checked(held, own, tmp_path / "store")
    checked(held, own, tmp_path / "store", "README.md")


def test_a_backend_that_leaves_nothing_out_is_no_way_out(tmp_path: Path) -> None:
    with pytest.raises(InputError) as caught:
        checked(project(tmp_path, "flit_core.buildapi"), wheel("tide/key.pem"), tmp_path / "store")
    assert "move it out of the package" in caught.value.hint


def test_files_beside_the_wheel_are_looked_at_too(tmp_path: Path) -> None:
    held = project(tmp_path)
    beside = [one for one in held.files if one.path.startswith("tests/")]
    with Store(tmp_path / "store") as store, pytest.raises(InputError, match=r"tests/certs/server\.pem"):
        leaks.check_wheel(held, wheel(), beside, include=(), store=store)
