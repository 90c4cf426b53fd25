"""Suites and what their names stand for."""

import pytest

from bareboat.debian import suites
from bareboat.debian.suites import Dist
from bareboat.errors import InputError


def test_a_stable_suite_is_itself_its_updates_and_its_security_archive() -> None:
    assert suites.find_suite("trixie").dists == (
        Dist("trixie"),
        Dist("trixie-updates"),
        Dist("trixie-security", "security"),
    )


def test_sid_stands_alone_and_comes_last() -> None:
    assert suites.find_suite("sid").dists == (Dist("sid"),)
    assert [suite.name for suite in suites.SUITES] == ["trixie", "bookworm", "sid"]


def test_an_unknown_suite_is_refused_with_those_that_are_known() -> None:
    with pytest.raises(InputError, match="'buster'") as caught:
        suites.find_suite("buster")
    assert "trixie, bookworm, sid" in caught.value.hint


@pytest.mark.parametrize(
    ("version", "glibc"), [("2.41-12+deb13u4", (2, 41)), ("2.36-9", (2, 36)), ("1:2.43", (2, 43))]
)
def test_glibc_is_read_from_the_package_version(version: str, glibc: tuple[int, int]) -> None:
    assert suites.glibc(version) == glibc


@pytest.mark.parametrize("version", ["two", "2", "", "2.12345678"])
def test_an_odd_version_of_glibc_is_refused(version: str) -> None:
    with pytest.raises(InputError, match="not a version of glibc"):
        suites.glibc(version)
