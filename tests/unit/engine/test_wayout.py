"""What to do about each kind of failure."""

import pytest

from bareboat.engine.builders import Builder, Tool
from bareboat.engine.wayout import hint

DOCKER = Builder(Tool.DOCKER, "docker", "0.29.1", "default", "docker")
CLUSTER = Builder(Tool.BUILDX, "docker", "0.29.1", "cluster", "kubernetes")
PODMAN = Builder(Tool.PODMAN, "podman", "4.3.1")
BUILDAH = Builder(Tool.BUILDAH, "buildah", "1.28.2")


@pytest.mark.parametrize(
    ("reason", "said"),
    [
        ("x: pull access denied, repository does not exist or may require authorization", "docker login"),
        ("x: failed to resolve source metadata for x: unexpected status: 401 Unauthorized", "docker login"),
        ("failed to resolve source metadata for docker.io/library/x:9: x:9: not found", "check the name"),
        ("failed to resolve source metadata for x: dial tcp: i/o timeout", "cannot be reached"),
        ("failed to resolve source metadata for x: x509: certificate signed by unknown authority", "trust"),
        ("failed to resolve source metadata for x: write /x: no space left on device", "prune"),
        ("failed to resolve source metadata for x: something else", ""),
    ],
)
def test_a_base_image_that_cannot_be_had(reason: str, said: str) -> None:
    found = hint(DOCKER, "FROM x", reason, "")
    assert said in found
    assert bool(said) is bool(found)


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ("E: Failed to fetch http://x Temporary failure resolving 'x'", "--build-network host"),
        ("error: dns error: failed to lookup address information", "--build-network host"),
        ("SSLCertVerificationError: certificate verify failed: unable to get local issuer", "--base IMAGE"),
        ("invalid peer certificate: UnknownIssuer", "--base IMAGE"),
        ("exec /bin/sh: exec format error", "binfmt"),
        ("secret netrc: not found", "--secret id=netrc,src=FILE"),
        ("network.host is not allowed", "allow-insecure-entitlement"),
        ("make: *** [all] Error 2", ""),
    ],
)
def test_a_step_that_fails(words: str, said: str) -> None:
    found = hint(DOCKER, "RUN make", "exit code: 1", words)
    assert said in found
    assert bool(said) is bool(found)


@pytest.mark.parametrize(
    ("builder", "command"),
    [
        (DOCKER, "docker system prune"),
        (CLUSTER, "docker buildx prune --builder cluster"),
        (PODMAN, "podman system prune"),
        (BUILDAH, "buildah prune"),
    ],
)
def test_each_builder_makes_room_in_its_own_way(builder: Builder, command: str) -> None:
    assert f"`{command}`" in hint(builder, "RUN x", "", "No space left on device")
