"""[tool.poetry] in the standard's words."""

from pathlib import Path

import pytest

import folders
from bareboat.errors import InputError
from bareboat.project.poetry import MAIN, completed, groups, optional, table, wanted
from bareboat.project.pyproject import read

TEXT = """
[tool.poetry]
name = "Shop"
version = "1.2"
description = "A shop"
license = "MIT"
[tool.poetry.dependencies]
python = "^3.11"
flask = "^3"
uvicorn = {version = "~0.30", extras = ["Standard"]}
colorama = {version = "*", markers = "sys_platform == 'win32'"}
tomli = {version = "*", python = "<3.11", platform = "linux"}
requests = {version = ">=2", optional = true}
lib = {git = "https://example.invalid/lib", rev = "abc"}
numpy = [{version = "1.26", python = "<3.12"}, {version = "^2", python = ">=3.12"}]
[tool.poetry.extras]
Http = ["Requests"]
[tool.poetry.group.prod.dependencies]
gunicorn = "*"
[tool.poetry.dev-dependencies]
pytest = "^8"
[tool.poetry.scripts]
shop = "shop.cli:main"
old = {callable = "x"}
[build-system]
requires = ["poetry-core"]
build-backend = "poetry.core.masonry.api"
"""


def test_all_of_it_in_words_of_the_standard() -> None:
    said = completed(read(TEXT))
    assert (said.name, said.version, said.description, said.license) == ("Shop", "1.2", "A shop", "MIT")
    assert said.requires_python == "<4.0.0,>=3.11"
    assert said.dependencies == (
        "flask<4.0.0,>=3",
        "uvicorn[standard]<0.31.0,>=0.30",
        "colorama ; ((sys_platform == 'win32'))",
        "tomli ; (sys_platform == 'linux') and python_version < '3.11'",
        "lib @ git+https://example.invalid/lib@abc",
        "numpy==1.26 ; python_version < '3.12'",
        "numpy<3.0.0,>=2 ; python_version >= '3.12'",
    )
    assert said.extras == (("http", ("requests>=2",)),)
    assert said.groups == (("dev", ("pytest<9.0.0,>=8",)), ("prod", ("gunicorn",)))
    assert said.scripts == (("shop", "shop.cli:main"),)
    assert said.has_project
    assert said.is_package


def test_what_project_says_stands() -> None:
    said = read('[project]\nname = "a"\n' + TEXT)
    assert completed(said) is said
    plain = read("")
    assert completed(plain) is plain
    assert table({"poetry": 3}) == {}


def test_a_folder_that_is_no_package() -> None:
    said = completed(read('[tool.poetry]\npackage-mode = false\n[tool.poetry.dependencies]\nflask = "*"\n'))
    assert said.dependencies == ("flask",)
    assert not said.has_project
    assert not said.is_package
    assert said.requires_python == ""
    assert (
        completed(read("[tool.poetry]\nscripts = 3\n[tool.poetry.dependencies]\npython = 3\n")).scripts == ()
    )


def test_groups_and_extras() -> None:
    held = table(read(TEXT).tool)
    assert [one.name for one in groups(held)["dev"]] == ["pytest"]
    assert {one.name for one in groups(held)[MAIN] if one.is_optional} == {"requests"}
    assert optional(held) == {"http": ("requests",)}


@pytest.mark.parametrize(
    "held",
    [
        {"dependencies": 3},
        {"group": 3},
        {"group": {"a": 3}},
        {"dependencies": {"a": 3}},
        {"dependencies": {"a": {"version": 3}}},
        {"dependencies": {"a": {"extras": "x"}}},
        {"extras": 3},
        {"extras": {"a": "b"}},
        {"dependencies": {"a": ">=1 || ^x"}},
    ],
)
def test_wrong_types_are_refused(held: dict[str, object]) -> None:
    with pytest.raises(InputError):
        [*(one.requirement() for ones in groups(held).values() for one in ones), optional(held)]


def test_alternatives_cannot_be_one_requirement() -> None:
    (one,) = wanted({"a": "<2 || >=3"})
    with pytest.raises(InputError, match="has alternatives"):
        one.requirement()


def test_every_kind_of_python_bound() -> None:
    (one,) = wanted({"a": {"version": "*", "python": "~=3.9 !=3.10.1"}})
    assert set(one.requirement().removeprefix("a ; ").split(" and ")) == {
        "python_version ~= '3.9'",
        "python_full_version != '3.10.1'",
    }
    (one,) = wanted({"a": {"version": "*", "python": "3.9 || !=3.1"}})
    assert one.requirement() == "a"


POETRY = '[tool.poetry]\nname = "my-shop"\nversion = "1"\n{0}[tool.poetry.dependencies]\npython = "^3.11"\n'
SYSTEM = """
[tool.poetry.scripts]
shop = "my_shop:main"
[build-system]
requires = ["poetry-core"]
build-backend = "poetry.core.masonry.api"
"""


@pytest.mark.parametrize(
    ("more", "place", "is_found"),
    [
        ("", "app/main.py", False),
        ("", "my_shop/__init__.py", True),
        ("", "my_shop.py", True),
        ("", "src/my_shop/__init__.py", True),
        ('packages = [{ include = "app" }]\n', "app/main.py", True),
    ],
)
def test_a_project_whose_package_is_not_there_runs_from_its_folder(
    tmp_path: Path, more: str, place: str, *, is_found: bool
) -> None:
    text = POETRY.format(more) + SYSTEM
    project = folders.project(tmp_path, {"pyproject.toml": text, place: ""})
    assert (project.backend is not None, bool(project.scripts)) == (is_found, is_found)
    assert any("Poetry finds no package" in note for note in project.notes) is not is_found
