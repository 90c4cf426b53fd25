import struct
import sys
from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from msgspec.structs import replace

import elves
from bareboat.elf.read import read
from bareboat.elf.trim import trim
from bareboat.elf.window import Source


@dataclass(frozen=True)
class Held:
    data: bytes

    @property
    def size(self) -> int:
        return len(self.data)

    def chunks(self) -> Iterator[bytes]:
        return (self.data[start : start + 7000] for start in range(0, len(self.data), 7000))


LIBRARY = elves.Shape()
PROGRAM = elves.Shape(interpreter="/lib64/ld.so", soname="")
WIDTHS = pytest.mark.parametrize(("bits", "order"), [(64, "<"), (64, ">"), (32, "<"), (32, ">")])


def trimmed(data: bytes) -> bytes:
    """Return the file trimmed, after looking that it is the same to a loader."""
    held = Held(data)
    content = trim(held)
    assert content is not held, "something is gained"
    found = b"".join(content.chunks())
    assert len(found) == content.size
    assert elves.image(found) == elves.image(data)
    before, after = read(held), read(content)
    assert before is not None
    assert after is not None
    assert replace(after, segments=()) == replace(before, segments=())
    assert [replace(s, offset=0) for s in after.segments] == [replace(s, offset=0) for s in before.segments]
    assert trim(content) is content, "a second time nothing is left to take"
    return found


def unchanged(data: bytes) -> bool:
    held = Held(data)
    content: Source = trim(held)
    return content is held


@WIDTHS
def test_sections_at_the_end_go(bits: int, order: str) -> None:
    data = elves.make(replace(LIBRARY, bits=bits, order=order))
    found = trimmed(data)
    assert len(data) - len(found) > 100_000
    assert found.endswith(b"datadata")
    assert b"DDDD" not in found
    where = (40, "Q", 58) if bits == 64 else (32, "I", 46)
    assert struct.unpack_from(order + where[1], found, where[0]) == (0,)
    assert struct.unpack_from(order + "3H", found, where[2]) == (0, 0, 0)


@WIDTHS
def test_a_patched_library_closes_its_gap(bits: int, order: str) -> None:
    data = elves.make(replace(LIBRARY, bits=bits, order=order, patched=b"P" * 5000))
    found = trimmed(data)
    assert len(data) - len(found) > 90_000
    assert found.endswith(b"P" * 5000)


def test_a_gap_stays_congruent_to_a_large_page() -> None:
    for align in (1 << 16, 1 << 14):
        data = elves.make(
            replace(LIBRARY, align=align, patched=b"P" * 5000, unloaded={".debug_x": bytes(300_000)})
        )
        assert 200_000 < len(data) - len(trimmed(data)) < 320_000


def test_a_gap_that_alignment_forbids_to_close_stays() -> None:
    shape = replace(LIBRARY, align=1 << 21, patched=b"P" * 5000, unloaded={".debug_x": bytes(300_000)})
    assert unchanged(elves.make(shape))


def test_in_a_program_only_the_end_is_cut() -> None:
    assert len(trimmed(elves.make(PROGRAM))) < 10_000
    assert unchanged(elves.make(replace(PROGRAM, patched=b"P" * 5000)))
    pie = replace(LIBRARY, flags_1=0x08000000, soname="")
    assert len(trimmed(elves.make(pie))) < 10_000
    assert unchanged(elves.make(replace(pie, patched=b"P" * 5000)))
    assert len(trimmed(elves.make(replace(PROGRAM, kind=2)))) < 10_000


@pytest.mark.parametrize("shape", [PROGRAM, replace(PROGRAM, kind=2, interpreter=""), LIBRARY])
@pytest.mark.parametrize(
    "tail", [b"\n---- payload ----\n", b"PK\5\6" + bytes(18), b"x", b"y" * 100_000, bytes(65) + b"z"]
)
def test_a_payload_behind_the_file_keeps_all_of_it(shape: elves.Shape, tail: bytes) -> None:
    assert unchanged(elves.make(replace(shape, tail=tail)))


def test_a_few_zeros_behind_the_file_are_no_payload() -> None:
    trimmed(elves.make(replace(LIBRARY, tail=bytes(1))))
    assert unchanged(elves.make(replace(PROGRAM, tail=bytes(5000))))


@pytest.mark.parametrize("name", [".payload", ".rustc", ".dep-v0", ".upd_info", ".bun", ".data.extra"])
def test_an_unloaded_section_of_an_unknown_name_keeps_the_file(name: str) -> None:
    assert unchanged(
        elves.make(replace(LIBRARY, unloaded={**LIBRARY.unloaded, name: b"read by the program"}))
    )


@pytest.mark.parametrize("name", [".dep-v0", ".PyRuntime", ".AsyncioDebug"])
def test_a_section_that_tools_look_for_keeps_the_file(name: str) -> None:
    assert unchanged(elves.make(replace(LIBRARY, loaded_name=name)))


@pytest.mark.parametrize(
    "name",
    [
        ".zdebug_info",
        ".debug_str_offsets",
        ".rela.text",
        ".rel.debug_info",
        ".gnu.lto_main.o",
        ".note.stapsdt",
        ".stabstr",
    ],
)
def test_names_that_may_go(name: str) -> None:
    trimmed(elves.make(replace(LIBRARY, unloaded={name: bytes(9000)})))


