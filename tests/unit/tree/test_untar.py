import io
import tarfile
from collections.abc import Iterator

import pytest

from bareboat.errors import InputError
from bareboat.tree import tar, untar, ustar
from bareboat.tree.entry import Entry, Kind, directory, file, symlink
from bareboat.tree.tree import Tree

FORMATS = pytest.mark.parametrize("form", [tarfile.USTAR_FORMAT, tarfile.GNU_FORMAT, tarfile.PAX_FORMAT])
LIMIT = 1 << 24


class Archive:
    """An archive as the standard library writes it."""

    def __init__(self, form: int = tarfile.GNU_FORMAT) -> None:
        self.stream = io.BytesIO()
        self.tar = tarfile.open(fileobj=self.stream, mode="w", format=form)  # noqa: SIM115

    def add(
        self,
        name: str,
        kind: bytes = tarfile.REGTYPE,
        *,
        data: bytes = b"",
        link: str = "",
        mode: int = 0o644,
        **more: object,
    ) -> "Archive":
        info = tarfile.TarInfo(name)
        info.type, info.size, info.linkname, info.mode = kind, len(data), link, mode
        info.uname, info.mtime = "someone", 1234567890.5
        for field, value in more.items():
            setattr(info, field, value)
        self.tar.addfile(info, io.BytesIO(data))
        return self

    def close(self) -> bytes:
        self.tar.close()
        return self.stream.getvalue()


def pieces(data: bytes, step: int) -> Iterator[bytes]:
    return (data[start : start + step] for start in range(0, len(data), step))


def held(data: bytes, step: int = 1 << 20, limit: int = LIMIT) -> list[tuple[Entry, bytes]]:
    return [
        (entry, b"".join(entry.content.chunks()) if entry.content else b"")
        for entry in untar.read(pieces(data, step), limit=limit, where="data.tar")
    ]


def refused(data: bytes, match: str, limit: int = LIMIT) -> None:
    with pytest.raises(InputError, match=match) as caught:
        held(data, limit=limit)
    assert caught.value.where == "data.tar"


@FORMATS
@pytest.mark.parametrize("step", [1, 512, 1000, 1 << 20])
def test_what_the_standard_library_writes(form: int, step: int) -> None:
    long = "usr/" + "a" * 90 + "/" + "b" * 90
    data = (
        Archive(form)
        .add("./", tarfile.DIRTYPE, mode=0o755)
        .add("./usr", tarfile.DIRTYPE, mode=0o755, uid=7, gid=8)
        .add("./usr/tool", data=b"hello", mode=0o4755)
        .add("usr/link", tarfile.SYMTYPE, link="../../x")
        .add("./usr/hard", tarfile.LNKTYPE, link="./usr/tool")
        .add("./" + long, data=b"q" * 3000)
        .add("old", tarfile.AREGTYPE, data=b"v7")
        .add("flat", tarfile.CONTTYPE, data=b"c")
        .close()
    )
    found = held(data, step)
    assert [(e.path, e.kind, e.mode, e.link, content) for e, content in found] == [
        ("usr", Kind.DIRECTORY, 0o755, "", b""),
        ("usr/tool", Kind.FILE, 0o755, "", b"hello"),
        ("usr/link", Kind.SYMLINK, 0o777, "../../x", b""),
        ("usr/hard", Kind.HARDLINK, 0o644, "usr/tool", b""),
        (long, Kind.FILE, 0o644, "", b"q" * 3000),
        ("old", Kind.FILE, 0o644, "", b"v7"),
        ("flat", Kind.FILE, 0o644, "", b"c"),
    ]
    assert (found[0][0].uid, found[0][0].gid) == (7, 8)


@pytest.mark.parametrize("form", [tarfile.GNU_FORMAT, tarfile.PAX_FORMAT])
def test_names_that_no_block_holds(form: int) -> None:
    path, link = "ü/" + "n" * 200 + "/" + "m" * 150, "é" * 130
    data = Archive(form).add(path, data=b"x").add("l", tarfile.SYMTYPE, link=link).add("plain").close()
    assert [(e.path, e.link) for e, _ in held(data)] == [(path, ""), ("l", link), ("plain", "")]


def test_our_own_archives_come_back() -> None:
    tree = Tree.of([directory("d"), file("d/\udcff", b"1"), file("d/" + "x" * 180, b"2"), symlink("é", "/x")])
    found = held(b"".join(tar.write(tree, epoch=5)))
    assert [(e.path, e.link, content) for e, content in found] == [
        ("d", "", b""),
        ("d/" + "x" * 180, "", b"2"),
        ("d/\udcff", "", b"1"),
        ("é", "/x", b""),
    ]


def test_sizes_and_owners_from_pax() -> None:
    headers = {"size": "3", "uid": "3000000", "gid": "4000000", "mtime": "-5.5", "SCHILY.xattr.user.x": "y"}
    data = Archive(tarfile.PAX_FORMAT).add("a", data=b"abc", pax_headers=headers).close()
    ((entry, content),) = held(data)
    assert (entry.uid, entry.gid, content) == (3_000_000, 4_000_000, b"abc")


def test_a_folder_as_tar_wrote_it_before_posix() -> None:
    data = ustar.block(b"old/", kind=b"\0", mode=0o755, epoch=0) + bytes(1024)
    assert held(data)[0][0].kind is Kind.DIRECTORY


