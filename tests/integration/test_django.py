"""The Django example as a native image: static files collected in the build, served by a real engine."""

import json
import os
import re
import shutil
from pathlib import Path

import pytest

from bareboat.engine import health
from bareboat.engine import run as containers
from bareboat.engine.call import call
from bareboat.engine.find import Engine
from bareboat.engine.load import load, remove
from bareboat.engine.run import Options
from bareboat.oci.validate import validate_blobs
from bareboat.sandbox import confined
from built import Made, Session, bareboat

pytestmark = pytest.mark.network


@pytest.fixture(autouse=True)
def _sandbox() -> None:
    if (reason := confined.reason_against()) is not None:
        pytest.skip(reason)


def answered(container: containers.Container, path: str) -> str:
    return health.wait_answer(
        container.port, path, timeout=60, is_alive=lambda: containers.state(container).is_running
    ).body


@pytest.mark.core
@pytest.mark.engine
def test_static_files_are_served_and_nothing_made_up_is_left(
    images_made: Session, docker_classic: Engine
) -> None:
    made = images_made.image("django")
    assert validate_blobs(made.root, made.find) == ()
    said = {one["subject"]: one for one in made.plan["decisions"]}
    assert said["static files"]["reason"].endswith("made up for it alone: SECRET_KEY")
    assert said["migrations"]["value"] == "python manage.py migrate --noinput"
    assert "SECRET_KEY" not in json.dumps(made.config)
    reference = load(docker_classic, made.archive).reference
    try:
        config = json.loads(call(docker_classic, ["image", "inspect", reference]))[0]["Config"]
        assert config["User"] == "65532:65532"
        options = Options(
            port=made.port, has_tmp=False, env={"SECRET_KEY": "given when the container starts"}
        )
        container = containers.start(docker_classic, reference, options)
        try:
            page = answered(container, "/admin/login/")
            assert "Noticeboard" in page or "csrfmiddlewaretoken" in page
            (style,) = re.findall(r'href="(/static/admin/css/base\.[0-9a-f]{12}\.css)"', page)
            assert "--primary" in answered(container, style)
        finally:
            containers.stop(container)
    finally:
        remove(docker_classic, reference)


@pytest.mark.core
def test_static_files_are_the_same_wherever_they_are_collected(images_made: Session, tmp_path: Path) -> None:
    made = images_made.image("django")
    assert again(made, images_made, tmp_path / "confined", umask=0o077) == made.digest
    assert again(made, images_made, tmp_path / "host", "--sandbox=none") == made.digest


def again(made: Made, session: Session, folder: Path, *more: str, umask: int = 0o022) -> str:
    """Return the digest of a build with a store that knows all but the static files."""
    cache, said = folder / "cache", folder / "said.json"
    # by hard links: a store replaces files and changes none
    shutil.copytree(session.cache, cache, symlinks=True, copy_function=os.link)
    shutil.rmtree(cache / "records" / "static-files")
    built: list[str | Path] = ["build", made.project, "--locked", "--compression", "gzip", "--quiet"]
    where: list[str | Path] = ["--cache-dir", cache, "-o", folder / "image.tar", "--metadata-file", said]
    bareboat(*built, *where, "-t", made.reference, *more, umask=umask)
    shutil.rmtree(cache)
    return str(json.loads(said.read_text())["containerimage.digest"])
