import gzip
import hashlib
import io
import lzma
import sys
import tarfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from bareboat.debian import package
from bareboat.debian.package import Unpacked, merged, unpack
from bareboat.errors import BareboatError, InputError, IntegrityError
from bareboat.lock import DebianPackage
from bareboat.testing import debian
from bareboat.tree.content import Bytes
from bareboat.tree.entry import Entry, Kind

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd

CONTROL = b"Package: demo\nVersion: 1.0-1\nArchitecture: amd64\nDescription: demo\n"


def tar(*members: tarfile.TarInfo | tuple[str, bytes]) -> bytes:
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w", format=tarfile.GNU_FORMAT) as stream:
        for member in members:
            if isinstance(member, tarfile.TarInfo):
                stream.addfile(member, io.BytesIO(bytes(member.size)))
            else:
                entry = tarfile.TarInfo(member[0])
                entry.size = len(member[1])
                stream.addfile(entry, io.BytesIO(member[1]))
    return buffer.getvalue()


def special(name: str, kind: bytes, *, link: str = "", mode: int = 0o644) -> tarfile.TarInfo:
    entry = tarfile.TarInfo(name)
    entry.type, entry.linkname, entry.mode = kind, link, mode
    return entry


FOLDER = special("./folder", tarfile.DIRTYPE, mode=0o755)


def ar(*members: tuple[str, bytes]) -> bytes:
    found = b"!<arch>\n"
    for name, data in members:
        found += f"{name:<16}{0:<12}{0:<6}{0:<6}{'100644':<8}{len(data):<10}`\n".encode()
        found += data + b"\n" * (len(data) % 2)
    return found


def deb(data: bytes, *, control: bytes = CONTROL, name: str = "data.tar") -> bytes:
    return ar(
        ("debian-binary", b"2.0\n"),
        (
            "control.tar.xz",
            lzma.compress(tar(FOLDER, ("./control", control), ("./postinst", b"#!/bin/sh\n"))),
        ),
        (name, data),
    )


def described(data: bytes, *, name: str = "demo", architecture: str = "amd64") -> DebianPackage:
    return DebianPackage(name, "1.0-1", architecture, hashlib.sha256(data).hexdigest(), "pool/d", len(data))


def opened(data: bytes, scratch: Path) -> Unpacked:
    return unpack(Bytes(data), described(data), scratch=scratch)


def content(found: Entry | None) -> bytes:
    assert found is not None
    assert found.content is not None
    return b"".join(found.content.chunks())


def test_an_archive_s_package_is_unpacked(tmp_path: Path) -> None:
    made = debian.Package("demo", files={"usr/bin/demo": b"x" * 9}, links={"usr/bin/d": "demo"})
    data = debian.deb(made)
    found = unpack(Bytes(data), described(data, architecture="all"), scratch=tmp_path)
    assert [entry.path for entry in found.tree] == ["usr", "usr/bin", "usr/bin/d", "usr/bin/demo"]
    assert content(found.tree.find("usr/bin/demo")) == b"x" * 9
    assert "Package: demo" in found.control
    assert found.md5sums.endswith("  usr/bin/demo\n")


@pytest.mark.parametrize(
    ("name", "packed"),
    [
        ("data.tar", lambda data: data),
        ("data.tar.gz", gzip.compress),
        ("data.tar.xz", lzma.compress),
        ("data.tar.zst", zstd.compress),
    ],
)
def test_every_compression_of_dpkg_is_read(tmp_path: Path, name: str, packed: object) -> None:
    assert callable(packed)
    found = opened(deb(packed(tar(("./a", b"1" * 3_000_000), ("./b", b"2"))), name=name), tmp_path)
    first = found.tree.find("a")
    assert content(first) == content(first) == b"1" * 3_000_000
    assert content(found.tree.find("b")) == b"2"
    assert found.scripts == (("postinst", "#!/bin/sh\n"),)


def test_files_of_the_root_s_links_lie_in_usr(tmp_path: Path) -> None:
    data = tar(
        special("./lib", tarfile.DIRTYPE, mode=0o755),
        special("./bin", tarfile.SYMTYPE, link="usr/bin"),
        ("./lib/libz.so.1", b"z"),
        special("./lib/libz.so", tarfile.LNKTYPE, link="./lib/libz.so.1"),
        ("./usr/lib/other", b"o"),
        ("./library/kept", b"k"),
    )
    found = opened(deb(data), tmp_path).tree
    assert [entry.path for entry in found] == [
        "library",
        "library/kept",
        "usr",
        "usr/lib",
        "usr/lib/libz.so",
        "usr/lib/libz.so.1",
        "usr/lib/other",
    ]
    link = found.find("usr/lib/libz.so")
    assert link is not None
    assert (link.kind, link.link) == (Kind.HARDLINK, "usr/lib/libz.so.1")


