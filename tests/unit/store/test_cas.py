"""The store: whole or absent, again harmless, never someone else's."""

import errno
import os
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from bareboat.errors import BareboatError, BuildError, IntegrityError, NetworkError
from bareboat.oci.digest import Digest
from bareboat.store.cas import Store

KEYS = ["", "a", "../../etc/passwd", "x" * 5000, "ünï/\0", "\udcff", "A", "a "]


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with Store(tmp_path / "cache") as store:
        yield store


def files(store: Store) -> list[str]:
    return [
        path.name for path in store.root.rglob("*") if path.is_file() and path.name not in {"lock", "gate"}
    ]


def test_nothing_is_made_before_the_first_use(tmp_path: Path) -> None:
    with Store(tmp_path / "cache"):
        assert not (tmp_path / "cache").exists()


def test_what_is_put_is_found(store: Store) -> None:
    blob = store.put([b"ab", b"", b"c"])
    assert blob.digest == Digest.of(b"abc")
    assert store.find(blob.digest) == blob
    assert b"".join(blob.chunks()) == b"abc"
    assert store.has(blob.digest)


def test_what_was_never_put_is_not_found(store: Store) -> None:
    assert store.find(Digest("0" * 64)) is None
    assert not store.has(Digest("0" * 64))


@pytest.mark.parametrize(
    ("expect", "size"), [(Digest("0" * 64), None), (None, 2), (None, 4), (None, 0), (Digest.of(b"abc"), 9)]
)
def test_other_bytes_than_announced_are_refused(
    store: Store, expect: Digest | None, size: int | None
) -> None:
    with pytest.raises(IntegrityError):
        store.put([b"abc"], expect=expect, size=size)
    assert files(store) == []


def test_bytes_without_end_stop_at_the_size_announced(store: Store) -> None:
    def endless() -> Iterator[bytes]:
        while True:
            yield b"x" * 1000

    with pytest.raises(IntegrityError, match="more than the 5000"):
        store.put(endless(), size=5000)


def test_an_error_of_the_source_passes_and_leaves_nothing(store: Store) -> None:
    def broken() -> Iterator[bytes]:
        yield b"x"
        raise NetworkError("cut")

    def interrupted() -> Iterator[bytes]:
        yield b"x"
        raise KeyboardInterrupt

    def odd() -> Iterator[bytes]:
        yield b"x"
        raise OSError("from the source, not from the disk")

    for source, error in ((broken, NetworkError), (interrupted, KeyboardInterrupt), (odd, OSError)):
        with pytest.raises(error) as caught:
            store.put(source())
        assert error is NetworkError or not isinstance(caught.value, BareboatError)
    assert files(store) == []


def test_putting_again_mends_a_damaged_blob(store: Store) -> None:
    blob = store.put([b"abc"])
    blob.path.write_bytes(b"xxx")
    store.put([b"abc"])
    blob.verify()


def test_a_reader_reads_on_while_the_blob_is_dropped(store: Store) -> None:
    blob = store.put([b"x" * (3 << 20)])
    reading = blob.chunks()
    first = next(reading)
    store.drop(blob.digest)
    store.drop(blob.digest)
    assert len(first) + sum(map(len, reading)) == 3 << 20
    assert store.find(blob.digest) is None


def test_threads_may_put_the_same_at_once(store: Store) -> None:
    found = []
    threads = [
        threading.Thread(target=lambda: found.append(store.put(b"part" for _ in range(2000))))
        for _ in range(8)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(found) == 8
    assert len(set(found)) == 1
    found[0].verify()
    assert len(files(store)) == 1


@pytest.mark.parametrize("key", KEYS)
def test_any_text_is_a_key(store: Store, key: str) -> None:
    for other in KEYS:
        store.remember("kind", other, repr(other).encode())
    assert store.recall("kind", key) == repr(key).encode()
    assert store.recall("other", key) is None


@pytest.mark.parametrize("kind", ["", "Kind", "../x", "a/b", ".a"])
def test_a_kind_is_a_plain_word(store: Store, kind: str) -> None:
    with pytest.raises(ValueError, match="kind"):
        store.remember(kind, "key", b"")


def test_the_last_value_counts(store: Store) -> None:
    store.remember("kind", "key", b"1")
    store.remember("kind", "key", b"2")
    assert store.recall("kind", "key") == b"2"


def test_a_value_is_recalled_only_with_all_its_blobs(store: Store) -> None:
    blobs = (store.put([b"1"]).digest, store.put([b"2"]).digest)
    store.remember("kind", "key", b"value", blobs=blobs)
    assert store.recall("kind", "key") == b"value"
    store.drop(blobs[1])
    assert store.recall("kind", "key") is None
    store.put([b"2"])
    assert store.recall("kind", "key") == b"value"


def test_a_value_that_relies_on_no_blob_is_read_once(store: Store) -> None:
    store.remember("kind", "a", b"1")
    assert store.recall("kind", "a") == b"1"
    (path,) = (store.root / "records" / "kind").iterdir()
    path.unlink()
    assert store.recall("kind", "a") == b"1"
    store.remember("kind", "a", b"2")
    assert store.recall("kind", "a") == b"2"
    with Store(store.root) as other:
        other.remember("kind", "b", b"")
    assert store.recall("kind", "b") == b""
    path.unlink()
    store.close()
    assert store.recall("kind", "a") is None


def test_a_damaged_record_is_absent_and_goes(store: Store) -> None:
    store.remember("kind", "key", b"value")
    (path,) = (store.root / "records" / "kind").iterdir()
    path.write_bytes(path.read_bytes()[:-1])
    assert store.recall("kind", "key") is None
    assert not path.exists()


def test_a_record_under_another_name_is_absent(store: Store) -> None:
    store.remember("kind", "a", b"value")
    (path,) = (store.root / "records" / "kind").iterdir()
    store.remember("kind", "b", b"other")
    (other,) = (found for found in (store.root / "records" / "kind").iterdir() if found != path)
    path.replace(other)
    assert store.recall("kind", "b") is None


def test_a_record_that_cannot_be_named_leaves_nothing(store: Store) -> None:
    (store.root / "records").mkdir(parents=True)
    (store.root / "records" / "kind").touch()
    with pytest.raises(BareboatError, match="cannot write"):
        store.remember("kind", "key", b"value")
    assert files(store) == ["kind"]


def test_a_disk_that_is_full_while_scratch_is_used_is_told_of_the_cache(store: Store) -> None:
    with pytest.raises(BuildError, match="cannot write: no space left") as caught, store.scratch() as folder:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
    assert caught.value.where == str(store.root)
    assert not folder.exists()
    with pytest.raises(FileNotFoundError), store.scratch() as folder:
        (folder / "absent").read_bytes()


def test_scratch_is_on_the_same_file_system_and_goes(store: Store) -> None:
    with store.scratch() as folder:
        (folder / "file").write_bytes(b"x")
        (folder / "file").rename(store.root / "moved")
        (folder / "sub").mkdir()
    assert not folder.exists()
    with pytest.raises(KeyError), store.scratch() as folder:
        raise KeyError
    assert not folder.exists()


def test_a_store_may_be_used_after_it_is_closed(store: Store) -> None:
    store.close()
    blob = store.put([b"abc"])
    store.close()
    store.close()
    assert store.find(blob.digest) == blob
    assert store.since() > 0
