"""Folders: whole or made again, used by many, pruned as one."""

import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from bareboat.errors import BuildError
from bareboat.store.cas import Store
from bareboat.store.folders import _put, fingerprint, folder, members
from bareboat.store.maintain import info, prune, verify


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with Store(tmp_path / "cache") as store:
        yield store


class Filler:
    """Fills a folder and counts how often."""

    def __init__(self) -> None:
        self.calls = 0

    def __call__(self, root: Path) -> None:
        self.calls += 1
        (root / "bin").mkdir()
        (root / "bin" / "python").write_bytes(b"#!\n" * 1000)
        (root / "bin" / "python").chmod(0o755)
        (root / "lib").symlink_to("usr/lib")
        (root / "empty").mkdir()


def test_a_folder_is_filled_once(store: Store) -> None:
    fill = Filler()
    path = folder(store, "key", fill)
    assert folder(store, "key", fill) == path
    assert fill.calls == 1
    assert sorted(str(found.relative_to(path)) for found in members(path)) == [
        "bin",
        "bin/python",
        "empty",
        "lib",
    ]
    assert info(store).folders == 1
    assert info(store).folder_bytes == 3007


DAMAGES: list[Callable[[Path], object]] = [
    lambda path: (path / "bin" / "python").write_bytes(b""),
    lambda path: (path / "bin" / "python").unlink(),
    lambda path: (path / "bin" / "python").chmod(0o644),
    lambda path: (path / "more").touch(),
    lambda path: (path / "empty").rmdir(),
    lambda path: path.rename(path.with_name("gone")),
]


@pytest.mark.parametrize("damage", DAMAGES)
def test_a_damaged_folder_is_made_again(store: Store, damage: Callable[[Path], object]) -> None:
    fill = Filler()
    path = folder(store, "key", fill)
    right = fingerprint(path)
    damage(path)
    assert fingerprint(path) != right
    assert folder(store, "key", fill) == path
    assert (fill.calls, fingerprint(path)) == (2, right)


def test_a_folder_without_its_record_is_taken_if_it_is_the_same(store: Store) -> None:
    fill = Filler()
    path = folder(store, "key", fill)
    before = path.stat().st_ino
    for record in (store.root / "records" / "folder").iterdir():
        record.unlink()
    folder(store, "key", fill)
    assert (fill.calls, path.stat().st_ino) == (2, before)


def test_another_that_was_first_wins(store: Store) -> None:
    """The rename finds a folder that was not there a moment before."""
    theirs, ours = store.root / "theirs", store.root / "ours"
    for path in (theirs, ours):
        path.mkdir(parents=True)
        (path / path.name).touch()
    blocked = store.root / "none" / "old"  # their folder cannot be moved away: it has just come
    _put(ours, theirs, old=blocked)
    assert [path.name for path in theirs.iterdir()] == ["theirs"]
    theirs.rename(store.root / "elsewhere")
    theirs.touch()
    with pytest.raises(NotADirectoryError):
        _put(ours, theirs, old=blocked)


def test_a_disk_that_refuses_is_told(store: Store) -> None:
    store.put([b""])
    (store.root / "folders").touch()
    with pytest.raises(BuildError, match="cannot write"):
        folder(store, "key", Filler())


def test_what_fill_raises_passes_and_nothing_is_kept(store: Store) -> None:
    def broken(root: Path) -> None:
        (root / "half").touch()
        raise BuildError("no")

    with pytest.raises(BuildError, match="no"):
        folder(store, "key", broken)
    assert not (store.root / "folders" / "key").exists()


def test_prune_takes_a_folder_as_a_whole_but_not_one_in_use(store: Store) -> None:
    path = folder(store, "key", Filler())
    with Store(store.root) as other:
        prune(other)
        assert path.exists()
        store.close()
        old = 1_700_000_000
        os.utime(path, (old, old))
        with Store(store.root) as last:
            assert prune(last).removed >= 1
        assert not path.exists()
    assert folder(store, "key", Filler()) == path


def test_verify_removes_a_damaged_folder(store: Store) -> None:
    path = folder(store, "key", Filler())
    assert verify(store).damaged == ()
    (path / "bin" / "python").write_bytes(b"x")
    assert verify(store).damaged == ("folders/key",)
    assert not path.exists()
