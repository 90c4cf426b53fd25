"""The scripts of a pipeline as a runner runs them: an archive goes to a registry under its own digest."""

import json
import os
import subprocess
import urllib.request
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML

import images
from bareboat.engine.find import Engine
from bareboat.forms.github import github
from bareboat.forms.gitlab import gitlab
from bareboat.store.archive import write_archive
from blueprints import FLASK
from pipelines import pipeline

pytestmark = pytest.mark.engine

Tool = Callable[[str], str]
COMMIT = "0123456789abcdef0123456789abcdef01234567"


def script(text: str, job: str) -> list[str]:
    """Return the commands of a job."""
    held: Any = YAML(typ="safe").load(text)
    found = held["jobs"][job]["steps"] if "jobs" in held else [{"run": one} for one in held[job]["script"]]
    return [step["run"] for step in found if "run" in step]


def run(lines: list[str], folder: Path, shell: str, environ: dict[str, str]) -> None:
    done = subprocess.run(
        [shell, "-e", "-c", "\n".join(lines)],
        cwd=folder,
        env={**os.environ, **environ},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stderr


def near(folder: Path, address: str) -> dict[str, str]:
    """Return an environment in which skopeo speaks plain HTTP to a registry on this machine."""
    settings = folder / ".config" / "containers" / "registries.conf"
    settings.parent.mkdir(parents=True, exist_ok=True)
    settings.write_text(f'[[registry]]\nlocation = "{address}"\ninsecure = true\n')
    return {"HOME": str(folder), "REGISTRY_AUTH_FILE": str(folder / "auth.json")}


def tags(address: str, name: str) -> list[str]:
    with urllib.request.urlopen(f"http://{address}/v2/{name}/tags/list", timeout=10) as answer:
        return sorted(json.load(answer)["tags"])


def archived(folder: Path) -> str:
    """Write an archive as `bareboat build` does; return its digest."""
    encoded = images.image().encode()
    write_archive(encoded, folder / "image.tar", reference="shop:1")
    return str(encoded.descriptor.digest)


def test_github_pushes_what_was_built(loopback_registry: str, tool: Tool, tmp_path: Path) -> None:
    tool("skopeo")
    digest = archived(tmp_path)
    push = [one.replace("ghcr.io", loopback_registry) for one in script(github(pipeline(FLASK)), "push")]
    environ = {
        "BRANCH": "main",
        "TOKEN": "x",
        "GITHUB_REPOSITORY": "Owner/Shop",
        "GITHUB_ACTOR": "someone",
        "GITHUB_SHA": COMMIT,
        "GITHUB_REF": "refs/heads/main",
        "GITHUB_REF_NAME": "main",
        "GITHUB_OUTPUT": str(tmp_path / "output"),
        "GITHUB_STEP_SUMMARY": str(tmp_path / "summary"),
    }
    run(push, tmp_path, "bash", {**near(tmp_path, loopback_registry), **environ})
    image = f"{loopback_registry}/owner/shop"
    assert (tmp_path / "output").read_text() == f"image={image}@{digest}\ndigest={digest}\n"
    assert (tmp_path / "summary").read_text() == f"Pushed `{image}@{digest}` as sha-{COMMIT} main latest\n"
    assert tags(loopback_registry, "owner/shop") == ["latest", "main", f"sha-{COMMIT}"]
    environ |= {"GITHUB_REF": "refs/tags/v1.0+a", "GITHUB_REF_NAME": "v1.0+a"}
    run(push, tmp_path, "bash", {**near(tmp_path, loopback_registry), **environ})
    assert "v1.0-a" in tags(loopback_registry, "owner/shop")


@pytest.mark.parametrize(
    ("more", "expected"),
    [
        ({"CI_COMMIT_BRANCH": "main", "CI_COMMIT_REF_SLUG": "main"}, ["latest", "main", f"sha-{COMMIT}"]),
        ({"CI_COMMIT_TAG": "v1.2", "CI_COMMIT_REF_SLUG": "v1-2"}, [f"sha-{COMMIT}", "v1.2"]),
    ],
)
def test_gitlab_pushes_what_was_built(
    loopback_registry: str, tool: Tool, tmp_path: Path, more: dict[str, str], expected: list[str]
) -> None:
    tool("skopeo")
    digest = archived(tmp_path)
    name = f"group/{expected[-1].replace('-', '').replace('.', '')}"
    environ = {
        "CI_REGISTRY": loopback_registry,
        "CI_REGISTRY_IMAGE": f"{loopback_registry}/{name}",
        "CI_REGISTRY_USER": "someone",
        "CI_REGISTRY_PASSWORD": "x",
        "CI_COMMIT_SHA": COMMIT,
        "CI_DEFAULT_BRANCH": "main",
    }
    push = script(gitlab(pipeline(FLASK)), "push")
    run(push, tmp_path, "sh", {**near(tmp_path, loopback_registry), **environ, **more})
    assert (tmp_path / "image.env").read_text() == f"IMAGE={loopback_registry}/{name}@{digest}\n"
    assert tags(loopback_registry, name) == expected


def test_what_docker_builds_is_pushed_too(
    docker_containerd: Engine, loopback_registry: str, tool: Tool, tmp_path: Path
) -> None:
    (tmp_path / "Dockerfile").write_text("FROM scratch\nCOPY Dockerfile /\n")
    output = "type=docker,dest=image.tar,oci-mediatypes=true"
    run(
        [f"docker buildx build --provenance=false --output {output} ."],
        tmp_path,
        "sh",
        dict(docker_containerd.environ),
    )
    environ = near(tmp_path, loopback_registry)
    copy = f"{tool('skopeo')} copy --preserve-digests --digestfile digest.txt oci-archive:image.tar"
    run([f"{copy} docker://{loopback_registry}/docker:1"], tmp_path, "sh", environ)
    assert (tmp_path / "digest.txt").read_text().startswith("sha256:")
    run([f"{tool('crane')} validate --tarball image.tar"], tmp_path, "sh", {})
