import time

import pytest

from bareboat.errors import InputError
from bareboat.tree.entry import directory, file, hardlink, symlink
from bareboat.tree.tree import Tree


def paths(tree: Tree) -> list[str]:
    return [entry.path for entry in tree]


def test_entries_are_sorted_by_bytes() -> None:
    tree = Tree.of([file(path, b"") for path in ("b", "a-b", "ü", "a/b", "Z", "a.b", "\udcff")])
    assert paths(tree) == ["Z", "a-b", "a.b", "a/b", "b", "ü", "\udcff"]


def test_a_path_that_stands_twice_is_named() -> None:
    with pytest.raises(InputError, match=r"w\.whl: 'a' stands twice"):
        Tree.of([file("a", b"1"), file("a", b"1")], where="w.whl")
    with pytest.raises(InputError, match="stands twice"):
        Tree.of([directory("a"), file("a", b"")])


def test_a_folder_may_stand_twice_and_the_last_counts() -> None:
    assert Tree.of([directory("a"), directory("a", mode=0o700)]) == Tree((directory("a", mode=0o700),))


@pytest.mark.parametrize("lower", [file("a", b""), symlink("a", "b"), hardlink("a", "b")])
def test_nothing_lies_below_what_is_no_folder(lower: object) -> None:
    assert isinstance(lower, type(file("x", b"")))
    with pytest.raises(InputError, match="'a/b/c' lies below 'a', which is no folder"):
        Tree.of([file("a/b/c", b""), lower])


def test_a_file_above_is_found_through_a_folder_between() -> None:
    with pytest.raises(InputError, match="below 'a'"):
        Tree.of([file("a", b""), directory("a/b"), file("a/b/c", b"")])


def test_of_two_trees_the_later_wins() -> None:
    one, two = Tree.of([file("a", b"1"), file("b", b"1")]), Tree.of([file("b", b"2"), file("c", b"2")])
    assert one.merge(two) == Tree.of([file("a", b"1"), file("b", b"2"), file("c", b"2")])
    assert one.merge() == one


def test_trees_that_cannot_be_merged() -> None:
    with pytest.raises(InputError, match="deps: 'a/b' lies below 'a'"):
        Tree.of([file("a", b"")]).merge(Tree.of([file("a/b", b"")]), where="deps")


def test_parents_are_added_once() -> None:
    tree = Tree.of([directory("a", mode=0o700), file("a/b/c/d", b""), file("a/b/e", b""), file("f", b"")])
    assert paths(tree.with_parents()) == ["a", "a/b", "a/b/c", "a/b/c/d", "a/b/e", "f"]
    assert tree.with_parents().find("a") == directory("a", mode=0o700)
    assert tree.with_parents().with_parents() == tree.with_parents()


def test_filter_find_size_and_length() -> None:
    tree = Tree.of([file("a", b"123"), file("b", b"45"), directory("c")])
    assert paths(tree.filter(lambda entry: entry.size > 2)) == ["a"]
    assert tree.find("b") == file("b", b"45")
    assert tree.find("d") is None
    assert tree.size == 5
    assert len(tree) == 3


def test_a_hundred_thousand_entries_take_a_moment() -> None:
    entries = [
        file(f"opt/venv/lib/python3.13/site-packages/p{n % 700}/s/m{n}.py", b"") for n in range(100_000)
    ]
    start = time.process_time()
    Tree.of(entries).merge(Tree.of(entries)).with_parents()
    assert time.process_time() - start < 6
