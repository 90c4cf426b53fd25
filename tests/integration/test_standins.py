"""The stand-ins behave as the images that they stand for, in what a Dockerfile can rely on."""

import json
import os
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import sources
from bareboat.engine.find import Engine

pytestmark = [pytest.mark.engine, pytest.mark.network]

EXAMPLES = sources.ROOT / "examples"
SLIM = "python:3.13-slim"
DISTROLESS = "gcr.io/distroless/python3-debian13:nonroot"
UV = "ghcr.io/astral-sh/uv:latest"

ONLY_CLASSIC_IN_THE_CORE_SET = [
    pytest.param("docker_classic", marks=pytest.mark.core),
    "docker_containerd",
    "podman",
]

LAYOUT = """
import json, os, pathlib, site, ssl, sys, sysconfig
import bz2, ctypes, curses, dbm.gnu, lzma, readline, sqlite3, uuid, venv, zoneinfo, zlib
paths = sysconfig.get_paths()
print(json.dumps({
    "version": sys.version_info[:2],
    "prefix": sys.prefix,
    "executable": sys.executable,
    "purelib": paths["purelib"],
    "scripts": paths["scripts"],
    "sites": site.getsitepackages(),
    "scheme": sysconfig.get_default_scheme(),
    "shared": sysconfig.get_config_var("LDLIBRARY"),
    "marker": os.path.exists(os.path.join(paths["stdlib"], "EXTERNALLY-MANAGED")),
    "bytecode": any(pathlib.Path(paths["stdlib"]).glob("json/__pycache__")),
    "clean": "Post-Invoke" in open("/etc/apt/apt.conf.d/docker-clean").read(),
}))
"""

# Written as for the official images: nothing here knows of stand-ins, mirrors or certificates.
UNMODIFIED = f"""
FROM {UV} AS uv
FROM {SLIM} AS build
RUN apt-get update && \\
    apt-get install --yes --no-install-recommends hello && \\
    rm -rf /var/lib/apt/lists/*
RUN python3 -m venv /opt/venv && \\
    /opt/venv/bin/pip install --disable-pip-version-check "click==8.1.8"
COPY --from=uv /uv /usr/local/bin/uv
RUN uv pip install --no-cache --python /opt/venv/bin/python "iniconfig==2.0.0"
FROM {SLIM}
COPY --from=build /usr/bin/hello /usr/bin/hello
COPY --from=build /opt/venv /opt/venv
CMD ["/opt/venv/bin/python", "-c", "import click, iniconfig; print(click.Context.__module__)"]
"""

COMPILED = f"""
FROM {UV} AS uv
FROM {SLIM}
RUN apt-get update && apt-get install --yes --no-install-recommends gcc libc6-dev libpq-dev
COPY --from=uv /uv /usr/local/bin/uv
ENV UV_LINK_MODE=copy UV_PYTHON_DOWNLOADS=never
WORKDIR /src
COPY . .
RUN uv run --extra test pytest -q
"""


def call(engine: Engine, *arguments: str, program: str = "") -> str:
    """Return what the engine's program, or buildah with its storage, prints."""
    done = subprocess.run(
        [program or engine.program, *arguments],
        check=False,
        capture_output=True,
        text=True,
        env=dict(engine.environ),
        timeout=280,
    )
    assert done.returncode == 0, f"{' '.join(arguments)}\n{done.stdout[-3000:]}\n{done.stderr[-3000:]}"
    return done.stdout.strip()


