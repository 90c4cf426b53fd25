from pathlib import Path

import pytest
from packaging.specifiers import SpecifierSet

from bareboat.errors import InputError
from bareboat.project import pyversion, startup
from bareboat.project.fact import Fact
from folders import make


def wishes(folder: Path) -> list[tuple[str, str]]:
    return [(fact.value, fact.where) for fact in pyversion.read(folder, startup.read(folder)).wishes]


@pytest.mark.parametrize(
    ("text", "version"),
    [
        ("3.12\n", "3.12"),
        ("# mine\n3.12.4\n3.11\n", "3.12.4"),
        ("cpython@3.13", "3.13"),
        ("cpython-3.13.1", "3.13.1"),
        ("3.14-dev", "3.14"),
        ("3.12.1+freethreaded", "3.12.1"),
        ("3.13t", "3.13"),
        ("cpython-3.12.4-linux-x86_64-gnu", "3.12.4"),
        ("cp312", "3.12"),
        ("python3.11", "3.11"),
        ("3.14.0rc2", "3.14.0rc2"),
        ("system\n3.11.9  # for the server\n3.10\n", "3.11.9"),
        ("pypy3.10-7.3.12\n3.11.9\n", "3.11.9"),
        (">=3.11,<3.13", "<3.13,>=3.11"),
        ("~=3.12.0\n", "~=3.12.0"),
        ("3.12.4\r\n", "3.12.4"),
    ],
)
def test_python_version_files_are_read(tmp_path: Path, text: str, version: str) -> None:
    make(tmp_path, {".git/x": "", ".python-version": text})
    assert [value for value, _ in wishes(tmp_path)] == [version]


@pytest.mark.parametrize(
    "text", ["pypy3.9-7.3", "system", "myenv", "", "3", ">=x", "latest", "@", "3.12.4.5"]
)
def test_what_names_no_cpython_is_no_wish(tmp_path: Path, text: str) -> None:
    assert wishes(make(tmp_path, {".git/x": "", ".python-version": text})) == []


def test_all_wishes_come_strongest_first(tmp_path: Path) -> None:
    make(
        tmp_path,
        {
            ".git/x": "",
            "Pipfile": '[requires]\npython_version = "3.8"\npython_full_version = "3.8.2"\n',
            "mise.toml": '[tools]\npython = ["3.7"]\n',
            ".python-version": "3.12",
            "runtime.txt": "python-3.11.4",
            ".tool-versions": "nodejs 20\npython 3.10.1 3.9\n",
            "Dockerfile": "FROM python:3.9\n",
        },
    )
    assert wishes(tmp_path) == [
        ("3.8.2", "Pipfile [requires] python_full_version"),
        ("3.12", ".python-version:1"),
        ("3.11.4", "runtime.txt:1"),
        ("3.10.1", ".tool-versions:2"),
        ("3.7", "mise.toml [tools] python"),
        ("3.9", "Dockerfile:1"),
    ]


def test_the_file_of_a_folder_above_counts_inside_a_repository(tmp_path: Path) -> None:
    make(tmp_path, {".git/x": "", ".python-version": "3.12", "backend/a": "", "runtime.txt": "python-3.9"})
    assert wishes(tmp_path / "backend") == [("3.12", f"{tmp_path / '.python-version'}:1")]


@pytest.mark.parametrize(
    ("text", "version"),
    [
        ("python 3.11.4 3.10.1", ["3.11.4"]),
        ("python pypy3.10-7.3 3.10.1", ["3.10.1"]),
        ("python system", []),
        ("python latest:3.11", []),
        ("nodejs 3.11", []),
    ],
)
def test_lines_of_asdf(tmp_path: Path, text: str, version: list[str]) -> None:
    assert [value for value, _ in wishes(make(tmp_path, {".git/x": "", ".tool-versions": text}))] == version


def test_a_pipfile_may_name_the_minor_version_alone(tmp_path: Path) -> None:
    make(tmp_path, {".git/x": "", "Pipfile": '[requires]\npython_version = "3.11"\n'})
    assert wishes(tmp_path) == [("3.11", "Pipfile [requires] python_version")]


@pytest.mark.parametrize("text", ["= =", "requires = 3", "[requires]\npython_version = 3\n"])
def test_a_bad_pipfile_wishes_for_nothing(tmp_path: Path, text: str) -> None:
    assert wishes(make(tmp_path, {".git/x": "", "Pipfile": text})) == []


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ('python = "3.12"', ["3.12"]),
        ('python = {version = "3.11"}', ["3.11"]),
        ("node = 20", []),
        ('python = "latest"', []),
    ],
)
def test_mise_writes_a_text_a_list_or_a_table(tmp_path: Path, text: str, found: list[str]) -> None:
    make(tmp_path, {".git/x": "", ".mise.toml": f"[tools]\n{text}\n"})
    assert [value for value, _ in wishes(tmp_path)] == found


def test_another_python_is_told(tmp_path: Path) -> None:
    make(tmp_path, {".git/x": "", ".python-version": "pypy3.10\n"})
    found = pyversion.read(tmp_path, startup.read(tmp_path))
    assert found.notes == (".python-version:1 asks for pypy3.10: images run CPython",)


def test_ranges_bound_what_requires_python_allows() -> None:
    ranged = [Fact("3.12", "a"), Fact("<3.13", ".python-version:1")]
    allowed, where = pyversion.bounds(Fact(">=3.11", "pyproject.toml:3"), ranged)
    assert (str(allowed), where) == ("<3.13,>=3.11", "pyproject.toml:3, .python-version:1")
    assert pyversion.bounds(None, []) == (SpecifierSet(), "")
    with pytest.raises(InputError, match="cannot be read"):
        pyversion.bounds(Fact("x", "here"), [])


@pytest.mark.parametrize(
    ("said", "wish"), [("=3.11", "3.11"), ("==3.11.4", "3.11.4"), (">=3.10", ">=3.10"), ("", "")]
)
def test_a_conda_environment_wishes(tmp_path: Path, said: str, wish: str) -> None:
    make(tmp_path, {"environment.yml": f"dependencies:\n  - python{said}\n"})
    assert wishes(tmp_path) == ([(wish, "environment.yml")] if wish else [])


def test_a_conda_environment_that_cannot_be_read_wishes_nothing(tmp_path: Path) -> None:
    assert wishes(make(tmp_path, {"environment.yml": "a: ["})) == []


def test_classifiers_of_python_2_alone_are_a_wish() -> None:
    old = (
        "Programming Language :: Python :: 2",
        "Programming Language :: Python :: 2.6",
        "Topic :: Software",
    )
    assert pyversion.classified(old, "setup.py") == (Fact("2.6", "setup.py classifiers"),)
    assert pyversion.classified(old[:1], "setup.py") == (Fact("2.7", "setup.py classifiers"),)
    assert pyversion.classified((*old, "Programming Language :: Python :: 3"), "setup.py") == ()
    assert pyversion.classified(("Topic :: Software",), "setup.py") == ()


def test_a_dockerfile_is_stronger_than_a_conda_environment(tmp_path: Path) -> None:
    make(tmp_path, {"environment.yml": "dependencies: [python=3.9]\n", "Dockerfile": "FROM python:3.12\n"})
    assert [value for value, _ in wishes(tmp_path)] == ["3.12", "3.9"]
