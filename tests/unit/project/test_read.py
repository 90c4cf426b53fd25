import os
from pathlib import Path

import pytest

from bareboat.errors import InputError
from bareboat.project import read
from bareboat.project.project import SourceKind
from folders import ENVIRON, make, project

APP = "from fastapi import FastAPI\napp = FastAPI()\n"
PYPROJECT = """\
[build-system]
requires = ["hatchling"]
build-backend = "hatchling.build"
[project]
name = "Shop_App"
version = "1.0"
description = "sells"
license = "MIT"
requires-python = ">=3.11"
dependencies = ["fastapi"]
[project.scripts]
shop = "shop.cli:main"
[tool.fastapi]
entrypoint = "shop.odd:app"
[tool.bareboat]
port = 9000
"""


def test_a_folder_becomes_a_project(tmp_path: Path) -> None:
    held = project(
        tmp_path / "p",
        {
            ".git/x": "",
            "pyproject.toml": PYPROJECT,
            "src/shop/odd.py": APP,
            "src/shop/main.py": APP,
            "Dockerfile": "FROM python:3.12\nEXPOSE 8080\n",
            ".python-version": "3.13",
        },
    )
    facts = (held.name, held.version, held.description, held.license, held.requires_python)
    assert [fact and (fact.value, fact.where) for fact in facts] == [
        ("shop-app", "pyproject.toml:5"),
        ("1.0", "pyproject.toml:6"),
        ("sells", "pyproject.toml:7"),
        ("MIT", "pyproject.toml:8"),
        (">=3.11", "pyproject.toml:9"),
    ]
    assert held.source.kind is SourceKind.PYPROJECT
    assert held.backend is not None
    assert (held.backend.value.name, held.backend.where) == ("hatchling.build", "pyproject.toml:1")
    assert [script.name for script in held.scripts] == ["shop"]
    assert [fact.value for fact in held.wishes] == ["3.13", "3.12"]
    assert [fact.value for fact in held.container.ports] == [8080]
    assert held.settings == {"port": 9000}
    assert held.application.candidates[0].target == "shop.odd:app"
    assert held.files.find("src/shop/main.py") is not None


def test_a_folder_without_metadata_is_named_after_itself(tmp_path: Path) -> None:
    held = project(tmp_path / "My App+1", {"requirements.txt": "flask\n", "app.py": ""})
    assert held.name is not None
    assert held.name.value == "my-app-1"
    assert (held.version, held.backend) == (None, None)
    assert [fact.where for fact in held.dependencies] == ["requirements.txt:1"]
    other = project(tmp_path / "+", {"app.py": ""})
    assert other.name is not None
    assert other.name.value == "app"


def test_a_package_without_build_system_uses_setuptools(tmp_path: Path) -> None:
    held = project(tmp_path, {"pyproject.toml": "[project]\nname = 'x'\n[tool.uv]\npackage = true\n"})
    assert held.backend is not None
    assert held.backend.value.name == "setuptools.build_meta:__legacy__"
    assert held.backend.value.requires


def test_settings_of_another_type_are_left_to_their_reader(tmp_path: Path) -> None:
    held = project(tmp_path, {"pyproject.toml": "[project]\nname = 'x'\n[tool]\nbareboat = 1\nfastapi = 1\n"})
    assert held.settings == {}


def test_include_and_exclude_are_obeyed(tmp_path: Path) -> None:
    make(tmp_path, {"main.py": APP, "other.py": APP, "keys/a.key": "x"})
    held = read.read(tmp_path, environ=ENVIRON, include=["keys/a.key"], exclude=["other.py"])
    assert [entry.path for entry in held.files] == ["keys/a.key", "main.py"]


def test_no_project_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="no Python project"):
        project(tmp_path, {"readme.md": ""})
    with pytest.raises(InputError, match="no such folder"):
        read.read(tmp_path / "none", environ=ENVIRON)


def test_projects_below_are_named(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"projects lie below: api, web$") as caught:
        project(
            tmp_path, {"api/pyproject.toml": "", "web/requirements.txt": "", "tests/uv.lock": "", "x.py": ""}
        )
    assert caught.value.hint == "name one of them: `bareboat build api`"


def test_metadata_alone_is_read_for_the_settings(tmp_path: Path) -> None:
    assert read.metadata(tmp_path).tool == {}
    assert read.metadata(make(tmp_path, {"pyproject.toml": PYPROJECT})).tool["bareboat"] == {"port": 9000}


def test_nothing_of_the_project_runs(tmp_path: Path) -> None:
    text = f"open({str(tmp_path / 'ran')!r}, 'w')\n{APP}"
    project(tmp_path / "p", {"main.py": text, "setup.py": text, "conftest.py": text})
    assert not os.path.lexists(tmp_path / "ran")
