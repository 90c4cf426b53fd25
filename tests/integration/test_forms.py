"""Every form built by real engines from stand-in bases, and run as they are meant to run.

The core set has each form once on Docker; the matrix has every example with every form that fits it,
on Docker and with buildah. Locks that name an index are made in a copy of the example, with the host's
own index.
"""

import json
import shutil
import subprocess
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

import sources
from bareboat.cli.main import main
from bareboat.engine.find import Engine
from bareboat.forms import registry
from formbuilds import HARDENED, built, call

pytestmark = [pytest.mark.engine, pytest.mark.network]

EXAMPLES = sources.ROOT / "examples"
POETRY = "poetry==2.5.1"


@dataclass(frozen=True, slots=True)
class Copy:
    """An example with the lock of one tool."""

    example: str
    tool: str

    def make(self, folder: Path) -> Path:
        place = folder / f"{self.example}-{self.tool}"
        if place.exists():
            return place
        beside = place.with_name(f".{place.name}")
        shutil.copytree(
            EXAMPLES / self.example, beside, ignore=shutil.ignore_patterns(".venv", "__pycache__")
        )
        uv = ("uv", "lock", "--quiet")
        if self.tool == "uv" and not (beside / "uv.lock").exists():
            call(*uv, cwd=beside)
        if self.tool == "poetry":
            with (beside / "pyproject.toml").open("a") as stream:
                stream.write(index())
            call("uv", "tool", "run", "--from", POETRY, "poetry", "lock", "--quiet", cwd=beside)
        beside.rename(place)
        return place


def index() -> str:
    """Return the host's index as a source of Poetry: not every mirror has the interface of the main one."""
    said = call("uv", "pip", "compile", "--quiet", "--emit-index-url", "-", text="pip\n")
    urls = [line.split()[1] for line in said.splitlines() if line.startswith("--index-url")]
    if not urls:
        return ""
    return f'\n[[tool.poetry.source]]\nname = "host"\nurl = "{urls[0]}"\npriority = "primary"\n'


@dataclass(frozen=True, slots=True)
class Run:
    """One form of one copy, and what is asked of it."""

    copy: Copy
    form: str
    base: str = "slim"

    def __str__(self) -> str:
        return f"{self.copy.example}-{self.form}-{self.base}"


ASKED = "dpkg-query -W -f '${Package}\\n'; find / -xdev -perm /6000 -type f"
FLASK, PACKAGE = Copy("flask", "pip"), Copy("package", "uv")
SOURCE, DJANGO, FASTAPI = Copy("source", "uv"), Copy("django", "poetry"), Copy("fastapi", "uv")
CORE = (
    Run(PACKAGE, "uv-sync"),
    Run(FLASK, "uv-pip"),
    Run(DJANGO, "poetry-export"),
    Run(DJANGO, "poetry-direct"),
    Run(FLASK, "pip-venv"),
    Run(SOURCE, "wheelhouse"),
    Run(FLASK, "pip-prefix"),
    Run(FLASK, "site-packages"),
    Run(FLASK, "single-slim"),
    Run(SOURCE, "uv-sync", "distroless"),
)
COPIES = (FLASK, PACKAGE, SOURCE, DJANGO, FASTAPI)


