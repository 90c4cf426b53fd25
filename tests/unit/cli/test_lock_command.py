"""`bareboat lock`: what was written, in words and as JSON."""

import json
from pathlib import Path

import pytest

import smallbase
from bareboat.cli.main import main

Capture = pytest.CaptureFixture[str]


def arguments(folder: Path) -> list[str]:
    return ["lock", str(folder), "--offline", "--cache-dir", str(smallbase.world().store)]


def test_what_is_there_is_told(tmp_path: Path, capsys: Capture) -> None:
    folder = smallbase.locked(tmp_path / "shop")
    assert main(arguments(folder)) == 0
    said = capsys.readouterr().out.splitlines()
    assert said[0].startswith("bareboat.lock: ")
    assert said[0].endswith("--upgrade renews them")
    assert said[1] == "pylock.toml pins the Python packages"


def test_json(tmp_path: Path, capsys: Capture) -> None:
    folder = smallbase.locked(tmp_path / "shop")
    assert main([*arguments(folder), "--json"]) == 0
    said = json.loads(capsys.readouterr().out)
    assert (said["base"], said["written"]) == (str(folder / "bareboat.lock"), [])
    assert said["debian"]["libc6"] == "2.41-1"


def test_a_lock_that_cannot_be_read_is_one_line(tmp_path: Path, capsys: Capture) -> None:
    folder = smallbase.project(tmp_path / "shop")
    (folder / "bareboat.lock").write_bytes(b"\xff\xfe")
    assert main(arguments(folder)) == 2
    assert "bareboat.lock: not UTF-8 text" in capsys.readouterr().err
