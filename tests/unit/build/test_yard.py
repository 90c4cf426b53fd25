"""Which root a source tree is built in: with a compiler only where something says so."""

import pytest

from bareboat.build.yard import Signs, signs


@pytest.mark.parametrize(
    ("paths", "requires", "expected"),
    [
        (["a.py"], ["setuptools"], None),
        (["a.py"], ["setuptools", "CFFI>=1"], ()),
        (["a.pyx"], ["cython"], ()),
        (["a.cpp"], ["not a requirement at all ["], ("g++",)),
        (["src/lib.rs"], ["maturin>=1,<2"], ("cargo", "rustc")),
    ],
)
def test_signs(paths: list[str], requires: list[str], expected: tuple[str, ...] | None) -> None:
    assert signs(paths, requires) == Signs(expected)
