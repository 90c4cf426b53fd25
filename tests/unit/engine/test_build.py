"""A build from its request to its image; the builders are small scripts that say what they were asked."""

import io
import json
from collections.abc import Callable
from pathlib import Path

import pytest
from msgspec.structs import replace

from bareboat.engine.build import BuildRequest, build
from bareboat.engine.builders import Builder, Tool
from bareboat.errors import BuildError, InputError

# Writes down its arguments, the Dockerfile's neighbours and its outputs; fails where FAIL is set.
SCRIPT = """#!/bin/sh
echo "$@" >> "$LOG"
for word in "$@"; do
  case "$previous" in
    --file) ls "$(dirname "$word")" >> "$LOG" ;;
    --iidfile) printf sha256:1d > "$word" ;;
    --metadata-file) echo "$METADATA" > "$word" ;;
  esac
  case "$word" in
    *dest=*.tar) echo archive > "${word##*dest=}" ;;
    type=oci,dest=*,tar=false) d=${word#*dest=}; d=${d%%,*}; mkdir -p "$d/ingest"; touch "$d/index.json" ;;
    oci-archive:*) d=${word#*:}; echo archive > "${d%%:*}" ;;
    inspect) echo sha256:d1 ;;
  esac
  previous=$word
done
echo "STEP 1/2: FROM scratch"
echo "STEP 2/2: COPY a b"
[ -z "$FAIL" ] || { echo "Error: building at STEP \\"COPY a b\\": no luck"; exit 1; }
"""


@pytest.fixture
def environ(tmp_path: Path) -> dict[str, str]:
    metadata = {"containerimage.digest": "sha256:d1", "containerimage.config.digest": "sha256:1d"}
    log = tmp_path / "log"
    return {"PATH": "/usr/bin:/bin", "LOG": str(log), "METADATA": json.dumps(metadata), "FAIL": ""}


@pytest.fixture
def program(tmp_path: Path) -> str:
    path = tmp_path / "program"
    path.write_text(SCRIPT)
    path.chmod(0o755)
    return str(path)


@pytest.fixture
def request_(tmp_path: Path) -> BuildRequest:
    file = tmp_path / "Dockerfile"
    file.write_text("FROM scratch\nCOPY a b\n")
    return BuildRequest(tmp_path, file, tags=("app:1",))


def docker(program: str) -> Builder:
    return Builder(Tool.DOCKER, program, "0.29.1", "default", "docker")


def buildah(program: str) -> Builder:
    return Builder(Tool.BUILDAH, program, "1.28.2")


def test_buildkit_gives_its_ids_and_metadata(
    program: str, request_: BuildRequest, environ: dict[str, str]
) -> None:
    image = build(docker(program), request_, environ, lambda _: None)
    assert (image.image_id, image.reference, image.digest) == ("sha256:1d", "app:1", "sha256:d1")
    assert image.metadata["containerimage.config.digest"] == "sha256:1d"
    assert image.seconds > 0
    assert "--progress rawjson" in Path(environ["LOG"]).read_text()


def test_a_config_is_not_called_a_manifest(
    program: str, request_: BuildRequest, environ: dict[str, str]
) -> None:
    same = {"containerimage.digest": "sha256:1d", "containerimage.config.digest": "sha256:1d"}
    image = build(docker(program), request_, {**environ, "METADATA": json.dumps(same)}, print)
    assert image.digest == ""
    assert build(docker(program), request_, {**environ, "METADATA": "[]"}, print).metadata == {}
    assert build(docker(program), request_, {**environ, "METADATA": "{"}, print).metadata == {}


def test_the_ignore_file_is_put_where_buildkit_looks(
    program: str, request_: BuildRequest, environ: dict[str, str], tmp_path: Path
) -> None:
    ignore = tmp_path / "ignore"
    ignore.write_text("*.pyc\n")
    build(docker(program), replace(request_, ignorefile=ignore), environ, print)
    assert "Dockerfile\nDockerfile.dockerignore\n" in Path(environ["LOG"]).read_text()
    assert sorted(path.name for path in tmp_path.iterdir()) == ["Dockerfile", "ignore", "log", "program"]


def test_buildah_is_asked_for_the_digest_after_the_build(
    program: str, request_: BuildRequest, environ: dict[str, str]
) -> None:
    said: list[str] = []
    image = build(buildah(program), replace(request_, tags=()), environ, said.append)
    assert (image.image_id, image.reference, image.digest) == ("sha256:1d", "sha256:1d", "sha256:d1")
    assert [(step.name, step.line) for step in image.steps] == [
        ("STEP 1/2: FROM scratch", 1),
        ("STEP 2/2: COPY a b", 2),
    ]
    assert said == ["STEP 1/2: FROM scratch", "STEP 2/2: COPY a b"]


@pytest.mark.parametrize("make", [docker, buildah])
def test_outputs_are_there_after_a_build_and_gone_after_a_failure(
    make: Callable[[str], Builder],
    program: str,
    request_: BuildRequest,
    environ: dict[str, str],
    tmp_path: Path,
) -> None:
    archive, layout = tmp_path / "a.tar", tmp_path / "layout"
    outputs = (archive,) if make is buildah else (archive, layout)
    build(make(program), replace(request_, outputs=outputs), environ, print)
    assert archive.read_text() == "archive\n"
    assert make is buildah or [path.name for path in layout.iterdir()] == ["index.json"]
    with pytest.raises(BuildError):
        build(make(program), replace(request_, outputs=outputs), {**environ, "FAIL": "1"}, print)
    assert not archive.exists()
    assert not layout.exists()


def test_a_failure_names_the_line(program: str, request_: BuildRequest, environ: dict[str, str]) -> None:
    with pytest.raises(BuildError) as caught:
        build(buildah(program), replace(request_, shown="x/File"), {**environ, "FAIL": "1"}, print)
    assert str(caught.value) == "x/File:2: COPY a b: no luck"


def test_a_terminal_gets_the_engines_own_words(
    program: str, request_: BuildRequest, environ: dict[str, str]
) -> None:
    shown = io.BytesIO()
    said: list[str] = []
    image = build(buildah(program), request_, environ, said.append, terminal=shown)
    assert said == []
    assert b"STEP 2/2: COPY a b" in shown.getvalue()
    assert len(image.steps) == 2
    build(docker(program), request_, environ, said.append, terminal=io.BytesIO())
    assert "--progress tty" in Path(environ["LOG"]).read_text()


def test_a_dockerfile_that_is_not_there(
    program: str, request_: BuildRequest, environ: dict[str, str]
) -> None:
    with pytest.raises(InputError, match="cannot be read: no such file"):
        build(docker(program), replace(request_, dockerfile=Path("/nonexistent/File")), environ, print)
    assert not Path(environ["LOG"]).exists()
