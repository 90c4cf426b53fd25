"""ELF files made by code, for the tests: loadable enough for a reader, not for a machine.

The layout is a linker's: headers, text and dynamic section in one segment, data in a second,
then what is never loaded, then section headers; `patched` adds a segment behind all that, as
patchelf does. Written apart from the room `elf`, so that it can tell on it.
"""

import struct
from dataclasses import dataclass

from msgspec import Struct, field

__all__ = ["Shape", "image", "make"]

_PAGE = 4096


class Shape(Struct, frozen=True):
    """What the file should have."""

    bits: int = 64
    order: str = "<"
    kind: int = 3
    machine: int = 62
    interpreter: str = ""
    soname: str = "libx.so.1"
    needed: tuple[str, ...] = ("libc.so.6", "libm.so.6")
    runpath: str = "$ORIGIN/../x.libs:/lib"
    rpath: str = ""
    flags_1: int = 0
    dynamic: bool = True
    unloaded: dict[str, bytes] = field(
        default_factory=lambda: {
            ".comment": b"a linker",
            ".debug_info": b"D" * 50_000,
            ".symtab": b"S" * 30_000,
            ".strtab": b"T" * 20_000,
        }
    )
    loaded_name: str = ".data"
    nobits_code: bool = False
    align: int = _PAGE
    patched: bytes = b""
    tail: bytes = b""
    bss_only: bool = False


@dataclass
class _Segment:
    kind: int
    flags: int
    offset: int
    address: int
    file_size: int
    memory_size: int
    align: int


@dataclass
class _Section:
    name: str
    kind: int
    flags: int
    offset: int
    size: int


