import pytest

from bareboat.oci.digest import Digest
from bareboat.store import record
from bareboat.store.record import Record

HELD = Record("layer", "any key, \udcff too", (Digest("a" * 64),), b"\0value")


def test_what_is_written_reads_back() -> None:
    assert record.read(record.write(HELD)) == HELD


@pytest.mark.parametrize("position", [0, 31, 32, 60, -1])
def test_any_changed_byte_makes_it_absent(position: int) -> None:
    data = bytearray(record.write(HELD))
    data[position] ^= 1
    assert record.read(bytes(data)) is None


@pytest.mark.parametrize("size", [0, 5, 32, 50])
def test_a_torn_record_is_absent(size: int) -> None:
    assert record.read(record.write(HELD)[:size]) is None


def test_another_format_is_absent(monkeypatch: pytest.MonkeyPatch) -> None:
    data = record.write(HELD)
    monkeypatch.setattr(record, "FORMAT", record.FORMAT + 1)
    assert record.read(data) is None


def test_something_else_with_a_right_checksum_is_absent() -> None:
    import hashlib

    from msgspec import msgpack

    for body in (b"", msgpack.encode([1, 2]), msgpack.encode([1, "k", b"k", ["short"], b""])):
        assert record.read(hashlib.sha256(body).digest() + body) is None
