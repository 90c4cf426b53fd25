from pathlib import Path

import pytest

from bareboat.project import pyversion, startup
from folders import make


def wishes(folder: Path) -> list[tuple[str, str]]:
    return [(fact.value, fact.where) for fact in pyversion.wishes(folder, startup.read(folder))]


@pytest.mark.parametrize(
    ("text", "version"),
    [
        ("3.12\n", "3.12"),
        ("# mine\n3.12.4\n3.11\n", "3.12.4"),
        ("cpython@3.13", "3.13"),
        ("cpython-3.13.1", "3.13.1"),
        ("3.14-dev", "3.14"),
        ("3.12.1+freethreaded", "3.12.1"),
    ],
)
def test_python_version_files_are_read(tmp_path: Path, text: str, version: str) -> None:
    make(tmp_path, {".git/x": "", ".python-version": text})
    assert [value for value, _ in wishes(tmp_path)] == [version]


@pytest.mark.parametrize("text", ["pypy3.9-7.3", "system", "myenv", ""])
def test_what_names_no_cpython_is_no_wish(tmp_path: Path, text: str) -> None:
    assert wishes(make(tmp_path, {".git/x": "", ".python-version": text})) == []


def test_all_wishes_come_strongest_first(tmp_path: Path) -> None:
    make(
        tmp_path,
        {
            ".git/x": "",
            ".python-version": "3.12",
            "runtime.txt": "python-3.11.4",
            ".tool-versions": "nodejs 20\npython 3.10.1 3.9\n",
            "Dockerfile": "FROM python:3.9\n",
        },
    )
    assert wishes(tmp_path) == [
        ("3.12", ".python-version:1"),
        ("3.11.4", "runtime.txt:1"),
        ("3.10.1", ".tool-versions:2"),
        ("3.9", "Dockerfile:1"),
    ]


def test_the_file_of_a_folder_above_counts_inside_a_repository(tmp_path: Path) -> None:
    make(tmp_path, {".git/x": "", ".python-version": "3.12", "backend/a": "", "runtime.txt": "python-3.9"})
    assert wishes(tmp_path / "backend") == [("3.12", f"{tmp_path / '.python-version'}:1")]
