"""The requirements file that a Dockerfile installs."""

from pathlib import Path

import pytest

import folders
from bareboat.project import installs
from bareboat.project.fact import Fact

FILES = {
    "requirements.txt": "a\n",
    "requirements/prod.txt": "b\n",
    "requirements/dev.txt": "c\n",
    "main.py": "",
}


@pytest.mark.parametrize(
    ("run", "path"),
    [
        ("pip install -r requirements/prod.txt", "requirements/prod.txt"),
        ("pip3 install --no-cache-dir \\\n  -r ./requirements/prod.txt", "requirements/prod.txt"),
        ("python -m pip install --requirement=/src/requirements/prod.txt", "requirements/prod.txt"),
        ("uv pip install --system -r /tmp/requirements.txt", "requirements.txt"),
        ("pip install -rrequirements.txt", "requirements.txt"),
        ("pip install -r requirements.txt -r requirements/prod.txt", ""),
        ("pip install -r requirements/dev.txt", ""),
        ("pip install -r elsewhere.txt", ""),
        ("apt-get install -r requirements.txt", ""),
        ("pip install flask", ""),
    ],
)
def test_the_only_file_that_is_installed(tmp_path: Path, run: str, path: str) -> None:
    made = folders.make(tmp_path, {**FILES, "Dockerfile": f"FROM python:3.13\nRUN {run}\n"})
    assert installs.read(made) == (Fact(path, "Dockerfile:2") if path else None)


def test_without_a_dockerfile_there_is_none(tmp_path: Path) -> None:
    assert installs.read(folders.make(tmp_path, FILES)) is None


def test_it_comes_before_the_usual_ones(tmp_path: Path) -> None:
    docker = {"Dockerfile": "FROM python:3.13\nRUN pip install -r requirements/prod.txt\n"}
    source = folders.project(tmp_path, {**FILES, **docker}).source
    assert (source.path.name, source.reason) == ("prod.txt", "Dockerfile:2 installs it")
    assert Fact("requirements/prod.txt comes first", "requirements.txt") in source.ignored
