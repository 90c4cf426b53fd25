"""bareboat's own image, built by bareboat from what is committed, builds an image in its turn."""

import json
import os
from pathlib import Path

import pytest

import sources
from bareboat.engine.call import call
from bareboat.engine.find import Engine
from built import bareboat, locked_copy, run

# What a container needs to see of this host to reach a mirror and an index as the host does.
HOST = ("/etc/apt", "/usr/share/keyrings", "/etc/ssl/certs", "/etc/pip.conf")


@pytest.mark.full
@pytest.mark.engine
@pytest.mark.network
@pytest.mark.timeout(600)
def test_bareboat_builds_itself_and_its_image_builds_another(docker_classic: Engine, tmp_path: Path) -> None:
    run("git", "clone", "--quiet", sources.ROOT, tmp_path / "bareboat")
    cache, made = tmp_path / "cache", tmp_path / "made.json"
    command = ("build", tmp_path / "bareboat", "--load", "--engine", "docker", "--metadata-file", made)
    bareboat(*command, "--cache-dir", cache, environ={**os.environ, **dict(docker_classic.environ)})
    reference = json.loads(made.read_text())["image.name"]
    project = locked_copy("flask", tmp_path, cache)
    expected = tmp_path / "expected.json"
    bareboat("build", project, "-o", tmp_path / "here", "--metadata-file", expected, "--cache-dir", cache)
    (tmp_path / "out").mkdir(mode=0o777)
    (tmp_path / "out").chmod(0o777)
    mounts = [word for path in HOST if Path(path).exists() for word in ("-v", f"{path}:{path}:ro")]
    mounts += ["-v", f"{project}:/project:ro", "-v", f"{tmp_path / 'out'}:/out"]
    try:
        assert "bareboat, version" in call(docker_classic, ["run", "--rm", reference, "--version"])
        told = ["--metadata-file", "/out/made.json", "--cache-dir", "/out/cache"]
        inside = ["build", "/project", "-o", "/out/layout", *told]
        call(docker_classic, ["run", "--rm", "--network=host", *mounts, reference, *inside], timeout=300)
    finally:
        call(docker_classic, ["image", "rm", "--force", reference])
    digests = [
        json.loads(file.read_text())["containerimage.digest"]
        for file in (expected, tmp_path / "out" / "made.json")
    ]
    assert digests[0] == digests[1], "the same image from within a container"
