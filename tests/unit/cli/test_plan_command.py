"""`bareboat plan`: a tree for people, JSON for programs."""

import json
from pathlib import Path

import jsonschema
import pytest

import smallbase
from bareboat.cli.main import main
from bareboat.cli.plan_command import text
from bareboat.facts.artifact import Role
from bareboat.plan.encode import schema
from plans import ARTIFACTS, artifact, plan


def test_the_tree_tells_sizes_and_reasons() -> None:
    lines = text(plan()).splitlines()
    assert lines[0] == "shop:latest  42.0 MB in 5 layers"
    assert lines[1] == "├─ decisions"
    assert lines[2].split() == [
        *("│", "├─", "python", "3.13", "(Debian", "trixie)", "the", "suite's", "own", "(pyproject.toml:4)")
    ]
    assert any(line.startswith("├─ base  5.0 MB") for line in lines)
    assert "│  └─ left out: documentation 700 B, locales 90 B" in lines
    assert any("click 1.0" in line and line.endswith("  uvicorn") for line in lines)
    assert lines[-2:] == ["└─ findings", "   └─ warning: numpy: wants libx.so.1 (install it)"]


def test_who_asked_is_told_in_words() -> None:
    asked = artifact(Role.DEPENDENCY, "h11", 10, because="click")
    said = text(plan(artifacts=(*ARTIFACTS, asked)))
    assert any("h11 1.0" in line and line.endswith("needed by click") for line in said.splitlines())


def test_a_plan_without_findings_ends_with_its_last_layer() -> None:
    lines = text(plan(findings=())).splitlines()
    assert lines[-2].startswith("└─ source")
    assert lines[-1].startswith("   └─ application")


def test_parts_are_told_apart() -> None:
    said = text(plan(artifacts=(*ARTIFACTS, artifact(Role.DEPENDENCY, "torch", 900 << 20))))
    assert "torch 1/3" in said
    assert "torch 3/3" in said


def test_a_project_is_planned(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    folder = smallbase.locked(tmp_path / "shop")
    assert main(["plan", *smallbase.arguments(folder)]) == 0
    said = capsys.readouterr()
    assert said.out.startswith("shop:latest  ")
    assert "pinned (bareboat.lock)" in said.out
    assert main(["plan", *smallbase.arguments(folder), "--json"]) == 0
    made = json.loads(capsys.readouterr().out)
    jsonschema.validate(made, schema())
    assert made["reference"] == "shop:latest"


def test_names_of_files_are_harmless(capsys: pytest.CaptureFixture[str]) -> None:
    hostile = artifact(Role.DEPENDENCY, "bad\x1b]0;owned\x07", 10)
    assert "\x1b" not in text(plan(artifacts=(*ARTIFACTS, hostile)))


def test_the_projects_of_a_folder_are_listed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    for name in ("api", "web"):
        (tmp_path / "services" / name).mkdir(parents=True)
        (tmp_path / "services" / name / "requirements.txt").write_text("flask\n")
        (tmp_path / "services" / name / "main.py").write_text("x = 1\n")
    monkeypatch.chdir(tmp_path)
    assert main(["plan", "--cache-dir", str(tmp_path / "cache")]) == 2
    said = capsys.readouterr()
    assert [line.split()[:3] for line in said.out.splitlines()] == [
        ["api", "services/api", "requirements.txt"],
        ["web", "services/web", "requirements.txt"],
    ]
    assert "bareboat build services/api` or `bareboat build api`" in said.err
    assert main(["plan", "api", "--cache-dir", str(tmp_path / "cache")]) == 2
    assert "start" in capsys.readouterr().err
