import io
import tarfile

import pytest

from bareboat.errors import InputError
from bareboat.tree import ustar


def test_a_block_is_what_tarfile_writes() -> None:
    info = tarfile.TarInfo("a/b")
    info.mode, info.mtime, info.size, info.uid, info.gid = 0o755, 1700000000, 12345, 65532, 7
    ours = ustar.block(b"a/b", kind=b"0", mode=0o755, epoch=1700000000, size=12345, uid=65532, gid=7)
    theirs = bytearray(info.tobuf(tarfile.USTAR_FORMAT))
    # Devices: tarfile leaves the two numbers empty, POSIX has them as zeros.
    theirs[329:345] = b"0000000\x000000000\0"
    assert ours[:148] == theirs[:148]
    assert ours[156:] == theirs[156:]
    assert ustar.checksum_holds(ours)
    with tarfile.open(fileobj=io.BytesIO(ours + bytes(12800))) as archive:
        assert archive.getmember("a/b").size == 12345


def test_the_checksum_of_the_fullest_block() -> None:
    full = ustar.block(
        b"\x7f" * 100,
        kind=b"2",
        mode=0o7777777,
        epoch=ustar.MAX_EPOCH,
        prefix=b"\x7f" * 155,
        uid=ustar.MAX_ID,
        gid=ustar.MAX_ID,
        size=ustar.MAX_SIZE,
        link=b"\x7f" * 100,
    )
    assert len(full) == 512
    assert ustar.checksum_holds(full)


@pytest.mark.parametrize("size", [0, 1, 511, 512, 513])
def test_padding(size: int) -> None:
    assert (size + len(ustar.padding(size))) % 512 == 0
    assert len(ustar.padding(size)) < 512


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        (b"a", (b"", b"a")),
        (b"a" * 100, (b"", b"a" * 100)),
        (b"a" * 101, None),
        (b"p" * 155 + b"/" + b"n" * 100, (b"p" * 155, b"n" * 100)),
        (b"p" * 156 + b"/" + b"n" * 100, None),
        (b"p" * 100 + b"/" + b"n" * 101, None),
        (b"d" * 100 + b"/", None),
        (b"a/" + b"d" * 99 + b"/", (b"a", b"d" * 99 + b"/")),
        (b"a/b/" + b"n" * 98, (b"a", b"b/" + b"n" * 98)),
    ],
)
def test_split(name: bytes, expected: tuple[bytes, bytes] | None) -> None:
    assert ustar.split(name) == expected


@pytest.mark.parametrize("length", [0, 1, 88, 89, 90, 91, 92, 985, 986, 987, 988, 9990])
def test_the_length_of_a_record_counts_itself(length: int) -> None:
    written = ustar.records([("path", b"x" * length), ("size", b"7")])
    assert int(written.split(b" ")[0]) == len(written) - len(b"9 size=7\n")
    assert ustar.records_read(written, where="") == {"path": b"x" * length, "size": b"7"}


@pytest.mark.parametrize(
    "content",
    [
        b"x",
        b"5 a=b",
        b"99 a=b\n",
        b"6 a=bc\n",
        b"-6 a=b\n",
        b"6 abc\n",
        b"0 a=b\n",
        b"2 a=b\n",
        b"3 \n",
        b"a" * 30,
    ],
)
def test_records_that_do_not_hold(content: bytes) -> None:
    with pytest.raises(InputError, match=r"x\.deb: pax record"):
        ustar.records_read(content, where="x.deb")


@pytest.mark.parametrize(
    ("field", "expected"),
    [
        (b"0000644\0", 0o644),
        (b"    644 ", 0o644),
        (b"644 \0\0\0\0", 0o644),
        (b"644\0junk", 0o644),
        (bytes(8), 0),
        (b"        ", 0),
        (b"\x80\0\0\0\0\0\0\0\1\0\0\0", 1 << 24),
    ],
)
def test_numbers(field: bytes, expected: int) -> None:
    assert ustar.number(field, where="") == expected


@pytest.mark.parametrize(
    "field", [b"0000648\0", b"-000644\0", b"0x00644\0", b"64 4\0\0\0\0", b"\xff" * 8, b"6_4\0"]
)
def test_what_is_no_number(field: bytes) -> None:
    with pytest.raises(InputError, match="tar header with the number"):
        ustar.number(field, where="")


def test_checksums_signed_unsigned_and_wrong() -> None:
    packed = bytearray(ustar.block(b"a", kind=b"0", mode=0o644, epoch=0))
    packed[0] = 0xFF
    for change in (0xFF - ord("a"), 0xFF - ord("a") - 256):
        good = bytearray(packed)
        good[148:156] = b"%06o\0 " % (
            int(ustar.block(b"a", kind=b"0", mode=0o644, epoch=0)[148:154], 8) + change
        )
        assert ustar.checksum_holds(bytes(good))
    assert not ustar.checksum_holds(bytes(packed))
    packed[148:156] = b"garbage!"
    assert not ustar.checksum_holds(bytes(packed))


def test_a_pax_header_is_padded() -> None:
    written = ustar.pax_block(ustar.records([("path", b"a")]), epoch=0)
    assert len(written) == 1024
    assert written[156:157] == b"x"
