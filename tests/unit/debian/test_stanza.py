"""Paragraphs of fields, taken apart without decoding more than is asked for."""

import pytest

from bareboat.debian import stanza
from bareboat.errors import InputError

TEXT = b"Package: a\nDepends: b,\n c (>= 1),\n\td\nDescription: it\n has lines\n .\nSize: 3"


def test_paragraphs_are_parted_by_empty_lines() -> None:
    assert stanza.split(b"\nA: 1\nB: 2\n\n\n\nA: 3\n") == [b"A: 1\nB: 2", b"A: 3"]
    assert stanza.split(b"") == []


def test_a_field_is_found_by_its_name_with_its_continuation() -> None:
    assert stanza.field(TEXT, b"Package") == "a"
    assert stanza.field(TEXT, b"Depends") == "b, c (>= 1), d"
    assert stanza.field(TEXT, b"Size") == "3"
    assert stanza.field(TEXT, b"Pack") == ""
    assert stanza.field(b"A: 1\n more", b"A") == "1 more"


def test_a_field_may_be_had_as_it_stands() -> None:
    assert stanza.raw(TEXT, b"Depends") == b"b, c (>= 1), d"
    assert stanza.raw(b"A: \xff \n b", b"A") == b"\xff b"
    assert stanza.raw(TEXT, b"None") == b""


def test_all_fields_have_names_in_lower_case() -> None:
    found = stanza.fields(b"# a comment\nTypes: deb\n# another\nSigned-By:\n one\n two\n\n")
    assert found == {"types": "deb", "signed-by": "one\ntwo"}


@pytest.mark.parametrize(
    ("text", "says"),
    [
        (b" continued", "starts with a continuation"),
        (b"no colon", "not a field"),
        (b": value", "not a field"),
        (b"two words: value", "not a field"),
        (b"A: 1\na: 2", "given twice"),
        (b"A: \xff", "not UTF-8"),
    ],
)
def test_a_broken_paragraph_is_refused(text: bytes, says: str) -> None:
    with pytest.raises(InputError, match=says):
        stanza.fields(text)


def test_a_field_that_is_not_utf8_is_refused() -> None:
    with pytest.raises(InputError, match="not UTF-8"):
        stanza.field(b"A: \xff", b"A")
