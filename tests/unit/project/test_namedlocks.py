"""Locks that go by their names."""

from pathlib import Path

import pytest

import folders
from bareboat.errors import InputError
from bareboat.project import read
from bareboat.project.fact import Fact
from bareboat.project.namedlocks import is_pylock
from bareboat.project.project import SourceKind

APP = {"main.py": "", "pyproject.toml": '[project]\nname = "shop"\nversion = "1"\n'}


@pytest.mark.parametrize("path", ["pylock.toml", "pylock.prod.toml", "locks/pylock.prod.toml"])
def test_names_of_locks(path: str) -> None:
    assert is_pylock(path)


@pytest.mark.parametrize("path", ["pylock.a.b.toml", "pylock..toml", "mypylock.toml", "pylock.txt", ""])
def test_other_names(path: str) -> None:
    assert not is_pylock(path)


def test_the_only_named_lock_counts(tmp_path: Path) -> None:
    source = folders.project(tmp_path, {**APP, "pylock.prod.toml": ""}).source
    assert (source.kind, source.path.name) == (SourceKind.PYLOCK, "pylock.prod.toml")


def test_the_plain_one_comes_first(tmp_path: Path) -> None:
    source = folders.project(tmp_path, {**APP, "pylock.prod.toml": "", "pylock.toml": ""}).source
    assert source.path.name == "pylock.toml"
    assert Fact("pylock.toml comes first", "pylock.prod.toml") in source.ignored


def test_of_several_the_setting_names_one(tmp_path: Path) -> None:
    texts = {**APP, "pylock.dev.toml": "", "pylock.prod.toml": "", "requirements.txt": "flask\n"}
    source = folders.project(tmp_path, texts).source
    assert source.kind is SourceKind.REQUIREMENTS
    assert Fact("one of several: the requirements setting names one", "pylock.dev.toml") in source.ignored
    named = read.read(tmp_path, environ=folders.ENVIRON, requirements="pylock.prod.toml").source
    assert (named.kind, named.path.name) == (SourceKind.PYLOCK, "pylock.prod.toml")
    assert "pylock.prod.toml" not in [fact.where for fact in named.ignored]


def test_several_alone_are_refused(tmp_path: Path) -> None:
    texts = {"main.py": "import x\n", "pylock.dev.toml": "", "pylock.prod.toml": ""}
    with pytest.raises(InputError, match=r"several locks: pylock\.dev\.toml, pylock\.prod\.toml") as caught:
        folders.project(tmp_path, texts)
    assert 'requirements = "pylock.dev.toml"' in caught.value.hint


def test_the_lock_of_a_script_is_not_the_projects(tmp_path: Path) -> None:
    source = folders.project(tmp_path, {**APP, "pylock.sizes.toml": "", "sizes.py": ""}).source
    assert source.kind is SourceKind.PYPROJECT


def test_constraints_that_no_file_names_are_told(tmp_path: Path) -> None:
    texts = {"main.py": "", "requirements.txt": "flask\n", "constraints.txt": "flask<3\n"}
    said = Fact("no -c in requirements.txt names it", "constraints.txt")
    assert said in folders.project(tmp_path, texts).source.ignored
    texts["requirements.txt"] = "-c constraints.txt\nflask\n"
    assert said not in folders.project(tmp_path, texts).source.ignored
