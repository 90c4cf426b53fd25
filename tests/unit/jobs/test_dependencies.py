"""Which files an installer reads, and which packages they name."""

from pathlib import Path

import pytest

from bareboat.errors import InputError
from bareboat.jobs.dependencies import Found, dependencies
from bareboat.plan.blueprint import Origin
from bareboat.plan.settings import Settings
from bareboat.project import read
from bareboat.target import Arch, Target

TARGET = Target(Arch.AMD64, "3.13.99", (2, 41))
HASH = "--hash=sha256:" + "0" * 64
PYPROJECT = '[project]\nname = "shop"\nversion = "1"\ndependencies = ["flask>=3", "gunicorn"]\n'
POETRY = """[[package]]
name = "flask"
version = "3"
groups = ["main"]
files = []
[metadata]
lock-version = "2.1"
"""
ROOT = """[project]
name = "root"
version = "1"
[tool.uv.workspace]
members = ["libs/*", "api"]
exclude = ["libs/old"]
"""
UV = """version = 1
requires-python = ">=3.11"
[[package]]
name = "shop"
version = "1"
source = { virtual = "." }
dependencies = [{ name = "psycopg2" }]
[[package]]
name = "psycopg2"
version = "2.9"
source = { registry = "https://index.example/simple" }
sdist = { url = "https://index.example/psycopg2-2.9.tar.gz", hash = "sha256:00" }
"""


def found(folder: Path, prefer: str = "", settings: Settings | None = None, **files: str) -> Found:
    for name, text in {"app.py": "", **files}.items():
        path = folder / name.replace("__", "/").replace("_toml", ".toml").replace("_lock", ".lock").replace(
            "_txt", ".txt"
        )
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    project = read.read(folder, environ={}, any_lock=True)
    said = read.metadata(folder)
    return dependencies(project, settings or Settings(), said, TARGET, prefer=prefer)


def test_hashed_requirements_with_what_they_include(tmp_path: Path) -> None:
    held = found(
        tmp_path,
        requirements_txt=f"-r base.txt\nflask==3.0 {HASH}\ncolorama==1; sys_platform == 'win32' {HASH}\n",
        base_txt=f"gunicorn==23 {HASH}\n",
    )
    assert held.dependencies.origin is Origin.HASHED
    assert held.dependencies.files == ("requirements.txt", "base.txt")
    assert [(one.name, one.version) for one in held.distributions] == [("flask", "3.0"), ("gunicorn", "23")]


def test_uv_lock(tmp_path: Path) -> None:
    text = PYPROJECT.replace('"flask>=3", "gunicorn"', '"psycopg2"')
    held = found(tmp_path, pyproject_toml=text, uv_lock=UV)
    assert held.dependencies.origin is Origin.UV_LOCK
    assert [(one.name, one.wheels) for one in held.distributions] == [("psycopg2", ())]


def test_poetry_comes_where_nothing_else_locks(tmp_path: Path) -> None:
    held = found(tmp_path, pyproject_toml=PYPROJECT, poetry_lock=POETRY)
    assert held.dependencies.origin is Origin.POETRY_LOCK
    assert held.dependencies.is_standard
    assert held.distributions[0].wheels is None
    more = found(tmp_path, requirements_txt=f"flask==3 {HASH}\n")
    assert more.dependencies.origin is Origin.HASHED
    assert found(tmp_path, "poetry").dependencies.origin is Origin.POETRY_LOCK


def test_pyproject_alone(tmp_path: Path) -> None:
    held = found(tmp_path, pyproject_toml=PYPROJECT)
    assert held.dependencies.origin is Origin.PYPROJECT
    assert held.dependencies.declared == ("flask>=3", "gunicorn")
    assert [one.name for one in held.distributions] == ["flask", "gunicorn"]


def test_extras_and_groups_count(tmp_path: Path) -> None:
    more = '[project.optional-dependencies]\npg = ["psycopg2"]\n[dependency-groups]\nweb = ["uvicorn"]\n'
    text = PYPROJECT + more
    held = found(tmp_path, settings=Settings(extras=("pg",), groups=("web",)), pyproject_toml=text)
    assert {"psycopg2", "uvicorn"} <= {one.name for one in held.distributions}


def test_pylock(tmp_path: Path) -> None:
    lock = (
        'lock-version = "1.0"\ncreated-by = "x"\n[[packages]]\nname = "flask"\nversion = "3"\n'
        'wheels = [{url = "https://index.example/flask-3-py3-none-any.whl", hashes = {sha256 = "00"}}]\n'
        '[[packages]]\nname = "colorama"\nversion = "1"\nmarker = "sys_platform == \'win32\'"\n'
    )
    held = found(tmp_path, pylock_toml=lock)
    assert held.dependencies.origin is Origin.PYLOCK
    assert [(one.name, one.wheels) for one in held.distributions] == [
        ("flask", ("flask-3-py3-none-any.whl",))
    ]


def test_members_of_a_workspace(tmp_path: Path) -> None:
    for name in ("libs/core", "libs/old"):
        (tmp_path / name).mkdir(parents=True)
        (tmp_path / name / "pyproject.toml").write_text('[project]\nname = "x"\nversion = "1"\n')
    (tmp_path / "pyproject.toml").write_text(ROOT)
    (tmp_path / "uv.lock").write_text(UV.replace('virtual = "."', 'virtual = "api"'))
    held = found(tmp_path / "api", pyproject_toml=PYPROJECT.replace('"flask>=3", "gunicorn"', '"psycopg2"'))
    assert held.context == "api"
    assert held.dependencies.members == ("libs/core",)
    assert held.dependencies.pyproject == "api/pyproject.toml"
    assert held.dependencies.package == "shop"


def test_a_file_outside_of_the_context_is_refused(tmp_path: Path) -> None:
    (tmp_path / "other.txt").write_text(f"gunicorn==23 {HASH}\n")
    with pytest.raises(InputError):
        found(tmp_path / "shop", requirements_txt=f"-r ../other.txt\nflask==3 {HASH}\n")
