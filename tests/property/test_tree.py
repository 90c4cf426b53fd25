"""Laws of trees, archives and compression, for whatever hypothesis thinks of."""

import io
import tarfile
from collections.abc import Iterator

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from bareboat.errors import BareboatError, InputError, IntegrityError
from bareboat.tree import tar, untar
from bareboat.tree.compress import Compression, compress, decompress
from bareboat.tree.entry import Entry, Kind, check_path, directory, file, hardlink, raw, symlink
from bareboat.tree.tree import Tree

calm = settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])

names = st.one_of(
    st.sampled_from(["a", "b", "ab", "a-b", "é", "x" * 99, "y" * 101, "\udcff"]),
    st.text(st.characters(exclude_characters="/\0", exclude_categories=["Cs"]), min_size=1, max_size=20),
).filter(lambda name: name not in {".", ".."})
paths = st.lists(names, min_size=1, max_size=4).map("/".join).filter(lambda path: len(raw(path)) < 4096)
modes = st.sampled_from([0o644, 0o755, 0o600, 0o1777, 0])
owners = st.integers(0, (1 << 32) - 2)


@st.composite
def trees(draw: st.DrawFn, *, content: bytes | None = None) -> Tree:
    """Return a tree with parents, files, links and hard links."""
    entries: dict[str, Entry] = {}
    for path in draw(st.lists(paths, max_size=8, unique=True)):
        # Nothing may lie below what is no folder.
        if any(path.startswith(f"{other}/") or other.startswith(f"{path}/") for other in entries):
            continue
        made = draw(st.sampled_from(["file", "file", "folder", "symlink", "hardlink"]))
        files = [other for other, entry in entries.items() if entry.kind is Kind.FILE]
        if made == "folder":
            entries[path] = directory(path, mode=draw(modes), uid=draw(owners), gid=draw(owners))
        elif made == "symlink":
            entries[path] = symlink(path, draw(paths))
        elif made == "hardlink" and files:
            entries[path] = hardlink(path, draw(st.sampled_from(files)))
        else:
            data = draw(st.binary(max_size=1500)) if content is None else content
            entries[path] = file(path, data, mode=draw(modes))
    return Tree.of(entries.values()).with_parents()


def pieces(data: bytes, step: int) -> Iterator[bytes]:
    return (data[start : start + step] for start in range(0, len(data), step))


def bytes_of(entry: Entry) -> bytes:
    return b"".join(entry.content.chunks()) if entry.content is not None else b""


def flat(tree: Tree) -> dict[str, tuple[str, int, str, int, int, bytes]]:
    """Return what the files are once links to one file are followed: the tree as a kernel shows it."""
    found = {}
    for entry in tree:
        real = entry
        while real.kind is Kind.HARDLINK:
            target = tree.find(real.link)
            assert target is not None
            real = target
        found[entry.path] = (real.kind.value, real.mode, real.link, real.uid, real.gid, bytes_of(real))
    return found


@calm
@given(trees(), st.integers(0, (1 << 33) - 1))
def test_the_standard_library_reads_what_is_written(tree: Tree, epoch: int) -> None:
    data = b"".join(tar.write(tree, epoch=epoch))
    assert len(data) == tar.size(tree)
    found = {}
    with tarfile.open(
        fileobj=io.BytesIO(data), mode="r:", encoding="utf-8", errors="surrogateescape"
    ) as archive:
        order = archive.getnames()
        for member in archive:
            assert (member.mtime, member.uname, member.gname) == (epoch, "", "")
            real = archive.getmember(member.linkname) if member.islnk() else member
            reader = archive.extractfile(real) if real.isreg() else None
            kind = "file" if real.isreg() else "directory" if real.isdir() else "symlink"
            content = reader.read() if reader else b""
            found[member.name] = (kind, real.mode, real.linkname, real.uid, real.gid, content)
            assert (member.mode, member.uid, member.gid) == (real.mode, real.uid, real.gid)
    assert found == flat(tree)
    assert order == sorted(order, key=raw)


@calm
@given(trees(), st.integers(1, 3000))
def test_our_reader_reads_what_our_writer_writes(tree: Tree, step: int) -> None:
    data = b"".join(tar.write(tree, epoch=0))
    entries = []
    for entry in untar.read(pieces(data, step), limit=len(data)):
        held = bytes_of(entry)
        entries.append(file(entry.path, held, mode=entry.mode) if entry.kind is Kind.FILE else entry)
    assert flat(Tree.of(entries)) == flat(tree)
    assert b"".join(tar.write(Tree.of(entries), epoch=0)) == data


