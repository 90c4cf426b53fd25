"""The oracle's own tar and compression readers, held against the standard library."""

import gzip
import io
import struct
import tarfile
import zlib
from collections.abc import Iterator

import pytest

from bareboat.oci.members import Fault, decompress, read
from bareboat.tree import compress, tar
from bareboat.tree.compress import Compression
from images import member, tar_of, tree


def pieces(data: bytes, size: int) -> Iterator[bytes]:
    return (data[start : start + size] for start in range(0, len(data), size))


@pytest.mark.parametrize("size", [1, 511, 512, 5000, 1 << 20])
def test_members_are_those_of_tarfile(size: int) -> None:
    data = b"".join(tar.write(tree(), epoch=0))
    ours = [(item.name, item.mode, item.size, item.link) for item in read(pieces(data, size))]
    with tarfile.open(fileobj=io.BytesIO(data)) as archive:
        theirs = [(info.name, info.mode, info.size if info.isreg() else 0, info.linkname) for info in archive]
    assert ours == theirs


@pytest.mark.parametrize("form", [tarfile.USTAR_FORMAT, tarfile.GNU_FORMAT, tarfile.PAX_FORMAT])
def test_long_names_of_every_form_are_read(form: int) -> None:
    name = "d" * 90 + "/" + "f" * 90
    (found,) = read([tar_of(member(name, b"x"), form=form)])
    assert found.name == name


@pytest.mark.parametrize("form", [tarfile.GNU_FORMAT, tarfile.PAX_FORMAT])
def test_long_links_are_read(form: int) -> None:
    (found,) = read([tar_of(member("a", type=tarfile.SYMTYPE, linkname="t" * 300), form=form)])
    assert found.link == "t" * 300


def test_a_size_in_pax_and_in_base_256_is_read() -> None:
    info, data = member("a", b"12345")
    info.pax_headers = {"size": "5"}
    assert [item.size for item in read([tar_of((info, data))])] == [5]
    header = bytearray(tar_of(member("a", b"12345")))
    header[124:136] = b"\x80" + (5).to_bytes(11, "big")
    assert [item.size for item in read([bytes(resum(header))])] == [5]


def resum(data: bytearray) -> bytearray:
    data[148:156] = b" " * 8
    data[148:156] = b"%06o\0 " % sum(data[:512])
    return data


def test_global_records_are_read_over() -> None:
    held = io.BytesIO()
    with tarfile.open(fileobj=held, mode="w", pax_headers={"comment": "x"}) as archive:
        archive.addfile(member("a")[0])
    assert [item.name for item in read([held.getvalue()])] == ["a"]


def extension(body: bytes, *, kind: bytes = b"x") -> bytes:
    header = bytearray(tar_of(member("a"))[:512])
    header[156:157] = kind
    header[124:136] = b"%011o\0" % len(body)
    return bytes(resum(header)) + body + bytes(-len(body) % 512)


@pytest.mark.parametrize(
    "body",
    [b"nonsense", b"12 path=a\n", b"0 path=\n", b"9 path a\n", b"99999999 a=b\n", b"7 a=bcd"],
)
def test_broken_pax_records_are_faults(body: bytes) -> None:
    with pytest.raises(Fault, match="pax record"):
        list(read([extension(body), tar_of(member("a"))]))


def test_a_broken_pax_size_is_a_fault() -> None:
    for value in ("-1", "9" * 30, "x"):
        record = f" size={value}\n"
        body = f"{len(record) + (1 if len(record) < 9 else 2)}{record}".encode()
        with pytest.raises(Fault, match="size"):
            list(read([extension(body), tar_of(member("a"))]))


def test_a_header_record_without_measure_is_a_fault() -> None:
    header = bytearray(extension(b""))
    header[124:136] = b"%011o\0" % (1 << 32)
    with pytest.raises(Fault, match="4294967296"):
        list(read([bytes(resum(header))]))


def test_a_number_that_is_none_is_a_fault() -> None:
    header = bytearray(tar_of(member("a")))
    header[100:108] = b"rw-r--r-"
    with pytest.raises(Fault, match="number"):
        list(read([bytes(resum(header))]))


@pytest.mark.parametrize("how", list(Compression))
@pytest.mark.parametrize("size", [1000, 1 << 16, 1 << 22])
def test_what_was_compressed_comes_back(how: Compression, size: int) -> None:
    data = bytes(3 << 20) + b"tail" * 1000
    packed = b"".join(compress.compress([data], how))
    found = list(decompress(pieces(packed, size), how.value))
    assert b"".join(found) == data
    assert max(map(len, found)) <= 1 << 20


def test_several_members_are_one_stream() -> None:
    assert b"".join(decompress([gzip.compress(b"a") + gzip.compress(b"b")], "gzip")) == b"ab"


def test_several_frames_are_one_stream() -> None:
    frames = [b"".join(compress.compress([data], Compression.ZSTD)) for data in (b"a", b"b")]
    assert b"".join(decompress([b"".join(frames)], "zstd")) == b"ab"
    assert b"".join(decompress(pieces(b"".join(frames), 1), "zstd")) == b"ab"


def test_a_tar_that_ends_in_one_zero_block_is_a_fault() -> None:
    with pytest.raises(Fault, match="one zero block"):
        list(read([bytes(512) + b"x" * 512]))


def test_no_compression_passes_through() -> None:
    assert list(decompress([b"a", b"b"], "")) == [b"a", b"b"]


@pytest.mark.parametrize(
    ("how", "data"),
    [
        ("gzip", zlib.compress(b"x")),
        ("gzip", gzip.compress(b"x" * 1000, mtime=0)[:-1]),
        ("gzip", gzip.compress(b"x", mtime=0)[:-8] + struct.pack("<II", 0, 1)),
        ("gzip", b""),
        ("zstd", b""),
        ("zstd", b"no zstd at all"),
        ("zstd", b"".join(compress.compress([b"x" * 1000], Compression.ZSTD))[:-2]),
    ],
)
def test_broken_compression_is_a_fault(how: str, data: bytes) -> None:
    with pytest.raises(Fault, match=how):
        list(decompress([data], how))
