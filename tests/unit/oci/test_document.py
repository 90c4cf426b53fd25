import pytest

from bareboat.errors import InputError
from bareboat.oci import document


def test_written_json_is_canonical() -> None:
    assert (
        document.render({"b": [1, {"z": None, "a": "ü"}], "a": {}})
        == '{"a":{},"b":[1,{"a":"ü","z":null}]}'.encode()
    )


def test_text_that_is_no_unicode_is_refused() -> None:
    with pytest.raises(InputError, match="cannot be written"):
        document.render({"a": "\udcff"})


def test_what_is_written_reads_back() -> None:
    held: dict[str, object] = {"a": [1, 2.5, True, None], "b": {"c": "d"}}
    assert document.parse(document.render(held), where="x") == held


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"", "not JSON"),
        (b"[]", "list"),
        (b'"a"', "str"),
        (b"\xff\xfe", "not JSON"),
        (b'{"a":1,"a":2}', "'a' twice"),
        (b'{"b":{"a":1,"a":2}}', "'a' twice"),
        (b'{"a":NaN}', "NaN"),
        (b'{"a":-Infinity}', "Infinity"),
        (b'{"a":' * 200_000, "not JSON|deep"),
        (b'{"a":' + b"9" * 5000 + b"}", "not JSON"),
        (b" " * (document.LIMIT + 1), "more than"),
    ],
)
def test_hostile_bytes_are_refused_by_name(data: bytes, reason: str) -> None:
    with pytest.raises(InputError, match=reason) as caught:
        document.parse(data, where="config")
    assert caught.value.where == "config"
