import pytest
from hypothesis import given
from hypothesis import strategies as st

from bareboat_health.room import Room, refuse, size, wanted


@pytest.mark.parametrize(
    ("count", "words"),
    [(0, "0 B"), (999, "999 B"), (1000, "1.0 kB"), (12_340_000, "12.3 MB"), (5 * 10**12, "5.0 TB")],
)
def test_sizes(count: int, words: str) -> None:
    assert size(count) == words


@pytest.mark.parametrize(
    ("least_bytes", "ratio"), [(None, None), (-1, None), (None, -0.1), (None, 1.1), (None, float("nan"))]
)
def test_an_absurd_wish_is_refused(least_bytes: "int | None", ratio: "float | None") -> None:
    with pytest.raises(ValueError, match="disk: "):
        wanted("disk", least_bytes, ratio)


@given(st.integers(0, 10**15), st.integers(0, 10**15), st.integers(0, 10**15), st.floats(0, 1))
def test_enough_is_enough(one: int, other: int, least: int, ratio: float) -> None:
    room = Room("free", min(one, other), max(one, other))
    refused = refuse(room, wanted("disk", least, ratio))
    assert (refused is None) == (room.available >= least and room.available >= ratio * room.total)
    assert refuse(room, wanted("disk", 0, 0)) is None
