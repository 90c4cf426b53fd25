"""Build requirements that sources do not declare."""

import pytest

from bareboat.build.supplement import Supplement, supplement
from bareboat.errors import InputError
from bareboat.plan.settings import Build


def test_both_places_are_read() -> None:
    uv = {
        "extra-build-dependencies": {"Old_One": ["cython", {"requirement": "numpy", "match-runtime": True}]},
        "build-constraint-dependencies": ["setuptools<81", "wheel<1"],
    }
    found = supplement(Build(requires={"old-one": ("setuptools<70",), "other": ("cffi",)}), uv)
    assert found.of("old-one", ["setuptools"]) == ("cython", "numpy", "setuptools<70", "setuptools<81")
    assert found.of("other", ["hatchling"]) == ("cffi",)
    assert found.of("plain", ["setuptools>=40", "Wheel", "no requirement"]) == ("setuptools<81", "wheel<1")


def test_nothing_is_added_where_nothing_is_said() -> None:
    assert supplement(Build(), {}) == Supplement()
    assert (
        supplement(Build(), {"extra-build-dependencies": 1, "build-constraint-dependencies": "x"})
        == Supplement()
    )


def test_what_is_no_requirement_is_refused() -> None:
    with pytest.raises(InputError, match="build requirements of old: '<1' is no requirement"):
        supplement(Build(requires={"old": ("<1",)}), {})
