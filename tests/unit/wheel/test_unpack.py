from collections.abc import Iterable
from pathlib import Path

import pytest

from bareboat.errors import IntegrityError
from bareboat.store.spool import Spool
from bareboat.target import PythonVersion
from bareboat.testing.wheels import Defect, make, write
from bareboat.tree.tree import Tree
from bareboat.wheel.install import install
from bareboat.wheel.read import open_wheel
from bareboat.wheel.unpack import Sliced, UnpackedMember, unpacked

FILES: dict[str, bytes | str] = {
    "demo/__init__.py": "x = 1\n",
    "demo/data.bin": bytes(range(256)) * 40,
    "demo/tool": "#!/bin/sh\n",
}


def contents(tree: Tree) -> dict[str, tuple[int, bytes]]:
    return {
        entry.path: (entry.mode, b"".join(entry.content.chunks()))
        for entry in tree
        if entry.content is not None
    }


def test_installing_gives_the_same_files_as_from_the_archive(tmp_path: Path) -> None:
    wheel = make(files=FILES, executable=["demo/tool"], commands={"demo": "demo:x"})
    held = open_wheel(write(wheel, tmp_path), filename=wheel.filename)
    python = PythonVersion(3, 13)
    spooled = install(unpacked(held, Spool(tmp_path / "spool").keep), python=python)
    assert contents(spooled) == contents(install(held, python=python))


def test_the_archive_is_not_read_again(tmp_path: Path) -> None:
    wheel = make(files=FILES)
    path = write(wheel, tmp_path)
    found = unpacked(open_wheel(path, filename=wheel.filename), Spool(tmp_path / "spool").keep)
    path.unlink()
    member = found.find("demo/data.bin")
    assert member is not None
    assert b"".join(member.chunks()) == FILES["demo/data.bin"]
    assert isinstance(member, UnpackedMember)
    assert b"".join(member.slice(1, 3).chunks()) == b"\1\2\3"


def test_every_member_is_verified(tmp_path: Path) -> None:
    wheel = make(files=FILES, defect=Defect.HASH)
    held = open_wheel(write(wheel, tmp_path), filename=wheel.filename)
    kept: list[int] = []

    def keep(chunks: Iterable[bytes], size: int) -> Sliced:
        kept.append(size)
        return Spool(tmp_path / f"spool{len(kept)}").keep(chunks, size)

    with pytest.raises(IntegrityError, match="RECORD says"):
        unpacked(held, keep)
