"""What is written loads back to the same, in YAML 1.2 and in 1.1."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from ruamel.yaml import YAML

from bareboat.forms.yaml import Said, Value, yaml

# A key of more than 1024 characters is no simple key any more.
TEXTS = st.text(max_size=60) | st.sampled_from(
    [
        *(
            "on",
            "no",
            "Null",
            "~",
            "1.0",
            "0x1f",
            "1e3",
            "012",
            "2026-01-01",
            "12:30",
            "",
            " ",
            "a: b",
            "a #b",
        ),
        *(
            "- a",
            "? a",
            "!a",
            "&a",
            "*a",
            "%a",
            "@a",
            "`a",
            "|",
            ">-",
            "{a}",
            "[a]",
            "a:",
            ":a",
            "a\nb\n",
            "a\nb",
        ),
        *(
            "\ta",
            "a\n\n",
            "\na",
            " a\nb",
            "${{ x }}",
            '"a',
            "'a",
            "<<",
            "=",
            "...",
            "---",
            "a\u2028b",
            "a\rb",
        ),
    ]
)
VALUES: st.SearchStrategy[Any] = st.recursive(
    TEXTS | st.booleans() | st.integers(-(10**9), 10**9),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(TEXTS, inner, max_size=4),
    max_leaves=12,
)


def loaded(text: str, version: str) -> Any:
    reader = YAML(typ="safe", pure=True)
    reader.version = version
    return reader.load(text)


@given(st.dictionaries(TEXTS, VALUES, min_size=1, max_size=4), st.lists(TEXTS, max_size=2))
def test_it_loads_back(document: dict[str, Value], apart: list[str]) -> None:
    text = yaml(document, apart=apart)
    assert loaded(text, "1.2") == document
    assert loaded(text, "1.1") == document


@pytest.mark.parametrize(
    ("value", "line"),
    [
        ("plain words", "a: plain words\n"),
        ("3.13", 'a: "3.13"\n'),
        ("on", 'a: "on"\n'),
        (True, "a: true\n"),
        (3, "a: 3\n"),
        ({}, "a: {}\n"),
        ([], "a: []\n"),
        (["x", "z"], "a: [x, z]\n"),
        (["x y"], "a:\n  - x y\n"),
        ([{"b": "c", "d": "e"}], "a:\n  - b: c\n    d: e\n"),
        ([["b"], "c d"], "a:\n  - [b]\n  - c d\n"),
        (Said("x@1", "v1"), "a: x@1 # v1\n"),
        ("one\n\n  two\n", "a: |\n  one\n\n    two\n"),
        ("one\ntwo", "a: |-\n  one\n  two\n"),
        ("$X: y", 'a: "$X: y"\n'),
        ("docker://$X:y", "a: docker://$X:y\n"),
    ],
)
def test_forms(value: Value, line: str) -> None:
    assert yaml({"a": value}) == line


def test_entries_stand_apart() -> None:
    assert yaml({"a": "b", "jobs": {"x": {"k": "z"}, "w": "v"}}, apart=["jobs"]) == (
        "a: b\n\njobs:\n  x:\n    k: z\n\n  w: v\n"
    )
