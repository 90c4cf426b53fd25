import codecs
from pathlib import Path

import msgspec
import pytest

from bareboat.errors import InputError
from bareboat.project import toml


class Shape(msgspec.Struct):
    name: str


def test_text_is_read_without_its_byte_order_mark(tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(b"\xef\xbb\xbfx = 1")
    assert toml.read_text(tmp_path / "a") == "x = 1"


def test_what_is_not_utf8_is_refused_by_name(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_bytes(b"ab\xff")
    with pytest.raises(InputError, match=r"^a\.txt: not UTF-8 text \(byte 2\)$"):
        toml.read_text(tmp_path / "a.txt")
    with pytest.raises(InputError, match=r"^here: cannot be read"):
        toml.read_text(tmp_path / "none", where="here")


def test_a_file_too_large_is_refused(tmp_path: Path) -> None:
    with (tmp_path / "a").open("wb") as stream:
        stream.truncate(toml.LIMIT + 1)
    with pytest.raises(InputError, match="more than the"):
        toml.read_text(tmp_path / "a")


@pytest.mark.parametrize("text", ["x = ", "[a", "x = 1\nx = 2", "x = " + "[" * 3000, "x = " + "1" * 9999])
def test_broken_toml_is_refused(text: str) -> None:
    with pytest.raises(InputError, match=r"^f\.toml(:\d+)?: not valid TOML"):
        toml.parse(text, where="f.toml")


def test_types_that_do_not_fit_are_named() -> None:
    assert toml.convert({"name": "a"}, Shape, where="f").name == "a"
    with pytest.raises(InputError, match=r"f: expected `str`, got `int`"):
        toml.convert({"name": 1}, Shape, where="f")


def test_the_line_of_a_key_is_found() -> None:
    text = '[project]\nname = "x"\n\n[project.scripts]\n"a-b" = "c:d"\n[[other]]\nname = "y"\n'
    assert toml.line_of(text, "project", "name") == 2
    assert toml.line_of(text, "project.scripts", "a-b") == 5
    assert toml.line_of(text, "project.scripts") == 4
    assert toml.line_of(text, "other", "name") == 7
    assert toml.line_of(text, "project", "absent") == 1
    assert toml.line_of(text, "none") == 1


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (b"flask\n", "flask\n"),
        (codecs.BOM_UTF8 + b"flask", "flask"),
        ("flask".encode("utf-16"), "flask"),
        (codecs.BOM_UTF16_BE + "flask".encode("utf-16-be"), "flask"),
        ("flask".encode("utf-32"), "flask"),
        ("# -*- coding: latin-1 -*-\n# \xe9\n".encode("latin-1"), "# -*- coding: latin-1 -*-\n# \xe9\n"),
    ],
)
def test_encodings_of_requirements(tmp_path: Path, content: bytes, expected: str) -> None:
    (tmp_path / "r.txt").write_bytes(content)
    assert toml.read_any(tmp_path / "r.txt") == expected


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"\xe9", "not UTF-8 text"),
        (codecs.BOM_UTF16_LE + b"a", "not UTF-16 text"),
        (b"# coding: klingon\n", "its encoding 'klingon' is not known"),
    ],
)
def test_encodings_that_cannot_be_read(tmp_path: Path, content: bytes, said: str) -> None:
    (tmp_path / "r.txt").write_bytes(content)
    with pytest.raises(InputError, match=said):
        toml.read_any(tmp_path / "r.txt")


def test_values_come_back_from_one_line() -> None:
    held = {"a": ['x"\n', "é\x7f", 1, True], 'b"c': {"d": []}}
    assert toml.parse(f"v = {toml.inline(held)}\n", where="x")["v"] == held
