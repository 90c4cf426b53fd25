"""setup.cfg and setup.py read, and nothing of them run."""

from pathlib import Path

import pytest

import folders
from bareboat.project import legacy
from bareboat.project.project import SourceKind
from bareboat.project.pyproject import Pyproject

CFG = """
[metadata]
name = Shop
version = 1.2
description = file: README.md
[options]
python_requires = >=3.11
install_requires =
    flask>=2 ; python_version > "3"
    # a comment
    gunicorn
[options.extras_require]
Fast = orjson
[options.entry_points]
console_scripts =
    shop = shop.cli:main
"""
PY = """
from setuptools import setup, find_packages
NEEDED = open("requirements.txt").read().split()
NAME = "shop"
setup(name=NAME, version=version(), python_requires=">=3.10", install_requires=NEEDED,
      packages=find_packages(), entry_points={"console_scripts": ["shop = shop.cli:main", "bad"]})
"""


def read(tmp_path: Path, **texts: str) -> Pyproject:
    named = {name.replace("_", "."): text for name, text in texts.items()}
    return legacy.completed(Pyproject(), folders.make(tmp_path, named))


def test_a_setup_cfg_is_final_without_a_setup_py(tmp_path: Path) -> None:
    said = read(tmp_path, setup_cfg=CFG)
    assert (said.name, said.version, said.description, said.requires_python) == ("Shop", "1.2", "", ">=3.11")
    assert said.dependencies == ('flask>=2; python_version > "3"', "gunicorn")
    assert said.extras == (("fast", ("orjson",)),)
    assert said.scripts == (("shop", "shop.cli:main"),)
    assert (said.is_guessed, said.is_dynamic, said.file) == (False, False, "setup.cfg")
    assert said.backend == "setuptools.build_meta:__legacy__"


@pytest.mark.parametrize(
    "text", ["import setuptools\nsetuptools.setup()\n", "from setuptools import setup\nsetup()"]
)
def test_a_setup_py_that_says_nothing_overrules_nothing(tmp_path: Path, text: str) -> None:
    said = read(tmp_path, setup_cfg=CFG, setup_py=text)
    assert (said.is_guessed, said.dependencies is not None, said.file) == (False, True, "setup.py")


def test_of_a_setup_py_literals_are_read_and_the_backend_tells_the_rest(tmp_path: Path) -> None:
    said = read(tmp_path, setup_py=PY)
    assert (said.name, said.version, said.requires_python) == ("shop", "", ">=3.10")
    assert said.scripts == (("shop", "shop.cli:main"),)
    assert (said.is_guessed, said.is_dynamic, said.dependencies) == (True, True, None)


def test_entry_points_as_a_text(tmp_path: Path) -> None:
    points = '"""\\n[console_scripts]\\na = b:c\\n[other]\\nd = e:f\\n"""'
    said = read(tmp_path, setup_py=f"from setuptools import setup\nsetup(entry_points={points})\n")
    assert said.scripts == (("a", "b:c"),)


@pytest.mark.parametrize(
    "texts",
    [{"setup.py": "print(1)"}, {"setup.py": "def ("}, {"setup.cfg": "[flake8]\n"}, {"setup.cfg": "x"}],
)
def test_what_describes_no_project(tmp_path: Path, texts: dict[str, str]) -> None:
    folders.make(tmp_path, texts)
    assert legacy.completed(Pyproject(), tmp_path) == Pyproject()


def test_pyproject_comes_first(tmp_path: Path) -> None:
    said = Pyproject(name="one", has_project=True)
    folders.make(tmp_path, {"setup.cfg": CFG})
    assert legacy.completed(said, tmp_path) is said


def test_what_decides_for_a_setup_py(tmp_path: Path) -> None:
    alone = folders.project(tmp_path / "a", {"setup.py": PY, "shop/cli.py": "def main(): pass\n"})
    assert (alone.source.kind, alone.is_dynamic) == (SourceKind.BACKEND, True)
    assert alone.backend is not None
    assert [one.name for one in alone.scripts] == ["shop"]
    listed = folders.project(tmp_path / "b", {"setup.py": PY, "requirements.txt": "flask\n"})
    assert (listed.source.kind, listed.is_dynamic, listed.backend) == (SourceKind.REQUIREMENTS, False, None)
    assert listed.scripts == ()
    assert listed.source.ignored[-1].where == "setup.py"
    itself = folders.project(tmp_path / "c", {"setup.py": PY, "requirements.txt": "flask\n-e .\n"})
    assert (itself.source.kind, itself.is_dynamic) == (SourceKind.REQUIREMENTS, True)
    assert itself.backend is not None
    final = folders.project(tmp_path / "d", {"setup.cfg": CFG})
    assert (final.source.kind, final.is_dynamic) == (SourceKind.PYPROJECT, False)
    assert [fact.where for fact in final.dependencies] == ["setup.cfg", "setup.cfg"]


def test_classifiers_of_both_files(tmp_path: Path) -> None:
    cfg = "[metadata]\nname = shop\nclassifiers =\n    A :: 1\n    A :: 2\n"
    py = 'from setuptools import setup\nsetup(classifiers=["B :: 1", name])\n'
    assert read(tmp_path, setup_cfg=cfg).classifiers == ("A :: 1", "A :: 2")
    assert read(tmp_path, setup_cfg=cfg, setup_py=py).classifiers == ("A :: 1", "A :: 2")
    py = 'from setuptools import setup\nsetup(classifiers=("B :: 1", 2))\n'
    assert read(tmp_path, setup_cfg=cfg, setup_py=py).classifiers == ("A :: 1", "A :: 2", "B :: 1")
