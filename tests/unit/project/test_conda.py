"""conda's environment.yml, read for those who must say it in another way."""

from pathlib import Path

import pytest

import folders
from bareboat.errors import InputError
from bareboat.project import conda
from bareboat.project.conda import Environment, Package

TEXT = """
name: demo
channels: [conda-forge]
dependencies:
  - python=3.11
  - conda-forge::numpy =1.26
  - Scikit_Learn>=1.3,<2
  - pip
  - pip:
      - flask==3.0
      - -r more.txt
  - 7
"""


def test_packages_pip_and_python_come_apart(tmp_path: Path) -> None:
    assert conda.read(folders.make(tmp_path, {"environment.yml": TEXT})) == Environment(
        "environment.yml",
        (Package("numpy", "==1.26.*"), Package("scikit-learn", "<2,>=1.3")),
        ("flask==3.0", "-r more.txt"),
        "==3.11.*",
    )


@pytest.mark.parametrize(
    ("text", "specifier"),
    [
        ("numpy", ""),
        ("numpy=1.26", "==1.26.*"),
        ("numpy 1.26.*", "==1.26.*"),
        ("numpy==1.26.4", "==1.26.4"),
        ("numpy=1.26.4=py311_0", "==1.26.4.*"),
        ("numpy==1.26.4=py311_0", "==1.26.4"),
        ("numpy!=2", "!=2"),
        ("numpy=1.26|=1.27", ""),
        ("numpy[version='>=1']", ""),
    ],
)
def test_versions_become_specifiers(tmp_path: Path, text: str, specifier: str) -> None:
    held = conda.read(folders.make(tmp_path, {"environment.yaml": f'dependencies:\n  - "{text}"\n'}))
    assert held == Environment("environment.yaml", (Package("numpy", specifier),))


@pytest.mark.parametrize("text", ["", "- a\n", "a: [", "\t"])
def test_what_is_no_table_is_refused(tmp_path: Path, text: str) -> None:
    with pytest.raises(InputError, match="not YAML with a list"):
        conda.read(folders.make(tmp_path, {"environment.yml": text}))


def test_a_folder_without_one_has_none(tmp_path: Path) -> None:
    assert conda.read(tmp_path) is None


def test_lists_of_other_things_are_empty(tmp_path: Path) -> None:
    made = folders.make(tmp_path, {"environment.yml": "dependencies: numpy\n"})
    assert conda.read(made) == Environment("environment.yml")
    made = folders.make(tmp_path, {"environment.yml": "dependencies:\n  - pip: flask\n"})
    assert conda.read(made) == Environment("environment.yml")
