"""Makers: what is asked of the builder and of bareboat, what is forgotten, what is said of a failure."""

import sys
from pathlib import Path

import pytest

from bareboat.compare.makers import Dockerfile, Native, mark, project_copy
from bareboat.dockerfile.parse import parse
from bareboat.engine.builders import Builder, Tool
from bareboat.engine.find import Engine, Kind
from bareboat.errors import BuildError

FILE = parse(b"FROM base AS one\nRUN --mount=type=cache,target=/c true\n").file


def script(folder: Path, text: str) -> str:
    program = folder / "program"
    program.write_text(f"#!/bin/sh\n{text}\n")
    program.chmod(0o755)
    return str(program)


def test_marks_are_words_of_their_own() -> None:
    assert mark() != mark()
    assert mark().isalnum()


def test_a_copy_has_no_environments(tmp_path: Path) -> None:
    for name in ("a/.venv/x", "a/app/__pycache__/x", "a/.pytest_cache/x", "a/.env", "a/app/x.py"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).touch()
    copy = project_copy(tmp_path / "a", tmp_path / "b")
    assert sorted(path.name for path in copy.rglob("*") if path.is_file()) == [".env", "x.py"]


def test_a_dockerfile_is_built_under_a_new_mark_each_time(tmp_path: Path) -> None:
    folder = tmp_path / "project" / "inner"
    folder.mkdir(parents=True)
    (tmp_path / "scratch").mkdir()
    program = script(
        tmp_path,
        f"""echo "$*" >> {tmp_path}/calls
while [ $# -gt 0 ]; do case "$1" in
  --file) cat "$2" >> {tmp_path}/files ;;
  --file=*) cat "${{1#--file=}}" >> {tmp_path}/files ;;
  --iidfile) echo sha256:{"0" * 64} > "$2" ;;
  --iidfile=*) echo sha256:{"0" * 64} > "${{1#--iidfile=}}" ;;
esac; shift; done""",
    )
    engine = Engine(Kind.PODMAN, program, "5", environ=(("PATH", "/usr/bin:/bin"),))
    builder = Builder(Tool.BUILDAH, program, "1.40")
    environ = {"PATH": "/usr/bin:/bin"}
    maker = Dockerfile(
        builder, engine, FILE, "*.md\n", tmp_path / "scratch", environ, depth=1, network="host"
    )
    maker.forget()
    assert maker.build(folder, "a:cold") > 0
    maker.build(folder, "a:source")
    maker.forget()
    maker.build(folder, "a:cold")
    built = (tmp_path / "files").read_text()
    assert [built.count(f"FROM base AS one-{one}\n") for one in maker.marks] == [2, 1]
    called = (tmp_path / "calls").read_text()
    assert "network" in called
    assert f"{tmp_path}/project\n" in called
    assert (tmp_path / "scratch" / "ignore").read_text() == "*.md\n"
    assert maker.clean() == ""
    assert maker.marks == []


def native(folder: Path, text: str) -> Native:
    engine = Engine(Kind.DOCKER, "docker", "28")
    return Native(engine, folder, {"PATH": "/usr/bin:/bin"}, ("--port", "80"), (script(folder, text),))


def test_bareboat_is_run_as_the_user_runs_it(tmp_path: Path) -> None:
    maker = native(tmp_path, f'echo "$* $UV_CACHE_DIR" > {tmp_path}/calls; mkdir -p {tmp_path}/cache/uv')
    assert maker.build(tmp_path / "project", "a:cold") > 0
    called = (tmp_path / "calls").read_text().split()
    assert called[:2] == ["build", str(tmp_path / "project")]
    assert called[called.index("--engine") - 1 :][:3] == ["--load", "--engine", "docker"]
    assert called[-3:] == ["--port", "80", str(tmp_path / "cache" / "uv")]
    assert maker.clean() == ""
    assert not (tmp_path / "cache").exists()


def test_its_error_is_the_reason(tmp_path: Path) -> None:
    maker = native(
        tmp_path, "echo 'warning: x' >&2; echo 'error: poetry.lock: no' >&2; echo 'hint: do' >&2; exit 2"
    )
    with pytest.raises(BuildError, match=r"^poetry\.lock: no$") as caught:
        maker.build(tmp_path, "a:cold")
    assert caught.value.hint == "do"


def test_a_silent_end_is_told_by_its_code(tmp_path: Path) -> None:
    with pytest.raises(BuildError, match="ended with exit code 3"):
        native(tmp_path, "exit 3").build(tmp_path, "a:cold")


def test_the_program_is_this_one() -> None:
    assert Native(Engine(Kind.DOCKER, "docker", "28"), Path(), {}).program[0] == sys.executable
