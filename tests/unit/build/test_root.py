"""Trees on disk: what is written, where it cannot go, and what a full disk says."""

import os
from pathlib import Path

import pytest

from bareboat.build.root import materialise, place
from bareboat.errors import BuildError
from bareboat.tree.entry import Entry, directory, file, hardlink, symlink


def written(folder: Path, *entries: Entry) -> Path:
    folder.mkdir()
    materialise(entries, folder)
    return folder


def test_every_kind_of_entry(tmp_path: Path) -> None:
    root = written(
        tmp_path / "root",
        directory("opt", mode=0o755),
        directory("opt/secret", mode=0o000),
        file("opt/run", b"#!/bin/sh\n", mode=0o755),
        file("opt/empty", b""),
        hardlink("opt/same", "opt/run"),
        symlink("opt/link", "run"),
        symlink("opt/nowhere", "/does/not/exist"),
    )
    assert (root / "opt/run").read_bytes() == b"#!/bin/sh\n"
    assert (root / "opt/run").stat().st_mode & 0o777 == 0o755
    assert (root / "opt/same").samefile(root / "opt/run")
    assert (root / "opt/link").readlink() == Path("run")
    assert os.path.lexists(root / "opt/nowhere")
    assert (root / "opt/empty").read_bytes() == b""
    assert (root / "opt/secret").stat().st_mode & 0o700 == 0o700, "it must be possible to remove it again"


def test_parents_are_made(tmp_path: Path) -> None:
    assert (written(tmp_path / "root", file("a/b/c", b"x")) / "a/b/c").read_bytes() == b"x"


def test_a_later_entry_replaces_an_earlier_one(tmp_path: Path) -> None:
    root = written(
        tmp_path / "root",
        file("a", b"old"),
        file("a", b"new"),
        directory("b"),
        file("b/inside", b"x"),
        file("b", b"file now"),
        file("c", b"x"),
        symlink("c", "a"),
    )
    assert (root / "a").read_bytes() == b"new"
    assert (root / "b").read_bytes() == b"file now"
    assert (root / "c").readlink() == Path("a")


@pytest.mark.parametrize("target", ["{outside}", "../outside", "."])
def test_nothing_is_written_through_a_link(tmp_path: Path, target: str) -> None:
    outside = tmp_path / "outside"
    outside.mkdir()
    root = tmp_path / "root"
    root.mkdir()
    place(symlink("door", target.format(outside=outside)), root)
    with pytest.raises(BuildError, match="cannot write 'door/file'") as caught:
        place(file("door/file", b"x"), root)
    assert caught.value.where == str(root)
    assert list(outside.iterdir()) == []


def test_a_link_in_place_of_a_file_is_replaced_not_followed(tmp_path: Path) -> None:
    victim = tmp_path / "victim"
    victim.write_bytes(b"untouched")
    root = tmp_path / "root"
    root.mkdir()
    place(symlink("a", str(victim)), root)
    place(file("a", b"x"), root)
    assert victim.read_bytes() == b"untouched"
    assert not (root / "a").is_symlink()


def test_a_hard_link_to_nothing_is_told_by_name(tmp_path: Path) -> None:
    with pytest.raises(BuildError, match="cannot write 'b'"):
        written(tmp_path / "root", hardlink("b", "missing"))


def test_a_missing_folder_is_told(tmp_path: Path) -> None:
    with pytest.raises(BuildError, match="no such file") as caught:
        place(file("a", b"x"), tmp_path / "missing")
    assert "--cache-dir" in caught.value.hint


def test_modes_do_not_depend_on_the_umask(tmp_path: Path) -> None:
    before = os.umask(0o077)
    try:
        root = written(tmp_path / "root", directory("d", mode=0o755), file("d/f", b"x", mode=0o644))
    finally:
        os.umask(before)
    assert (root / "d").stat().st_mode & 0o777 == 0o755
    assert (root / "d/f").stat().st_mode & 0o777 == 0o644
