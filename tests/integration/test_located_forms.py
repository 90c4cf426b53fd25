"""Dependencies that are on no index, in Dockerfiles: repositories and folders, built and started."""

import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

import folders
import githost
import prepared
import repositories
from bareboat.cli.main import main
from bareboat.engine.find import Engine
from formbuilds import HARDENED, built, call

pytestmark = [pytest.mark.engine, pytest.mark.network]

BACKEND = '[build-system]\nrequires = ["setuptools>=75"]\nbuild-backend = "setuptools.build_meta"\n'
POETRY_BACKEND = '[build-system]\nrequires = ["poetry-core>=2"]\nbuild-backend = "poetry.core.masonry.api"\n'
MAIN = "import near, far, iniconfig; print(near.SAYS, far.SAYS)\n"
COMMAND = '[tool.bareboat]\ncommand = ["python", "-m", "main"]\n'
HEAD = '[project]\nname = "shop"\nversion = "1"\nrequires-python = ">=3.11"\n'
GROUP = "package-mode = false\n[tool.poetry.group.main.dependencies]\n"


def library(name: str) -> dict[str, str]:
    return {
        "pyproject.toml": f'[project]\nname = "{name}"\nversion = "1"\n{BACKEND}',
        f"{name}.py": f'SAYS = "{name}"\n',
    }


@pytest.fixture(scope="module")
def far(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    folder = tmp_path_factory.mktemp("host")
    repositories.repository(folder / "far.git", library("far"), "v1")
    with githost.host(folder) as address:
        yield f"git+{address}/far.git@v1"


def project(folder: Path, kind: str, far: str) -> Path:
    """Write a project that needs a package, a folder and a repository, with the lock of its kind."""
    address = far.removeprefix("git+").removesuffix("@v1")
    sources = (
        f'[tool.uv.sources]\nnear = {{ path = "libs/near" }}\nfar = {{ git = "{address}", tag = "v1" }}\n'
    )
    needs = HEAD + 'dependencies = ["iniconfig", "near", "far"]\n'
    texts = {"main.py": MAIN, **{f"libs/near/{name}": text for name, text in library("near").items()}}
    match kind:
        case "requirements":
            texts["pyproject.toml"] = HEAD + COMMAND
            texts["requirements.txt"] = f"iniconfig\n-e ./libs/near\n{far}#egg=far\n"
        case "itself":
            texts["pyproject.toml"] = HEAD + 'dependencies = ["iniconfig"]\n' + BACKEND + COMMAND
            texts["pyproject.toml"] += '[tool.setuptools]\npy-modules = ["main"]\n'
            texts["requirements.txt"] = f"-e .\n-e ./libs/near\nfar @ {far}\n"
        case "uv-lock" | "nothing" | "pylock":
            texts["pyproject.toml"] = needs + sources + COMMAND
        case "editable":
            texts["pyproject.toml"] = needs + sources.replace('near" }', 'near", editable = true }') + COMMAND
            kind = "uv-lock"
        case "poetry-lock":
            texts["pyproject.toml"] = HEAD + COMMAND + "[tool.poetry]\npackage-mode = false\n"
            texts["pyproject.toml"] += '[tool.poetry.dependencies]\npython = ">=3.11"\niniconfig = "*"\n'
            texts["pyproject.toml"] += 'near = { path = "libs/near", develop = true }\n'
            texts["pyproject.toml"] += f'far = {{ git = "{address}", tag = "v1" }}\n'
            source = (
                f'[[tool.poetry.source]]\nname = "host"\nurl = "{prepared.index()}"\npriority = "primary"\n'
            )
            texts["pyproject.toml"] += source
    folders.make(folder, texts)
    if kind in prepared.COMMANDS and kind != "requirements":
        prepared.lock(kind, folder)
    return folder


CASES = [
    *(("requirements", form) for form in ("pip-venv", "wheelhouse", "pip-prefix", "single-slim")),
    *(("itself", form) for form in ("pip-venv", "uv-pip", "wheelhouse")),
    *(("uv-lock", form) for form in ("uv-sync", "uv-pip", "single-slim")),
    ("editable", "uv-sync"),
    *(("poetry-lock", form) for form in ("poetry-direct", "single-slim")),
    ("pylock", "uv-pip"),
    ("nothing", "uv-pip"),
]


@pytest.mark.full
@pytest.mark.parametrize(("kind", "form"), CASES)
def test_repositories_and_folders_are_in_the_image(
    kind: str, form: str, far: str, docker_classic: Engine, standins: Callable[..., None], tmp_path: Path
) -> None:
    standins(docker_classic, "slim", "uv")
    starts(docker_classic, kind, form, far, tmp_path)


@pytest.mark.full
@pytest.mark.parametrize(("kind", "form"), [("requirements", "pip-venv"), ("uv-lock", "uv-sync")])
def test_buildah_does_the_same(
    kind: str, form: str, far: str, podman: Engine, standins: Callable[..., None], tmp_path: Path
) -> None:
    standins(podman, "slim", "uv")
    starts(podman, kind, form, far, tmp_path)


def starts(engine: Engine, kind: str, form: str, far: str, tmp_path: Path) -> None:
    """Build the form and start it without a network; the sources are not where they were."""
    folder = project(tmp_path / "shop", kind, far)
    file = tmp_path / "Dockerfile"
    assert main(["dockerfile", str(folder), "--form", form, "--out", str(file), "-q"]) == 0
    with built(engine, file, folder) as image:
        run = (engine.program, "run", "--rm", "--network=none", *HARDENED)
        environ = dict(engine.environ)
        assert call(*run, image, env=environ).split() == ["near", "far"]
        if form != "single-slim":
            missing = subprocess.run(
                [*run, "--entrypoint", "git", image], check=False, env=environ, capture_output=True
            )
            assert missing.returncode != 0, "git stays in the stages that need it"
