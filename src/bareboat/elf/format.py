"""The fixed-size records of an ELF file: header, program headers, section headers.

Both classes (32 and 64 bits) and both byte orders. Every function takes bytes and gives values;
where those bytes come from is `window.py`'s concern.
Spec: System V gABI 4.1, chapters 4 and 5.
"""

import struct

from msgspec import Struct

__all__ = [
    "HEADER_MOST",
    "Header",
    "Section",
    "Segment",
    "header_read",
    "header_write",
    "sections_read",
    "segments_read",
    "segments_write",
]

# The larger of the two header sizes: enough bytes to read either.
HEADER_MOST = 64
_IDENT = 16
_MACHINES = {
    3: "i686",
    21: "ppc64le",
    22: "s390x",
    40: "armv7l",
    62: "x86_64",
    183: "aarch64",
    243: "riscv64",
    258: "loongarch64",
}
_HEADER = {32: "HHIIIIIHHHHHH", 64: "HHIQQQIHHHHHH"}
_SEGMENT = {32: "IIIIIIII", 64: "IIQQQQQQ"}
_SECTION = {32: "IIIIIIIIII", 64: "IIQQQQIIQQ"}


class Header(Struct, frozen=True):
    """The ELF header; the fields that no reader of ours needs are in `ident` and `flags`."""

    ident: bytes
    kind: int
    machine: int
    version: int
    entry: int
    segments_at: int
    sections_at: int
    flags: int
    size: int
    segment_size: int
    segment_count: int
    section_size: int
    section_count: int
    names_index: int

    @property
    def bits(self) -> int:
        """32 or 64."""
        return 32 * self.ident[4]

    @property
    def order(self) -> str:
        """The byte order as `struct` names it."""
        return "<" if self.ident[5] == 1 else ">"

    @property
    def machine_name(self) -> str:
        """The kernel's name of the machine, as `Arch.machine` has it; empty for others."""
        if self.machine == 62 and self.bits == 32:
            return "x32"
        if self.machine == 21 and self.order == ">":
            return "ppc64"
        return _MACHINES.get(self.machine, "")

    @property
    def segments_end(self) -> int:
        """Where the program header table ends in the file."""
        return self.segments_at + self.segment_size * self.segment_count

    @property
    def sections_end(self) -> int:
        """Where the section header table ends in the file."""
        return self.sections_at + self.section_size * self.section_count


class Segment(Struct, frozen=True):
    """One program header."""

    kind: int
    flags: int
    offset: int
    address: int
    physical: int
    file_size: int
    memory_size: int
    align: int

    @property
    def end(self) -> int:
        """Where its bytes end in the file."""
        return self.offset + self.file_size


class Section(Struct, frozen=True):
    """One section header; `name` is an offset into the section of names."""

    name: int
    kind: int
    flags: int
    address: int
    offset: int
    size: int
    link: int
    info: int
    align: int
    entry_size: int

    @property
    def end(self) -> int:
        """Where its bytes end in the file."""
        return self.offset + self.size


def header_read(data: bytes) -> Header | None:
    """Return the header at the start of `data`, None where there is no ELF header of version 1.

    The sizes of the records must be the standard ones wherever there are such records.
    """
    if data[:4] != b"\x7fELF" or len(data) < HEADER_MOST:
        return None
    if data[4] not in {1, 2} or data[5] not in {1, 2} or data[6] != 1:
        return None
    bits, order = 32 * data[4], "<" if data[5] == 1 else ">"
    header = Header(data[:_IDENT], *struct.unpack_from(order + _HEADER[bits], data, _IDENT))
    if header.size != _IDENT + struct.calcsize(order + _HEADER[bits]):
        return None
    if header.segment_count and header.segment_size != struct.calcsize(order + _SEGMENT[bits]):
        return None
    if header.section_count and header.section_size != struct.calcsize(order + _SECTION[bits]):
        return None
    return header


def header_write(header: Header) -> bytes:
    """Return the header's bytes."""
    fields = (
        *(header.kind, header.machine, header.version, header.entry),
        *(header.segments_at, header.sections_at, header.flags, header.size),
        *(header.segment_size, header.segment_count),
        *(header.section_size, header.section_count, header.names_index),
    )
    return header.ident + struct.pack(header.order + _HEADER[header.bits], *fields)


def segments_read(header: Header, table: bytes) -> tuple[Segment, ...]:
    """Return the program headers in `table`, in its order."""
    found = []
    for fields in struct.iter_unpack(header.order + _SEGMENT[header.bits], table):
        if header.bits == 64:
            found.append(Segment(*fields))
        else:
            kind, offset, address, physical, file_size, memory_size, flags, align = fields
            found.append(Segment(kind, flags, offset, address, physical, file_size, memory_size, align))
    return tuple(found)


def segments_write(header: Header, table: bytes, offsets: tuple[int, ...]) -> bytes:
    """Return `table` with the file offset of each program header replaced."""
    word, place = ("Q", 8) if header.bits == 64 else ("I", 4)
    changed = bytearray(table)
    for index, offset in enumerate(offsets):
        struct.pack_into(header.order + word, changed, index * header.segment_size + place, offset)
    return bytes(changed)


def sections_read(header: Header, table: bytes) -> tuple[Section, ...]:
    """Return the section headers in `table`, in its order."""
    layout = header.order + _SECTION[header.bits]
    return tuple(Section(*fields) for fields in struct.iter_unpack(layout, table))
