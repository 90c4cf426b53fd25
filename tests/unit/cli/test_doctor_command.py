"""`bareboat doctor`: a table with hints; its exit code says whether anything can be built."""

import json
from pathlib import Path

import pytest

import smallbase
from bareboat.cli.main import main

Capture = pytest.CaptureFixture[str]


@pytest.fixture
def here(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> list[str]:
    for name in ("BAREBOAT_DEBIAN_MIRROR", "BAREBOAT_DEBIAN_SECURITY_MIRROR"):
        monkeypatch.setenv(name, smallbase.world().environ[name])
    return ["doctor", "--cache-dir", str(tmp_path / "store")]


def test_all_is_well(here: list[str], capsys: Capture) -> None:
    assert main(here) == 0
    said = capsys.readouterr().out
    assert "ok  uv" in said
    assert "ok  Debian mirror" in said


def test_json(here: list[str], capsys: Capture) -> None:
    assert main([*here, "--json"]) == 0
    checks = {one["name"]: one for one in json.loads(capsys.readouterr().out)["checks"]}
    assert checks["uv"]["works"]


def test_what_is_needed_and_missing_is_a_finding(
    here: list[str], capsys: Capture, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("BAREBOAT_DEBIAN_MIRROR", (tmp_path / "nothing").as_uri())
    assert main(here) == 1
    said = capsys.readouterr().out
    assert "no  Debian mirror" in said
    assert "hint: Debian mirror: " in said
