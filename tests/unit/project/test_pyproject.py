import pytest

from bareboat.errors import InputError
from bareboat.project import pyproject

DYNAMIC = "[project]\nname='x'\ndynamic=['dependencies']\n[tool.setuptools.dynamic]\n"
FULL = """\
[build-system]
requires = ["hatchling>=1"]
build-backend = "hatchling.build"
backend-path = ["."]

[project]
name = "Shop.App"
version = "1.0"
description = "sells"
license = "MIT"
requires-python = ">=3.11"
dependencies = ["fastapi>=0.1", "x; python_version < '3'"]

[project.optional-dependencies]
Pg_Sql = ["psycopg2-binary"]

[project.scripts]
shop = "shop.cli:main"

[dependency-groups]
dev = ["pytest", {include-group = "lint"}]
lint = ["ruff"]

[tool.bareboat]
app = "x:y"
"""


def test_all_facts_are_read_with_their_lines() -> None:
    held = pyproject.read(FULL)
    assert (held.name, held.version, held.description, held.license) == ("Shop.App", "1.0", "sells", "MIT")
    assert held.requires_python == ">=3.11"
    assert held.dependencies == ("fastapi>=0.1", "x; python_version < '3'")
    assert held.extras == (("pg-sql", ("psycopg2-binary",)),)
    assert held.groups == (("dev", ("pytest", "ruff")), ("lint", ("ruff",)))
    assert held.scripts == (("shop", "shop.cli:main"),)
    assert (held.backend, held.backend_requires, held.backend_path) == (
        "hatchling.build",
        ("hatchling>=1",),
        (".",),
    )
    assert held.has_project
    assert held.is_package
    assert held.tool["bareboat"] == {"app": "x:y"}
    assert held.where("project/requires-python") == "pyproject.toml:11"
    assert held.where("scripts/shop") == "pyproject.toml:18"
    assert held.where("build-system") == "pyproject.toml:1"
    assert held.where("none/none") == "pyproject.toml"


def test_a_file_without_a_project_declares_nothing() -> None:
    held = pyproject.read("[tool.ruff]\nline-length = 99\n")
    assert (held.has_project, held.dependencies, held.backend, held.is_package) == (False, None, "", False)


def test_absent_and_empty_dependencies_differ() -> None:
    assert pyproject.read('[project]\nname = "x"').dependencies is None
    assert pyproject.read('[project]\nname = "x"\ndependencies = []').dependencies == ()


@pytest.mark.parametrize(
    ("text", "backend", "is_package"),
    [
        ("[build-system]\nrequires = ['setuptools']", "setuptools.build_meta:__legacy__", True),
        ("[build-system]\nrequires = ['x']\nbuild-backend = 'x'\n[tool.uv]\npackage = false", "x", False),
        ("[build-system]\nbuild-backend = 'x'\n[tool.poetry]\npackage-mode = false", "x", False),
        ("[build-system]\nbuild-backend = 'x'\n[tool.poetry]\npackage-mode = true", "x", True),
        ("[build-system]\nbuild-backend = 'x'\n[tool.pdm]\ndistribution = false", "x", False),
        ("[build-system]\nbuild-backend = 'x'\n[tool.pdm]\ndistribution = true", "x", True),
        ("[tool.uv]\npackage = true", "", True),
        ("[tool]\nuv = 5", "", False),
    ],
)
def test_whether_it_is_built_into_a_wheel(text: str, backend: str, is_package: bool) -> None:  # noqa: FBT001
    held = pyproject.read(text)
    assert (held.backend, held.is_package) == (backend, is_package)


@pytest.mark.parametrize("files", ['"requirements.txt"', '["requirements.txt"]'])
def test_dynamic_dependencies_of_setuptools_are_files(files: str) -> None:
    text = '[project]\nname = "x"\ndynamic = ["dependencies"]\n'
    text += f"[tool.setuptools.dynamic]\ndependencies = {{file = {files}}}"
    held = pyproject.read(text)
    assert (held.is_dynamic, held.dynamic_files) == (True, ("requirements.txt",))
    other = pyproject.read('[project]\nname = "x"\ndynamic = ["dependencies"]\n[tool]\nsetuptools = 1')
    assert (other.is_dynamic, other.dynamic_files) == (True, ())


def test_a_project_without_a_name_is_no_package() -> None:
    held = pyproject.read('[project]\nname = ""\ndependencies = ["x"]\n[build-system]\nrequires = ["y"]')
    assert (held.has_project, held.is_package, held.dependencies) == (True, False, ("x",))


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("project = 1", r"\[project\] is no table"),
        ("[project]\nversion = '1'", "has no name"),
        ("[project]\nname = 1", "name is no string: 1"),
        ("[project]\nname = 'x'\ndependencies = 'y'", "no list of strings"),
        ("[project]\nname = 'x'\ndependencies = ['!!']", "which is no requirement"),
        ("[project]\nname = 'x'\nrequires-python = 'three'", "no version specifier"),
        ("[project]\nname = 'x'\n[project.scripts]\na = 'b'", "no `module:attribute`"),
        ("[dependency-groups]\na = [{include-group = 'none'}]", "dependency-groups"),
        ("[dependency-groups]\na = [{include-group = 'a'}]", "dependency-groups"),
        ("[dependency-groups]\na = [5]", "dependency-groups"),
        (
            DYNAMIC + "dependencies={file=['../x']}",
            "outside",
        ),
    ],
)
def test_what_does_not_fit_is_refused(text: str, message: str) -> None:
    with pytest.raises(InputError, match=message) as caught:
        pyproject.read(text)
    assert caught.value.where == "pyproject.toml"
