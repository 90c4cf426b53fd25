import stat
import struct
import zipfile
from pathlib import Path
from threading import Thread

import pytest

from bareboat.errors import BareboatError, BuildError, InputError, IntegrityError
from bareboat.testing.wheels import Defect, make, write
from bareboat.tree.content import CHUNK
from bareboat.wheel import archive
from bareboat.wheel.archive import Member, members


def opened(folder: Path, defect: Defect | None = None, *, compress: bool = True) -> tuple[Member, ...]:
    wheel = make(files={"demo/a.py": "a = 1\n" * 50, "demo/b.py": "b\n"}, defect=defect, compress=compress)
    return members(write(wheel, folder), where=wheel.filename)


def read(member: Member) -> bytes:
    return b"".join(member.chunks())


@pytest.mark.parametrize("compress", [True, False])
def test_members_are_read_again_and_again(tmp_path: Path, *, compress: bool) -> None:
    first, second = opened(tmp_path, compress=compress)[:2]
    assert (first.name, first.size, first.executable) == ("demo/a.py", 300, False)
    assert read(first) == read(first) == b"a = 1\n" * 50
    assert read(second) == b"b\n"


@pytest.mark.parametrize(
    ("defect", "words"),
    [
        (Defect.ESCAPE, "does not stay inside"),
        (Defect.ABSOLUTE, "does not stay inside"),
        (Defect.BACKSLASH, "another system"),
        (Defect.DRIVE, "another system"),
        (Defect.CONTROL, "control character"),
        (Defect.DUPLICATE, "stands twice"),
        (Defect.SYMLINK, "symbolic link"),
        (Defect.DEVICE, "neither a file nor a folder"),
        (Defect.ENCRYPTED, "is encrypted"),
        (Defect.METHOD, "method 12"),
        (Defect.BOMB_MEMBER, "zip bomb"),
        (Defect.OVERLAP, "zip bomb"),
        (Defect.NOT_A_ZIP, "no readable zip"),
        (Defect.TRUNCATED, "no readable zip"),
    ],
)
def test_unsafe_archives_are_refused_by_name(tmp_path: Path, defect: Defect, words: str) -> None:
    with pytest.raises(InputError, match=words) as caught:
        opened(tmp_path, defect)
    assert caught.value.where == "demo-1.0-py3-none-any.whl"


@pytest.mark.parametrize(
    ("defect", "words"),
    [
        (Defect.UNDERSTATED, "more than the 150 bytes"),
        (Defect.CRC, "has CRC"),
        (Defect.CUT_MEMBER, "cut short"),
        (Defect.LOCAL_NAME, "header that the directory contradicts"),
    ],
)
def test_damage_shows_when_the_bytes_are_read(tmp_path: Path, defect: Defect, words: str) -> None:
    member = opened(tmp_path, defect)[0]
    with pytest.raises(IntegrityError, match=words):
        read(member)


def test_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"a\.whl: no such file"):
        members(tmp_path / "a.whl", where="a.whl")


def test_file_that_vanishes_later_is_named(tmp_path: Path) -> None:
    member = opened(tmp_path)[0]
    member.archive.unlink()
    with pytest.raises(BuildError, match="cannot be read"):
        read(member)


def test_archive_that_shrinks_later_is_damaged(tmp_path: Path) -> None:
    last = opened(tmp_path, compress=False)[-1]
    for length, words in [(last.offset + 40 + len(last.name), "cut short"), (last.offset + 3, "no header")]:
        last.archive.write_bytes(last.archive.read_bytes()[:length])
        with pytest.raises(IntegrityError, match=words):
            read(last)


def test_total_size_is_bounded(tmp_path: Path) -> None:
    path = write(make(), tmp_path)
    with pytest.raises(InputError, match="more than 10 bytes"):
        members(path, where="x", max_size=10)


def test_number_of_members_is_bounded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(archive, "MAX_MEMBERS", 2)
    with pytest.raises(InputError, match="more than 2 members"):
        opened(tmp_path)


def test_directory_that_declares_too_much_is_not_loaded(tmp_path: Path) -> None:
    data = bytearray(make().data)
    end = data.rindex(b"PK\5\6")
    struct.pack_into("<I", data, end + 12, 65 << 20)
    path = tmp_path / "a.whl"
    path.write_bytes(data)
    with pytest.raises(InputError, match="its directory declares"):
        members(path, where="x")
    struct.pack_into("<I", data, end + 12, 0xFFFFFFFF)
    record = struct.pack("<4sQ2H2I4Q", b"PK\6\6", 44, 45, 45, 0, 0, 1, 1, 1 << 40, 0)
    locator = struct.pack("<4sIQI", b"PK\6\7", 0, end, 1)
    path.write_bytes(bytes(data[:end]) + record + locator + bytes(data[end:]))
    with pytest.raises(InputError, match="its directory declares 1099511627776 bytes"):
        members(path, where="x")


def test_folders_are_left_out_and_x_bits_kept(tmp_path: Path) -> None:
    path = tmp_path / "a.zip"
    with zipfile.ZipFile(path, "w") as out:
        out.mkdir("empty")
        info = zipfile.ZipInfo("run")
        info.external_attr = (stat.S_IFREG | 0o700) << 16
        out.writestr(info, b"#!")
        out.writestr(zipfile.ZipInfo("ünïcode.py"), b"")
    run, other = members(path, where="a")
    assert (run.name, run.executable) == ("run", True)
    assert (other.name, other.executable, read(other)) == ("ünïcode.py", False, b"")


def test_large_members_come_in_small_chunks(tmp_path: Path) -> None:
    path = tmp_path / "a.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as out:
        out.writestr("zeros", bytes(5 * CHUNK + 7))
    (member,) = members(path, where="a")
    sizes = [len(chunk) for chunk in member.chunks()]
    assert sum(sizes) == 5 * CHUNK + 7
    assert max(sizes) <= CHUNK


def test_bytes_after_the_end_of_a_member_are_damage(tmp_path: Path) -> None:
    member = opened(tmp_path)[0]
    data = bytearray(member.archive.read_bytes())
    start = member.offset + 30 + len(member.stored_name)
    data[start : start + 2] = b"\x03\x00"  # an empty final block
    member.archive.write_bytes(data)
    with pytest.raises(IntegrityError, match="after its end"):
        read(member)
    data[start] = 0xFF
    member.archive.write_bytes(data)
    with pytest.raises(IntegrityError, match="no valid deflate"):
        read(member)


def test_many_threads_read_at_once(tmp_path: Path) -> None:
    found = opened(tmp_path)
    results: list[bytes] = []
    threads = [Thread(target=lambda: results.extend(map(read, found))) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(results) == 8 * len(found)
    assert set(results) == set(map(read, found))


def test_two_sizes_of_a_stored_member_are_refused(tmp_path: Path) -> None:
    data = bytearray(make(compress=False).data)
    central = data.index(b"PK\1\2")
    struct.pack_into("<I", data, central + 24, 1)
    path = tmp_path / "a.whl"
    path.write_bytes(data)
    with pytest.raises(BareboatError, match="declares two sizes"):
        members(path, where="x")


def test_members_that_reach_past_the_end_are_refused(tmp_path: Path) -> None:
    data = bytearray(make().data)
    last = data.rindex(b"PK\1\2")
    struct.pack_into("<I", data, last + 20, 1 << 20)
    path = tmp_path / "a.whl"
    path.write_bytes(data)
    with pytest.raises(InputError, match=r"past its end|no readable zip"):
        members(path, where="x")
