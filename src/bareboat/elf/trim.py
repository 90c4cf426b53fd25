"""An ELF file without the bytes that are never loaded: symbol and debug sections, their headers.

Every segment keeps its bytes, its address and its flags; only file offsets change, by amounts
that keep them congruent to the addresses. What may go is known by name: a section that no
segment holds and whose name is on a short list. A file with anything else outside of its
segments (an appended archive, a payload that the program reads itself) stays as it is, and so
does one in which tools look for something by its section headers.
Spec: System V gABI 4.1, chapter 5, "Program Header": p_offset and p_vaddr, modulo p_align.
"""

import re

from msgspec import Struct
from msgspec.structs import replace

from bareboat.elf.cut import Cut, Run
from bareboat.elf.format import (
    Header,
    Section,
    Segment,
    header_write,
    sections_read,
    segments_write,
)
from bareboat.elf.read import PT_LOAD, Kind, examine
from bareboat.elf.window import Source, Window

__all__ = ["trim"]

_LEAST_GAIN = 4096
_PAGE = 4096
# What patchelf leaves between its own segments: old section headers, padding up to a page.
_STALE = 1 << 16
_PADDING = 64
_SHT_NULL, _SHT_NOBITS = 0, 8
_SHF_ALLOC, _SHF_EXECINSTR = 2, 4
_COUNT_MOST = 0xFF00
_NAMES_MOST = 1 << 20
_DISPENSABLE = re.compile(
    rb"\.symtab|\.strtab|\.shstrtab|\.symtab_shndx|\.comment|\.stab(str)?|\.gdb_index"
    rb"|\.z?debug_\w+|\.rela?\..*|\.gnu_debug(link|altlink|data)|\.gnu\.build\.attributes.*"
    rb"|\.gnu\.lto_.*|\.gnu\.warning\..*|\.annobin\..*|\.note\..*|\.GCC\.command\.line"
    rb"|\.(ARM|riscv)\.attributes|\.llvm_addrsig|\.llvm\..*"
)
# Found by section header in the file: cargo-auditable's list of crates (scanners read it) and
# the tables by which debuggers attach to CPython (PEP 768).
_SOUGHT = {b".dep-v0", b".PyRuntime", b".AsyncioDebug"}


class _Group(Struct, frozen=True):
    """Bytes that must move together, by multiples of `align`."""

    start: int
    end: int
    align: int


def trim(content: Source) -> Source:
    """Return `content` without its unloaded bytes; `content` itself where little is gained.

    Headers are read now, bytes when they are asked for. Unchanged are files that are no ELF
    program or shared library, damaged or unusual ones, and gains below 4 KiB. In a program, as
    against a library, nothing moves: only the end of the file is cut.
    """
    window = Window(content)
    header, elf = examine(window) or (None, None)
    if header is None or elf is None or not elf.machine or elf.kind not in {Kind.EXECUTABLE, Kind.SHARED}:
        return content
    groups = _groups(header, elf.segments, content.size)
    free = _free(window, header)
    if not groups or not free:
        return content
    is_library = elf.kind is Kind.SHARED and not elf.interpreter and not elf.is_pie
    runs = _runs(groups, free, may_move=is_library)
    # patchelf leaves a zero byte at the end of what it writes; anything else there is a payload.
    padding = window.at(content.size - _PADDING, _PADDING)
    zeros = len(padding) - len(padding.rstrip(b"\0"))
    if not _is_free(runs[-1].end, content.size, free, slack=_PADDING, at_end=zeros):
        return content
    offsets = _offsets(elf.segments, runs)
    if offsets is None:
        return content
    table_run = next(run for run in runs if run.holds(header.segments_at, header.segments_end))
    segments_at = header.segments_at + table_run.shift
    table = window.at(header.segments_at, header.segments_end - header.segments_at)
    bare = replace(
        header, segments_at=segments_at, sections_at=0, section_size=0, section_count=0, names_index=0
    )
    cut = Cut(
        content,
        runs,
        ((0, header_write(bare)), (segments_at, segments_write(header, table, offsets))),
    )
    return cut if content.size - cut.size >= _LEAST_GAIN else content


