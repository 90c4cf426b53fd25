import pytest

from bareboat.dockerfile.contextpaths import matches, taken
from bareboat.errors import InputError


@pytest.mark.parametrize(
    ("source", "path"),
    [
        (".", "a/b"),
        ("/", "a"),
        ("./", "a"),
        ("", "a"),
        ("a", "a"),
        ("a", "a/b/c"),
        ("a/", "a/b"),
        ("/a/b", "a/b"),
        ("./a/../b", "b"),
        ("../a", "a"),
        ("*.txt", "a.txt"),
        ("*", "a/b"),
        ("a/*/c", "a/b/c/d"),
        ("a?c", "abc"),
        ("[a-c]x", "bx"),
        ("[^a-c]x", "dx"),
        ("a\\*", "a*"),
        ("[\\]]", "]"),
    ],
)
def test_taken(source: str, path: str) -> None:
    assert taken([source], path)


@pytest.mark.parametrize(
    ("source", "path"),
    [
        ("a", "b"),
        ("a/b", "a"),
        ("a", "ab"),
        ("*.txt", "a/b.txt"),
        ("a*c", "a/c"),
        ("[a-c]x", "dx"),
        ("[^a-c]x", "bx"),
        ("a?", "a"),
        ("**/x", "a/b/x"),
    ],
)
def test_left(source: str, path: str) -> None:
    assert not taken([source], path)


def test_several_sources() -> None:
    assert taken(["a", "b"], "b/c")
    assert not taken([], "a")


def test_exclusions_count_from_the_source() -> None:
    assert not taken(["src"], "src/a.txt", excluded=["*.txt"])
    assert taken(["src"], "src/sub/a.txt", excluded=["*.txt"])
    assert not taken(["a.txt"], "a.txt", excluded=["*.txt"])
    assert taken(["a.txt"], "a.txt", excluded=["*.md"])


def test_parents() -> None:
    assert taken(["a/./**/c.txt"], "a/b/c.txt", with_parents=True)
    assert taken(["**/*.txt"], "a/b/c.txt", with_parents=True)
    assert not taken(["a/*.txt"], "b/c.txt", with_parents=True)
    assert taken(["."], "a", with_parents=True)
    assert not taken(["."], "a", with_parents=True, excluded=["a"])


@pytest.mark.parametrize("pattern", ["[", "[a", "[]", "[-a]", "[a-", "a\\", "[a-\\"])
def test_malformed(pattern: str) -> None:
    with pytest.raises(InputError) as caught:
        matches(pattern, "a")
    assert caught.value.hint


def test_an_absurd_pattern_takes_no_time() -> None:
    assert not matches("*a" * 60 + "b", "a" * 200)
