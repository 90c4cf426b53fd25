"""A comparison as JSON, held against its own schema."""

import json

import jsonschema
import pytest

from bareboat.compare.result import VERSION, document, read, schema
from bareboat.errors import InputError
from comparisons import COMPARISON


def test_the_document_is_valid_and_reads_back() -> None:
    made = json.loads(json.dumps(document(COMPARISON)))
    jsonschema.Draft202012Validator.check_schema(schema())
    jsonschema.validate(made, schema())
    assert made["schema"] == VERSION == "bareboat.compare/1"
    assert read(json.dumps(made).encode(), where="x.json") == COMPARISON


def test_packages_are_summed() -> None:
    contents = COMPARISON.rows[-1].contents
    assert contents is not None
    assert contents.packages == 49


@pytest.mark.parametrize("text", [b"", b"{}", b'{"schema": 1}', b"\xff"])
def test_another_text_is_refused(text: bytes) -> None:
    with pytest.raises(InputError, match=r"x\.json: no comparison"):
        read(text, where="x.json")


def test_another_version_is_refused() -> None:
    made = document(COMPARISON) | {"schema": "bareboat.compare/9"}
    with pytest.raises(InputError, match="compare/9"):
        read(json.dumps(made).encode(), where="x.json")
