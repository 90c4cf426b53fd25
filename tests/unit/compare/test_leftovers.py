"""Only what bears the mark is removed."""

from pathlib import Path

import pytest

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
    builder = Builder(Tool.DOCKER, found.program, "0.29")
    assert leftovers.remove(builder, found, ["bb1", "bb2"], {"PATH": "/bin"}) == ""
    assert calls(tmp_path) == [
        line
        for mark in ("bb1", "bb2")
        for line in (
            f"buildx prune --all --force --filter description~={mark}",
            f"buildx du --verbose --filter description~={mark}",
        )
    ]


def records(folder: Path, times: int) -> str:
    """Return an answer that lists a record for the first few times."""
    return f"""case "$*" in "buildx du"*)
      [ $(grep -c "^buildx du" {folder}/calls) -gt {times} ] ||
        printf 'ID:\\tx\\nDescription:\\t[app-bb1 2/5] WORKDIR /app\\nUsage count:\\t1\\n' ;;
    esac"""


def test_what_a_build_still_holds_is_pruned_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(leftovers, "_PAUSES", (0.01, 0.01))
    found = engine(tmp_path, records(tmp_path, 2))
    assert (
        leftovers.remove(Builder(Tool.DOCKER, found.program, "0.29"), found, ["bb1"], {"PATH": "/bin"}) == ""
    )
    assert len([call for call in calls(tmp_path) if "prune" in call]) == 3


def test_what_stays_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(leftovers, "_PAUSES", (0.01, 0.01))
    found = engine(tmp_path, records(tmp_path, 99))
    stays = leftovers.remove(Builder(Tool.DOCKER, found.program, "0.29"), found, ["bb1"], {"PATH": "/bin"})
    assert "bb1: 1 records, such as '[app-bb1 2/5] WORKDIR /app'" in stays
    assert len([call for call in calls(tmp_path) if "prune" in call]) == 3


def test_a_builder_of_buildx_is_named() -> None:
    arguments = leftovers.prune(Builder(Tool.BUILDX, "docker", "0.29", "far", "remote"), "bb1")
    assert arguments[2:4] == ["--builder", "far"]
    arguments = leftovers.listing(Builder(Tool.BUILDX, "docker", "0.29", "far", "remote"), "bb1")
    assert arguments[2:4] == ["--builder", "far"]


def test_of_podman_the_images_with_the_mark_go(tmp_path: Path) -> None:
    answer = """case "$*" in
      "image ls"*) printf 'sha256:a\\nsha256:b\\nsha256:a\\n' ;;
      *sha256:a) echo "RUN true # bb1" ;;
      *sha256:b) echo "RUN true" ;;
    esac"""
    found = engine(tmp_path, answer)
    stays = leftovers.remove(Builder(Tool.PODMAN, found.program, "5"), found, ["bb1"], {"PATH": "/bin"})
    assert [call for call in calls(tmp_path) if " rm " in call] == ["image rm --force sha256:a"]
    assert "bb1: 1 images, such as sha256:a; " in stays  # this engine only says so


def test_what_cannot_be_removed_is_left_and_told(tmp_path: Path) -> None:
    found = engine(tmp_path, "echo no >&2; exit 1")
    for tool in (Tool.PODMAN, Tool.DOCKER):
        stays = leftovers.remove(Builder(tool, found.program, "5"), found, ["bb1"], {"PATH": "/bin"})
        assert stays.startswith("not removed from the cache of podman: bb1: podman ")
        assert stays.endswith(": no")
    leftovers.remove_image(found, "gone:1")
    assert len(calls(tmp_path)) == 3