def test_little_gain_is_no_gain() -> None:
    assert unchanged(elves.make(replace(LIBRARY, unloaded={".comment": b"a linker"})))


@pytest.mark.parametrize("kind", [1, 4, 0, 0xFE00])
def test_objects_and_cores_stay(kind: int) -> None:
    assert unchanged(elves.make(replace(LIBRARY, kind=kind)))


def test_an_unknown_machine_stays() -> None:
    assert unchanged(elves.make(replace(LIBRARY, machine=4711)))


def test_a_file_of_debug_information_stays() -> None:
    assert unchanged(elves.make(replace(LIBRARY, nobits_code=True)))


def test_a_segment_without_bytes_keeps_its_page() -> None:
    assert trimmed(elves.make(replace(LIBRARY, bss_only=True)))


def test_what_is_no_elf_file_stays() -> None:
    assert unchanged(b"#!/bin/sh\n" * 2000)
    assert unchanged(b"")


def edit(data: bytes, place: int, layout: str, value: int) -> bytes:
    changed = bytearray(data)
    struct.pack_into("<" + layout, changed, place, value)
    return bytes(changed)


def test_files_that_no_linker_makes_stay() -> None:
    data = elves.make(LIBRARY)
    load = 64 + 56  # the second program header, the first that loads
    assert struct.unpack_from("<I", data, load) == (1,)
    assert unchanged(edit(data, load + 48, "Q", 3 * 4096)), "an alignment that is no power of two"
    assert unchanged(edit(data, load + 16, "Q", 123)), "an address that does not fit its offset"
    assert unchanged(edit(data, load + 32, "Q", 1 << 40)), "a segment past the end"
    assert unchanged(edit(data, 40, "Q", len(data))), "section headers past the end"
    assert unchanged(edit(data, 60, "H", 0)), "no section headers"
    assert unchanged(edit(data, 62, "H", 99)), "no names of sections"
    nothing = edit(edit(data, load + 32, "Q", 0), load + 56 + 32, "Q", 0)
    assert unchanged(nothing), "no segment with bytes"


def test_bytes_that_no_section_claims_keep_the_file() -> None:
    data = elves.make(LIBRARY)
    table, count = struct.unpack_from("<Q", data, 40)[0], struct.unpack_from("<H", data, 60)[0]
    for index in range(count):
        if struct.unpack_from("<Q", data, table + index * 64 + 32)[0] == 30_000:  # .symtab
            nobits = edit(data, table + index * 64 + 4, "I", 8)
            assert unchanged(nobits), "a hole before other sections"
    patched = elves.make(replace(LIBRARY, patched=b"P" * 5000, unloaded={".debug_info": bytes(90_000)}))
    table = struct.unpack_from("<Q", patched, 40)[0]
    assert struct.unpack_from("<Q", patched, table + 5 * 64 + 32) == (90_000,)
    assert unchanged(edit(patched, table + 5 * 64 + 4, "I", 8)), "a hole between segments"


def test_a_segment_without_bytes_that_points_into_what_goes() -> None:
    data = elves.make(replace(LIBRARY, bss_only=True))
    empty = 64 + 56 * 4
    assert struct.unpack_from("<I", data, empty) == (1,)
    address, offset = (
        struct.unpack_from("<Q", data, empty + 16)[0],
        struct.unpack_from("<Q", data, empty + 8)[0],
    )
    moved = edit(data, empty + 8, "Q", offset + 8 * 4096)
    assert address % 4096 == offset % 4096
    assert unchanged(moved)


def test_a_segment_without_bytes_of_a_larger_page_forbids_to_move() -> None:
    data = elves.make(replace(LIBRARY, patched=b"P" * 5000))
    patched = 64 + 56 * 4
    offset = struct.unpack_from("<Q", data, patched + 8)[0]
    stack = 64 + 56 * 3  # the entry for the stack becomes one that loads
    for place, layout, value in (
        (0, "I", 1),
        (8, "Q", offset),
        (16, "Q", (1 << 30) + offset),
        (40, "Q", 64),
        (48, "Q", 1 << 20),
    ):
        data = edit(data, stack + place, layout, value)
    assert unchanged(data)


def test_every_damage_gives_a_file_or_the_same() -> None:
    data = elves.make(replace(LIBRARY, patched=b"P" * 100, unloaded={".debug_x": bytes(9000)}))
    head = 64 + 56 * 6
    table = struct.unpack_from("<Q", data, 40)[0]
    for place in (*range(4, head), *range(table, table + 64 * 8)):
        for value in (0, 1, 0x7F, 0xFF):
            content = trim(Held(data[:place] + bytes([value]) + data[place + 1 :]))
            assert sum(len(chunk) for chunk in content.chunks()) == content.size <= len(data)


def test_a_large_file_is_never_held() -> None:
    data = elves.make(replace(LIBRARY, unloaded={".debug_info": bytes(64 << 20)}))
    content = trim(Held(data))
    assert content.size < 10_000
    assert sys.getsizeof(content) < 200
    assert max(len(chunk) for chunk in content.chunks()) <= 7000