def configuration(engine: Engine, reference: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(call(engine, "image", "inspect", reference))[0]["Config"]
    return found


def build(engine: Engine, folder: Path, reference: str, tool: Callable[[str], str]) -> None:
    """Build a folder's Dockerfile, with buildah where the engine is Podman."""
    if engine.kind == "podman":
        call(
            engine,
            *("bud", "--network=host", "--isolation=chroot", "--tag", reference, str(folder)),
            program=tool("buildah"),
        )
    else:
        call(engine, "build", "--network=host", "--tag", reference, str(folder))


@pytest.fixture
def at(request: pytest.FixtureRequest) -> Engine:
    found = request.getfixturevalue(request.param)
    assert isinstance(found, Engine)
    return found


@pytest.mark.core
def test_slim_lies_as_the_official_image(docker_classic: Engine, standins: Callable[..., None]) -> None:
    standins(docker_classic, "slim")
    told = json.loads(call(docker_classic, "run", "--rm", SLIM, "python3", "-B", "-c", LAYOUT))
    assert told == {
        "version": [3, 13],
        "prefix": "/usr/local",
        "executable": "/usr/local/bin/python3",
        "purelib": "/usr/local/lib/python3.13/site-packages",
        "scripts": "/usr/local/bin",
        "sites": ["/usr/local/lib/python3.13/site-packages"],
        "scheme": "posix_prefix",
        "shared": "libpython3.13.so",
        "marker": False,
        "bytecode": False,
        "clean": True,
    }
    config = configuration(docker_classic, SLIM)
    assert config["Cmd"] == ["python3"]
    assert "PATH=/usr/local/bin:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin" in config["Env"]
    assert configuration(docker_classic, "python:3.13-slim-trixie") == config


@pytest.mark.core
def test_slim_has_pip_and_no_compiler(docker_classic: Engine, standins: Callable[..., None]) -> None:
    standins(docker_classic, "slim")
    script = (
        "pip --version; pip list; for n in python pip3 apt-get gcc git curl; do command -v $n; done; true"
    )
    said = call(docker_classic, "run", "--rm", "--network=none", SLIM, "sh", "-c", script).splitlines()
    assert "/usr/local/lib/python3.13/site-packages/pip" in said[0]
    assert [line.split()[0] for line in said[1:4]] == ["Package", "-------", "pip"]
    assert said[4:] == ["/usr/local/bin/python", "/usr/local/bin/pip3", "/usr/bin/apt-get"]


@pytest.mark.parametrize("at", ONLY_CLASSIC_IN_THE_CORE_SET, indirect=True)
def test_an_unmodified_dockerfile_builds(
    at: Engine, standins: Callable[..., None], tool: Callable[[str], str], tmp_path: Path
) -> None:
    standins(at, "slim", "uv")
    (tmp_path / "Dockerfile").write_text(UNMODIFIED)
    build(at, tmp_path, "standins-unmodified:1", tool)
    assert call(at, "run", "--rm", "--network=none", "standins-unmodified:1") == "click.core"
    assert call(at, "run", "--rm", "--network=none", "standins-unmodified:1", "hello") == "Hello, world!"


@pytest.mark.core
def test_the_distroless_one_has_python_and_no_shell(
    docker_classic: Engine, standins: Callable[..., None]
) -> None:
    standins(docker_classic, "distroless")
    code = "import os, ssl, sqlite3, ctypes, zoneinfo, sys; print(os.getuid(), os.getcwd(), sys.executable)"
    said = call(docker_classic, "run", "--rm", "--read-only", DISTROLESS, "-c", code)
    assert said == "65532 /home/nonroot /usr/bin/python3.13"
    linked = call(docker_classic, "run", "--rm", "--entrypoint=/usr/bin/python3", DISTROLESS, "--version")
    assert linked.startswith("Python 3.13.")
    looked = "import os; print([n for n in os.listdir('/usr/bin')], os.path.exists('/usr/sbin/dpkg'))"
    programs, _, dpkg = call(docker_classic, "run", "--rm", DISTROLESS, "-c", looked).rpartition(" ")
    assert sorted(json.loads(programs.replace("'", '"'))) == ["python3", "python3.13"]
    assert dpkg == "False"
    plain = configuration(docker_classic, DISTROLESS.replace(":nonroot", ":latest"))
    assert (plain["Entrypoint"], plain["User"]) == (["/usr/bin/python3.13"], "0")


@pytest.mark.full
@pytest.mark.timeout(2400)  # an interpreter is compiled
def test_the_full_one_has_compilers(docker_classic: Engine, standins: Callable[..., None]) -> None:
    standins(docker_classic, "full")
    script = "for n in gcc g++ make git curl pg_config mysql_config; do command -v $n; done; pip --version"
    said = call(docker_classic, "run", "--rm", "--network=none", "python:3.13", "sh", "-c", script)
    assert len(said.splitlines()) == 8


def test_the_compiled_example_passes_its_tests_in_a_builder(
    docker_classic: Engine, standins: Callable[..., None], tool: Callable[[str], str], tmp_path: Path
) -> None:
    standins(docker_classic, "slim", "uv")
    left_out = shutil.ignore_patterns(".venv", "__pycache__", "uv.lock")
    folder = shutil.copytree(EXAMPLES / "source", tmp_path / "source", ignore=left_out)
    (folder / "Dockerfile").write_text(COMPILED)
    build(docker_classic, folder, "standins-compiled:1", tool)


def test_an_image_goes_through_the_registry(
    docker_classic: Engine, standins: Callable[..., None], loopback_registry: str
) -> None:
    standins(docker_classic, "uv")
    reference = f"{loopback_registry}/base/uv:1"
    call(docker_classic, "tag", UV, reference)
    call(docker_classic, "push", "--quiet", reference)
    call(docker_classic, "image", "rm", reference)
    call(docker_classic, "pull", "--quiet", reference)
    digests = json.loads(call(docker_classic, "image", "inspect", reference))[0]["RepoDigests"]
    assert any(digest.startswith(f"{loopback_registry}/base/uv@sha256:") for digest in digests)


@pytest.mark.core
def test_the_archives_lie_outside_the_repository() -> None:
    chosen = os.environ.get("BAREBOAT_STANDINS", "")
    assert not chosen or sources.ROOT not in Path(chosen).resolve().parents
