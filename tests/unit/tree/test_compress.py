import gzip
import hashlib
import random
import zlib
from collections.abc import Iterator

import pytest

from bareboat.errors import IntegrityError
from bareboat.tree.compress import Compression, compress, decompress, frame, version
from bareboat.tree.content import CHUNK

HOW = pytest.mark.parametrize("how", list(Compression))


def pieces(data: bytes, step: int) -> Iterator[bytes]:
    return (data[start : start + step] for start in range(0, len(data), step))


def sample(size: int) -> bytes:
    source = random.Random(7)  # noqa: S311  (repeatable data, no secret)
    words = [source.randbytes(source.randint(2, 9)) for _ in range(500)]
    return b"".join(source.choices(words, k=size // 5))[:size] + source.randbytes(size // 8)


@HOW
@pytest.mark.parametrize("size", [0, 1, CHUNK - 1, CHUNK, CHUNK + 1, 5 * CHUNK])
def test_there_and_back(how: Compression, size: int) -> None:
    data = sample(size)
    packed = list(compress(pieces(data, 70_000), how, workers=2))
    found = list(decompress(packed, how))
    assert b"".join(found) == data
    assert all(0 < len(chunk) <= CHUNK for chunk in [*packed, *found])


@HOW
def test_bytes_do_not_depend_on_workers_or_chunks(how: Compression) -> None:
    # More than zstd's job size of 8 MiB, so that several jobs run.
    data = sample(18 * CHUNK)
    seen = {
        hashlib.sha256(b"".join(compress(pieces(data, step), how, workers=workers))).hexdigest()
        for workers, step in (
            (1, CHUNK),
            (4, CHUNK),
            (4, 9_999),
            (1, len(data)),
            (2, 3 * CHUNK + 1),
            (0, 65536),
        )
    }
    assert len(seen) == 1


@HOW
def test_no_input_and_empty_chunks_are_the_same(how: Compression) -> None:
    nothing = b"".join(compress([], how))
    assert nothing
    assert b"".join(compress([b"", b""], how, workers=3)) == nothing


def test_gzip_is_what_others_read() -> None:
    data = sample(2 * CHUNK)
    packed = b"".join(compress([data], Compression.GZIP, workers=2))
    assert gzip.decompress(packed) == data
    assert packed[4:8] == bytes(4), "no time in the header"


def test_each_mebibyte_is_a_member() -> None:
    packed = b"".join(compress([bytes(3 * CHUNK)], Compression.GZIP))
    count = 0
    while packed:
        machine = zlib.decompressobj(31)
        assert len(machine.decompress(packed)) == CHUNK
        packed = machine.unused_data
        count += 1
    assert count == 3


@HOW
@pytest.mark.parametrize("step", [1, 13, 70_000])
def test_the_input_may_come_in_any_pieces(how: Compression, step: int) -> None:
    data = sample(100_000)
    packed = b"".join(compress([data], how)) + b"".join(compress([b"second"], how))
    assert b"".join(decompress(pieces(packed, step), how)) == data + b"second"


@HOW
def test_a_bomb_is_unpacked_in_bounded_steps(how: Compression) -> None:
    packed = b"".join(compress((bytes(CHUNK) for _ in range(64)), how))
    assert len(packed) < CHUNK // 8
    sizes = [len(chunk) for chunk in decompress([packed], how)]
    assert sum(sizes) == 64 * CHUNK
    assert max(sizes) <= CHUNK


@HOW
def test_many_tiny_members(how: Compression) -> None:
    one = b"".join(compress([b"x"], how))
    assert b"".join(decompress([one * 3000], how)) == b"x" * 3000


@HOW
def test_a_stream_cut_anywhere(how: Compression) -> None:
    packed = b"".join(compress([sample(3000)], how))
    for end in (0, 1, 5, 10, 17, len(packed) // 2, len(packed) - 9, len(packed) - 1):
        with pytest.raises(IntegrityError, match=r"^layer: .*ends too early"):
            list(decompress([packed[:end]], how, where="layer"))


@HOW
@pytest.mark.parametrize("tail", [b"garbage", b"\0" * 20, b"\x1f\x8b\x07garbagegarbage"])
def test_a_stream_followed_by_something_else(how: Compression, tail: bytes) -> None:
    with pytest.raises(IntegrityError):
        list(decompress([*compress([b"data"], how), tail], how))


@HOW
def test_a_stream_with_a_flipped_bit(how: Compression) -> None:
    packed = bytearray(b"".join(compress([sample(3000)], how)))
    for place in range(10, len(packed), 97):
        flipped = bytearray(packed)
        flipped[place] ^= 4
        with pytest.raises(IntegrityError):
            list(decompress([bytes(flipped)], how))


def test_versions_name_library_and_level() -> None:
    assert version(Compression.GZIP).startswith("deflate-")
    assert version(Compression.GZIP).endswith("/6")
    assert version(Compression.ZSTD).startswith("libzstd-1.")
    assert version(Compression.ZSTD).endswith("/3")


def test_a_consumer_may_stop_early() -> None:
    stream = compress((bytes(CHUNK) for _ in range(1000)), Compression.GZIP, workers=4)
    assert next(iter(stream))
    del stream


def test_a_frame_of_its_own_is_read_like_any_other() -> None:
    data = b"text " * 1000
    assert frame(data) == frame(data)
    assert b"".join(decompress([frame(data) + frame(b"more")], Compression.ZSTD)) == data + b"more"
    with pytest.raises(IntegrityError):
        list(decompress([frame(data)[:-1]], Compression.ZSTD))
