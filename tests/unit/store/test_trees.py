from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

import images
from bareboat.errors import IntegrityError
from bareboat.store.cas import Store
from bareboat.store.trees import find_tree, put_tree
from bareboat.tree import tar
from bareboat.tree.entry import Entry, directory, file, symlink
from bareboat.tree.tree import Tree


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with Store(tmp_path) as store:
        yield store


def tarred(tree: Tree) -> bytes:
    return b"".join(tar.write(tree, epoch=0))


def test_a_tree_comes_back_with_everything(store: Store) -> None:
    tree = images.tree().merge(
        Tree.of(
            [
                directory("home/u", mode=0o700, uid=65532, gid=65533),
                file("a\udcff", b"x"),
                symlink("l\udcfe", "\udcfd"),
            ]
        )
    )
    put = put_tree(store, "wheel", "key", tree, meta=b"about it")
    found = find_tree(store, "wheel", "key")
    assert found is not None
    assert found[1] == b"about it"
    assert tarred(found[0]) == tarred(put) == tarred(tree)
    assert [(entry.uid, entry.gid) for entry in found[0]] == [(entry.uid, entry.gid) for entry in tree]


def test_an_empty_tree_is_kept(store: Store) -> None:
    put_tree(store, "wheel", "key", Tree())
    assert find_tree(store, "wheel", "key") == (Tree(), b"")


def test_what_is_not_there_is_not_found(store: Store) -> None:
    assert find_tree(store, "wheel", "key") is None
    put_tree(store, "wheel", "key", images.tree())
    (blob,) = (path for path in (store.root / "blobs").rglob("*") if path.is_file())
    blob.unlink()
    assert find_tree(store, "wheel", "key") is None


def test_a_damaged_content_is_never_taken_for_good(store: Store) -> None:
    tree = put_tree(store, "wheel", "key", images.tree())
    (blob,) = (path for path in (store.root / "blobs").rglob("*") if path.is_file())
    data = bytearray(blob.read_bytes())
    data[5] ^= 1
    blob.write_bytes(data)
    with pytest.raises(IntegrityError):
        tarred(tree)
    assert find_tree(store, "wheel", "key") is None


@dataclass(frozen=True)
class Liar:
    size: int

    def chunks(self) -> Iterator[bytes]:
        yield b"abc"


@pytest.mark.parametrize("size", [2, 4])
def test_content_of_another_size_is_refused(store: Store, size: int) -> None:
    with pytest.raises(IntegrityError, match=f"3 bytes, not {size}") as caught:
        put_tree(store, "wheel", "key", Tree.of([file("a", Liar(size))]))
    assert caught.value.where == "a"
    assert find_tree(store, "wheel", "key") is None


def test_finding_opens_no_content(store: Store) -> None:
    put_tree(store, "wheel", "key", images.tree())
    found = find_tree(store, "wheel", "key")
    assert found is not None
    entry: Entry | None = found[0].find("opt/p0/a.py")
    assert entry is not None
    for path in (store.root / "blobs").rglob("*"):
        if path.is_file():
            path.unlink()
    assert entry.size > 0
