"""Version order by the examples of Policy 5.6.12 and of dpkg's own tests."""

import pytest

from bareboat.debian.version import Version
from bareboat.errors import InputError

ASCENDING = [
    ["1~~", "1~~a", "1~", "1", "1a"],
    ["1.0~beta1~svn1245", "1.0~beta1", "1.0", "1.0-1", "1.0-1+b1", "1.0.1", "1.1", "1.10"],
    ["0~1", "0", "0a", "0+", "0.1"],
    ["1.2", "1.2-1", "1.2a", "1.2+", "1:0.1", "2:0"],
    [
        "3.13.5-2",
        "3.13.5-2+deb13u1",
        "3.13.5-2+deb13u5",
        "3.13.10-1",
        "3.14.0~a1-1",
        "3.14.0~rc2-1",
        "3.14.0-1",
    ],
]
EQUAL = [
    ("1.0", "1.00"),
    ("1.0", "1.0-0"),
    ("0:1.0", "1.0"),
    ("1.", "1.0"),
    ("1.0-0", "1.0-000"),
    ("00:1", "1"),
]


@pytest.mark.parametrize("versions", ASCENDING)
def test_ascending_versions_ascend(versions: list[str]) -> None:
    parsed = [Version.parse(each) for each in versions]
    for position, lower in enumerate(parsed):
        for higher in parsed[position + 1 :]:
            assert lower < higher
            assert higher > lower
            assert lower != higher


@pytest.mark.parametrize(("one", "other"), EQUAL)
def test_different_spellings_of_one_version_are_equal(one: str, other: str) -> None:
    assert Version.parse(one) == Version.parse(other)
    assert hash(Version.parse(one)) == hash(Version.parse(other))
    assert Version.parse(one) <= Version.parse(other)


def test_parts_are_read_apart() -> None:
    version = Version.parse("1:2.0-rc1-3+b1")
    assert (version.epoch, version.upstream, version.revision) == ("1", "2.0-rc1", "3+b1")
    assert str(version) == "1:2.0-rc1-3+b1"


def test_a_version_is_never_equal_to_something_else() -> None:
    assert Version.parse("1") != "1"


def test_digits_without_end_are_no_attack() -> None:
    assert Version.parse("1" * 10_000) < Version.parse("1" * 10_001)


@pytest.mark.parametrize("text", ["", "1 2", "a:1", "1-", "1_2", "1\n", "é", "1:", "-1"])
def test_what_is_no_version_is_refused(text: str) -> None:
    with pytest.raises(InputError, match="not a Debian version"):
        Version.parse(text)
