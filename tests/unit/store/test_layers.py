from collections.abc import Iterator
from pathlib import Path
from typing import Self

import pytest
from msgspec.structs import replace

import images
from bareboat.errors import IntegrityError
from bareboat.oci.digest import Digest
from bareboat.oci.validate import validate
from bareboat.progress import Kind, Task
from bareboat.store.cas import Store
from bareboat.store.layers import find_layer, put_layer
from bareboat.store.stored import StoredBlob
from bareboat.store.trees import put_tree
from bareboat.tree import tar
from bareboat.tree.compress import Compression


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with Store(tmp_path) as store:
        yield store


class Counted:
    """A Progress that keeps what it is told; itself the only Task."""

    def __init__(self) -> None:
        self.kind: Kind | None = None
        self.total: int | None = None
        self.advanced = 0

    def begin(self, kind: Kind, name: str, *, total: int | None = None) -> Task:
        self.kind, self.total = kind, total
        return self

    def advance(self, amount: int) -> None:
        self.advanced += amount

    def note(self, message: str) -> None:
        raise AssertionError(message)

    warn = note

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *error: object) -> None:
        pass


@pytest.mark.parametrize("how", list(Compression))
def test_a_layer_is_what_the_image_in_memory_has(store: Store, how: Compression) -> None:
    tree = images.tree()
    made = put_layer(store, "key", tree, compression=how, epoch=0, workers=2, comment="part")
    expected = images.layer(tree, how=how, comment="part")
    assert made.descriptor == expected.descriptor
    assert (made.diff_id, made.uncompressed) == (expected.diff_id, expected.uncompressed)
    assert find_layer(store, "key") == made
    assert validate(replace(images.image(0), layers=(made,))) == ()


def test_the_caller_may_name_the_comment(store: Store) -> None:
    put_layer(store, "key", images.tree(), compression=Compression.GZIP, epoch=0, comment="then")
    found = find_layer(store, "key", comment="now")
    assert found is not None
    assert found.comment == "now"


def test_what_is_not_there_is_not_found(store: Store) -> None:
    assert find_layer(store, "key") is None
    layer = put_layer(store, "key", images.tree(), compression=Compression.GZIP, epoch=0)
    store.drop(layer.blob.digest)
    assert find_layer(store, "key") is None


def test_a_blob_that_goes_at_the_last_moment_is_not_found(tmp_path: Path) -> None:
    class Fleeting(Store):
        def find(self, digest: Digest) -> StoredBlob | None:
            self.drop(digest)
            return super().find(digest)

    with Fleeting(tmp_path) as store:
        put_layer(store, "key", images.tree(), compression=Compression.GZIP, epoch=0)
        assert find_layer(store, "key") is None


def test_progress_counts_the_tar(store: Store) -> None:
    counted = Counted()
    tree = images.tree()
    put_layer(store, "key", tree, compression=Compression.GZIP, epoch=0, progress=counted)
    assert (counted.kind, counted.total, counted.advanced) == (Kind.LAYER, tar.size(tree), tar.size(tree))


def test_a_damaged_tree_makes_no_layer(store: Store) -> None:
    tree = put_tree(store, "tree", "key", images.tree())
    (blob,) = (path for path in (store.root / "blobs").rglob("*") if path.is_file())
    blob.write_bytes(b"\xff" * blob.stat().st_size)
    with pytest.raises(IntegrityError):
        put_layer(store, "key", tree, compression=Compression.GZIP, epoch=0)
    assert find_layer(store, "key") is None
    assert [path for path in (store.root / "blobs").rglob("*") if path.is_file()] == []
