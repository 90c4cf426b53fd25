"""Dockerfiles built by real engines from stand-in bases; and what each engine says when it cannot."""

import json
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from msgspec.structs import replace

import sources
from bareboat.engine import health, run
from bareboat.engine.find import Engine, Kind

pytestmark = [pytest.mark.engine, pytest.mark.network]

FLASK = sources.ROOT / "examples" / "flask"
SLIM = "python:3.13-slim"
Standins = Callable[..., None]
Tool = Callable[[str], str]

BROKEN = f"""# a file whose step fails
FROM {SLIM} AS build
WORKDIR /src
ENV A=1 \\
    B=2
RUN echo begun && \\
    pip install --no-index not-there==1.0
FROM {SLIM}
COPY --from=build /src /src
"""
SLOW = f"FROM {SLIM}\nRUN echo begun && sleep 217\n"
SMALL = f'FROM {SLIM}\nCOPY wsgi.py /wsgi.py\nHEALTHCHECK CMD ["true"]\nCMD ["cat", "/wsgi.py"]\n'


def environment(engine: Engine, **more: str) -> dict[str, str]:
    """Return what bareboat is called with; buildah needs no container of its own where it runs in one."""
    return {**dict(engine.environ), "BUILDAH_ISOLATION": "chroot", "NO_COLOR": "1", **more}


def bareboat(engine: Engine, *words: str | Path, code: int = 0, **more: str) -> tuple[str, str]:
    """Return what `bareboat build` writes to both streams."""
    done = subprocess.run(
        [sys.executable, "-m", "bareboat", "build", *map(str, words)],
        check=False,
        capture_output=True,
        text=True,
        env=environment(engine, **more),
        timeout=280,
    )
    assert done.returncode == code, done.stderr[-4000:]
    return done.stdout.strip(), done.stderr


def serves(engine: Engine, reference: str) -> None:
    """Start an image as strictly as any, and wait for its health answer."""
    container = run.start(engine, reference, run.Options(port=8000))
    try:
        answer = health.wait_answer(
            container.port, "/healthz", is_alive=lambda: run.state(container).is_running
        )
        assert answer.status == 200
    finally:
        run.stop(container)


@pytest.mark.core
def test_docker_builds_the_generated_dockerfile(
    docker_classic: Engine, standins: Standins, tmp_path: Path
) -> None:
    standins(docker_classic, "slim")
    metadata = tmp_path / "made.json"
    flags = ("--engine", "docker", "--build-network", "host", "--metadata-file", metadata)
    out, err = bareboat(docker_classic, FLASK, *flags, "-t", "by-docker:1")
    assert out == "by-docker:1"
    assert "RUN python -m venv" in err or "cached" in err
    told = json.loads(metadata.read_text())
    assert told["form"] == "pip-venv"
    assert told["image.id"].startswith("sha256:")
    assert any(step["line"] and step["seconds"] > 0 for step in told["steps"])
    serves(docker_classic, out)
    _, again = bareboat(docker_classic, FLASK, *flags, "-t", "by-docker:1")
    assert again.count(": cached") >= 5


@pytest.mark.core
def test_podman_builds_the_generated_dockerfile(podman: Engine, standins: Standins, tmp_path: Path) -> None:
    standins(podman, "slim")
    iid = tmp_path / "iid"
    flags = ("--engine", "podman", "--build-network", "host", "--iidfile", iid, "-q", "-t", "by-podman:1")
    out, err = bareboat(podman, FLASK, *flags)
    assert (out, err) == ("by-podman:1", "")
    config = subprocess.run(
        [podman.program, "image", "inspect", iid.read_text()],
        check=True,
        capture_output=True,
        env=environment(podman),
        timeout=60,
    )
    assert json.loads(config.stdout)[0]["Healthcheck"]["Test"][0] == "CMD"
    serves(podman, out)


@pytest.mark.core
def test_buildah_builds_the_generated_dockerfile(
    podman: Engine, standins: Standins, tool: Tool, tmp_path: Path
) -> None:
    tool("buildah")
    standins(podman, "slim")
    archive = tmp_path / "shop.tar"
    flags = ("--engine", "buildah", "--build-network", "host", "-o", archive, "-t", "by-buildah:1")
    out, err = bareboat(podman, FLASK, *flags)
    assert out == "by-buildah:1"
    assert f"written to {archive}, in buildah as by-buildah:1" in err
    checked = [tool("skopeo"), "inspect", "--raw", f"oci-archive:{archive}"]
    manifest = subprocess.run(checked, check=True, capture_output=True, timeout=60)
    assert json.loads(manifest.stdout)["mediaType"] == "application/vnd.oci.image.manifest.v1+json"
    serves(podman, out)  # one storage for both


