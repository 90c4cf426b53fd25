"""Repositories, folders and archives as dependencies, workspaces, versions from tags: built and started."""

import io
import json
import shutil
import tarfile
from pathlib import Path

import pytest

import folders
import repositories
from bareboat.sandbox import confined
from built import Session, bareboat

pytestmark = pytest.mark.network

PLAIN = '[build-system]\nrequires = ["hatchling"]\nbuild-backend = "hatchling.build"\n'
TAGGED = '[build-system]\nrequires = ["hatchling", "hatch-vcs"]\nbuild-backend = "hatchling.build"\n'
ASKED = '\n[tool.hatch.version]\nsource = "vcs"\nraw-options = { root = "../.." }\n'


@pytest.fixture(autouse=True)
def _sandbox() -> None:
    if (reason := confined.reason_against()) is not None:
        pytest.skip(reason)


def project(name: str, more: str = "", *, version: str = 'version = "1.0"', system: str = PLAIN) -> str:
    return f'{system}[project]\nname = "{name}"\nrequires-python = ">=3.11"\n{version}\n{more}'


def says(folder: Path, cache: Path) -> str:
    return bareboat(
        "run", folder, "--engine", "namespaces", "--cache-dir", cache, "--quiet", timeout=280
    ).strip()


def workspace(folder: Path, repository: Path) -> Path:
    """A uv workspace below one repository: api needs lib, beside it, and far, from another repository."""
    sources = (
        f'\n[tool.uv.sources]\nlib = {{ workspace = true }}\nfar = {{ git = "{repository.as_uri()}" }}\n'
    )
    force = '[tool.hatch.build.targets.wheel.force-include]\n"../../shared.txt" = "api/shared.txt"\n'
    script = 'dependencies = ["lib", "far"]\n[project.scripts]\napi = "api:main"\n'
    code = (
        "import far, lib\n"
        "from importlib.metadata import distributions\nfrom importlib.resources import files\n"
        "def main():\n    held = sorted(f'{one.name} {one.version}' for one in distributions())\n"
        "    print(held, far.number + lib.number, files('api').joinpath('shared.txt').read_text())\n"
    )
    return repositories.repository(
        folder,
        {
            "pyproject.toml": '[project]\nname = "root"\nversion = "0"\nrequires-python = ">=3.11"\n'
            '[tool.uv.workspace]\nmembers = ["packages/*"]\n',
            "shared.txt": "shared",
            "packages/api/pyproject.toml": project("api", script + sources + force),
            "packages/api/src/api/__init__.py": code,
            "packages/lib/pyproject.toml": project(
                "lib", ASKED, version='dynamic = ["version"]', system=TAGGED
            ),
            "packages/lib/src/lib/__init__.py": "number = 1\n",
            "packages/unused/pyproject.toml": project("unused"),
            "packages/unused/src/unused/__init__.py": "",
        },
        tag="v7.1",
    )


@pytest.mark.core
def test_a_member_of_a_workspace_with_what_it_needs(images_made: Session, tmp_path: Path) -> None:
    far = repositories.repository(
        tmp_path / "far", {"pyproject.toml": project("far"), "far.py": "number = 41\n"}
    )
    root = workspace(tmp_path / "root", far)
    repositories.lock(root)
    repositories.commit(root, "lock", tag="v7.2")
    member = root / "packages" / "api"
    said = says(member, images_made.cache)
    assert said == "['api 1.0', 'far 1.0', 'lib 7.2'] 42 shared"
    plan = json.loads(bareboat("plan", member, "--json", "--cache-dir", images_made.cache, "--quiet"))
    layers = {one["name"]: layer["role"] for layer in plan["layers"] for one in layer["artifacts"]}
    assert (layers["lib"], layers["api"], layers["far"]) == ("project", "project", "dependency")
    assert {one["name"]: one["version"] for one in plan["python"]} == {"far": "1.0", "lib": "7.2"}
    shutil.rmtree(far)  # what was built once needs its repository no more
    assert says(member, images_made.cache) == said


@pytest.mark.core
def test_requirements_from_a_repository_a_folder_and_an_archive(images_made: Session, tmp_path: Path) -> None:
    """Resolved, started, locked, and started from the lock alone."""
    far = repositories.repository(
        tmp_path / "far", {"pyproject.toml": project("far"), "far.py": "number = 30\n"}
    )
    setup = "from setuptools import setup\nsetup(name='own', version='0.' + '3', py_modules=['own'])\n"
    app = folders.make(
        tmp_path / "app",
        {
            "requirements.txt": f"git+{far.as_uri()}@main#egg=far\n-e ./own\n./dist/near-1.0.tar.gz\n",
            "own/setup.py": setup,
            "own/own.py": "number = 11\n",
            "app.py": "import far, near, own\nprint(far.number + near.number + own.number)\n",
            "pyproject.toml": '[tool.bareboat]\ncommand = ["python", "app.py"]\n',
        },
    )
    (app / "dist").mkdir()
    inside = {"pyproject.toml": project("near"), "near.py": "number = 1\n"}
    with tarfile.open(app / "dist" / "near-1.0.tar.gz", "w:gz") as archive:
        for name, text in inside.items():
            member = tarfile.TarInfo(f"near-1.0/{name}")
            member.size = len(text)
            archive.addfile(member, io.BytesIO(text.encode()))
    assert says(app, images_made.cache) == "42"
    bareboat("lock", app, "--cache-dir", images_made.cache, "--quiet")
    lock = (app / "pylock.toml").read_text()
    assert f'requested-revision = "main", commit-id = "{repositories.git(far, "rev-parse", "main")}"' in lock
    assert 'directory = { path = "own" }' in lock
    (far / "far.py").write_text("number = 0\n")
    repositories.commit(far)
    assert says(app, images_made.cache) == "42"


def test_a_setup_py_tells_its_requirements_in_the_sandbox(images_made: Session, tmp_path: Path) -> None:
    setup = (
        "from setuptools import setup\nfrom pathlib import Path\n"
        f"Path({str(tmp_path / 'harm')!r}).write_text('x') if Path({str(tmp_path)!r}).exists() else None\n"
        "def needs(): return ['itsdangerous']\n"
        "setup(name='old', version='1.5', packages=['old'], install_requires=needs(),\n"
        "      entry_points={'console_scripts': ['old = old:main']})\n"
    )
    code = "import itsdangerous\ndef main(): print('old', itsdangerous.__name__)\n"
    app = folders.make(tmp_path / "app", {"setup.py": setup, "old/__init__.py": code})
    assert says(app, images_made.cache) == "old itsdangerous"
    assert not (tmp_path / "harm").exists()
