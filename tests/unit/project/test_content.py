import os
from pathlib import Path

import pytest

from bareboat.errors import BuildError, InputError
from bareboat.project.content import FileContent
from bareboat.tree.content import CHUNK


def test_a_file_is_read_any_number_of_times(tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(b"x" * (CHUNK + 1))
    content = FileContent.of(tmp_path / "a")
    assert content.size == CHUNK + 1
    assert [len(chunk) for chunk in content.chunks()] == [CHUNK, 1]
    assert b"".join(content.chunks()) == b"x" * (CHUNK + 1)


def test_a_file_that_changed_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "a"
    path.write_bytes(b"one")
    content = FileContent.of(path)
    path.write_bytes(b"three")
    with pytest.raises(BuildError, match="changed while the image was built"):
        list(content.chunks())


def test_a_file_that_changes_while_it_is_read_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "a"
    path.write_bytes(b"x" * 2 * CHUNK)
    chunks = FileContent.of(path).chunks()
    next(chunks)
    os.utime(path, ns=(1, 1))
    with pytest.raises(BuildError, match="changed"):
        list(chunks)


def test_a_file_that_is_not_what_it_says_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "a"
    path.write_bytes(b"abc")
    held = FileContent.of(path)
    with pytest.raises(BuildError, match="changed"):
        list(FileContent(path, 4, held.stamp).chunks())


def test_a_file_that_is_gone_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "a"
    path.write_bytes(b"")
    content = FileContent.of(path)
    path.unlink()
    with pytest.raises(InputError, match="cannot be read"):
        list(content.chunks())
    with pytest.raises(InputError, match="cannot be read"):
        FileContent.of(path)