@pytest.fixture
def context_builder(docker_classic: Engine, tmp_path: Path) -> Engine:
    """Give Docker as a context of the name `bareboat-test`: a builder of buildx that needs no image."""
    settings = {**dict(docker_classic.environ), "DOCKER_CONFIG": str(tmp_path / "docker")}
    address = settings.pop("DOCKER_HOST", "unix:///var/run/docker.sock")
    subprocess.run(
        [docker_classic.program, "context", "create", "bareboat-test", "--docker", f"host={address}"],
        check=True,
        capture_output=True,
        env=settings,
        timeout=60,
    )
    return replace(docker_classic, environ=tuple(settings.items()))


@pytest.mark.core
def test_a_builder_of_buildx_by_its_name(
    context_builder: Engine, docker_classic: Engine, standins: Standins
) -> None:
    standins(docker_classic, "slim")
    flags = ("--engine", "buildx:bareboat-test", "--build-network", "host", "-t", "by-buildx:1")
    out, _ = bareboat(context_builder, FLASK, *flags)
    serves(docker_classic, out)
    _, err = bareboat(context_builder, FLASK, "--engine", "buildx:none", code=2)
    assert "buildx has no builder 'none'" in err


@pytest.mark.full
def test_docker_with_containerd_writes_archives_and_layouts(
    docker_containerd: Engine, standins: Standins, tool: Tool, tmp_path: Path
) -> None:
    standins(docker_containerd, "slim")
    (tmp_path / "Dockerfile").write_text(SMALL)
    archive, layout = tmp_path / "out.tar", tmp_path / "out"
    flags = ("--engine", "docker", "--file", tmp_path / "Dockerfile", "-o", archive, "-o", layout)
    bareboat(docker_containerd, FLASK, *flags)
    assert sorted(path.name for path in layout.iterdir()) == ["blobs", "index.json", "oci-layout"]
    for name in (f"oci-archive:{archive}", f"oci:{layout}"):
        subprocess.run([tool("skopeo"), "inspect", name], check=True, capture_output=True, timeout=60)
    _, err = bareboat(docker_containerd, FLASK, *flags, code=2)
    assert "no archive that bareboat wrote" in err
    bareboat(docker_containerd, FLASK, *flags, "--force")


def test_docker_with_its_classic_store_writes_none(
    docker_classic: Engine, standins: Standins, tmp_path: Path
) -> None:
    standins(docker_classic, "slim")
    (tmp_path / "Dockerfile").write_text(SMALL)
    flags = ("--engine", "docker", "--file", tmp_path / "Dockerfile", "-o", tmp_path / "out.tar")
    _, err = bareboat(docker_classic, FLASK, *flags, code=7)
    assert "error: docker build: OCI exporter is not supported" in err
    assert "containerd image store" in err
    assert [path.name for path in tmp_path.iterdir()] == ["Dockerfile"]


BUILDERS = [(name, name) for name in ("docker", "podman", "buildah")]
each_builder = pytest.mark.parametrize(("at", "builder"), BUILDERS, indirect=["at"])


@pytest.fixture
def at(request: pytest.FixtureRequest, standins: Standins) -> Engine:
    """Return the engine whose storage a builder uses, with the base image in it."""
    found = request.getfixturevalue("docker_classic" if request.param == "docker" else "podman")
    assert isinstance(found, Engine)
    if request.param == "buildah" and shutil.which("buildah", path=dict(found.environ)["PATH"]) is None:
        pytest.skip("buildah is not on the PATH; make engines")
    standins(found, "slim")
    return found


@pytest.mark.core
@each_builder
def test_a_failing_step_is_told_by_its_line(at: Engine, builder: str, tmp_path: Path) -> None:
    file = tmp_path / "Broken"
    file.write_text(BROKEN)
    out, err = bareboat(at, FLASK, "--engine", builder, "--file", file, "-q", code=7)
    assert out == ""
    errors = [line for line in err.splitlines() if line.startswith("error: ")]
    assert len(errors) == 1
    assert errors[0].startswith(f"error: {file}:6: RUN echo begun && pip install --no-index not-there==1.0: ")
    assert "No matching distribution found for not-there==1.0 (exit" in errors[0]
    assert "begun" in err


