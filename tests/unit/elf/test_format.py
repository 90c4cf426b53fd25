import struct

import pytest

import elves
from bareboat.elf.format import (
    Header,
    header_read,
    header_write,
    sections_read,
    segments_read,
    segments_write,
)

WIDTHS = pytest.mark.parametrize(("bits", "order"), [(64, "<"), (64, ">"), (32, "<"), (32, ">")])


def header(data: bytes) -> Header:
    found = header_read(data)
    assert found is not None
    return found


@WIDTHS
def test_the_header_is_read_and_written_back(bits: int, order: str) -> None:
    data = elves.make(elves.Shape(bits=bits, order=order))
    found = header(data)
    assert (found.bits, found.order, found.kind, found.machine) == (bits, order, 3, 62)
    assert header_write(found) == data[: found.size]
    assert found.sections_end <= len(data)


@WIDTHS
def test_segments_and_sections(bits: int, order: str) -> None:
    data = elves.make(elves.Shape(bits=bits, order=order))
    found = header(data)
    table = data[found.segments_at : found.segments_end]
    segments = segments_read(found, table)
    assert [s.kind for s in segments] == [2, 1, 1, 0x6474E551]
    assert [(s.flags, s.memory_size - s.file_size, s.align) for s in segments if s.kind == 1] == [
        (5, 0, 4096),
        (6, 3000, 4096),
    ]
    assert segments[1].end == segments[1].file_size
    sections = sections_read(found, data[found.sections_at : found.sections_end])
    assert len(sections) == found.section_count
    assert [s.end - s.offset for s in sections if s.flags == 0][1:] == [
        8,
        50_000,
        30_000,
        20_000,
        sections[-1].size,
    ]


@WIDTHS
def test_offsets_alone_are_replaced(bits: int, order: str) -> None:
    data = elves.make(elves.Shape(bits=bits, order=order))
    found = header(data)
    table = data[found.segments_at : found.segments_end]
    before = segments_read(found, table)
    after = segments_read(found, segments_write(found, table, tuple(s.offset + 4096 for s in before)))
    assert [s.offset for s in after] == [s.offset + 4096 for s in before]
    assert [(s.kind, s.flags, s.address, s.align) for s in after] == [
        (s.kind, s.flags, s.address, s.align) for s in before
    ]


@pytest.mark.parametrize(
    ("machine", "bits", "order", "name"),
    [
        (62, 64, "<", "x86_64"),
        (62, 32, "<", "x32"),
        (183, 64, "<", "aarch64"),
        (21, 64, "<", "ppc64le"),
        (21, 64, ">", "ppc64"),
        (22, 64, ">", "s390x"),
        (9999, 64, "<", ""),
    ],
)
def test_machines_by_name(machine: int, bits: int, order: str, name: str) -> None:
    assert header(elves.make(elves.Shape(machine=machine, bits=bits, order=order))).machine_name == name


GOOD = elves.make(elves.Shape())


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"\x7fELF",
        GOOD[:63],
        b"#!" + GOOD[2:],
        GOOD[:4] + b"\3" + GOOD[5:],
        GOOD[:5] + b"\0" + GOOD[6:],
        GOOD[:6] + b"\2" + GOOD[7:],
        GOOD[:52] + struct.pack("<H", 52) + GOOD[54:],
        GOOD[:54] + struct.pack("<H", 32) + GOOD[56:],
        GOOD[:58] + struct.pack("<H", 40) + GOOD[60:],
    ],
)
def test_what_is_no_header(data: bytes) -> None:
    assert header_read(data) is None
