"""What an ELF file says to the dynamic loader: its needs, its own name, where it searches.

Everything is found through program headers, as a loader does, so stripped files read the same.
Spec: System V gABI 4.1, chapter 5, "Dynamic Section".
"""

import itertools
import struct
from enum import StrEnum

from msgspec import Struct

from bareboat.elf.format import HEADER_MOST, Header, Segment, header_read, segments_read
from bareboat.elf.window import Source, Window

__all__ = ["PT_DYNAMIC", "PT_INTERP", "PT_LOAD", "Elf", "Kind", "examine", "read"]

PT_LOAD, PT_DYNAMIC, PT_INTERP = 1, 2, 3
_DT_NULL, _DT_NEEDED, _DT_STRTAB, _DT_SONAME, _DT_RPATH, _DT_RUNPATH = 0, 1, 5, 14, 15, 29
_NAMED = {_DT_NEEDED, _DT_SONAME, _DT_RPATH, _DT_RUNPATH}
_DT_FLAGS_1, _DF_1_PIE = 0x6FFFFFFB, 0x08000000
# Bounds on what a header may ask for: the largest real tables are a tenth of these.
_DYNAMIC_MOST = 1 << 20
_NAMES_MOST = 64 << 20
_NAME_MOST = 4096


class Kind(StrEnum):
    """What the linker made."""

    RELOCATABLE = "relocatable"
    EXECUTABLE = "executable"
    SHARED = "shared"
    CORE = "core"
    OTHER = "other"


_KINDS = {1: Kind.RELOCATABLE, 2: Kind.EXECUTABLE, 3: Kind.SHARED, 4: Kind.CORE}


class Elf(Struct, frozen=True):
    """What a loader reads of a file.

    `machine` is the kernel's name, as `Arch.machine` has it, or empty. `runpath` is DT_RUNPATH or, where
    there is none, DT_RPATH, split at colons, `$ORIGIN` left as it stands. `is_pie` is what the
    linker noted; an older linker notes nothing.
    """

    kind: Kind
    machine: str
    bits: int
    soname: str = ""
    needed: tuple[str, ...] = ()
    runpath: tuple[str, ...] = ()
    interpreter: str = ""
    is_pie: bool = False
    segments: tuple[Segment, ...] = ()


def read(content: Source) -> Elf | None:
    """Return what `content` says to a loader, None when it is no ELF file or a damaged one.

    Damaged means that a header points outside of the file or asks for absurd amounts; no loader
    takes such a file, and a package may ship one as test data.
    """
    found = examine(Window(content))
    return None if found is None else found[1]


def examine(window: Window) -> tuple[Header, Elf] | None:
    """Return the header and what `read` says, None for what `read` refuses."""
    header = header_read(window.at(0, HEADER_MOST))
    if header is None:
        return None
    table = window.at(header.segments_at, header.segments_end - header.segments_at)
    if len(table) != header.segments_end - header.segments_at:
        return None
    segments = segments_read(header, table)
    dynamic = _dynamic(window, header, segments)
    names = None if dynamic is None else _names(window, dynamic, segments)
    if dynamic is None or names is None:
        return None
    elf = Elf(
        kind=_KINDS.get(header.kind, Kind.OTHER),
        machine=header.machine_name,
        bits=header.bits,
        soname=next(iter(names.get(_DT_SONAME, ())), ""),
        needed=tuple(names.get(_DT_NEEDED, ())),
        runpath=_paths(names.get(_DT_RUNPATH) or names.get(_DT_RPATH) or []),
        interpreter=_interpreter(window, segments),
        is_pie=any(tag == _DT_FLAGS_1 and value & _DF_1_PIE for tag, value in dynamic),
        segments=segments,
    )
    return header, elf


def _dynamic(window: Window, header: Header, segments: tuple[Segment, ...]) -> list[tuple[int, int]] | None:
    """Return tag and value of the dynamic section up to its end mark, None for a damaged one."""
    segment = next((found for found in segments if found.kind == PT_DYNAMIC), None)
    if segment is None or segment.file_size == 0:
        return []
    layout = header.order + ("QQ" if header.bits == 64 else "II")
    size = segment.file_size - segment.file_size % struct.calcsize(layout)
    table = window.at(segment.offset, size) if size <= _DYNAMIC_MOST else b""
    if len(table) != size:
        return None
    pairs = struct.iter_unpack(layout, table)
    return list(itertools.takewhile(lambda pair: pair[0] != _DT_NULL, pairs))


def _names(
    window: Window, dynamic: list[tuple[int, int]], segments: tuple[Segment, ...]
) -> dict[int, list[str]] | None:
    """Return the strings of the tags that hold some, in order, None where they lie nowhere."""
    wanted = [(tag, value) for tag, value in dynamic if tag in _NAMED]
    if not wanted:
        return {}
    address = next((value for tag, value in dynamic if tag == _DT_STRTAB), -1)
    start = _offset(address, segments)
    first = min(value for _, value in wanted)
    span = max(value for _, value in wanted) - first + _NAME_MOST
    if start is None or span > _NAMES_MOST:
        return None
    table = window.at(start + first, span)
    found: dict[int, list[str]] = {}
    for tag, value in wanted:
        name, nul, _ = table[value - first : value - first + _NAME_MOST].partition(b"\0")
        if not nul:
            return None
        found.setdefault(tag, []).append(name.decode("utf-8", "surrogateescape"))
    return found


def _offset(address: int, segments: tuple[Segment, ...]) -> int | None:
    """Return where in the file the byte lies that is loaded at `address`."""
    for segment in segments:
        if segment.kind == PT_LOAD and segment.address <= address < segment.address + segment.file_size:
            return address - segment.address + segment.offset
    return None


def _interpreter(window: Window, segments: tuple[Segment, ...]) -> str:
    segment = next((found for found in segments if found.kind == PT_INTERP), None)
    if segment is None:
        return ""
    path = window.at(segment.offset, min(segment.file_size, _NAME_MOST)).partition(b"\0")[0]
    return path.decode("utf-8", "surrogateescape")


def _paths(values: list[str]) -> tuple[str, ...]:
    return tuple(path for value in values for path in value.split(":") if path)
