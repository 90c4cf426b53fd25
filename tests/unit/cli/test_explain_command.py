"""`bareboat explain`: tables for people, JSON for programs, one line for what cannot be."""

import json
from pathlib import Path

import pytest

from bareboat.cli.main import main

DOCKERFILE = """\
FROM --platform=linux/amd64 python:3.13-slim AS build
COPY pyproject.toml .
RUN pip install .
COPY app ./app
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "app").mkdir()
    (tmp_path / "app" / "main.py").write_text("")
    (tmp_path / "pyproject.toml").write_text("")
    (tmp_path / "Dockerfile").write_text(DOCKERFILE)
    return tmp_path


def test_people_read_a_table_for_each_change(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["explain", str(folder)]) == 0
    said = capsys.readouterr().out
    assert "source changed (app/main.py): 1 of 4 instructions run again" in said
    assert "dependency changed (pyproject.toml): 3 of 4 instructions run again" in said
    assert "base changed: 4 of 4 instructions run again" in said
    assert "FROM --platform=linux/amd64 python:3.13-slim AS build" in said


def test_programs_read_json(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["explain", str(folder), "--json", "--changed", "app/main.py"]) == 0
    found = json.loads(capsys.readouterr().out)["scenarios"]
    assert [one["name"] for one in found][-1] == "these files changed"
    last = found[-1]["steps"][-1]
    assert (last["line"], last["outcome"], last["stage"]) == (4, "runs", "build")
    assert last["cause_line"] == 4


def test_a_long_instruction_is_cut(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (folder / "Dockerfile").write_text("FROM scratch\nCOPY app " + "a" * 200 + "\n")
    assert main(["explain", str(folder)]) == 0
    assert "…" in capsys.readouterr().out


def test_no_dockerfile_is_one_line_and_a_hint(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["explain", str(tmp_path)]) == 2
    said = capsys.readouterr().err
    assert "no such file" in said
    assert "hint:" in said
    assert "Traceback" not in said
