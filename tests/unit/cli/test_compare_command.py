"""`bareboat compare`: its tables in a terminal, and what it refuses."""

from pathlib import Path

import pytest

from bareboat.cli.compare_command import text
from bareboat.cli.main import main
from comparisons import COMPARISON


def test_the_tables_fit_a_terminal_and_name_every_gap() -> None:
    said = text(COMPARISON)
    lines = said.splitlines()
    assert lines[0].split()[:3] == ["form", "size", "compressed"]
    assert all(len(line) <= 100 for line in lines[:13])
    assert any(line.startswith("native") and " none " in line for line in lines)
    assert "pip-venv" in said
    assert "failed: Dockerfile:18: RUN pip: no such wheel" in said
    assert "does not fit: there is no poetry.lock" in said
    assert lines[-1] == "The bases are stand-ins."


def test_nothing_of_it_moves_the_terminal() -> None:
    from msgspec.structs import replace

    assert "\x1b" not in text(replace(COMPARISON, notes=("\x1b]0;owned\x07",)))


@pytest.mark.parametrize("flag", ["--out", "--chart"])
def test_an_output_without_a_folder(capsys: pytest.CaptureFixture[str], tmp_path: Path, flag: str) -> None:
    assert main(["compare", str(tmp_path), flag, str(tmp_path / "gone" / "x")]) == 2
    said = capsys.readouterr()
    assert said.out == ""
    assert "its folder is not there" in said.err
    assert "hint: make the folder first" in said.err


def test_an_unknown_form_is_one_line_and_a_hint(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    assert main(["compare", str(tmp_path), "--forms", "uv-sink"]) == 2
    said = capsys.readouterr().err.splitlines()
    assert [line.partition(":")[0] for line in said] == ["error", "hint"]
    assert "did you mean 'uv-sync'" in said[0]
