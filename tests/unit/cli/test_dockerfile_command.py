"""`bareboat dockerfile`: files, words, JSON, differences."""

import json
from pathlib import Path

import pytest

import smallbase
from bareboat.cli.main import main

Capture = pytest.CaptureFixture[str]
HASH = "--hash=sha256:" + "0" * 64


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "wsgi.py").write_text("from flask import Flask\napp = Flask(__name__)\n")
    (tmp_path / "requirements.txt").write_text(f"flask==3.1 {HASH}\ngunicorn==23 {HASH}\n")
    return tmp_path


def run(folder: Path, *words: str) -> int:
    return main(["dockerfile", str(folder), "--offline", "--cache-dir", str(smallbase.world().store), *words])


def test_files_are_written_and_told(folder: Path, capsys: Capture) -> None:
    assert run(folder) == 0
    said = capsys.readouterr()
    assert f"{folder}/Dockerfile: written" in said.out
    assert "form: pip-venv: the requirements are pinned and hashed" in said.err
    assert run(folder, "-q") == 0
    said = capsys.readouterr()
    assert f"{folder}/Dockerfile: unchanged" in said.out
    assert said.err == ""


def test_standard_output_writes_nothing(folder: Path, capsys: Capture) -> None:
    assert run(folder, "--out", "-") == 0
    assert capsys.readouterr().out.startswith("# Written by")
    assert not (folder / "Dockerfile").exists()


def test_differences(folder: Path, capsys: Capture) -> None:
    (folder / "Dockerfile").write_text("FROM mine\n")
    assert run(folder, "--diff") == 1
    said = capsys.readouterr().out
    assert "-FROM mine\n" in said
    assert "+FROM python:${PYTHON_VERSION}-slim-trixie AS builder\n" in said
    assert run(folder) == 2
    assert "is there already and differs" in capsys.readouterr().err
    assert run(folder, "--force") == 0
    assert run(folder, "--diff") == 0
    (folder / "Dockerfile").write_text("FROM mine\n")
    assert run(folder, "--force") == 0
    assert "Dockerfile: replaced" in capsys.readouterr().out


def test_json(folder: Path, capsys: Capture) -> None:
    assert run(folder, "--json", "--base", "distroless") == 0
    said = json.loads(capsys.readouterr().out)
    assert said["form"] == "pip-venv"
    assert said["images"] == ["python:3.13-slim-trixie", "gcr.io/distroless/python3-debian13:nonroot"]
    assert {one["name"]: one["fits"] for one in said["forms"]}["pip-prefix"] is False


def test_the_forms_are_listed(folder: Path, capsys: Capture) -> None:
    assert run(folder, "--list") == 0
    said = capsys.readouterr().out
    assert "there is no poetry.lock" in said


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        (("--form", "pip-ven"), "did you mean 'pip-venv'"),
        (("--base", "distroless", "--python", "3.12"), "not 3.12"),
        (("--form", "uv-sync"), "there is no uv.lock"),
    ],
)
def test_bad_input_is_one_line(folder: Path, capsys: Capture, words: tuple[str, ...], expected: str) -> None:
    assert run(folder, *words) == 2
    assert expected in capsys.readouterr().err


def test_pins_need_a_program(folder: Path, capsys: Capture, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "")
    assert run(folder, "--pin") == 2
    assert "crane, docker buildx or skopeo" in capsys.readouterr().err


def test_findings_are_told(folder: Path, capsys: Capture) -> None:
    (folder / "pylock.toml").write_text(
        'lock-version = "1.0"\ncreated-by = "x"\n[[packages]]\nname = "strange"\nversion = "1"\n'
        '[[packages]]\nname = "gunicorn"\nversion = "1"\n'
        'wheels = [{path = "gunicorn-1-py3-none-any.whl", hashes = {sha256 = "00"}}]\n'
    )
    (folder / "env.example").write_text("MINE=1\n")
    (folder / "wsgi.py").write_text('import os\nfrom flask import Flask\napp = Flask(os.environ["A"])\n')
    assert run(folder) == 0
    said = capsys.readouterr()
    assert "warning: strange: no wheel: built from its source" in said.err
    assert "env.example: kept" in said.out


def test_explaining_writes_nothing(folder: Path, capsys: Capture) -> None:
    assert run(folder, "--explain") == 0
    assert "source changed (wsgi.py)" in capsys.readouterr().out
    assert run(folder, "--explain", "--json") == 0
    assert json.loads(capsys.readouterr().out)["scenarios"][0]["name"] == "source changed"
    assert not (folder / "Dockerfile").exists()
