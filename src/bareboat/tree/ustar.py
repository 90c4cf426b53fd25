"""The 512-byte header block of a tar archive, and the records of pax: bytes only.

What the fields mean for a tree is `tar.py`'s and `untar.py`'s concern. Blocks are written for
ASCII names alone; whatever does not fit a block goes into a pax extended header before it.
Spec: POSIX.1-2017, pax, "ustar Interchange Format" and "pax Extended Header".
"""

import struct
import zlib
from collections.abc import Iterable

from bareboat.errors import InputError

__all__ = [
    "BLOCK",
    "MAX_EPOCH",
    "MAX_ID",
    "MAX_SIZE",
    "block",
    "checksum_holds",
    "number",
    "padding",
    "pax_block",
    "records",
    "records_read",
    "split",
]

BLOCK = 512
MAX_ID = 0o7777777
MAX_SIZE = 0o77777777777
MAX_EPOCH = 0o77777777777

_HEADER = struct.Struct("100s8s8s8s12s12s8s1s100s8s32s32s8s8s155s12x")
_MAGIC = b"ustar\x0000"
_BLANK = b"        "
_ZEROS = bytes(BLOCK)


def padding(size: int) -> bytes:
    """Return the zeros that follow `size` bytes of content up to the next block."""
    return _ZEROS[: -size % BLOCK]


def split(name: bytes) -> tuple[bytes, bytes] | None:
    """Return `name` as (prefix, name) of a ustar block, None where it does not fit."""
    if len(name) <= 100:
        return b"", name
    # The slash between the two is not stored; a folder's own last slash stays in the name.
    cut = name.find(b"/", len(name) - 101)
    if cut < 0 or cut > 155 or cut == len(name) - 1:
        return None
    return name[:cut], name[cut + 1 :]


def block(  # noqa: PLR0913  (one argument a field of the format)
    name: bytes,
    *,
    kind: bytes,
    mode: int,
    epoch: int,
    prefix: bytes = b"",
    uid: int = 0,
    gid: int = 0,
    size: int = 0,
    link: bytes = b"",
) -> bytes:
    """Return one header block. Every field must fit: see MAX_ID, MAX_SIZE and `split`."""
    packed = _HEADER.pack(
        name,
        b"%07o" % mode,
        b"%07o" % uid,
        b"%07o" % gid,
        b"%011o" % size,
        b"%011o" % epoch,
        _BLANK,
        kind,
        link,
        _MAGIC,
        b"",
        b"",
        b"0000000",
        b"0000000",
        prefix,
    )
    return b"%b%06o\0 %b" % (packed[:148], _sum(packed), packed[156:])


def _sum(packed: bytes) -> int:
    """Return the sum of the bytes of an ASCII block.

    The low half of Adler-32 is 1 + the sum modulo 65521; 512 ASCII bytes stay below that, and
    this is twenty times faster than `sum`.
    """
    return (zlib.adler32(packed) & 0xFFFF) - 1


def records(pairs: Iterable[tuple[str, bytes]]) -> bytes:
    """Return pax records, `length keyword=value` and a newline; the length counts its own digits."""
    found = []
    for keyword, value in pairs:
        rest = b" %b=%b\n" % (keyword.encode(), value)
        length = len(rest) + 1
        while length != len(rest) + len(str(length)):
            length = len(rest) + len(str(length))
        found.append(b"%d%b" % (length, rest))
    return b"".join(found)


def pax_block(content: bytes, *, epoch: int) -> bytes:
    """Return a whole extended header: its block, the records in `content`, padding."""
    head = block(b"././@PaxHeader", kind=b"x", mode=0o644, epoch=epoch, size=len(content))
    return head + content + padding(len(content))


def records_read(content: bytes, *, where: str) -> dict[str, bytes]:
    """Return the pax records in `content`; the last of a keyword counts.

    Raises InputError for a record whose length does not hold.
    """
    found = {}
    start = 0
    while start < len(content):
        space = content.find(b" ", start, start + 12)
        digits = content[start:space]
        if space < 0 or not digits.isdigit():
            raise InputError("pax record without a length", where=where)
        end = start + int(digits)
        keyword, equals, value = content[space + 1 : end - 1].partition(b"=")
        if end > len(content) or content[end - 1 : end] != b"\n" or end <= space + 1 or not equals:
            raise InputError("pax record whose length does not hold", where=where)
        found[keyword.decode("utf-8", "replace")] = value
        start = end
    return found


def number(field: bytes, *, where: str) -> int:
    """Return a numeric header field: octal digits, or GNU's base-256 for what is larger.

    Raises InputError for anything else, negative numbers included.
    """
    if field[:1] == b"\x80":
        return int.from_bytes(field[1:], "big")
    digits = field.partition(b"\0")[0].strip(b" ")
    if digits.strip(b"01234567"):
        raise InputError(f"tar header with the number {digits!r}", where=where)
    return int(digits or b"0", 8)


def checksum_holds(packed: bytes) -> bool:
    """Say whether the block's checksum fits its bytes, summed unsigned or, as of old, signed."""
    try:
        stored = number(packed[148:156], where="")
    except InputError:
        return False
    blanked = packed[:148] + _BLANK + packed[156:]
    unsigned = sum(blanked)
    return stored == unsigned or stored == unsigned - 256 * sum(byte > 127 for byte in blanked)
