"""Unpacking .xz files: with and without block lengths, and broken in every way."""

import lzma
import struct
import zlib
from collections.abc import Iterator

import pytest

from bareboat.debian import xz
from bareboat.errors import IntegrityError

TEXT = b"".join(b"Package: p%d\nVersion: %d\n\n" % (number, number * 7919) for number in range(3000))


def number(value: int) -> bytes:
    found = b""
    while value >= 0x80:
        found += bytes([value & 0x7F | 0x80])
        value >>= 7
    return found + bytes([value])


def block(data: bytes, *, claim: int | None = None) -> bytes:
    """Return a block as threaded xz writes it: with both lengths in its header."""
    packed = lzma.compress(data, lzma.FORMAT_RAW, filters=[{"id": lzma.FILTER_LZMA2, "dict_size": 1 << 16}])
    fields = number(len(packed)) + number(len(data) if claim is None else claim) + b"\x21\x01\x08"
    body = b"\xc0" + fields
    size = (len(body) + 1 + 3) // 4
    header = (bytes([size]) + body).ljust(size * 4, b"\0")
    header += struct.pack("<I", zlib.crc32(header))
    return header + packed + b"\0" * (-len(packed) % 4) + struct.pack("<I", zlib.crc32(data))


def stream(*parts: bytes, **more: int) -> bytes:
    """Return a whole stream with CRC32 checks, one block a part."""
    flags = b"\x00\x01"
    found = b"\xfd7zXZ\x00" + flags + struct.pack("<I", zlib.crc32(flags))
    index = b"\x00" + number(len(parts))
    for part in parts:
        packed = block(part, **more)
        found += packed
        index += number(len(packed) - (-len(packed) % 4)) + number(len(part))
    return found + index


def chunks(data: bytes, size: int = 100) -> Iterator[bytes]:
    for start in range(0, len(data), size):
        yield data[start : start + size]


def unpacked(data: bytes, size: int = len(TEXT)) -> bytes:
    return b"".join(xz.unpack(chunks(data), size=size, where="here"))


@pytest.mark.parametrize("check", [lzma.CHECK_NONE, lzma.CHECK_CRC32, lzma.CHECK_CRC64, lzma.CHECK_SHA256])
def test_a_stream_without_lengths_is_unpacked(check: int) -> None:
    assert unpacked(lzma.compress(TEXT, check=check)) == TEXT


def test_blocks_with_lengths_come_out_in_their_order() -> None:
    parts = [TEXT[start : start + 9000] for start in range(0, len(TEXT), 9000)]
    assert len(parts) > 6
    assert unpacked(stream(*parts)) == TEXT


def test_an_empty_stream_unpacks_to_nothing() -> None:
    assert unpacked(lzma.compress(b""), 0) == b""


@pytest.mark.parametrize("length", [3, 11, 14, 30, 2000, -40])
@pytest.mark.parametrize("whole", [lzma.compress(TEXT), stream(TEXT[:9000], TEXT[9000:])])
def test_a_cut_stream_is_refused(whole: bytes, length: int) -> None:
    with pytest.raises(IntegrityError, match=r"not a whole [.]xz file") as caught:
        unpacked(whole[:length])
    assert caught.value.where == "here"


@pytest.mark.parametrize("size", [0, 5, len(TEXT) - 1, len(TEXT) + 1])
@pytest.mark.parametrize("whole", [lzma.compress(TEXT), stream(TEXT[:9000], TEXT[9000:])])
def test_another_length_than_promised_is_refused(whole: bytes, size: int) -> None:
    with pytest.raises(IntegrityError, match=f"{size}"):
        unpacked(whole, size)


@pytest.mark.parametrize("data", [b"", b"hello, this is text", b"\xfd7zXZ\x00\x00\x02" + b"\0" * 20])
def test_what_is_no_xz_is_refused(data: bytes) -> None:
    with pytest.raises(IntegrityError, match=r"not a whole [.]xz file"):
        unpacked(data)


def test_a_changed_byte_is_found() -> None:
    whole = bytearray(stream(TEXT[:9000], TEXT[9000:]))
    whole[300] ^= 1
    with pytest.raises(IntegrityError, match=r"not a whole [.]xz file"):
        unpacked(bytes(whole))


@pytest.mark.parametrize("claim", [8000, 9500])
def test_a_block_that_lies_about_its_length_is_refused(claim: int) -> None:
    with pytest.raises(IntegrityError, match=r"not a whole [.]xz file"):
        unpacked(stream(TEXT[:9000], claim=claim), max(claim, 9000))


def test_a_block_that_claims_too_much_is_read_as_a_stream_and_found_out() -> None:
    with pytest.raises(IntegrityError, match=r"not a whole [.]xz file"):
        unpacked(stream(TEXT[:9000], claim=1 << 40), 9000)


def test_a_header_with_a_number_that_never_ends_is_refused() -> None:
    head = stream()[:12]
    with pytest.raises(IntegrityError, match="block header is damaged"):
        unpacked(head + b"\x02\xc0" + b"\x80" * 30)
    with pytest.raises(IntegrityError, match="block header is damaged"):
        unpacked(head + b"\x01\xc0" + b"\x80" * 10)


def test_a_wrong_hash_goes_before_a_damaged_stream() -> None:
    def source() -> Iterator[bytes]:
        yield b"\xfd7zXZ\x00 and no more than that, but long enough"
        raise IntegrityError("sha256 does not match", where="url")

    with pytest.raises(IntegrityError, match="url: sha256 does not match"):
        list(xz.unpack(source(), size=5, where="here"))


def test_all_of_the_source_is_read_so_that_its_hash_is_checked() -> None:
    def source() -> Iterator[bytes]:
        yield from chunks(stream(TEXT))
        yield b"what follows"
        raise IntegrityError("sha256 does not match")

    with pytest.raises(IntegrityError, match="sha256"):
        list(xz.unpack(source(), size=len(TEXT), where="here"))
