"""Comparisons in real engines, from stand-in bases: every cell, and nothing left behind.

The core set compares two forms and the native image of a small project, and interrupts a comparison;
the matrix has all forms of examples/fastapi, and Podman.
"""

import json
import os
import re
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import jsonschema
import pytest
from filelock import FileLock

import engines
import sources
from bareboat.compare import makers
from bareboat.compare.result import Comparison, read, schema
from bareboat.dockerfile.parse import parse
from bareboat.engine import builders
from bareboat.engine.call import call
from bareboat.engine.find import Engine, Kind

pytestmark = [pytest.mark.engine, pytest.mark.network, pytest.mark.usefixtures("alone")]

TOGETHER = 900  # seconds
LEFT_OUT = shutil.ignore_patterns(".venv", "__pycache__", "uv.lock")


def started(engine: Engine, folder: Path, *arguments: str) -> "subprocess.Popen[str]":
    place = folder.parent / f"tmp-{folder.name}"
    place.mkdir(exist_ok=True)
    command = [sys.executable, "-m", "bareboat", "compare", str(folder), "--engine", engine.kind]
    return subprocess.Popen(
        [*command, "--build-network", "host", *arguments],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env={**dict(engine.environ), "TMPDIR": str(place), "PYTHONUNBUFFERED": "1"},
    )


def compared(engine: Engine, folder: Path, *arguments: str) -> Comparison:
    process = started(engine, folder, "--json", *arguments)
    out, said = process.communicate(timeout=TOGETHER)
    assert process.returncode == 0, said
    jsonschema.validate(json.loads(out), schema())
    return read(out.encode(), where="standard output")


def project(example: str, folder: Path) -> Path:
    return shutil.copytree(sources.ROOT / "examples" / example, folder / example, ignore=LEFT_OUT)


