"""Every kind of project below tests/projects: planned, built, checked, started and asked, or refused."""

import json
import shutil
from pathlib import Path
from typing import Any

import msgspec
import pytest

from bareboat.sandbox import namespaces
from built import Session
from kinds import FOLDER, Expected, Kind, OutputExpected, Place, PlanExpected, kinds, readme

pytestmark = pytest.mark.network


def marked(kind: Kind) -> Any:
    """Return the kind with the mark of the set that it is in; one that cannot be read is in both."""
    try:
        expected = kind.expected()
        marks = [pytest.mark.core if expected.core else pytest.mark.full]
        marks += [pytest.mark.timeout(60 * expected.minutes)]
    except (OSError, ValueError):
        marks = []
    return pytest.param(kind, marks=marks, id=kind.name)


@pytest.mark.parametrize("kind", [marked(kind) for kind in kinds()])
def test_a_project_becomes_what_is_expected(kind: Kind, images_made: Session, tmp_path: Path) -> None:
    expected = kind.expected()
    place = Place(kind, tmp_path / "place", images_made.cache)
    place.folder.mkdir()
    try:
        place.make(expected)
        if expected.refusal is not None:
            refused(place, expected)
        else:
            built(place, expected)
    finally:
        shutil.rmtree(place.folder, ignore_errors=True)


def refused(place: Place, expected: Expected) -> None:
    """Hold the one line, the hint and the exit code, and that nothing was written."""
    wanted = expected.refusal
    assert wanted is not None
    done = place.bareboat("build", expected, "-o", place.image)
    shown = f"\n{done.stdout}\n{done.stderr}"
    assert (done.returncode, done.stdout) == (wanted.code, ""), shown
    assert "Traceback" not in done.stderr, shown
    errors = [line for line in done.stderr.splitlines() if line.startswith("error: ")]
    hints = [line for line in done.stderr.splitlines() if line.startswith("hint: ")]
    assert len(errors) == 1, shown
    assert wanted.has in errors[0], shown
    assert len(hints) <= 1, shown
    told = "\n".join(map(str.strip, done.stderr.partition("hint: ")[2].splitlines()))
    assert wanted.hint in told, shown
    assert not place.image.exists()


def built(place: Place, expected: Expected) -> None:
    """Hold the plan, the image's bytes, and what it does when it is started."""
    done = place.bareboat("build", expected, "-o", place.image)
    assert done.returncode == 0, done.stderr
    planned(place, expected)
    place.valid()
    if (reason := namespaces.available()) is not None:
        pytest.skip(reason)
    for found, output in place.started(expected):
        acted(found, expected, output)


def planned(place: Place, expected: Expected) -> None:
    """Compare the plan's JSON with what is expected of it."""
    done = place.bareboat("plan", expected, "--json")
    assert done.returncode == 0, done.stderr
    plan = json.loads(done.stdout)
    wanted, config = expected.plan, plan["config"]
    if wanted.command is not None:
        assert [*config.get("Entrypoint", ()), *config.get("Cmd", ())] == wanted.command
    if wanted.python:
        assert plan["target"]["python"].startswith(f"{wanted.python}."), plan["target"]
    if wanted.port is not None:
        ports = [int(port.partition("/")[0]) for port in config.get("ExposedPorts", ())]
        assert ports == ([wanted.port] if wanted.port else [])
    decided(plan, wanted)
    findings = [
        f"{one['code']} {one['severity']} {one['where']}: {one['message']} {one['hint']}"
        for one in plan["findings"]
    ]
    for text in expected.findings.has:
        assert any(text in finding for finding in findings), findings
    assert not (expected.findings.none and findings), findings


def decided(plan: dict[str, Any], wanted: PlanExpected) -> None:
    """Compare decisions and packages."""
    if wanted.health:
        assert [one["value"] for one in plan["decisions"] if one["subject"] == "health"] == [wanted.health]
    said = [
        f"{one['subject']}: {one['value']}, {one['reason']} ({one['where']})" for one in plan["decisions"]
    ]
    for text in wanted.says:
        assert any(text in line for line in said), said
    writable = [one["value"] for one in plan["decisions"] if one["subject"] == "writable"]
    assert writable == ([", ".join(wanted.writable)] if wanted.writable else [])
    locked = {one["name"] for one in plan["python"]} | {
        f"{one['name']}=={one['version']}" for one in plan["python"]
    }
    assert set(wanted.packages) <= locked, locked
    assert not set(wanted.absent) & locked


def acted(found: dict[str, Any], expected: Expected, output: OutputExpected) -> None:
    """Compare what a started image answered and wrote with what is expected of it."""
    shown = json.dumps(found, indent=1)
    assert "failure" not in found, shown
    for (status, body), wanted in zip(found["answers"], expected.answers, strict=False):
        assert (status, wanted.has in body) == (wanted.status, True), shown
    if found["answers"]:
        assert found["lived"], shown
        assert found["check"] is None or found["check"][0] == 0, shown
    assert output.has in found["said"], shown
    if expected.outputs:
        assert found["lived"] is not output.ends or found["answers"], shown
        assert found["code"] == output.code, shown


def test_every_folder_says_what_is_expected() -> None:
    for kind in kinds():
        kind.expected()
        assert (kind.folder / "project").is_dir(), kind.name
        assert {path.name for path in kind.folder.iterdir()} == {"expect.toml", "project"}, kind.name


def test_an_unknown_key_is_refused(tmp_path: Path) -> None:
    with pytest.raises(msgspec.ValidationError, match="comand"):
        msgspec.toml.decode('about = "x"\n[plan]\ncomand = ["x"]\n', type=Expected)
    assert Expected(about="nothing to see").fault()


def test_the_readme_lists_every_kind() -> None:
    assert (FOLDER / "README.md").read_text() == readme(), "python tests/kinds.py writes it anew"