@each_builder
@pytest.mark.parametrize(
    ("text", "line", "hint"),
    [
        ("FROM registry.invalid/none:1\n", 1, "registry cannot be reached"),
        (f"FROM {SLIM}\nCOPY nothing /x\n", 2, "ignore file"),
        (f"FROM {SLIM}\nRUN --mount=type=secret,id=t,required=true cat /run/secrets/t\n", 2, "--secret id=t"),
        (f"FROM {SLIM}\nRUN dd if=/dev/zero of=/dev/full bs=1k count=1\n", 2, "disk is full"),
    ],
)
def test_each_failure_has_its_way_out(
    at: Engine, builder: str, text: str, line: int, hint: str, tmp_path: Path
) -> None:
    file = tmp_path / "File"
    file.write_text(text)
    _, err = bareboat(at, FLASK, "--engine", builder, "--file", file, "-q", code=7)
    assert f"error: {file}:{line}: " in err
    assert hint in err.rpartition("hint: ")[2]


@each_builder
def test_a_step_of_unknown_fate_has_a_shell_where_it_ran(at: Engine, builder: str, tmp_path: Path) -> None:
    file = tmp_path / "File"
    file.write_text(f"FROM {SLIM}\nRUN echo held > /kept\nRUN echo sorry >&2; exit 3\n")
    _, err = bareboat(at, FLASK, "--engine", builder, "--file", file, "-q", code=7)
    assert "the step wrote last sorry" in " ".join(err.split())
    command = err.rpartition("a shell where it ran: ")[2].strip()
    assert command.startswith(f"cat {file} | head -n 2 | ")
    tried = f"{command.replace(' -it ', ' -i ').replace(' look', ' bareboat-look')} < /dev/stdin"
    tried = tried.replace("--entrypoint sh bareboat-look", "--entrypoint cat bareboat-look /kept")
    done = subprocess.run(
        ["sh", "-c", tried], check=False, capture_output=True, text=True, env=environment(at), timeout=280
    )
    assert done.stdout.splitlines()[-1:] == ["held"], done.stderr
    remove = [at.program, "rmi", "--force", "bareboat-look"]
    subprocess.run(remove, check=True, env=environment(at), capture_output=True, timeout=60)


@each_builder
def test_an_interrupt_ends_the_engine(at: Engine, builder: str, tmp_path: Path) -> None:
    file = tmp_path / "Slow"
    file.write_text(SLOW)
    process = subprocess.Popen(
        [sys.executable, "-m", "bareboat", "build", FLASK, "--engine", builder, "--file", file],
        stderr=subprocess.PIPE,
        text=True,
        env=environment(at),
        process_group=0,
    )
    assert process.stderr is not None
    said = ""
    while not said.rstrip().endswith("begun"):
        said = process.stderr.readline()
        assert said, "it ended by itself"
    process.send_signal(signal.SIGINT)
    rest = process.communicate(timeout=30)[1]
    assert process.returncode == 130
    assert "interrupted" in rest
    assert wait_gone(b"sleep\x00217"), "the step goes on"


def wait_gone(words: bytes) -> bool:
    """Wait a while for every process with these words in its command line to end."""
    for _ in range(50):
        found = False
        for place in Path("/proc").glob("[0-9]*/cmdline"):
            try:
                found = found or place.read_bytes().startswith(words)
            except OSError:
                continue
        if not found:
            return True
        time.sleep(0.1)
    return False


def test_a_terminal_shows_what_the_engine_draws(
    docker_classic: Engine, standins: Standins, tool: Tool, tmp_path: Path
) -> None:
    standins(docker_classic, "slim")
    (tmp_path / "Dockerfile").write_text(BROKEN)
    command = f"{sys.executable} -m bareboat build {FLASK} --engine docker --file {tmp_path}/Dockerfile"
    done = subprocess.run(
        [tool("script"), "-qec", command, "/dev/null"],
        check=False,
        capture_output=True,
        text=True,
        stdin=subprocess.DEVNULL,
        env={**environment(docker_classic), "TERM": "xterm", "CI": ""},
        timeout=120,
    )
    assert "[+] Building" in done.stdout
    assert f"{tmp_path}/Dockerfile:6: RUN echo begun" in done.stdout


def test_an_engine_that_is_missing_is_one_line(podman: Engine, tmp_path: Path) -> None:
    assert podman.kind is Kind.PODMAN
    (tmp_path / "buildah").write_text("#!/bin/sh\necho buildah version 1.19.6\n")
    (tmp_path / "buildah").chmod(0o755)
    for builder, said in (("docker", "docker: not on the PATH"), ("buildah", "buildah 1.19.6 is too old")):
        _, err = bareboat(podman, FLASK, "--engine", builder, code=2, PATH=str(tmp_path))
        assert [line for line in err.splitlines() if line.startswith("error: ")] == [f"error: {said}"]
