import pytest

from bareboat.tree.content import CHUNK, Bytes, blocks, joined


def test_bytes_come_in_chunks_any_number_of_times() -> None:
    content = Bytes(b"x" * (CHUNK + 1))
    assert content.size == CHUNK + 1
    assert [len(chunk) for chunk in content.chunks()] == [CHUNK, 1]
    assert b"".join(content.chunks()) == content.data


def test_no_bytes_are_no_chunks() -> None:
    assert list(Bytes(b"").chunks()) == []


@pytest.mark.parametrize(
    ("sizes", "expected"),
    [
        ([], []),
        ([0, 0], []),
        ([1, 2, 3], [6]),
        ([CHUNK], [CHUNK]),
        ([5, CHUNK, 5], [5, CHUNK, 5]),
        ([CHUNK - 1, 1, 1], [CHUNK, 1]),
        ([CHUNK // 2 + 1, CHUNK // 2 + 1], [CHUNK // 2 + 1, CHUNK // 2 + 1]),
        ([2 * CHUNK + 3], [CHUNK, CHUNK, 3]),
    ],
)
def test_joined(sizes: list[int], expected: list[int]) -> None:
    parts = [bytes([index]) * size for index, size in enumerate(sizes)]
    found = list(joined(parts))
    assert [len(chunk) for chunk in found] == expected
    assert b"".join(found) == b"".join(parts)
    assert all(0 < len(chunk) <= CHUNK for chunk in found)


@pytest.mark.parametrize("step", [1000, CHUNK - 1, CHUNK, CHUNK + 1, 3 * CHUNK])
def test_blocks_do_not_depend_on_the_parts(step: int) -> None:
    data = bytes(range(256)) * (10 * CHUNK // 1024) + b"tail"
    found = list(blocks(data[start : start + step] for start in range(0, len(data), step)))
    assert b"".join(found) == data
    assert {len(block) for block in found[:-1]} == {CHUNK}


def test_blocks_end_without_an_empty_one() -> None:
    assert [len(block) for block in blocks([bytes(2 * CHUNK)])] == [CHUNK, CHUNK]
    assert list(blocks([])) == []


def test_a_slice_of_bytes_is_their_range() -> None:
    content = Bytes(b"0123456789")
    assert b"".join(content.slice(2, 3).chunks()) == b"234"
    assert b"".join(content.slice(8, 9).chunks()) == b"89"
