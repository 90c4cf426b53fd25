import io
import tarfile
from collections.abc import Iterator
from dataclasses import dataclass

import pytest

from bareboat.errors import InputError, IntegrityError
from bareboat.tree import tar
from bareboat.tree.content import CHUNK, Bytes
from bareboat.tree.entry import Entry, Kind, directory, file, hardlink, symlink
from bareboat.tree.tree import Tree


def members(data: bytes) -> list[tarfile.TarInfo]:
    with tarfile.open(fileobj=io.BytesIO(data), mode="r:") as archive:
        return archive.getmembers()


def written(*entries: Entry, epoch: int = 0) -> bytes:
    tree = Tree.of(entries)
    data = b"".join(tar.write(tree, epoch=epoch))
    assert len(data) == tar.size(tree)
    return data


@dataclass(frozen=True)
class Promised:
    """Content that says one size and gives another."""

    size: int
    given: int = 0

    def chunks(self) -> Iterator[bytes]:
        for start in range(0, self.given, CHUNK):
            yield bytes(min(CHUNK, self.given - start))


def test_an_empty_tree_is_two_blocks() -> None:
    assert written() == bytes(1024)


def test_every_field_is_normal() -> None:
    found = members(
        written(directory("d", mode=0o1777, uid=65532, gid=65533), file("d/f", b"hi"), epoch=1234567890)
    )
    assert [(m.name, m.mode, m.uid, m.gid, m.type, m.size) for m in found] == [
        ("d", 0o1777, 65532, 65533, tarfile.DIRTYPE, 0),
        ("d/f", 0o644, 0, 0, tarfile.REGTYPE, 2),
    ]
    assert {(m.uname, m.gname, m.mtime) for m in found} == {("", "", 1234567890)}


def test_a_plain_tree_needs_no_pax_header() -> None:
    assert all(
        not m.pax_headers
        for m in members(written(file("p" * 155 + "/" + "n" * 100, b""), symlink("l", "x" * 100)))
    )


@pytest.mark.parametrize(
    "path",
    [
        "n" * 101,
        "p" * 156 + "/" + "n" * 100,
        "ü",
        "a\udcffb",
        "/".join(["part"] * 200),
        "new\nline",
        "x" * 99 + "é",
    ],
)
def test_any_path_is_read_back(path: str) -> None:
    found = members(
        written(file(path, b"content"), symlink("a", path), directory("d/" + path[:58].strip("/")))
    )
    assert path in [m.name for m in found]
    assert found[0].linkname == path
    with tarfile.open(fileobj=io.BytesIO(written(file(path, b"content")))) as archive:
        reader = archive.extractfile(path)
        assert reader is not None
        assert reader.read() == b"content"


def test_a_folder_name_of_exactly_a_hundred_bytes() -> None:
    found = members(written(directory("d" * 100), file("d" * 100 + "/f", b"")))
    assert [m.name for m in found] == ["d" * 100, "d" * 100 + "/f"]


def test_large_owners_and_sizes_go_into_pax() -> None:
    huge = Entry("huge", Kind.FILE, 0o644, Promised(9 << 30), uid=3_000_000, gid=4_000_000)
    with pytest.raises(IntegrityError, match="content ends 9663676416 bytes short"):
        list(tar.write(Tree.of([huge]), epoch=0))
    assert tar.size(Tree.of([huge])) == 3 * 512 + (9 << 30) + 1024
    tree = Tree.of([Entry("a", Kind.DIRECTORY, 0o755, uid=3_000_000, gid=4_000_000)])
    found = members(b"".join(tar.write(tree, epoch=0)))[0]
    assert (found.uid, found.gid) == (3_000_000, 4_000_000)


@pytest.mark.parametrize("given", [0, 9, 11, CHUNK + 10])
def test_content_that_breaks_its_promise(given: int) -> None:
    with pytest.raises(IntegrityError, match=r"^a/b: content"):
        list(tar.write(Tree.of([file("a/b", Promised(10, given))]), epoch=0))


@pytest.mark.parametrize("epoch", [-1, 1 << 33])
def test_times_that_do_not_fit(epoch: int) -> None:
    with pytest.raises(InputError, match="does not fit"):
        tar.write(Tree(), epoch=epoch)


def test_the_first_path_of_a_hard_link_carries_the_content() -> None:
    source = Entry("m", Kind.FILE, 0o600, Bytes(b"hi"), uid=5, gid=6)
    found = members(written(hardlink("z", "m"), source, hardlink("a", "z"), hardlink("n", "a")))
    assert [(m.name, m.linkname, m.size) for m in found] == [
        ("a", "", 2),
        ("m", "a", 0),
        ("n", "a", 0),
        ("z", "a", 0),
    ]
    assert {(m.mode, m.uid, m.gid) for m in found} == {(0o600, 5, 6)}


def test_the_bytes_do_not_depend_on_which_path_is_called_the_file() -> None:
    assert written(file("a", b"x"), hardlink("b", "a")) == written(hardlink("a", "b"), file("b", b"x"))


def test_a_hard_link_to_a_symlink() -> None:
    found = members(written(symlink("b", "/x"), hardlink("a", "b")))
    assert [(m.name, m.type, m.linkname) for m in found] == [
        ("a", tarfile.SYMTYPE, "/x"),
        ("b", tarfile.LNKTYPE, "a"),
    ]


@pytest.mark.parametrize(
    "entries",
    [
        [hardlink("a", "b")],
        [hardlink("a", "a")],
        [hardlink("a", "b"), hardlink("b", "a"), hardlink("c", "a")],
        [hardlink("a", "d"), directory("d")],
    ],
)
def test_a_hard_link_without_a_file(entries: list[Entry]) -> None:
    with pytest.raises(InputError, match=r"^[abc]: hard link to '[abd]', which is no file of its tree"):
        tar.write(Tree.of(entries), epoch=0)


def test_an_unsorted_tree_gives_the_same_bytes() -> None:
    one, two = file("a", b"1"), file("b", b"2")
    assert list(tar.write(Tree((two, one)), epoch=0)) == list(tar.write(Tree((one, two)), epoch=0))


def test_chunks_are_large_but_bounded() -> None:
    small = Tree.of(file(f"f{number:05}", b"x" * 300) for number in range(5000))
    sizes = [len(chunk) for chunk in tar.write(small, epoch=0)]
    assert max(sizes) <= CHUNK
    assert min(sizes[:-1]) > CHUNK - 2048
    big = [len(chunk) for chunk in tar.write(Tree.of([file("big", bytes(3 * CHUNK + 5))]), epoch=0)]
    assert max(big) <= CHUNK