@pytest.mark.parametrize(
    ("path", "place"),
    [("lib/a", "usr/lib/a"), ("sbin", "usr/sbin"), ("usr/lib/a", "usr/lib/a"), ("library", "library")],
)
def test_merged(path: str, place: str) -> None:
    assert merged(path) == place


def test_set_user_id_bits_are_taken_off(tmp_path: Path) -> None:
    found = opened(deb(tar(special("./su", tarfile.REGTYPE, mode=0o4755))), tmp_path).tree.find("su")
    assert found is not None
    assert found.mode == 0o755


@pytest.mark.parametrize(
    ("members", "words"),
    [
        ([("../escape", b"x")], "'..' part"),
        ([("/etc/passwd", b"x")], "absolute"),
        ([special("./null", tarfile.CHRTYPE)], "character device"),
        ([("./a", b"1"), ("./a", b"2")], "stands twice"),
        ([("./lib/a", b"1"), ("./usr/lib/a", b"2")], "stands twice"),
        ([special("./d", tarfile.SYMTYPE, link="/etc"), ("./d/passwd", b"x")], "which is no folder"),
    ],
)
def test_hostile_members_are_refused(
    tmp_path: Path, members: list[tarfile.TarInfo | tuple[str, bytes]], words: str
) -> None:
    with pytest.raises(InputError, match=words) as caught:
        opened(deb(tar(*members)), tmp_path)
    assert caught.value.where == "demo 1.0-1"


class Zeros:
    """A tar of zeros without end, never held."""

    def __init__(self, size: int) -> None:
        entry = tarfile.TarInfo("./zeros")
        entry.size = size
        self._head = entry.tobuf()

    def packed(self) -> bytes:
        packer = lzma.LZMACompressor(preset=0)
        return packer.compress(self._head) + packer.compress(bytes(1 << 20)) + packer.flush()


def test_a_bomb_is_refused_by_what_it_says(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="past the limit"):
        opened(deb(Zeros(1 << 40).packed(), name="data.tar.xz"), tmp_path)


def cut(data: bytes) -> bytes:
    return data[: len(data) // 2]


XZ = lzma.compress(tar(("./a", b"abc" * 1000)))


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"<html>not found</html>", "not an ar archive"),
        (ar(("debian-binary", b"2.0\n")), "no control.tar followed"),
        (ar(("data.tar", tar(("./a", b"")))), "no control.tar followed"),
        (deb(cut(XZ), name="data.tar.xz"), "damaged|too early|short"),
        (deb(XZ[:-4], name="data.tar.xz"), "too early"),
        (deb(XZ + b"more", name="data.tar.xz"), "followed by other bytes"),
        (deb(XZ + bytes(3 << 20), name="data.tar.xz"), "followed by other bytes"),
        (deb(b"\xff" * 99, name="data.tar.xz"), "damaged"),
        (deb(b"x", name="data.tar.lzma"), "not supported"),
        (deb(XZ, control=CONTROL.replace(b"demo", b"other", 1), name="data.tar.xz"), "'other', not 'demo'"),
        (deb(XZ, control=CONTROL.replace(b"1.0-1", b"0.9-1"), name="data.tar.xz"), "Version"),
        (deb(XZ, control=b"", name="data.tar.xz"), "'nothing', not 'demo'"),
        (cut(deb(XZ * 9, name="data.tar.xz")), "early|followed"),
    ],
)
def test_damage_is_named(tmp_path: Path, data: bytes, words: str) -> None:
    with pytest.raises(BareboatError, match=words) as caught:
        opened(data, tmp_path)
    assert caught.value.where == "demo 1.0-1"


def test_what_is_kept_beside_a_tree_comes_back(tmp_path: Path) -> None:
    found = opened(deb(XZ, name="data.tar.xz"), tmp_path)
    assert package.decode(found.package, found.tree, package.encode(found)) == found
    with pytest.raises(IntegrityError, match="damaged"):
        package.decode(found.package, found.tree, b"{")


def test_contents_say_when_their_file_was_cut(tmp_path: Path) -> None:
    found = opened(deb(XZ, name="data.tar.xz"), tmp_path)
    (spool,) = tmp_path.iterdir()
    spool.write_bytes(b"ab")
    with pytest.raises(IntegrityError, match="2998 bytes too early"):
        content(found.tree.find("a"))


def test_content_is_streamed_from_small_chunks(tmp_path: Path) -> None:
    data = deb(XZ, name="data.tar.xz")

    class Slow:
        size = len(data)

        def chunks(self) -> Iterator[bytes]:
            for start in range(0, len(data), 11):
                yield data[start : start + 11]

    found = unpack(Slow(), described(data), scratch=tmp_path)
    assert content(found.tree.find("a")) == b"abc" * 1000
