import fcntl
import os
from pathlib import Path

import pytest

from bareboat.errors import BuildError
from bareboat.store.session import Session, gate, live, sweep


def test_a_session_is_live_until_it_is_closed(tmp_path: Path) -> None:
    session = Session(tmp_path)
    assert live(tmp_path) == 1
    assert sweep(tmp_path) == (session.since, 0)
    session.temporary().write_bytes(b"left")
    session.close()
    session.close()
    assert live(tmp_path) == 0
    assert not session.folder.exists()


def test_a_session_ends_with_its_object(tmp_path: Path) -> None:
    folder = Session(tmp_path).folder
    assert not folder.exists()


def test_what_a_dead_session_left_is_swept(tmp_path: Path) -> None:
    for number in range(2):
        dead = tmp_path / "sessions" / f"dead{number}"
        (dead / "scratch").mkdir(parents=True)
        (dead / "scratch" / "file").write_bytes(b"x" * 100)
    (dead / "lock").touch()  # the other died before it had a lock
    session = Session(tmp_path)
    oldest, removed = sweep(tmp_path)
    assert oldest == session.since
    assert removed >= 200
    assert list((tmp_path / "sessions").iterdir()) == [session.folder]


def test_a_forked_child_leaves_the_folder_to_its_parent(tmp_path: Path) -> None:
    session = Session(tmp_path)
    session._finalizer.detach()
    from bareboat.store.session import _end

    _end(session.folder, os.open(os.devnull, os.O_RDONLY), os.getpid() + 1)
    assert session.folder.exists()


def test_the_gate_keeps_removal_and_use_apart(tmp_path: Path) -> None:
    with gate(tmp_path), gate(tmp_path):
        descriptor = os.open(tmp_path / "gate", os.O_RDWR)
        with pytest.raises(BlockingIOError):
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        os.close(descriptor)


def test_a_root_that_cannot_be_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(BuildError, match="not a directory") as caught:
        Session(tmp_path / "file" / "cache")
    assert str(tmp_path) in caught.value.where
