import fcntl
import os
from contextlib import suppress
from pathlib import Path

import pytest

from bareboat.errors import BuildError, InputError, IntegrityError
from bareboat.oci.blob import BytesBlob
from bareboat.oci.digest import Digest
from bareboat.store.cas import Store
from bareboat.store.output import (
    checked,
    names,
    partial_file,
    partial_folder,
    require_parent,
    sweep,
    write_text,
)
from images import Misnamed


def test_a_file_appears_whole_or_not_at_all(tmp_path: Path) -> None:
    path = tmp_path / "out"
    path.write_bytes(b"old")
    with suppress(KeyError), partial_file(path) as descriptor:
        os.write(descriptor, b"half")
        raise KeyError
    assert [(found.name, found.read_bytes()) for found in tmp_path.iterdir()] == [("out", b"old")]
    with partial_file(path) as descriptor:
        os.write(descriptor, b"new")
        assert path.read_bytes() == b"old"
    assert [(found.name, found.read_bytes()) for found in tmp_path.iterdir()] == [("out", b"new")]


def test_a_folder_appears_whole_or_not_at_all(tmp_path: Path) -> None:
    path = tmp_path / "out"
    with suppress(KeyError), partial_folder(path) as folder:
        (folder / "half").touch()
        raise KeyError
    assert list(tmp_path.iterdir()) == []
    path.mkdir()  # an empty folder may stand there
    with partial_folder(path) as folder:
        (folder / "whole").touch()
    assert [found.name for found in path.iterdir()] == ["whole"]


def test_a_folder_that_another_filled_meanwhile_stays(tmp_path: Path) -> None:
    path = tmp_path / "out"
    with pytest.raises(BuildError, match="not empty"), partial_folder(path):
        (path / "theirs").mkdir(parents=True)
    assert [found.name for found in tmp_path.rglob("*")] == ["out", "theirs"]


def test_the_umask_of_the_user_decides(tmp_path: Path) -> None:
    before = os.umask(0o027)
    try:
        with partial_file(tmp_path / "file"):
            pass
        with partial_folder(tmp_path / "folder"):
            pass
    finally:
        os.umask(before)
    assert (tmp_path / "file").stat().st_mode & 0o777 == 0o640
    assert (tmp_path / "folder").stat().st_mode & 0o777 == 0o750


def test_what_dead_writers_left_is_swept_and_nothing_else(tmp_path: Path) -> None:
    dead = tmp_path / ".out.1.bareboat-partial"
    dead.mkdir()
    (dead / "x").touch()
    (tmp_path / ".out.2.bareboat-partial").touch()
    others = [".other.3.bareboat-partial", "out.4.bareboat-partial", ".out.5"]
    for name in others:
        (tmp_path / name).touch()
    alive = tmp_path / ".out.6.bareboat-partial"
    alive.touch()
    descriptor = os.open(alive, os.O_RDONLY)
    fcntl.flock(descriptor, fcntl.LOCK_EX)
    sweep(tmp_path / "out")
    os.close(descriptor)
    assert sorted(path.name for path in tmp_path.iterdir()) == sorted([*others, alive.name])


def test_a_sweep_between_making_and_locking_does_no_harm(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    lock = fcntl.flock
    swept: list[Path] = []

    def late(descriptor: int, operation: int) -> None:
        if not swept:
            swept.extend(tmp_path.iterdir())
            swept[0].unlink()
        lock(descriptor, operation)

    monkeypatch.setattr(fcntl, "flock", late)
    with partial_file(tmp_path / "out") as descriptor:
        os.write(descriptor, b"whole")
    assert len(swept) == 1
    assert (tmp_path / "out").read_bytes() == b"whole"


def test_a_missing_folder_is_told_before_the_work(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="missing") as caught:
        require_parent(tmp_path / "none" / "out")
    assert caught.value.hint == f"mkdir -p {tmp_path / 'none'}"


def test_blobs_are_checked_as_they_pass(tmp_path: Path) -> None:
    assert b"".join(checked(BytesBlob(b"abc"))) == b"abc"
    with pytest.raises(IntegrityError):
        list(checked(Misnamed(Digest("0" * 64), b"abc")))
    blob = Store(tmp_path).put([b"abc"])
    assert b"".join(checked(blob)) == b"abc"
    blob.path.write_bytes(b"abd")
    with pytest.raises(IntegrityError):
        list(checked(blob))
    assert not blob.path.exists()


def test_names_for_tools() -> None:
    assert names(None) == ((), None)
    annotations, short = names("app")
    assert dict(annotations) == {
        "io.containerd.image.name": "docker.io/library/app:latest",
        "org.opencontainers.image.ref.name": "latest",
    }
    assert short == "app:latest"
    assert names(f"r.io/a/b:1@sha256:{'0' * 64}")[1] == "r.io/a/b:1"
    with pytest.raises(InputError):
        names("Not A Name")


def test_a_text_appears_whole(tmp_path: Path) -> None:
    write_text(tmp_path / "lock", "ü\n")
    assert [(path.name, path.read_bytes()) for path in tmp_path.iterdir()] == [("lock", "ü\n".encode())]