@calm
@given(trees(content=b"same"), trees(content=b"same"), trees(content=b"same"))
def test_merging_is_associative(one: Tree, two: Tree, three: Tree) -> None:
    try:
        left, right = one.merge(two).merge(three), one.merge(two.merge(three))
    except InputError:
        assume(False)
    assert left == right == one.merge(two, three)


@calm
@given(trees(), trees())
def test_merging_with_itself_or_nothing_changes_nothing(one: Tree, two: Tree) -> None:
    assert one.merge(one) == one.merge(Tree()) == Tree().merge(one) == one
    same = Tree.of(entry for entry in two if one.find(entry.path) is None)
    try:
        assert one.merge(same) == same.merge(one)
    except InputError:
        assume(False)


@calm
@given(trees())
def test_a_tree_does_not_depend_on_the_order_of_its_entries(tree: Tree) -> None:
    assert Tree.of(reversed(tree.entries)) == tree
    assert tree.with_parents() == tree


@calm
@given(st.text(max_size=30))
def test_a_checked_path_stays_inside(path: str) -> None:
    try:
        check_path(path)
    except InputError:
        return
    parts = path.split("/")
    assert all(part not in {"", ".", ".."} for part in parts)
    assert "\0" not in path


@calm
@given(st.data())
def test_a_damaged_archive_is_refused_or_read_but_never_crashes(data: st.DataObject) -> None:
    form = data.draw(st.sampled_from([tarfile.USTAR_FORMAT, tarfile.GNU_FORMAT, tarfile.PAX_FORMAT]))
    stream = io.BytesIO()
    with tarfile.open(fileobj=stream, mode="w", format=form) as archive:
        for name, kind in (
            ("./a/", tarfile.DIRTYPE),
            ("a/" + "f" * 98, tarfile.REGTYPE),
            ("a/l", tarfile.SYMTYPE),
        ):
            info = tarfile.TarInfo(name)
            info.type, info.linkname = kind, "x" * 99
            info.size = 700 if kind == tarfile.REGTYPE else 0
            archive.addfile(info, io.BytesIO(bytes(700)))
        if form != tarfile.USTAR_FORMAT:
            archive.addfile(tarfile.TarInfo("é" * 120))
    damaged = bytearray(stream.getvalue()[:8192])
    for _ in range(data.draw(st.integers(1, 5))):
        place = data.draw(st.integers(0, len(damaged) - 1))
        damaged[place] = data.draw(st.integers(0, 255))
        if data.draw(st.booleans()):
            _mend_checksum(damaged, place)
    if data.draw(st.booleans()):
        del damaged[data.draw(st.integers(0, len(damaged))) :]
    try:
        for entry in untar.read(
            pieces(bytes(damaged), data.draw(st.integers(1, 5000))), limit=1 << 20, where="x"
        ):
            check_path(entry.path)
            assert not entry.mode & ~0o1777
            bytes_of(entry)
    except BareboatError as error:
        assert error.where  # noqa: PT017  (either outcome is right)


def _mend_checksum(data: bytearray, place: int) -> None:
    """Make the checksum of the block around `place` right, so that the damage is looked at."""
    start = place - place % 512
    block = bytearray(data[start : start + 512])
    if len(block) == 512:
        block[148:156] = b" " * 8
        data[start + 148 : start + 156] = b"%06o\0 " % (sum(block) & 0o777777)


@calm
@given(st.binary(max_size=4000), st.integers(1, 4000), st.sampled_from(list(Compression)), st.integers(1, 3))
def test_compression_there_and_back(data: bytes, step: int, how: Compression, workers: int) -> None:
    packed = b"".join(compress(pieces(data, step), how, workers=workers))
    assert packed == b"".join(compress([data], how))
    assert b"".join(decompress(pieces(packed, step), how)) == data


@calm
@given(st.binary(max_size=2000), st.sampled_from(list(Compression)), st.data())
def test_a_damaged_stream_is_refused_or_the_same(
    content: bytes, how: Compression, data: st.DataObject
) -> None:
    packed = bytearray(b"".join(compress([content], how)))
    place = data.draw(st.integers(0, len(packed) - 1))
    packed[place] ^= data.draw(st.integers(1, 255))
    try:
        found = b"".join(decompress([bytes(packed)], how))
    except IntegrityError:
        return
    # A few bytes of a header mean nothing for the content: gzip's time and operating system.
    assert found == content


@calm
@given(st.binary(max_size=3000), st.sampled_from(list(Compression)))
def test_garbage_is_no_stream(data: bytes, how: Compression) -> None:
    with pytest.raises(IntegrityError):
        list(decompress([data], how))
