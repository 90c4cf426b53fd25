"""Extras and groups in the words of the plan."""

from pathlib import Path

from bareboat.build.chosen import said
from bareboat.plan.settings import Settings
from bareboat.project import read

TEXT = """
[project]
name = "shop"
dependencies = []
optional-dependencies = { pg = ["psycopg"], http = ["requests"] }
[dependency-groups]
dev = ["pytest"]
prod = ["gunicorn"]
"""


def test_what_is_taken_and_what_is_left(tmp_path: Path) -> None:
    (tmp_path / "pyproject.toml").write_text(TEXT)
    (tmp_path / "main.py").write_text("print(1)\n")
    project = read.read(tmp_path, environ={})
    assert said(project, Settings()) == "without extra http, extra pg, group dev, group prod"
    some = Settings(extras=("HTTP",), groups=("prod",))
    assert said(project, some) == "with extra http, group prod; without extra pg, group dev"


def test_nothing_to_choose(tmp_path: Path) -> None:
    (tmp_path / "main.py").write_text("print(1)\n")
    assert said(read.read(tmp_path, environ={}), Settings()) == ""
