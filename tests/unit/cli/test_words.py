"""Numbers and tables for people."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bareboat.cli.words import count, plain, seconds, size, table


@pytest.mark.parametrize(
    ("amount", "said"),
    [
        (0, "0 B"),
        (999, "999 B"),
        (1000, "1.0 kB"),
        (37_100_000, "37.1 MB"),
        (2_500_000_000, "2.5 GB"),
        (3_000_000_000_000, "3000.0 GB"),
        (-1500, "-1.5 kB"),
    ],
)
def test_bytes_in_units_of_a_thousand(amount: int, said: str) -> None:
    assert size(amount) == said


def test_durations() -> None:
    assert [seconds(amount) for amount in (0, 4.21, 59.9, 125)] == ["0.0 s", "4.2 s", "59.9 s", "2 min 5 s"]


def test_names_from_outside_are_harmless() -> None:
    assert plain("a\x1b[1m\nb") == "a\N{REPLACEMENT CHARACTER}[1m\N{REPLACEMENT CHARACTER}b"
    assert "\x1b" not in table([["\x1b]0;x\x07", "b"]])


def test_a_noun_follows_its_number() -> None:
    assert [count(number, "file") for number in (0, 1, 2)] == ["0 files", "1 file", "2 files"]


def test_columns_are_aligned() -> None:
    assert table([["layer", "size"], ["a", "10 B"], ["longer", "9 B"]], right=(1,)) == (
        "layer   size\na       10 B\nlonger   9 B"
    )
    assert table([]) == ""


@given(st.lists(st.tuples(st.text("ab ", max_size=5), st.text("cd", max_size=5)), min_size=1, max_size=6))
def test_no_line_ends_in_space_and_no_row_is_lost(rows: list[tuple[str, str]]) -> None:
    lines = table(rows).split("\n")
    assert len(lines) == len(rows)
    assert all(line == line.rstrip() for line in lines)
