"""Source archives laid out in a folder: honest ones whole, hostile ones not at all."""

import io
import tarfile
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from bareboat.build.sources import OLDEST, Laid, even_times, lay, tools_for
from bareboat.errors import InputError, IntegrityError
from bareboat.tree.content import Bytes

Change = Callable[[tarfile.TarInfo], None]


def member(archive: tarfile.TarFile, name: str, text: bytes = b"x", **more: object) -> None:
    info = tarfile.TarInfo(name)
    info.size = len(text) if more.get("type", tarfile.REGTYPE) == tarfile.REGTYPE else 0
    for key, value in more.items():
        setattr(info, key, value)
    archive.addfile(info, io.BytesIO(text) if info.size else None)


def tar(folder: Path, *members: tuple[str, dict[str, object]], how: str = "gz") -> Path:
    path = folder / f"a-1.tar.{how}"
    with tarfile.open(path, f"w:{how}") as archive:  # type: ignore[call-overload]  # one of three texts
        for name, more in members:
            member(archive, name, **more)  # type: ignore[arg-type]  # attributes by name
    return path


def laid(path: Path, folder: Path) -> Laid:
    folder.mkdir(exist_ok=True)
    return lay(Bytes(path.read_bytes()), path.name, folder, path=path, epoch=0)


@pytest.mark.parametrize("how", ["gz", "bz2", "xz"])
def test_files_modes_and_times(tmp_path: Path, how: str) -> None:
    path = tar(
        tmp_path, ("a-1/setup.py", {"mode": 0o600}), ("a-1/x/run", {"mode": 0o4711, "mtime": 99}), how=how
    )
    found = laid(path, tmp_path / "to")
    assert found.paths == ("setup.py", "x/run")
    assert found.folder == tmp_path / "to" / "a-1"
    assert (found.folder / "setup.py").stat().st_mode & 0o7777 == 0o644
    assert (found.folder / "x/run").stat().st_mode & 0o7777 == 0o755
    assert {one.stat().st_mtime for one in found.folder.rglob("*")} == {OLDEST}


def test_a_zip(tmp_path: Path) -> None:
    path = tmp_path / "a-1.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("a-1/setup.py", "x")
    assert laid(path, tmp_path / "to").paths == ("setup.py",)


def test_links_inside_stay(tmp_path: Path) -> None:
    link: dict[str, object] = {"type": tarfile.SYMTYPE, "linkname": "../b"}
    found = laid(tar(tmp_path, ("a-1/b", {}), ("a-1/c/d", link)), tmp_path / "to")
    assert (found.folder / "c" / "d").resolve() == found.folder / "b"


@pytest.mark.parametrize(
    ("name", "more", "message"),
    [
        ("../a", {}, "'../a'"),
        ("/a", {}, "absolute"),
        ("a-1/l", {"type": tarfile.SYMTYPE, "linkname": "/etc"}, "links out of the archive"),
        ("a-1/l", {"type": tarfile.SYMTYPE, "linkname": "../../x"}, "links out of the archive"),
        ("a-1/l", {"type": tarfile.LNKTYPE, "linkname": "../../x"}, "a-1|x"),
        ("a-1/d", {"type": tarfile.CHRTYPE}, "device"),
        ("b-1/x", {}, "more than one folder"),
    ],
)
def test_hostile_members_are_refused(
    tmp_path: Path, name: str, more: dict[str, object], message: str
) -> None:
    path = tar(tmp_path, ("a-1/ok", {}), (name, more))
    with pytest.raises(InputError, match=message) as caught:
        laid(path, tmp_path / "to")
    assert caught.value.where.startswith("a-1.tar.gz")
    assert "archive itself is at fault" in caught.value.hint


def test_a_bomb_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "a-1.tar.gz"
    with tarfile.open(path, "w:gz", compresslevel=9) as archive:
        member(archive, "a-1/zeros", bytes(300 << 20))
    with pytest.raises(InputError, match=r"bytes|limit|more"):
        laid(path, tmp_path / "to")


def test_damage_and_other_kinds(tmp_path: Path) -> None:
    path = tar(tmp_path, ("a-1/ok", {}))
    path.write_bytes(path.read_bytes()[:-20])
    with pytest.raises((InputError, IntegrityError)):
        laid(path, tmp_path / "to")
    other = tmp_path / "a-1.rar"
    other.write_bytes(b"x")
    with pytest.raises(InputError, match="no source archive that is known"):
        laid(other, tmp_path / "two")
    with pytest.raises(InputError, match="holds no folder"):
        laid(tar(tmp_path, ("a-1", {})), tmp_path / "three")


def test_times_are_even(tmp_path: Path) -> None:
    (tmp_path / "x" / "y").mkdir(parents=True)
    (tmp_path / "x" / "l").symlink_to("none")
    even_times(tmp_path / "x", 1_000_000_000)
    assert (tmp_path / "x" / "y").stat().st_mtime == 1_000_000_000
    assert (tmp_path / "x" / "l").lstat().st_mtime == 1_000_000_000


@pytest.mark.parametrize(
    ("paths", "expected"),
    [
        (["setup.py", "a/b.py"], None),
        (["a/b.c"], ()),
        (["a/b.CPP", "c.rs"], ("cargo", "g++", "rustc")),
        (["a.pyx", "b.f90"], ("gfortran",)),
        (["CMakeLists.txt"], ("cmake", "g++")),
        (["vendored/CMakeLists.txt"], None),
        (["Cargo.toml"], ("cargo", "rustc")),
    ],
)
def test_what_sources_are_compiled_with(paths: list[str], expected: tuple[str, ...] | None) -> None:
    assert tools_for(paths) == expected