@pytest.fixture(scope="session")
def copies(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("copies")


def written(run: Run, copies: Path, out: Path) -> Path:
    """Return the Dockerfile of a run; skip with the form's own reason where it does not fit."""
    folder = run.copy.make(copies)
    if not (EXAMPLES / run.copy.example).is_dir():
        pytest.fail(f"no example {run.copy.example}")
    file = out / "Dockerfile"
    words = ["dockerfile", str(folder), "--form", run.form, "--base", run.base, "--out", str(file), "-q"]
    assert main(words) == 0
    return file


@pytest.mark.core
@pytest.mark.parametrize("run", CORE, ids=str)
def test_a_form_is_built_and_turns_healthy(
    run: Run, copies: Path, docker_classic: Engine, standins: Callable[..., None], tmp_path: Path
) -> None:
    standins(docker_classic, "slim", "uv", "distroless")
    file = written(run, copies, tmp_path)
    with built(docker_classic, file, run.copy.make(copies)) as image:
        healthy(docker_classic, image)


@pytest.mark.full
@pytest.mark.parametrize("name", ["docker_classic", "podman"])
@pytest.mark.parametrize("form", registry.NAMES)
@pytest.mark.parametrize("copy", COPIES, ids=lambda copy: copy.example)
def test_the_matrix(
    copy: Copy,
    form: str,
    name: str,
    copies: Path,
    request: pytest.FixtureRequest,
    standins: Callable[..., None],
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    engine = request.getfixturevalue(name)
    folder = copy.make(copies)
    assert main(["dockerfile", str(folder), "--json", "-q"]) == 0
    fits = {one["name"]: one["reason"] for one in json.loads(capsys.readouterr().out)["forms"]}
    if fits[form] is not None:
        assert len(fits[form].split()) > 3, "a form that does not fit says why"
        return
    standins(engine, "slim", "full", "uv", "distroless")
    with built(engine, written(Run(copy, form), copies, tmp_path), folder) as image:
        healthy(engine, image)


@pytest.mark.core
def test_no_compiler_is_shipped(
    copies: Path, docker_classic: Engine, standins: Callable[..., None], tmp_path: Path
) -> None:
    standins(docker_classic, "slim", "uv")
    file = written(Run(SOURCE, "uv-sync"), copies, tmp_path)
    with built(docker_classic, file, SOURCE.make(copies)) as image:
        environ = dict(docker_classic.environ)
        shell = (docker_classic.program, "run", "--rm", "--user", "0", "--entrypoint", "sh", image, "-c")
        listed = call(
            *shell, "dpkg-query -W -f '${Package}\\n'; find / -xdev -perm /6000 -type f", env=environ
        )
        assert "libpq5" in listed.split()
        assert {"gcc", "libpq-dev", "libc6-dev"} & set(listed.split()) == set()
        assert not [line for line in listed.splitlines() if line.startswith("/")], "setuid bits are gone"
        call(*shell, "python -c 'import psycopg2'", env=environ)
        assert call(*shell, "find /app /opt/venv ! -user 0 -o -perm -o=w ! -type l", env=environ) == ""


ASKED_FOR = """\
import pathlib
from flask import Flask

app = Flask(__name__)


@app.get("/health")
def health():
    return pathlib.Path("/tmp/table").read_text()
"""
STEP = "import pathlib\npathlib.Path('/tmp/table').write_text('made')\n"


@pytest.mark.parametrize(
    ("tool", "form"),
    [
        pytest.param("pip", "pip-venv", marks=pytest.mark.core),
        *(
            pytest.param("uv", form, marks=pytest.mark.full)
            for form in ("uv-sync", "wheelhouse", "single-slim")
        ),
        pytest.param("pip", "pip-prefix", marks=pytest.mark.full),
    ],
)
def test_a_server_by_consent_and_a_step_before_the_start(
    tool: str, form: str, docker_classic: Engine, standins: Callable[..., None], tmp_path: Path
) -> None:
    standins(docker_classic, "slim", "uv")
    folder = tmp_path / "shop"
    folder.mkdir()
    (folder / "main.py").write_text(ASKED_FOR)
    (folder / "migrate.py").write_text(STEP)
    settings = '[tool.bareboat]\nbefore-start = [["python", "migrate.py"]]\n'
    head = '[project]\nname = "shop"\nversion = "1"\nrequires-python = ">=3.11"\n'
    if tool == "uv":
        (folder / "pyproject.toml").write_text(f'{head}dependencies = ["flask"]\n{settings}')
        call("uv", "lock", "--quiet", cwd=folder)
    else:
        (folder / "pyproject.toml").write_text(head + settings)
        (folder / "requirements.txt").write_text("flask\n")
    file = tmp_path / "Dockerfile"
    assert main(["dockerfile", str(folder), "--form", form, "--add-server", "--out", str(file), "-q"]) == 0
    with built(docker_classic, file, folder) as image:
        healthy(docker_classic, image)


@pytest.mark.full
def test_the_only_member_of_a_workspace(
    docker_classic: Engine, standins: Callable[..., None], tmp_path: Path
) -> None:
    standins(docker_classic, "slim", "uv")
    root = tmp_path / "root"
    left_out = shutil.ignore_patterns(".venv", "__pycache__", "uv.lock")
    shutil.copytree(EXAMPLES / "package", root / "backend", ignore=left_out)
    (root / "pyproject.toml").write_text('[tool.uv.workspace]\nmembers = ["backend"]\n')
    call("uv", "lock", "--quiet", cwd=root)
    file = tmp_path / "Dockerfile"
    assert main(["dockerfile", str(root / "backend"), "--out", str(file), "-q"]) == 0
    with built(docker_classic, file, root) as image:
        healthy(docker_classic, image)


def healthy(engine: Engine, image: str) -> None:
    """Start the image as it is meant to run, and have its own health check pass inside."""
    environ = dict(engine.environ)
    held = json.loads(call(engine.program, "image", "inspect", image, env=environ))[0]
    assert held["Config"]["User"] == "65532:65532"
    # Docker has it in the configuration, Podman beside it and spelt otherwise.
    check = (held["Config"].get("Healthcheck") or held.get("Healthcheck") or held["HealthCheck"])["Test"]
    run = (engine.program, "run", "-d", "--network=none", "-e", "SECRET_KEY=x", *HARDENED, image)
    container = call(*run, env=environ).strip().splitlines()[-1]
    try:
        for _ in tries():
            asked = subprocess.run(
                [engine.program, "exec", container, *check[1:]],
                check=False, capture_output=True, text=True, env=environ, timeout=60,
            )  # fmt: skip
            if asked.returncode == 0:
                return
        logs = subprocess.run(
            [engine.program, "logs", container], check=False, capture_output=True, text=True, env=environ
        )
        pytest.fail(f"never healthy: {asked.stderr}\n{logs.stdout}\n{logs.stderr}")
    finally:
        subprocess.run([engine.program, "rm", "-f", container], check=False, env=environ, capture_output=True)


def tries() -> Iterator[None]:
    end = time.monotonic() + 60
    while time.monotonic() < end:
        yield
        time.sleep(0.5)