def contents(folder: Path) -> dict[str, bytes]:
    return {str(path): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


@pytest.fixture
def alone() -> Iterator[None]:
    """Keep other comparisons out of the run's engines, so that what is left is this test's."""
    folder = Path(os.environ[engines.FOLDER])
    with FileLock(folder / "compare.lock"):
        yield


def traces(engine: Engine) -> set[str]:
    """Return what bears the mark of a comparison in an engine: images, containers, cache records."""
    images = call(engine, ["image", "ls", "--all", "--format", "{{.Repository}}:{{.Tag}}"]).split()
    names = call(engine, ["ps", "--all", "--format", "{{.Names}}"]).split()
    found = {name for name in (*images, *names) if "bareboat-compare" in name}
    if engine.kind is Kind.DOCKER:
        records = call(engine, ["buildx", "du", "--verbose"])
        found.update(re.findall(r"Description:.*bb[0-9a-f]{12}.*", records))
    return found


def left(engine: Engine, folder: Path, before: set[str]) -> list[str]:
    """Return what a comparison must not leave: its traces in the engine, and files."""
    place = folder.parent / f"tmp-{folder.name}"
    return [*sorted(traces(engine) - before), *(path.name for path in place.iterdir())]


@pytest.mark.core
def test_two_forms_and_the_native_image(
    docker_classic: Engine, standins: Callable[..., None], tmp_path: Path
) -> None:
    standins(docker_classic, "slim", "uv")
    folder = project("flask", tmp_path)
    untouched, before = contents(folder), traces(docker_classic)
    forms = ("--forms", "uv-pip,pip-venv,native", "--note", "The bases are stand-ins.")
    outputs = ("--chart", str(tmp_path / "chart.svg"), "--out", str(tmp_path / "page.md"))
    found = compared(docker_classic, folder, *forms, *outputs)
    assert [row.form for row in found.rows] == ["uv-pip", "pip-venv", "native"]
    for row in found.rows:
        assert row.failure == ""
        assert row.missing == {}
        assert row.contents is not None
        assert row.contents.user == "65532:65532"
        assert None not in {row.cold, row.source, row.dependency, row.pushed_source, row.healthy}
        assert 0 < (row.pushed_source or 0) < (row.pushed_dependency or 0) < row.contents.compressed
    native = found.rows[-1].contents
    assert native is not None
    assert native.shells == ()
    assert all(row.contents and row.contents.shells for row in found.rows[:-1])
    assert (found.dependency.name, found.source) == ("click", "wsgi.py")
    assert {base.name for base in found.bases} == {
        "python:3.13-slim-trixie",
        *(base.name for base in found.bases if "uv:" in base.name),
    }
    assert (tmp_path / "page.md").read_text().startswith("# The forms of ")
    assert "The bases are stand-ins." in (tmp_path / "chart.svg").read_text()
    assert contents(folder) == untouched
    assert left(docker_classic, folder, before) == []


@pytest.mark.core
def test_an_interrupt_leaves_nothing(
    docker_classic: Engine, standins: Callable[..., None], tmp_path: Path
) -> None:
    standins(docker_classic, "slim", "uv")
    folder = project("flask", tmp_path)
    before = traces(docker_classic)
    process = started(docker_classic, folder, "--forms", "uv-pip")
    assert process.stderr is not None
    for line in process.stderr:
        if "first answers" in line:  # the image is there, a container starts
            break
    time.sleep(0.3)
    process.send_signal(signal.SIGINT)
    process.communicate(timeout=120)
    assert process.returncode == 130
    assert left(docker_classic, folder, before) == []


ALIKE = b"""\
FROM python:3.13-slim-trixie AS app
WORKDIR /app
COPY alike.py ./
RUN true
FROM python:3.13-slim-trixie
COPY --from=app /app /app
RUN true
"""


@pytest.mark.core
def test_a_build_that_begins_alike_stands_on_nothing_of_a_comparison(
    docker_classic: Engine, standins: Callable[..., None], tmp_path: Path
) -> None:
    standins(docker_classic, "slim")
    (tmp_path / "alike.py").write_text(f"x = {tmp_path.name!r}\n")
    environ, before = dict(docker_classic.environ), traces(docker_classic)
    (tmp_path / "scratch").mkdir()
    maker = makers.Dockerfile(
        builders.choose(environ, "docker"),
        docker_classic,
        parse(ALIKE).file,
        "",
        tmp_path / "scratch",
        environ,
    )
    name = f"alike-{makers.mark()}"
    maker.build(tmp_path, f"{name}:ours")
    (tmp_path / "Dockerfile").write_bytes(ALIKE)
    call(docker_classic, ["build", "--quiet", "--tag", f"{name}:theirs", str(tmp_path)])
    call(docker_classic, ["image", "rm", "--force", f"{name}:ours"])
    assert maker.clean() == ""
    assert traces(docker_classic) - before == set()
    call(docker_classic, ["image", "rm", "--force", f"{name}:theirs"])


@pytest.mark.full
@pytest.mark.timeout(TOGETHER + 60)
def test_all_forms_of_fastapi(docker_classic: Engine, standins: Callable[..., None], tmp_path: Path) -> None:
    standins(docker_classic, "slim", "uv", "full")
    folder = project("fastapi", tmp_path)
    before = traces(docker_classic)
    found = compared(docker_classic, folder)
    assert [row.form for row in found.rows][:2] == ["single-full", "single-slim"]
    assert {row.form: row.failure for row in found.rows if row.failure} == {}
    assert {row.form: row.missing for row in found.rows if row.missing} == {}
    assert set(found.unfitting) == {"poetry-export", "poetry-direct"}
    by_form = {row.form: row.contents for row in found.rows if row.contents is not None}
    full, slim, native = (by_form[name].compressed for name in ("single-full", "uv-sync", "native"))
    assert native < slim < full
    assert found.notes[-1].startswith("Nothing pins")
    assert left(docker_classic, folder, before) == []


@pytest.mark.full
@pytest.mark.timeout(TOGETHER + 60)
def test_podman_compares_too(podman: Engine, standins: Callable[..., None], tmp_path: Path) -> None:
    standins(podman, "slim", "uv")
    folder = project("flask", tmp_path)
    before = traces(podman)
    found = compared(podman, folder, "--forms", "uv-pip,native")
    assert {row.form: (row.failure, dict(row.missing)) for row in found.rows} == {
        "uv-pip": ("", {}),
        "native": ("", {}),
    }
    assert left(podman, folder, before) == []
