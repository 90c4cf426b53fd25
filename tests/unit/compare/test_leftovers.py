"""Only what bears the mark is removed."""

from pathlib import Path

from bareboat.compare import leftovers
from bareboat.engine.builders import Builder, Tool
from bareboat.engine.find import Engine, Kind


def engine(folder: Path, answer: str) -> Engine:
    """Return an engine whose calls are written down."""
    program = folder / "engine"
    program.write_text(f'#!/bin/sh\necho "$*" >> {folder}/calls\n{answer}\n')
    program.chmod(0o755)
    return Engine(Kind.PODMAN, str(program), "5", environ=(("PATH", "/usr/bin:/bin"),))


def calls(folder: Path) -> list[str]:
    return (folder / "calls").read_text().splitlines()


def test_buildkit_prunes_by_the_description(tmp_path: Path) -> None:
    found = engine(tmp_path, "")
    leftovers.remove(Builder(Tool.DOCKER, found.program, "0.29"), found, ["bb1", "bb2"], {"PATH": "/bin"})
    assert calls(tmp_path) == [
        f"buildx prune --all --force --filter description~={mark}" for mark in ("bb1", "bb2")
    ]


def test_a_builder_of_buildx_is_named() -> None:
    arguments = leftovers.prune(Builder(Tool.BUILDX, "docker", "0.29", "far", "remote"), "bb1")
    assert arguments[2:4] == ["--builder", "far"]


def test_of_podman_the_images_with_the_mark_go(tmp_path: Path) -> None:
    answer = """case "$*" in
      "image ls"*) printf 'sha256:a\\nsha256:b\\nsha256:a\\n' ;;
      *sha256:a) echo "RUN true # bb1" ;;
      *sha256:b) echo "RUN true" ;;
    esac"""
    found = engine(tmp_path, answer)
    leftovers.remove(Builder(Tool.PODMAN, found.program, "5"), found, ["bb1"], {"PATH": "/bin"})
    assert [call for call in calls(tmp_path) if " rm " in call] == ["image rm --force sha256:a"]


def test_what_cannot_be_removed_is_left(tmp_path: Path) -> None:
    found = engine(tmp_path, "echo no >&2; exit 1")
    leftovers.remove(Builder(Tool.PODMAN, found.program, "5"), found, ["bb1"], {"PATH": "/bin"})
    leftovers.remove(Builder(Tool.DOCKER, found.program, "5"), found, ["bb1"], {"PATH": "/bin"})
    leftovers.remove_image(found, "gone:1")
    assert len(calls(tmp_path)) == 3
