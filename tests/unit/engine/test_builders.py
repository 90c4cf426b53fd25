"""Builders by name, and why one cannot be used; the programs are small scripts."""

from pathlib import Path

import pytest

from bareboat.engine.builders import Builder, Tool, choose, find
from bareboat.errors import InputError

DOCKER = """
case "$*" in
  "info --format {{json .}}") echo '{"ServerVersion": "28.5.2", "Architecture": "x86_64"}' ;;
  "buildx version") echo "github.com/docker/buildx %(buildx)s 0123abc" ;;
  "context show") echo desktop ;;
  "buildx inspect -- cluster") printf 'Name:   cluster\\nDriver: kubernetes\\n\\nNodes:\\n' ;;
  "buildx inspect -- lost") printf 'Name:   lost\\nDriver: remote\\n\\nNodes:\\nError:  no route to it.\\n' ;;
  *) exit 1 ;;
esac
"""


def world(folder: Path, **programs: str) -> dict[str, str]:
    """Return an environment whose PATH has these programs alone."""
    for name, script in programs.items():
        program = folder / name
        program.write_text(f"#!/bin/sh\n{script}\n")
        program.chmod(0o755)
    return {"PATH": str(folder)}


def docker(folder: Path, buildx: str = "v0.29.1") -> dict[str, str]:
    return world(folder, docker=DOCKER % {"buildx": buildx})


def test_docker_builds_with_the_buildkit_of_its_context(tmp_path: Path) -> None:
    builder = choose(docker(tmp_path), "docker")
    assert builder == Builder(Tool.DOCKER, str(tmp_path / "docker"), "0.29.1", "desktop", "docker")
    assert builder.has_buildkit
    assert str(builder) == "docker (buildx 0.29.1)"


def test_a_builder_of_buildx_by_its_name(tmp_path: Path) -> None:
    builder = choose(docker(tmp_path), "buildx:cluster")
    assert (builder.tool, builder.name, builder.driver) == (Tool.BUILDX, "cluster", "kubernetes")
    assert builder.has_buildkit
    assert str(builder) == "buildx:cluster (kubernetes, buildx 0.29.1)"


def test_podman_and_buildah_by_their_versions(tmp_path: Path) -> None:
    environ = world(
        tmp_path,
        podman="""echo '{"version": {"Version": "4.3.1"}, "host": {"arch": "amd64"}}'""",
        buildah="echo 'buildah version 1.28.2 (image-spec 1.1.0-rc2, runtime-spec 1.0.2-dev)'",
    )
    assert [(one.tool, one.version) for one in find(environ)] == [
        (Tool.PODMAN, "4.3.1"),
        (Tool.BUILDAH, "1.28.2"),
    ]
    assert str(choose(environ, "buildah")) == "buildah 1.28.2"
    assert not choose(environ, "podman").has_buildkit


def test_nothing_is_found_where_nothing_is(tmp_path: Path) -> None:
    assert find({"PATH": str(tmp_path)}) == ()


@pytest.mark.parametrize(
    ("wish", "said", "hint"),
    [
        ("kaniko", "no such builder: 'kaniko'", "docker, podman, buildah or buildx:NAME"),
        ("docker:x", "no such builder: 'docker:x'", "one of"),
        ("", "no such builder: ''", "one of"),
        ("buildx", "needs the name of a builder", "docker buildx ls"),
        ("buildx:nothing", "buildx has no builder 'nothing'", "docker buildx create"),
        ("buildx:lost", "'lost' does not answer: no route to it", "docker buildx inspect lost"),
        ("buildah", "buildah: not on the PATH", "install buildah"),
        ("podman", "podman: not on the PATH", "install podman"),
    ],
)
def test_each_refusal_has_its_way_out(tmp_path: Path, wish: str, said: str, hint: str) -> None:
    with pytest.raises(InputError, match=said) as caught:
        choose(docker(tmp_path), wish)
    assert hint in caught.value.hint


def test_without_docker_there_is_no_buildx(tmp_path: Path) -> None:
    for wish in ("docker", "buildx:cluster"):
        with pytest.raises(InputError, match="docker: not on the PATH"):
            choose({"PATH": str(tmp_path)}, wish)


def test_a_docker_without_buildx_is_too_old(tmp_path: Path) -> None:
    script = """[ "$1" = info ] && echo '{"ServerVersion": "20.10.24"}' || exit 1"""
    with pytest.raises(InputError, match="docker has no buildx") as caught:
        choose(world(tmp_path, docker=script), "docker")
    assert "docker-buildx" in caught.value.hint


@pytest.mark.parametrize(
    ("wish", "programs", "said"),
    [
        ("docker", {"docker": DOCKER % {"buildx": "v0.11.2"}}, "buildx 0.11.2 is too old"),
        ("buildah", {"buildah": "echo buildah version 1.19.6"}, "buildah 1.19.6 is too old"),
        ("podman", {"podman": """echo '{"version": {"Version": "3.4.4"}}'"""}, "podman 3.4.4 is too old"),
        ("buildah", {"buildah": "echo hello"}, "its answer cannot be read"),
    ],
)
def test_old_programs_are_refused(tmp_path: Path, wish: str, programs: dict[str, str], said: str) -> None:
    with pytest.raises(InputError, match=said):
        choose(world(tmp_path, **programs), wish)
