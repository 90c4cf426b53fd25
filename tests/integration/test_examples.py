"""The examples are applications that work by themselves, whatever builds them."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

import sources

EXAMPLES = sources.ROOT / "examples"
NAMES = sorted(folder.name for folder in EXAMPLES.iterdir() if folder.is_dir())


def copy(name: str, folder: Path) -> Path:
    """Copy an example's tracked kind of files, so that nothing is made in the repository."""
    left_out = shutil.ignore_patterns(".venv", "__pycache__", "uv.lock", ".pytest_cache")
    return shutil.copytree(EXAMPLES / name, folder / name, ignore=left_out)


def run(command: list[str], folder: Path, **environ: str) -> None:
    given = {name: value for name, value in os.environ.items() if name not in {"VIRTUAL_ENV", "PYTHONPATH"}}
    done = subprocess.run(
        command,
        cwd=folder,
        check=False,
        capture_output=True,
        text=True,
        env={**given, **environ},
        timeout=280,
    )
    assert done.returncode == 0, f"{' '.join(command)}\n{done.stdout}\n{done.stderr}"


def uv() -> str:
    return str(Path(sys.executable).parent / "uv")


@pytest.mark.parametrize("name", NAMES)
def test_an_example_has_tests_and_neither_dockerfile_nor_lock(name: str) -> None:
    files = {file.name for file in (EXAMPLES / name).rglob("*") if ".venv" not in file.parts}
    assert any(file.startswith("test_") for file in files)
    assert not {"Dockerfile", "Containerfile"} & files
    listed = subprocess.run(
        ["git", "ls-files", f"examples/{name}"], cwd=sources.ROOT, check=True, capture_output=True, text=True
    )
    assert "uv.lock" not in listed.stdout


def test_the_poetry_lock_names_no_host() -> None:
    text = (EXAMPLES / "django" / "poetry.lock").read_text()
    assert "sha256:" in text
    assert "://" not in text
    assert "[package.source]" not in text


def test_the_flask_requirements_are_hashed() -> None:
    text = (EXAMPLES / "flask" / "requirements.txt").read_text()
    assert "--hash=sha256:" in text
    assert "://" not in text
    assert not (EXAMPLES / "flask" / "pyproject.toml").exists()


@pytest.mark.core
def test_the_package_example_passes_its_tests_here(tmp_path: Path) -> None:
    # It needs click alone, which the development environment has.
    folder = copy("package", tmp_path)
    command = [sys.executable, "-B", "-m", "pytest", "-q", "-p", "no:cacheprovider"]
    run(command, folder, PYTHONPATH=str(folder / "src"))


@pytest.mark.network
@pytest.mark.parametrize("name", ["fastapi", "package"])
def test_an_example_passes_its_tests_in_its_own_environment(name: str, tmp_path: Path) -> None:
    folder = copy(name, tmp_path)
    run([uv(), "run", "--quiet", "--python", sys.executable, "--extra", "test", "pytest", "-q"], folder)
    assert (folder / "uv.lock").is_file()


@pytest.mark.network
def test_the_flask_example_passes_its_tests_in_its_own_environment(tmp_path: Path) -> None:
    folder = copy("flask", tmp_path)
    run([uv(), "venv", "--quiet", "--python", sys.executable], folder)
    run([uv(), "pip", "install", "--quiet", "-r", "requirements-test.in"], folder)
    run([str(folder / ".venv" / "bin" / "python"), "-m", "pytest", "-q"], folder)


@pytest.mark.network
def test_the_django_example_passes_its_tests_in_its_own_environment(tmp_path: Path) -> None:
    folder = copy("django", tmp_path)
    run([uv(), "venv", "--quiet", "--python", sys.executable], folder)
    run([uv(), "pip", "install", "--quiet", "-r", "pyproject.toml", "--group", "test"], folder)
    run([str(folder / ".venv" / "bin" / "python"), "-m", "pytest", "-q"], folder)


@pytest.mark.network
@pytest.mark.skipif(shutil.which("pg_config") is None, reason="compiling psycopg2 needs libpq-dev")
def test_the_compiled_example_passes_its_tests_in_its_own_environment(tmp_path: Path) -> None:
    folder = copy("source", tmp_path)
    run([uv(), "run", "--quiet", "--python", sys.executable, "--extra", "test", "pytest", "-q"], folder)
