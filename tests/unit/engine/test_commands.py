"""Argument lists as values."""

from pathlib import Path

import pytest
from msgspec.structs import replace

from bareboat.engine import commands
from bareboat.engine.builders import Builder, Tool
from bareboat.engine.commands import BuildRequest
from bareboat.errors import InputError

DOCKER = Builder(Tool.DOCKER, "docker", "0.29.1", "default", "docker")
CLUSTER = Builder(Tool.BUILDX, "docker", "0.29.1", "cluster", "kubernetes")
PODMAN = Builder(Tool.PODMAN, "podman", "4.3.1")
BUILDAH = Builder(Tool.BUILDAH, "buildah", "1.28.2")

PLAIN = BuildRequest(Path("app"), Path("files/Dockerfile"), tags=("app:1",))
FULL = BuildRequest(
    Path("app"),
    Path("files/Dockerfile"),
    ignorefile=Path("files/ignore"),
    tags=("app:1", "app:2"),
    target="builder",
    build_args=(("A", "1 2"), ("B", "")),
    secrets=("id=netrc,src=/n",),
    platforms=("linux/amd64",),
    network="host",
    no_cache=True,
)
REST = (
    *("--tag", "app:1", "--tag", "app:2", "--target", "builder", "--build-arg", "A=1 2", "--build-arg", "B="),
    *("--secret", "id=netrc,src=/n", "--network", "host", "--no-cache", "--platform", "linux/amd64"),
)


def buildx(builder: Builder, request: BuildRequest) -> list[str]:
    return commands.buildx(builder, request, Path("iid"), Path("meta"), progress="rawjson")


def test_buildkit_is_asked_for_an_image_in_the_engine() -> None:
    assert buildx(DOCKER, PLAIN) == [
        *("docker", "buildx", "build", "--builder", "default", "--progress", "rawjson"),
        *("--file", "files/Dockerfile", "--iidfile", "iid", "--metadata-file", "meta", "--tag", "app:1"),
        *("--load", "--", "app"),
    ]


def test_buildkit_gets_everything_that_is_asked() -> None:
    command = buildx(CLUSTER, replace(FULL, platforms=("linux/amd64", "linux/arm64")))
    assert command[4] == "cluster"
    assert command[command.index("--tag") :] == [
        *REST[:-1],
        *("linux/amd64,linux/arm64", "--load", "--", "app"),
    ]


def test_the_builder_of_a_context_is_asked_in_that_context() -> None:
    command = buildx(Builder(Tool.BUILDX, "docker", "0.29.1", "far", "docker"), PLAIN)
    assert command[:6] == ["docker", "--context", "far", "buildx", "build", "--builder"]


def test_outputs_are_an_archive_or_a_layout_and_nothing_is_loaded() -> None:
    request = replace(PLAIN, outputs=(Path("a.tar"), Path("lay,out")))
    command = buildx(CLUSTER, request)
    assert command[-6:] == [
        *("--output", "type=oci,dest=a.tar", "--output", 'type=oci,"dest=lay,out",tar=false'),
        *("--", "app"),
    ]
    assert "--load" in buildx(CLUSTER, replace(request, load=True))


@pytest.mark.parametrize("builder", [PODMAN, BUILDAH])
def test_podman_and_buildah_keep_the_health_check(builder: Builder) -> None:
    assert commands.bud(builder, FULL, Path("iid")) == [
        *(builder.program, "build", "--format", "docker", "--layers", "--force-rm"),
        *("--file", "files/Dockerfile", "--iidfile", "iid", "--ignorefile", "files/ignore"),
        *(*REST, "--", "app"),
    ]


def test_podman_and_buildah_build_one_platform() -> None:
    with pytest.raises(InputError, match="one platform at a time") as caught:
        commands.bud(PODMAN, replace(PLAIN, platforms=("linux/amd64", "linux/arm64")), Path("iid"))
    assert "buildx" in caught.value.hint


@pytest.mark.parametrize(
    ("builder", "output", "expected"),
    [
        (PODMAN, "a.tar", ["podman", "save", "--quiet", "--format", "oci-archive", "--output", "a.tar"]),
        (PODMAN, "lay", ["podman", "save", "--quiet", "--format", "oci-dir", "--output", "lay"]),
        (BUILDAH, "a.tar", ["buildah", "push", "--quiet", "--format", "oci"]),
        (BUILDAH, "lay", ["buildah", "push", "--quiet", "--format", "oci"]),
    ],
)
def test_an_image_is_saved_in_oci_form(builder: Builder, output: str, expected: list[str]) -> None:
    command = commands.save(builder, "sha256:1", Path(output), "app:1")
    assert command[: len(expected)] == expected
    assert "sha256:1" in command
    if builder is BUILDAH:
        assert command[-1] == f"{'oci-archive' if output.endswith('.tar') else 'oci'}:{output}:app:1"


def test_the_digest_is_asked_of_the_image() -> None:
    assert commands.digest(PODMAN, "x")[:3] == ["podman", "image", "inspect"]
    assert commands.digest(BUILDAH, "x")[:2] == ["buildah", "inspect"]