def _groups(header: Header, segments: tuple[Segment, ...], size: int) -> list[_Group] | None:
    """Return what must stay, in file order and apart; None for a file that no linker makes."""
    if not 0 < header.segment_count < _COUNT_MOST or not any(
        segment.kind == PT_LOAD and segment.file_size for segment in segments
    ):
        return None
    wanted = [_Group(0, header.size, 1), _Group(header.segments_at, header.segments_end, 8)]
    for segment in segments:
        align = max(segment.align, _PAGE if segment.kind == PT_LOAD else 1)
        if align & (align - 1) or segment.end > size:
            return None
        if segment.kind == PT_LOAD and (segment.offset - segment.address) % align:
            return None
        if segment.file_size:
            wanted.append(_Group(segment.offset, segment.end, align))
    wanted.sort(key=lambda group: group.start)
    found = wanted[:1]
    for group in wanted[1:]:
        last = found[-1]
        if group.start < last.end:
            found[-1] = _Group(last.start, max(last.end, group.end), max(last.align, group.align))
        else:
            found.append(group)
    return found


def _free(window: Window, header: Header) -> list[tuple[int, int]] | None:
    """Return the ranges that may go, in file order; None where a section must be kept for tools."""
    if not 0 < header.section_count < _COUNT_MOST or header.names_index >= header.section_count:
        return None
    table = window.at(header.sections_at, header.sections_end - header.sections_at)
    if len(table) != header.sections_end - header.sections_at:
        return None
    sections = sections_read(header, table)
    names_section = sections[header.names_index]
    names = window.at(names_section.offset, min(names_section.size, _NAMES_MOST))
    free = [(header.sections_at, header.sections_end)]
    for section in sections:
        name = names[section.name :].partition(b"\0")[0]
        if not _may_lose(section, name):
            return None
        if section.kind not in {_SHT_NULL, _SHT_NOBITS} and not section.flags & _SHF_ALLOC:
            free.append((section.offset, section.end))
    return sorted(free)


def _may_lose(section: Section, name: bytes) -> bool:
    """Say whether nobody misses the section's header and, where it is not loaded, its bytes."""
    if section.flags & _SHF_ALLOC:
        # Code without bytes marks a file of debug information alone, made by objcopy.
        is_debug_file = section.kind == _SHT_NOBITS and section.flags & _SHF_EXECINSTR
        return name not in _SOUGHT and not is_debug_file
    return section.kind in {_SHT_NULL, _SHT_NOBITS} or _DISPENSABLE.fullmatch(name) is not None


def _runs(groups: list[_Group], free: list[tuple[int, int]], *, may_move: bool) -> tuple[Run, ...]:
    """Return where each group lands: as low as its alignment allows, or not moved at all."""
    runs = [Run(0, groups[0].end, 0)]
    for group in groups[1:]:
        last = runs[-1]
        written = last.end + last.shift
        lowest = written + (group.start - written) % group.align
        if (
            may_move
            and lowest < group.start + last.shift
            and _is_free(last.end, group.start, free, slack=_STALE, at_end=_STALE)
        ):
            runs.append(Run(group.start, group.end, lowest))
        else:
            runs[-1] = replace(last, end=group.end)
    return tuple(runs)


def _is_free(start: int, end: int, free: list[tuple[int, int]], *, slack: int, at_end: int) -> bool:
    """Say whether `free` covers the range but for holes below `slack`, the last at most `at_end`."""
    place = start
    for low, high in free:
        if low > place:
            if low >= end:
                break
            if low - place >= slack:
                return False
        place = max(place, high)
    return end - place <= at_end


def _offsets(segments: tuple[Segment, ...], runs: tuple[Run, ...]) -> tuple[int, ...] | None:
    """Return each segment's new file offset, None where one would no longer fit its address."""
    found = []
    for segment in segments:
        run = next((run for run in runs if run.holds(segment.offset, segment.end)), None)
        if run is None and segment.kind == PT_LOAD:
            return None
        offset = segment.offset + (run.shift if run is not None else 0)
        if segment.kind == PT_LOAD and (offset - segment.address) % max(segment.align, _PAGE):
            return None
        found.append(offset)
    return tuple(found)
