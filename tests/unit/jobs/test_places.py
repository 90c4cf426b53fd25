"""Outputs and result files: checked first, there whole or not at all."""

import os
from pathlib import Path

import pytest

from bareboat.errors import InputError
from bareboat.jobs import places


def test_what_stands_in_the_way_is_told(tmp_path: Path) -> None:
    foreign = tmp_path / "foreign.tar"
    foreign.write_text("mine")
    with pytest.raises(InputError, match="no archive that bareboat wrote"):
        places.check((foreign,), (), force=False)
    places.check((foreign, tmp_path / "layout"), (None, tmp_path / "iid"), force=True)
    with pytest.raises(InputError, match="missing"):
        places.check((), (tmp_path / "missing" / "iid",), force=True)
    with pytest.raises(InputError, match="a folder"):
        places.check((), (tmp_path,), force=True)


def test_a_result_file_is_replaced_and_a_pipe_written_to(tmp_path: Path) -> None:
    places.write(None, "nowhere")
    file = tmp_path / "iid"
    places.write(file, "one")
    places.write(file, "two")
    assert file.read_text() == "two"
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    reader = os.open(pipe, os.O_RDONLY | os.O_NONBLOCK)
    places.write(pipe, "three")
    assert os.read(reader, 9) == b"three"
    os.close(reader)


def test_outputs_move_in_when_all_went_well(tmp_path: Path) -> None:
    archive, layout = tmp_path / "a.tar", tmp_path / "layout"
    layout.mkdir()
    (layout / "old").touch()
    with places.moved((archive, layout)) as (first, second):
        assert (first.suffix, first.exists(), second.exists()) == (".tar", False, False)
        first.write_text("new")
        second.mkdir()
        (second / "index.json").touch()
        assert not archive.exists()
    assert archive.read_text() == "new"
    assert [path.name for path in layout.iterdir()] == ["index.json"]
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a.tar", "layout"]


def test_nothing_moves_after_a_failure(tmp_path: Path) -> None:
    archive = tmp_path / "a.tar"
    archive.write_text("old")

    def fail() -> None:
        with places.moved((archive,)) as (place,):
            place.write_text("half")
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        fail()
    assert archive.read_text() == "old"
    assert [path.name for path in tmp_path.iterdir()] == ["a.tar"]
