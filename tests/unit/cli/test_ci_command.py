"""`bareboat ci`: to standard output, into a file, as a difference."""

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


def run(folder: Path, *words: str, forge: str = "github") -> int:
    store = str(smallbase.world().store)
    return main(["ci", forge, str(folder), "--offline", "--cache-dir", store, *words])


def test_standard_output_writes_nothing(folder: Path, capsys: Capture) -> None:
    before = sorted(folder.iterdir())
    assert run(folder) == 0
    said = capsys.readouterr()
    assert said.out.startswith("# Tests, builds, scans and pushes the image; a pull request")
    assert run(folder, "--scan", "pip-audit", forge="gitlab") == 0
    assert "pip-audit" in capsys.readouterr().out
    assert sorted(folder.iterdir()) == before


def test_a_file_is_written_kept_and_replaced(folder: Path, capsys: Capture) -> None:
    out = folder / "image.yml"
    assert run(folder, "--out", str(out)) == 0
    said = capsys.readouterr()
    assert (said.out, said.err) == ("", f"{out}: written\n")
    assert run(folder, "--out", str(out)) == 0
    assert capsys.readouterr().err == f"{out}: unchanged\n"
    out.write_text("name: mine\n")
    assert run(folder, "--out", str(out)) == 2
    said = capsys.readouterr()
    assert "is there already and differs" in said.err
    assert out.read_text() == "name: mine\n"
    assert run(folder, "--out", str(out), "--force", "-q") == 0
    assert capsys.readouterr().err == ""
    assert out.read_text().startswith("# Tests")


def test_a_difference(folder: Path, capsys: Capture) -> None:
    out = folder / "image.yml"
    assert run(folder, "--out", str(out), "--diff") == 1
    assert "--- /dev/null\n" in capsys.readouterr().out
    assert not out.exists()
    assert run(folder, "--out", str(out)) == 0
    assert run(folder, "--out", str(out), "--diff") == 0
    capsys.readouterr()
    assert run(folder, "--out", str(out), "--diff", "--branch", "trunk") == 1
    assert "-    branches: [main]\n+    branches: [trunk]\n" in capsys.readouterr().out


def test_without_a_file_the_difference_is_to_where_the_forge_looks(folder: Path, capsys: Capture) -> None:
    (folder / ".gitlab-ci.yml").write_text("mine: {}\n")
    assert run(folder, "--diff", forge="gitlab") == 1
    assert "-mine: {}\n" in capsys.readouterr().out


def test_refusals(folder: Path, capsys: Capture) -> None:
    assert run(folder, "--with", "docker") == 2
    assert "there is no Dockerfile to build" in capsys.readouterr().err
    assert run(folder, "--out", str(folder)) == 2
    assert "is a folder" in capsys.readouterr().err
    assert run(folder, "--out", str(folder / "no" / "image.yml")) == 2
    assert "the folder of the output is missing" in capsys.readouterr().err
    assert main(["ci", "jenkins", str(folder)]) == 2
    assert run(folder / "gone") == 2
