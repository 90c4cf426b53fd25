"""Projects below a folder that is none: listed, found by name, and when the folder is a project after all."""

from pathlib import Path

import pytest

import folders
from bareboat.errors import InputError, SeveralError
from bareboat.project import services
from bareboat.project.services import Service

APP = "from flask import Flask\napp = Flask(__name__)\n"
MONO = {
    "services/api/pyproject.toml": '[project]\nname = "shop-api"\ndependencies = ["flask"]\n',
    "services/api/main.py": APP,
    "services/web/requirements.txt": "flask\n",
    "services/web/main.py": APP,
    "old/setup.py": "from setuptools import setup\nsetup(name='old')\n",
    "ansible/setup.py": "print('no project')\n",
    "tests/requirements.txt": "",
    "README.md": "",
}


def test_what_lies_below(tmp_path: Path) -> None:
    folders.make(tmp_path, MONO)
    assert services.among(tmp_path, environ=folders.ENVIRON) == (
        Service("old", "old", ("setup.py",)),
        Service("services/api", "shop-api", ("pyproject.toml",)),
        Service("services/web", "web", ("requirements.txt",)),
    )
    assert services.among(tmp_path / "none", environ=folders.ENVIRON) == ()


@pytest.mark.parametrize(
    ("name", "place"), [("shop_api", "services/api"), ("api", "services/api"), ("web", "services/web")]
)
def test_a_project_is_found_by_its_name(tmp_path: Path, name: str, place: str) -> None:
    folders.make(tmp_path, MONO)
    assert services.choose(name, tmp_path, environ=folders.ENVIRON) == tmp_path / place
    assert services.choose("none", tmp_path, environ=folders.ENVIRON) is None


def test_two_of_one_name(tmp_path: Path) -> None:
    folders.make(tmp_path, {"a/x/requirements.txt": "", "b/x/requirements.txt": ""})
    with pytest.raises(InputError, match="called x: a/x, b/x"):
        services.choose("x", tmp_path, environ=folders.ENVIRON)


def test_the_root_is_refused_with_their_names(tmp_path: Path) -> None:
    with pytest.raises(SeveralError, match="below: old, services/api, services/web") as caught:
        folders.project(tmp_path, {**MONO, "tool.py": "x = 1\n"})
    assert caught.value.hint == "name one of them: `bareboat build old`"


ROOT = '[project]\nname = "root"\nversion = "0"\nrequires-python = ">=3.11"\n'


@pytest.mark.parametrize(
    "more",
    [
        {"pyproject.toml": ROOT},
        {"pyproject.toml": '[tool.uv.workspace]\nmembers = ["services/*"]\n'},
    ],
)
def test_a_root_that_only_holds_others_is_none(tmp_path: Path, more: dict[str, str]) -> None:
    with pytest.raises(SeveralError):
        folders.project(tmp_path, {**MONO, **more})


@pytest.mark.parametrize(
    "more",
    [
        {"pyproject.toml": ROOT.replace("version", 'dependencies = ["flask"]\nversion')},
        {"pyproject.toml": ROOT + '[tool.bareboat]\ncommand = ["python", "services/web/main.py"]\n'},
        {"pyproject.toml": ROOT, "main.py": APP},
        {"pyproject.toml": ROOT, "Procfile": "web: gunicorn main:app\n"},
    ],
)
def test_a_root_with_something_of_its_own_is_one(tmp_path: Path, more: dict[str, str]) -> None:
    assert folders.project(tmp_path, {**MONO, **more}).folder == tmp_path
