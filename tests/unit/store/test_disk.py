"""A full disk, a limit, a lack of rights: one typed error with the way out, nothing left."""

import errno
import os
import shutil
import subprocess
from pathlib import Path

import pytest

import storework
from bareboat.errors import BuildError
from bareboat.store.disk import Disk, write_all

EXPECTED = {"put", "remember", "layout", "archive"}


def check(found: object, word: str) -> None:
    assert isinstance(found, dict)
    assert set(found["errors"]) == EXPECTED
    for kind, message, hint in found["errors"].values():
        assert kind == "BuildError"
        assert word in message
        assert ".bareboat-partial" not in message
        assert hint
    assert found["left"] == []
    assert found["small"] is True


def test_a_full_disk(tmp_path: Path) -> None:
    """A small tmpfs, as root or in a user namespace."""
    mount = ["sh", "-c", 'mount -t tmpfs -o size=4m none "$1" && shift && exec "$@"', "sh", str(tmp_path)]
    enter = ["unshare", "--mount", *([] if os.geteuid() == 0 else ["--map-root-user"])]
    if (
        shutil.which("unshare") is None
        or subprocess.run([*enter, *mount, "true"], check=False, capture_output=True, timeout=20).returncode
    ):
        pytest.skip("no tmpfs can be mounted here: needs root or user namespaces")
    check(storework.report("full", tmp_path, *enter, *mount), "no space left")


def test_a_limit_on_the_size_of_files(tmp_path: Path) -> None:
    check(
        storework.report("full", tmp_path, "sh", "-c", 'ulimit -f 4096 && exec "$@"', "sh"), "file too large"
    )


@pytest.mark.parametrize(
    ("number", "hint"),
    [(errno.ENOSPC, "prune"), (errno.EROFS, "read-only"), (errno.EACCES, "owns"), (errno.ENOTDIR, "")],
)
def test_an_error_of_the_system_gets_its_hint(number: int, hint: str) -> None:
    with pytest.raises(BuildError) as caught, Disk(Path("there"), "read"):
        raise OSError(number, os.strerror(number))
    assert str(caught.value) == f"there: cannot read: {os.strerror(number).lower()}"
    assert hint in caught.value.hint


def test_other_errors_pass() -> None:
    with pytest.raises(KeyError), Disk(Path("there")):
        raise KeyError
    with Disk(Path("there")):
        pass


def test_an_error_without_number_is_told_too() -> None:
    with pytest.raises(BuildError, match="cannot write: odd"), Disk(Path("there")):
        raise OSError("odd")


def test_write_all_writes_all(tmp_path: Path) -> None:
    reader, writer = os.pipe()
    os.set_blocking(writer, True)
    write_all(writer, b"x" * 1000)
    assert os.read(reader, 2000) == b"x" * 1000
    os.close(reader)
    os.close(writer)