def _up(value: int, align: int) -> int:
    return -(-value // align) * align


def _dynamic(shape: Shape, names_at: int) -> tuple[bytes, bytes]:
    """Return the strings and the entries of the dynamic section."""
    strings = bytearray(b"\0")
    entries: list[tuple[int, int]] = []
    wanted = [(1, name) for name in shape.needed]
    wanted += [
        (tag, name) for tag, name in ((14, shape.soname), (15, shape.rpath), (29, shape.runpath)) if name
    ]
    for tag, name in wanted:
        entries.append((tag, len(strings)))
        strings += name.encode() + b"\0"
    entries += [(5, names_at), (10, len(strings))]
    if shape.flags_1:
        entries.append((0x6FFFFFFB, shape.flags_1))
    word = "QQ" if shape.bits == 64 else "II"
    packed = b"".join(struct.pack(shape.order + word, *entry) for entry in [*entries, (0, 0), (1, 99999)])
    return bytes(strings), packed


def make(shape: Shape) -> bytes:
    """Return the file."""
    wide = shape.bits == 64
    header_size, segment_size, section_size = (64, 56, 64) if wide else (52, 32, 40)
    segments_count = 2 + bool(shape.interpreter) + shape.dynamic + bool(shape.patched) + shape.bss_only + 1
    place = header_size + segments_count * segment_size
    out = bytearray(place)
    segments: list[_Segment] = []
    sections: list[_Section] = []

    def put(name: str, data: bytes, *, flags: int, kind: int = 1, align: int = 8) -> int:
        out.extend(bytes(_up(len(out), align) - len(out)))
        sections.append(_Section(name, kind, flags, len(out), len(data)))
        out.extend(data)
        return len(out) - len(data)

    if shape.interpreter:
        data = shape.interpreter.encode() + b"\0"
        at = put(".interp", data, flags=2)
        segments.append(_Segment(3, 4, at, at, len(data), len(data), 1))
    if shape.dynamic:
        at = _up(len(out), 8)
        strings, entries = _dynamic(shape, at)
        put(".dynstr", strings, flags=2, kind=3)
        at = put(".dynamic", entries, flags=3, kind=6)
        segments.append(_Segment(2, 6, at, at, len(entries), len(entries), 8))
    put(".text", bytes(range(256)) * 20, flags=6, kind=8 if shape.nobits_code else 1)
    segments.append(_Segment(1, 5, 0, 0, len(out), len(out), shape.align))
    # As a linker lays it: the next address is a page further, the file goes on where it stands.
    address = _up(len(out), shape.align) + shape.align + len(out) % shape.align
    at = len(out)
    put(shape.loaded_name, b"data" * 500, flags=3, align=1)
    segments.append(_Segment(1, 6, at, address, 2000, 5000, shape.align))
    segments.append(_Segment(0x6474E551, 6, 0, 0, 0, 0, 16))
    if shape.bss_only:
        segments.append(
            _Segment(
                1,
                6,
                len(out),
                _up(address, shape.align) + 8 * shape.align + len(out) % shape.align,
                0,
                64,
                shape.align,
            )
        )
    for name, data in shape.unloaded.items():
        put(name, data, flags=0)
    names = b"\0" + b"".join(section.name.encode() + b"\0" for section in sections) + b".shstrtab\0"
    put(".shstrtab", names, flags=0, kind=3)
    out.extend(bytes(_up(len(out), 8) - len(out)))
    sections_at = len(out)
    out.extend(bytes((len(sections) + 1) * section_size))
    if shape.patched:
        out.extend(bytes(_up(len(out), shape.align) - len(out)))
        segments.append(
            _Segment(1, 6, len(out), 64 * shape.align, len(shape.patched), len(shape.patched), shape.align)
        )
        out.extend(shape.patched + b"\0")
    out.extend(shape.tail)
    assert len(segments) == segments_count
    ident = b"\x7fELF" + bytes([2 if wide else 1, 1 if shape.order == "<" else 2, 1]) + bytes(9)
    layout = "HHIQQQIHHHHHH" if wide else "HHIIIIIHHHHHH"
    counts = (segment_size, segments_count, section_size, len(sections) + 1, len(sections))
    head = struct.pack(
        shape.order + layout,
        shape.kind,
        shape.machine,
        1,
        0x1000,
        header_size,
        sections_at,
        0,
        header_size,
        *counts,
    )
    out[:header_size] = ident + head
    _tables(shape, out, segments, sections, sections_at)
    return bytes(out)


def _tables(
    shape: Shape, out: bytearray, segments: list[_Segment], sections: list[_Section], at: int
) -> None:
    """Write the two tables of headers to their places."""
    wide = shape.bits == 64
    size, count_size, layout = (64, 56, "IIQQQQQQ") if wide else (52, 32, "8I")
    for index, s in enumerate(segments):
        rest = (s.offset, s.address, s.address, s.file_size, s.memory_size)
        fields = (s.kind, s.flags, *rest, s.align) if wide else (s.kind, *rest, s.flags, s.align)
        struct.pack_into(shape.order + layout, out, size + index * count_size, *fields)
    name_at = 1
    layout, size = ("IIQQQQIIQQ", 64) if wide else ("10I", 40)
    for index, c in enumerate(sections, 1):
        record = (name_at, c.kind, c.flags, 0, c.offset, c.size, 0, 0, 1, 0)
        struct.pack_into(shape.order + layout, out, at + index * size, *record)
        name_at += len(c.name) + 1


def image(data: bytes) -> dict[tuple[int, int], bytes]:
    """Return what a loader maps: (kind, address) of each segment to its bytes, the tables blanked.

    Only the ELF header and the program header table may differ between two files alike.
    """
    wide, order = data[4] == 2, "<" if data[5] == 1 else ">"
    at = struct.unpack_from(order + ("Q" if wide else "I"), data, 32 if wide else 28)[0]
    count = struct.unpack_from(order + "H", data, 56 if wide else 44)[0]
    size = 56 if wide else 32
    blank = bytearray(data)
    blank[: 64 if wide else 52] = bytes(64 if wide else 52)
    blank[at : at + size * count] = bytes(size * count)
    found = {}
    for index in range(count):
        fields = struct.unpack_from(order + ("IIQQQQQQ" if wide else "8I"), data, at + index * size)
        kind, offset, address, length, align = (
            (fields[0], fields[2], fields[3], fields[5], fields[7])
            if wide
            else (fields[0], fields[1], fields[2], fields[4], fields[7])
        )
        assert offset + length <= len(data)
        assert kind != 1 or (offset - address) % max(align, _PAGE) == 0
        found[kind, address] = bytes(blank[offset : offset + length])
    return found
