"""`bareboat build`: the reference on standard output, all else beside it."""

import json
from pathlib import Path

import pytest

import smallbase
import sources
from bareboat.cli.build_command import layer_table
from bareboat.cli.main import main
from bareboat.jobs.build import Request, build

Capture = pytest.CaptureFixture[str]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return smallbase.locked(tmp_path / "shop")


def test_the_reference_goes_to_standard_output(folder: Path, capsys: Capture, tmp_path: Path) -> None:
    assert main(["build", *smallbase.arguments(folder), "-o", str(tmp_path / "x.tar")]) == 0
    said = capsys.readouterr()
    name, _, digest = said.out.strip().partition("@")
    assert (name, digest[:7]) == ("shop:latest", "sha256:")
    assert f"written to {tmp_path / 'x.tar'}" in said.err
    assert "compressed" in said.err
    assert (tmp_path / "x.tar").is_file()


def test_quiet_leaves_only_the_reference(folder: Path, capsys: Capture, tmp_path: Path) -> None:
    assert main(["build", *smallbase.arguments(folder), "-q", "-o", str(tmp_path / "x.tar")]) == 0
    said = capsys.readouterr()
    assert said.err == ""
    assert said.out.startswith("shop:latest@sha256:")


def test_json_tells_what_was_made(folder: Path, capsys: Capture, tmp_path: Path) -> None:
    iid, metadata = tmp_path / "iid", tmp_path / "made.json"
    results = ["--iidfile", str(iid), "--metadata-file", str(metadata), "-t", "till:2"]
    layout = str(tmp_path / "layout")
    assert main(["build", *smallbase.arguments(folder), "--json", "-o", layout, *results]) == 0
    said = json.loads(capsys.readouterr().out)
    assert said["image.name"] == "till:2"
    assert iid.read_text() == said["containerimage.config.digest"]
    assert json.loads(metadata.read_text())["containerimage.digest"] == said["containerimage.digest"]


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (["-o", "/missing/x.tar"], 2, "the folder of the output is missing"),
        (["--iidfile", "/missing/iid"], 2, "missing"),
        (["-t", "Not A Name"], 2, "bad repository name"),
        (["--env", "A"], 2, "--env: KEY=VALUE is wanted, seen 'A'"),
        (["--python", "3.8"], 2, "but 3.8 is asked for"),
        (["--health", "nowhere"], 2, "is neither a path"),
    ],
)
def test_each_refusal_is_one_line(
    folder: Path, capsys: Capture, arguments: list[str], code: int, said: str
) -> None:
    assert main(["build", *smallbase.arguments(folder), *arguments]) == code
    held = capsys.readouterr()
    assert held.out == ""
    errors = [line for line in held.err.splitlines() if line.startswith("error: ")]
    assert len(errors) == 1
    assert said in errors[0]


def test_the_table_has_the_largest_layer_first(tmp_path: Path) -> None:
    made = build(Request(smallbase.project(tmp_path / "shop"), stay=True), smallbase.world().context())
    lines = layer_table(made).splitlines()
    assert lines[0].split() == ["layer", "size", "compressed", "from"]
    assert lines[1].startswith("base")
    assert lines[-1].startswith(f"{len(made.layers)} layers")
    assert len(lines) == len(made.layers) + 2


BUILDAH = """#!/bin/sh
case "$1" in --version) echo "buildah version 1.28.2"; exit ;; inspect) echo sha256:d1; exit ;; esac
for word in "$@"; do [ "$previous" = --iidfile ] && printf sha256:1d > "$word"; previous=$word; done
echo "STEP 1/1: FROM scratch"
"""


@pytest.fixture
def buildah(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Put a buildah on the PATH that says yes to everything."""
    program = tmp_path / "programs" / "buildah"
    program.parent.mkdir()
    program.write_text(BUILDAH)
    program.chmod(0o755)
    monkeypatch.setenv("PATH", f"{program.parent}:/usr/bin:/bin")


@pytest.mark.usefixtures("buildah")
def test_an_engine_builds_a_dockerfile(folder: Path, capsys: Capture) -> None:
    (folder / "Containerfile").write_text("FROM scratch\n")
    file = ["--file", str(folder / "Containerfile")]
    assert main(["build", str(folder), "--engine", "buildah", *file, "-t", "till"]) == 0
    said = capsys.readouterr()
    assert said.out == "till:latest\n"
    assert "STEP 1/1: FROM scratch" in said.err
    assert "in buildah as till:latest, " in said.err
    assert main(["build", str(folder), "--engine", "buildah", *file, "-q"]) == 0
    said = capsys.readouterr()
    assert (said.out, said.err) == ("shop:latest\n", "")


@pytest.mark.usefixtures("buildah")
def test_an_engine_builds_the_generated_dockerfile(capsys: Capture) -> None:
    folder = sources.ROOT / "examples" / "flask"
    assert main(["build", str(folder), "--engine", "buildah", "--form", "pip-venv", "--json"]) == 0
    said = json.loads(capsys.readouterr().out)
    assert (said["form"], said["engine"]) == ("pip-venv", "buildah 1.28.2")
    assert said["image.name"] == "flask:latest"


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--file", "Dockerfile"], "--file: is for an engine that builds a Dockerfile"),
        (["--no-cache"], "--no-cache: is for an engine"),
        (["--build-arg", "A=1", "--engine", "docker", "--load"], "--build-arg: is for an engine"),
        (["--engine", "docker", "--file", "Dockerfile", "--base", "slim"], "--base: is for a generated"),
        (["--engine", "docker", "--build-arg", "A"], "--build-arg: KEY=VALUE is wanted, seen 'A'"),
        (["--engine", "kaniko"], "no such builder: 'kaniko'"),
        (["--engine", "buildah", "--load"], "no such engine: 'buildah'"),
    ],
)
def test_options_of_an_engine_need_one(
    folder: Path, capsys: Capture, arguments: list[str], said: str
) -> None:
    assert main(["build", *smallbase.arguments(folder), *arguments]) == 2
    held = capsys.readouterr()
    assert held.out == ""
    assert f"error: {said}" in held.err or f": {said}" in held.err
    assert "hint: " in held.err or "KEY=VALUE" in said
