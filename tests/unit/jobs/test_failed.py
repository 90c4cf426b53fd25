"""The way out of a RUN that nobody knows the reason of."""

from pathlib import Path

from bareboat.engine.builders import Builder, Tool
from bareboat.jobs.failed import hint

DOCKER = Builder(Tool.DOCKER, "docker", "0.29.1", "default", "docker")
CLUSTER = Builder(Tool.BUILDX, "docker", "0.29.1", "cluster", "kubernetes")
PODMAN = Builder(Tool.PODMAN, "podman", "4.3.1")
BUILDAH = Builder(Tool.BUILDAH, "buildah", "1.28.2")
HEADER = "x.c:1:10: fatal error: libpq-fe.h: No such file or directory"


def said(builder: Builder, *words: str, network: str = "", is_generated: bool = True) -> str:
    return hint(
        builder,
        words,
        12,
        show="cat Dockerfile",
        context=Path("/srv/my shop"),
        network=network,
        is_generated=is_generated,
    )


def test_a_shell_where_it_ran() -> None:
    assert said(DOCKER) == (
        "a shell where it ran: cat Dockerfile | head -n 11 | docker build -f - -t look '/srv/my shop'"
        " && docker run --rm -it --user 0 --entrypoint sh look"
    )
    assert "docker buildx build --builder cluster --load -f -" in said(CLUSTER)
    assert "podman build --network host -f -" in said(PODMAN, network="host")
    assert "buildah bud -f -" in said(BUILDAH)
    assert said(BUILDAH).endswith("podman run --rm -it --user 0 --entrypoint sh look")


def test_what_is_missing_comes_first() -> None:
    first, second, third = said(DOCKER, "gcc …", HEADER).splitlines()
    assert first == "the header libpq-fe.h is missing"
    assert "[tool.bareboat.build] packages" in second
    assert third.startswith("a shell where it ran: ")
    assert "in a RUN before this one" in said(DOCKER, HEADER, is_generated=False)


def test_a_missing_module_is_no_package_of_the_distribution() -> None:
    first, second = said(DOCKER, "ModuleNotFoundError: No module named 'numpy'").splitlines()
    assert first == "the module numpy is missing"
    assert second.startswith("a shell where it ran: ")
