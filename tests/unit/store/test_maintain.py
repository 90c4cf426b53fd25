"""Prune: the longest unused first, never what a running build uses. Verify: damage goes."""

import os
from pathlib import Path

import pytest

import images
from bareboat.store.cas import Store
from bareboat.store.maintain import Pruned, Verified, info, prune, verify
from bareboat.store.stored import StoredBlob
from bareboat.store.trees import find_tree, put_tree


def age(store: Store, days: dict[str, int]) -> None:
    """Make blobs and records look as if last used so many days ago; others a year."""
    for path in store.root.rglob("*"):
        if path.is_file() and path.name not in {"gate", "lock"}:
            moment = 1_700_000_000 - days.get(path.name, 365) * 86400
            os.utime(path, (moment, moment))


def filled(root: Path, sizes: tuple[int, ...] = (1000, 1000, 1000)) -> list[StoredBlob]:
    with Store(root) as store:
        return [store.put([bytes([number]) * size]) for number, size in enumerate(sizes)]


def test_an_empty_store(tmp_path: Path) -> None:
    store = Store(tmp_path / "none")
    found = info(store)
    assert (found.blobs, found.records, found.size, found.sessions) == (0, 0, 0, 0)
    assert prune(store) == Pruned(0, 0, 0, 0)
    assert verify(store) == Verified(0, 0, ())


def test_info_counts(tmp_path: Path) -> None:
    with Store(tmp_path) as store:
        store.put([b"x" * 1000])
        store.remember("kind", "key", b"value")
        with store.scratch() as folder:
            (folder / "file").write_bytes(b"y" * 500)
            found = info(store)
    assert (found.blobs, found.blob_bytes, found.records, found.sessions) == (1, 1000, 1, 1)
    assert found.unfinished == 500
    assert found.size == 1500 + found.record_bytes


def test_the_longest_unused_go_first(tmp_path: Path) -> None:
    blobs = filled(tmp_path)
    with Store(tmp_path) as store:
        age(store, {blobs[0].digest.hex: 1, blobs[1].digest.hex: 30, blobs[2].digest.hex: 2})
        assert prune(store, keep_bytes=5000).removed == 0
        found = prune(store, keep_bytes=2500)
        assert (found.removed, found.removed_bytes, found.kept_bytes) == (1, 1000, 2000)
        assert [store.has(blob.digest) for blob in blobs] == [True, False, True]


def test_use_makes_young(tmp_path: Path) -> None:
    first, second = filled(tmp_path, (1000, 1000))
    with Store(tmp_path) as store:
        age(store, {})
    with Store(tmp_path) as store:
        store.find(first.digest)
    with Store(tmp_path) as store:
        prune(store, keep_bytes=1000)
        assert (store.has(first.digest), store.has(second.digest)) == (True, False)


def test_recall_makes_its_blobs_young(tmp_path: Path) -> None:
    with Store(tmp_path) as store:
        put_tree(store, "tree", "used", images.tree(1))
        put_tree(store, "tree", "unused", images.tree(2))
        age(store, {})
    with Store(tmp_path) as store:
        find_tree(store, "tree", "used")
        prune(store)
        assert find_tree(store, "tree", "used") is not None
        assert find_tree(store, "tree", "unused") is None


@pytest.mark.parametrize("way", ["find", "put", "recall"])
def test_what_a_running_build_uses_stays(tmp_path: Path, way: str) -> None:
    (blob,) = filled(tmp_path, (1000,))
    with Store(tmp_path) as store:
        store.remember("kind", "key", b"value", blobs=(blob.digest,))
        age(store, {})
    running, other = Store(tmp_path), Store(tmp_path)
    if way == "find":
        running.find(blob.digest)
    elif way == "put":
        running.put([b"\0" * 1000])
    else:
        running.recall("kind", "key")
    found = prune(other)
    assert other.has(blob.digest)
    assert found.in_use >= 1000
    running.close()
    other.close()
    assert prune(other).kept_bytes == 0
    other.close()


def test_a_record_goes_with_its_blob(tmp_path: Path) -> None:
    with Store(tmp_path) as store:
        blob = store.put([b"x" * 1000])
        store.remember("kind", "whole", b"value")
        store.remember("kind", "dangling", b"value", blobs=(blob.digest,))
        records = {path.name for path in (tmp_path / "records" / "kind").iterdir()}
        age(store, dict.fromkeys(records, 1))
    with Store(tmp_path) as store:
        prune(store, keep_bytes=500)
        assert store.recall("kind", "whole") == b"value"
    assert info(store).records == 1


def test_what_the_dead_left_goes(tmp_path: Path) -> None:
    dead = tmp_path / "sessions" / "dead"
    dead.mkdir(parents=True)
    (dead / "lock").touch()
    (dead / "half").write_bytes(b"x" * 700)
    with Store(tmp_path) as store:
        assert prune(store, keep_bytes=1 << 30).removed_bytes >= 700
    assert not dead.exists()


def test_verify_removes_what_is_damaged(tmp_path: Path) -> None:
    blobs = filled(tmp_path)
    with Store(tmp_path) as store:
        store.remember("kind", "key", b"value")
        (record,) = (tmp_path / "records" / "kind").iterdir()
        record.write_bytes(b"torn")
        blobs[1].path.write_bytes(b"damaged")
        stray = blobs[0].path.with_name("stray")
        stray.touch()
        misplaced = tmp_path / "blobs" / "sha256" / "zz" / blobs[2].digest.hex
        misplaced.parent.mkdir()
        misplaced.write_bytes(blobs[2].path.read_bytes())
        found = verify(store)
        assert (found.blobs, found.records) == (5, 1)
        assert sorted(found.damaged) == sorted(
            [blobs[1].digest.hex, "stray", blobs[2].digest.hex, f"kind/{record.name}"]
        )
        assert verify(store) == Verified(2, 0, ())
        assert [store.has(blob.digest) for blob in blobs] == [True, False, True]


def test_what_went_in_the_meantime_is_no_error(tmp_path: Path) -> None:
    from bareboat.store.maintain import _dangles, _remove

    with Store(tmp_path) as store:
        store.put([b""])
        assert _remove(store, tmp_path / "gone", 0) is True
        assert _dangles(store, tmp_path / "gone") is False