def test_a_global_header_that_says_nothing_of_paths() -> None:
    pax = ustar.records([("comment", b"a commit")])
    data = ustar.block(b"g", kind=b"g", mode=0, epoch=0, size=len(pax)) + pax + ustar.padding(len(pax))
    assert [e.path for e, _ in held(data + Archive().add("a").close())] == ["a"]


def test_what_is_not_read_is_skipped() -> None:
    data = Archive().add("a", data=b"a" * 5000).add("b", data=b"b" * 5000).add("c", data=b"c").close()
    reader = untar.read(pieces(data, 700), limit=LIMIT)
    first = next(reader)
    assert first.content is not None
    assert next(iter(first.content.chunks()))
    second = next(reader)
    with pytest.raises(RuntimeError, match="read once"):
        list(first.content.chunks())
    assert second.content is not None
    assert b"".join(second.content.chunks()) == b"b" * 5000
    with pytest.raises(RuntimeError, match="read once"):
        list(second.content.chunks())
    assert [entry.path for entry in reader] == ["c"]


@pytest.mark.parametrize(
    ("kind", "words"),
    [
        (tarfile.CHRTYPE, "a character device"),
        (tarfile.BLKTYPE, "a block device"),
        (tarfile.FIFOTYPE, "a fifo"),
        (tarfile.GNUTYPE_SPARSE, "a sparse file"),
        (b"M", "a part of a multi-volume archive"),
        (b"?", "of the unknown kind"),
    ],
)
def test_kinds_that_are_refused(kind: bytes, words: str) -> None:
    refused(ustar.block(b"dev/x", kind=kind, mode=0o644, epoch=0) + bytes(1024), f"'dev/x' is {words}")


@pytest.mark.parametrize("path", ["/etc/passwd", "../x", "a/../../x", "a//b", "./", "", "a/", ".."])
def test_paths_that_are_refused(path: str) -> None:
    refused(ustar.block(path.encode(), kind=b"0", mode=0o644, epoch=0) + bytes(1024), "tar member")


@pytest.mark.parametrize("link", ["/etc/passwd", "../x", ""])
def test_hard_links_that_are_refused(link: str) -> None:
    refused(Archive().add("a", tarfile.LNKTYPE, link=link).close(), "tar member 'a'")


@pytest.mark.parametrize("kind", [b"1", b"2", b"5"])
def test_content_where_none_belongs(kind: bytes) -> None:
    data = ustar.block(b"a", kind=kind, mode=0o644, epoch=0, size=512, link=b"b") + bytes(512 + 1024)
    refused(data, "'a' is a .* of 512 bytes")


@pytest.mark.parametrize(
    ("kind", "content", "match"),
    [
        (b"x", b"99 a=b\n", "pax record"),
        (b"x", ustar.records([("size", b"-5")]), "the size"),
        (b"x", ustar.records([("size", b"9" * 30)]), "the size"),
        (b"x", ustar.records([("GNU.sparse.major", b"1")]), "a sparse file"),
        (b"x", ustar.records([("path", b"a\0b")]), "NUL"),
        (b"x", ustar.records([("path", b"../a")]), r"'\.\.' part"),
        (b"x", ustar.records([("uid", b"9999999999")]), "out of range"),
        (b"g", ustar.records([("path", b"a")]), "sets path for all members"),
        (b"L", b"/etc/passwd\0", "absolute"),
    ],
)
def test_extended_headers_that_are_refused(kind: bytes, content: bytes, match: str) -> None:
    head = ustar.block(b"x", kind=kind, mode=0, epoch=0, size=len(content))
    refused(head + content + ustar.padding(len(content)) + Archive().add("a").close(), match)


def test_an_extended_header_without_bounds() -> None:
    refused(
        ustar.block(b"x", kind=b"L", mode=0, epoch=0, size=1 << 30), "extended header of 1073741824 bytes"
    )


def test_an_archive_cut_anywhere() -> None:
    data = Archive().add("a", data=b"x" * 600).close()[: 512 + 1024 + 1024]
    assert held(data)
    for end in (0, 1, 511, 512, 600, 1500, 1536, 2000, 2048, 2559):
        refused(data[:end], "cut short")


def test_ends_that_are_none() -> None:
    one = Archive().add("a").close()[:512]
    refused(one + bytes(512) + one + bytes(1024), "one zero block")
    refused(one + bytes(1024) + b"more", "followed by other bytes")
    refused(one + bytes(1024) + bytes(512) + one, "followed by other bytes")
    pax = ustar.pax_block(ustar.records([("path", b"a")]), epoch=0)
    refused(pax + bytes(1024), "ends after an extended header")


def test_a_wrong_checksum() -> None:
    data = bytearray(Archive().add("a").close())
    data[1] ^= 1
    refused(bytes(data), "wrong checksum")


def test_the_limit() -> None:
    data = Archive().add("a", data=bytes(5000)).close()
    assert held(data, limit=len(data))
    refused(data, "longer than the limit", limit=len(data) - 1)
    bomb = ustar.block(b"a", kind=b"0", mode=0o644, epoch=0, size=8 << 30)
    refused(bomb, "of 8589934592 bytes is past the limit")
    with pytest.raises(InputError, match="longer than the limit"):
        held(data + bytes(5000), step=512, limit=len(data) + 100)
