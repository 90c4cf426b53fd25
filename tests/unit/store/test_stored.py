"""Damage is told after the last byte, and the blob goes."""

from pathlib import Path

import pytest

from bareboat.errors import BuildError, IntegrityError
from bareboat.oci.digest import Digest
from bareboat.store.cas import Store
from bareboat.store.stored import StoredBlob

DATA = bytes(range(256)) * 8192  # 2 MiB


@pytest.fixture
def blob(tmp_path: Path) -> StoredBlob:
    return Store(tmp_path).put([DATA])


def test_a_whole_blob_reads_again_and_again_in_small_pieces(blob: StoredBlob) -> None:
    for _ in range(2):
        found = list(blob.chunks())
        assert b"".join(found) == DATA
        assert max(map(len, found)) <= 1 << 20
    blob.verify()


def flip(data: bytes) -> bytes:
    return data[:-1] + bytes([data[-1] ^ 1])


@pytest.mark.parametrize("spoilt", [flip(DATA), DATA[:-1], DATA + b"x", b""])
def test_a_damaged_blob_raises_and_goes(blob: StoredBlob, spoilt: bytes) -> None:
    blob.path.write_bytes(spoilt)
    with pytest.raises(IntegrityError) as caught:
        list(blob.chunks())
    assert caught.value.hint
    assert not blob.path.exists()
    with pytest.raises(IntegrityError, match="has gone"):
        list(blob.chunks())


def test_a_blob_cut_while_it_is_read_raises(blob: StoredBlob) -> None:
    reading = blob.chunks()
    next(reading)
    with blob.path.open("r+b") as file:
        file.truncate(1 << 20)
    with pytest.raises(IntegrityError):
        list(reading)


def test_a_blob_that_cannot_be_opened_is_no_traceback(blob: StoredBlob) -> None:
    blob.path.unlink()
    blob.path.mkdir()
    with pytest.raises(BuildError, match="cannot read"):
        list(blob.chunks())


def test_a_slice_is_its_part(blob: StoredBlob) -> None:
    part = blob.slice(1000, 50, digest=Digest.of(DATA[1000:1050]))
    assert part.size == 50
    assert b"".join(part.chunks()) == b"".join(blob.slice(1000, 50).chunks()) == DATA[1000:1050]


def test_a_damaged_slice_raises_and_the_blob_goes(blob: StoredBlob) -> None:
    part = blob.slice(len(DATA) - 10, 10, digest=Digest.of(DATA[-10:]))
    other = blob.slice(0, 10, digest=Digest.of(DATA[:10]))
    blob.path.write_bytes(flip(DATA))
    assert b"".join(other.chunks()) == DATA[:10]
    with pytest.raises(IntegrityError):
        list(part.chunks())
    assert not blob.path.exists()


def test_a_slice_without_digest_checks_the_whole_blob(blob: StoredBlob) -> None:
    part = blob.slice(0, 10)
    blob.path.write_bytes(flip(DATA))
    with pytest.raises(IntegrityError):
        list(part.chunks())


def test_blobs_are_equal_by_name(blob: StoredBlob, tmp_path: Path) -> None:
    assert blob == StoredBlob(blob.digest, blob.size, tmp_path / "elsewhere")
