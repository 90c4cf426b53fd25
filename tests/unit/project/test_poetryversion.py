"""Constraints in Poetry's words. The table is that of Poetry's documentation."""

import pytest

from bareboat.errors import InputError
from bareboat.project.poetryversion import allows, alternatives, standard


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("^1.2.3", "<2.0.0,>=1.2.3"),
        ("^1.2", "<2.0.0,>=1.2"),
        ("^1", "<2.0.0,>=1"),
        ("^0.2.3", "<0.3.0,>=0.2.3"),
        ("^0.0.3", "<0.0.4,>=0.0.3"),
        ("^0.0", "<0.1.0,>=0.0"),
        ("^0", "<1.0.0,>=0"),
        ("~1.2.3", "<1.3.0,>=1.2.3"),
        ("~1.2", "<1.3.0,>=1.2"),
        ("~1", "<2.0.0,>=1"),
        ("~=1.4", "~=1.4"),
        ("*", ""),
        ("", ""),
        ("1.*", "==1.*"),
        ("==1.2.*", "==1.2.*"),
        ("1.2.3", "==1.2.3"),
        (">= 1.2, < 1.5", "<1.5,>=1.2"),
        (">=1.2 <1.5", "<1.5,>=1.2"),
        ("!=1.3", "!=1.3"),
        (">=2.7,<2.8 || >=3.4", ">=2.7"),
        ("^3.8 | ^4", ">=3.8,<5.0.0"),
        ("3.9 || !=3.1", ""),
    ],
)
def test_one_set_of_specifiers(text: str, expected: str) -> None:
    assert set(standard(text).split(",")) == set(expected.split(","))


@pytest.mark.parametrize(
    ("text", "version", "expected"),
    [
        ("^1.2", "1.9", True),
        ("^1.2", "2.0", False),
        ("^1.0b1", "1.0rc1", True),
        ("<2 || >=3", "2.5", False),
        ("<2 || >=3", "3.1a1", True),
        (">=1.0+cpu", "1.0+cpu", False),
    ],
)
def test_what_is_allowed(text: str, version: str, *, expected: bool) -> None:
    if "+" in text:
        with pytest.raises(InputError):
            allows(text, version)
        return
    assert allows(text, version) is expected


@pytest.mark.parametrize("text", ["^", "1 2 ^", "^x", ">=1,<", "~=1", "== what"])
def test_what_is_no_constraint_is_refused(text: str) -> None:
    with pytest.raises(InputError, match=r"^poetry: no version constraint"):
        alternatives(text, where="poetry")


def test_what_is_no_version_is_refused() -> None:
    with pytest.raises(InputError, match="no version: 'x'"):
        allows("*", "x")
