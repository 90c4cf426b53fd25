"""Which suite and Python: what the project allows, what it wishes, what the suites offer."""

from collections.abc import Mapping, Sequence
from pathlib import Path

import pytest
from packaging.specifiers import SpecifierSet

import folders
from bareboat.build.choose import STABLE, UNSTABLE, Wishes, choices, wishes
from bareboat.errors import InputError, NetworkError, ResolveError
from bareboat.project.fact import Fact
from bareboat.target import PythonVersion

OFFERS = {
    "trixie": ["3.13.5-2"],
    "bookworm": ["3.11.2-6+deb12u6"],
    "sid": ["3.13.11-1", "3.14.2-1", "3.15.0~a3-1"],
}


def wanted(
    allowed: str = "",
    *,
    exact: str = "",
    wish: str = "",
    suite: str = "",
) -> Wishes:
    return Wishes(
        SpecifierSet(allowed),
        "pyproject.toml:3" if allowed else "",
        PythonVersion.parse(exact) if exact else None,
        Fact(PythonVersion.parse(wish), ".python-version") if wish else None,
        (suite,) if suite else (*STABLE, *UNSTABLE),
        is_fixed=bool(suite),
    )


def chosen(wishes: Wishes, offers: Mapping[str, Sequence[str]] = OFFERS) -> list[str]:
    return [f"{one.suite} {one.full}" for one in choices(wishes, lambda suite: offers[suite])]


@pytest.mark.parametrize(
    ("wishes", "expected"),
    [
        (wanted(), ["trixie 3.13.5", "bookworm 3.11.2"]),
        (wanted(">=3.9"), ["trixie 3.13.5", "bookworm 3.11.2"]),
        (wanted("<3.13"), ["bookworm 3.11.2"]),
        (wanted(">=3.14"), ["sid 3.14.2", "sid 3.15.0a3"]),
        (wanted(wish="3.11"), ["bookworm 3.11.2", "trixie 3.13.5"]),
        (wanted(wish="3.12"), ["trixie 3.13.5", "bookworm 3.11.2"]),
        (wanted(wish="3.10"), ["bookworm 3.11.2", "trixie 3.13.5"]),
        (wanted(wish="3.14"), ["trixie 3.13.5", "bookworm 3.11.2"]),
        (wanted(">=3.14", wish="3.14"), ["sid 3.14.2", "sid 3.15.0a3"]),
        (wanted(exact="3.11"), ["bookworm 3.11.2"]),
        (wanted(exact="3.15"), ["sid 3.15.0a3"]),
        (wanted(suite="sid"), ["sid 3.13.11", "sid 3.14.2", "sid 3.15.0a3"]),
        (wanted(suite="sid", wish="3.14"), ["sid 3.14.2", "sid 3.15.0a3", "sid 3.13.11"]),
        (wanted(suite="bookworm", exact="3.11"), ["bookworm 3.11.2"]),
    ],
)
def test_what_is_tried_in_order(wishes: Wishes, expected: list[str]) -> None:
    assert chosen(wishes) == expected


@pytest.mark.parametrize(
    ("wishes", "said"),
    [
        (
            wanted("<3.9"),
            "has a Python that is <3.9; there are 3.13 (trixie), 3.11 (bookworm)",
        ),
        (wanted(exact="3.12"), "no Debian suite has Python 3.12"),
        (
            wanted(suite="bookworm", exact="3.13"),
            "has Python 3.13; there are 3.11 (bookworm)",
        ),
        (wanted(">=3.13", exact="3.11"), "no Debian suite has Python 3.11"),
    ],
)
def test_what_nobody_has_is_told_with_what_there_is(wishes: Wishes, said: str) -> None:
    with pytest.raises(ResolveError) as caught:
        chosen(wishes)
    assert said in caught.value.message
    assert "registry base" in caught.value.hint


def test_later_suites_are_asked_only_when_they_are_needed() -> None:
    asked: list[str] = []

    def offers(suite: str) -> Sequence[str]:
        asked.append(suite)
        return OFFERS[suite]

    next(choices(wanted(), offers))
    assert asked == ["trixie"]


def test_an_unstable_suite_that_cannot_be_read_has_nothing() -> None:
    def offers(suite: str) -> Sequence[str]:
        if suite == "sid":
            raise NetworkError("no answer", hint="check the mirror")
        return OFFERS[suite]

    with pytest.raises(ResolveError, match="sid cannot be asked: no answer"):
        list(choices(wanted(">=3.14"), offers))
    with pytest.raises(NetworkError):
        list(choices(wanted(suite="sid"), offers))


@pytest.mark.parametrize(
    ("wishes", "reason"),
    [
        (wanted(), "the suite's own"),
        (wanted(">=3.9"), "the suite's own; >=3.9 allows it"),
        (wanted(wish="3.13"), "wished for"),
        (wanted(wish="3.12"), "3.12 is wished for, which no such suite has: the nearest"),
        (wanted(exact="3.13"), "asked for"),
        (wanted(">=3.14"), "no stable suite has one that fits"),
        (wanted(suite="sid"), "the lowest of the suite asked for"),
    ],
)
def test_the_reason_is_told(wishes: Wishes, reason: str) -> None:
    assert next(choices(wishes, lambda suite: OFFERS[suite])).decision.reason == reason


PYPROJECT = '[project]\nname = "shop"\nrequires-python = "{0}"\n'


def test_wishes_are_read_off_the_project(tmp_path: Path) -> None:
    texts = {"pyproject.toml": PYPROJECT.format(">=3.11"), ".python-version": "3.12\n", "a.py": ""}
    found = wishes(folders.project(tmp_path, texts), python=None, suite=None)
    assert (str(found.allowed), found.exact, found.suites) == (">=3.11", None, (*STABLE, *UNSTABLE))
    assert found.wish is not None
    assert (found.wish.value, found.wish.where) == (PythonVersion(3, 12), ".python-version:1")


def test_a_wish_that_is_not_allowed_is_none(tmp_path: Path) -> None:
    texts = {"pyproject.toml": PYPROJECT.format(">=3.13"), ".python-version": "3.12\n", "a.py": ""}
    assert wishes(folders.project(tmp_path, texts), python=None, suite=None).wish is None


def test_settings_fix_python_and_suite(tmp_path: Path) -> None:
    project = folders.project(tmp_path, {"a.py": "", "requirements.txt": "x\n"})
    found = wishes(project, python="3.11", suite="bookworm")
    assert (found.exact, found.suites, found.is_fixed) == (PythonVersion(3, 11), ("bookworm",), True)


@pytest.mark.parametrize("python", ["three", "3", "3.13-dev"])
def test_a_setting_that_is_no_version_is_refused(tmp_path: Path, python: str) -> None:
    project = folders.project(tmp_path, {"a.py": "", "requirements.txt": "x\n"})
    with pytest.raises(InputError, match="is no Python version") as caught:
        wishes(project, python=python, suite=None)
    assert (caught.value.where, caught.value.hint) == ("python setting", "write it as 3.13")
