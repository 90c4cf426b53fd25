"""What limits the choice of an interpreter."""

from pathlib import Path

import pytest
from packaging.specifiers import SpecifierSet

import folders
from bareboat.build.wishes import STABLE, UNSTABLE, Origin, Wish, may, wishes
from bareboat.errors import InputError
from bareboat.target import PythonVersion

PYPROJECT = '[project]\nname = "shop"\nrequires-python = "{0}"\n'


def test_wishes_are_read_off_the_project(tmp_path: Path) -> None:
    texts = {"pyproject.toml": PYPROJECT.format(">=3.11"), ".python-version": "3.12\n", "a.py": ""}
    found = wishes(folders.project(tmp_path, texts), python=None, suite=None)
    assert (str(found.allowed), found.exact, found.suites) == (">=3.11", None, (*STABLE, *UNSTABLE))
    assert found.wished == (Wish("3.12", ".python-version:1"),)
    assert found.wished[0].python == PythonVersion(3, 12)
    assert found.source is Origin.DEBIAN


def test_a_wish_that_is_not_allowed_is_none_and_told(tmp_path: Path) -> None:
    texts = {"pyproject.toml": PYPROJECT.format(">=3.13"), ".python-version": "3.12\n", "a.py": ""}
    found = wishes(folders.project(tmp_path, texts), python=None, suite=None)
    assert found.wished == ()
    assert found.refused == (".python-version:1 wishes for 3.12, which pyproject.toml:3 does not allow",)


def test_a_range_is_no_wish_but_a_bound(tmp_path: Path) -> None:
    project = folders.project(tmp_path, {"a.py": "", "requirements.txt": "x\n", ".python-version": "<3.13\n"})
    found = wishes(project, python=None, suite=None)
    assert (str(found.allowed), found.allowed_where, found.wished) == ("<3.13", ".python-version:1", ())


def test_settings_fix_python_and_suite(tmp_path: Path) -> None:
    project = folders.project(tmp_path, {"a.py": "", "requirements.txt": "x\n"})
    found = wishes(project, python="3.11.9", suite="bookworm", interpreter="any")
    assert (found.exact, found.suites, found.is_fixed) == (
        Wish("3.11.9", "python setting"),
        ("bookworm",),
        True,
    )
    assert found.exact is not None
    assert found.exact.is_full
    assert found.source is Origin.ANY


@pytest.mark.parametrize("python", ["three", "3", "3.13-dev"])
def test_a_setting_that_is_no_version_is_refused(tmp_path: Path, python: str) -> None:
    project = folders.project(tmp_path, {"a.py": "", "requirements.txt": "x\n"})
    with pytest.raises(InputError, match="is no Python version") as caught:
        wishes(project, python=python, suite=None)
    assert (caught.value.where, caught.value.hint) == ("python setting", "write it as 3.13")


@pytest.mark.parametrize(
    ("texts", "said"),
    [
        ({"pyproject.toml": PYPROJECT.format("<3")}, r"is for Python 2 \(<3\)"),
        ({"pyproject.toml": PYPROJECT.format("==2.7.*")}, "is for Python 2"),
        ({"runtime.txt": "python-2.7.18\n", "requirements.txt": "x\n"}, "asks for Python 2.7.18"),
        ({"Dockerfile": "FROM python:2.7-slim\n", "requirements.txt": "x\n"}, "asks for Python 2.7"),
    ],
)
def test_a_project_of_python_2_is_refused(tmp_path: Path, texts: dict[str, str], said: str) -> None:
    project = folders.project(tmp_path, {"a.py": "", **texts})
    with pytest.raises(InputError, match=said) as caught:
        wishes(project, python=None, suite=None)
    assert "port it to Python 3" in caught.value.hint


def test_sources_of_python_2_are_refused_where_nothing_names_a_version(tmp_path: Path) -> None:
    texts = {"a.py": 'print "hello"\n', "b.py": "x = 1\n", "requirements.txt": "x\n"}
    project = folders.project(tmp_path / "old", texts)
    with pytest.raises(InputError, match=r"is Python 2 \(missing parentheses in call to 'print'") as caught:
        wishes(project, python=None, suite=None)
    assert caught.value.where == "a.py:1"
    assert wishes(project, python="3.13", suite=None).exact is not None
    some = folders.project(tmp_path / "some", {**texts, "c.py": "y = 1\n", "d.py": "z = 1\n"})
    assert wishes(some, python=None, suite=None).exact is None
    said = folders.project(tmp_path / "said", {**texts, "pyproject.toml": PYPROJECT.format(">=3.11")})
    assert wishes(said, python=None, suite=None).exact is None


def test_a_word_of_the_user_overrides_an_old_wish(tmp_path: Path) -> None:
    project = folders.project(
        tmp_path, {"a.py": "", "requirements.txt": "x\n", "runtime.txt": "python-2.7\n"}
    )
    assert wishes(project, python="3.13", suite=None).exact == Wish("3.13", "python setting")


@pytest.mark.parametrize(
    ("allowed", "wish", "expected"),
    [
        ("", "3.12", True),
        (">=3.12", "3.12", True),
        ("<3.12", "3.12", False),
        ("==3.12.4", "3.12", True),
        ("==3.12.4", "3.12.4", True),
        (">3.12.4", "3.12.1", True),
        ("<3.12", "3.12.0rc1", False),
    ],
)
def test_what_a_specifier_admits(allowed: str, wish: str, *, expected: bool) -> None:
    assert may(SpecifierSet(allowed), Wish(wish, "")) is expected
