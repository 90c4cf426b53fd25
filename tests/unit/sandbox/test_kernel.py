"""Refusals carry the kernel's number; what the calls do when they succeed is seen in test_namespaces."""

import errno
from pathlib import Path

import pytest

from bareboat.sandbox import kernel


def test_a_refused_mount_names_its_target(tmp_path: Path) -> None:
    with pytest.raises(OSError, match="none") as caught:
        kernel.mount("none", str(tmp_path / "none"), "tmpfs")
    assert caught.value.errno in {errno.ENOENT, errno.EPERM}


def test_a_refused_unmount_names_its_target(tmp_path: Path) -> None:
    with pytest.raises(OSError, match=tmp_path.name) as caught:
        kernel.unmount(str(tmp_path))
    assert caught.value.errno in {errno.EINVAL, errno.EPERM}


def test_a_refused_pivot(tmp_path: Path) -> None:
    with pytest.raises(OSError, match=r"\[Errno") as caught:
        kernel.pivot_root(str(tmp_path / "a"), str(tmp_path / "b"))
    assert caught.value.errno in {errno.ENOENT, errno.EPERM}


def test_an_unknown_namespace() -> None:
    with pytest.raises(OSError, match=r"\[Errno") as caught:
        kernel.unshare(0x1)
    assert caught.value.errno == errno.EINVAL
