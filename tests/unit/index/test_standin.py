"""Wheels that hold metadata alone, and what takes their place in a lock."""

import zipfile
from pathlib import Path

from bareboat.index.standin import StandIn, blocks, name_of, put_back, write
from bareboat.wheel.read import open_wheel

ONE = StandIn(
    'name = "a-b"\nversion = "1.0"\ndirectory = { path = "lib" }\n', "a-b", "1.0", "Requires-Dist: c"
)
LOCK = (
    'lock-version = "1.0"\n\n[[packages]]\nname = "a-b"\nversion = "1.0"\nmarker = "os_name == \'posix\'"\n'
    'archive = { path = "x.whl" }\n\n[[packages]]\nname = "c"\nversion = "2"\n'
)


def test_a_stand_in_is_a_wheel(tmp_path: Path) -> None:
    path = write(ONE, tmp_path)
    wheel = open_wheel(path, filename=path.name)
    assert (wheel.name, wheel.version) == ("a-b", "1.0")
    with zipfile.ZipFile(path) as archive:
        assert "Requires-Dist: c" in archive.read("a_b-1.0.dist-info/METADATA").decode()


def test_sources_take_the_place_of_their_stand_in() -> None:
    text = put_back(LOCK, {"a-b": ONE})
    first, second = blocks(text)
    assert (name_of(first), name_of(second), name_of("x = 1")) == ("a-b", "c", "")
    assert "marker = \"os_name == 'posix'\"" in first
    assert 'directory = { path = "lib" }' in first
    assert "archive" not in first


def test_without_a_block_a_package_is_left_out() -> None:
    text = put_back(LOCK, {"a-b": StandIn("", "a-b", "1.0", "")})
    assert [name_of(block) for block in blocks(text)] == ["c"]
