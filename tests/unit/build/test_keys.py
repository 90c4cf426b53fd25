"""Names of results: one for each list of inputs, and no two lists share one."""

import hashlib
import itertools
import json

from hypothesis import given
from hypothesis import strategies as st

from bareboat.build.keys import FORMAT, key


def test_a_key_is_a_hash_of_kind_format_and_inputs() -> None:
    expected = hashlib.sha256(json.dumps([FORMAT, "layer", "a", "b"]).encode()).hexdigest()
    assert key("layer", "a", "b") == expected


def test_kind_order_and_borders_count() -> None:
    keys = [
        key("a"),
        key("b"),
        key("a", ""),
        key("a", "x", "y"),
        key("a", "y", "x"),
        key("a", "xy"),
        key("ax", "y"),
    ]
    assert len(set(keys)) == len(keys)


@given(st.lists(st.text(max_size=4), max_size=4), st.lists(st.text(max_size=4), max_size=4))
def test_other_inputs_have_another_key(one: list[str], other: list[str]) -> None:
    assert (key("k", *one) == key("k", *other)) == (one == other)


def test_odd_text_is_no_obstacle() -> None:
    odd = ["\0", "\n", '"', "ü", "\udc80"]
    assert len({key("k", *pair) for pair in itertools.permutations(odd, 2)}) == 20
