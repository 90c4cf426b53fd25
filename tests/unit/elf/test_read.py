import sys
import sysconfig
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from elftools.elf.dynamic import DynamicSegment
from elftools.elf.elffile import ELFFile
from elftools.elf.segments import InterpSegment
from msgspec.structs import replace

import elves
from bareboat.elf.read import Elf, Kind, read


@dataclass(frozen=True)
class File:
    path: Path

    @property
    def size(self) -> int:
        return self.path.stat().st_size

    def chunks(self) -> Iterator[bytes]:
        with self.path.open("rb") as stream:
            while chunk := stream.read(1 << 20):
                yield chunk


@dataclass(frozen=True)
class Held:
    data: bytes

    @property
    def size(self) -> int:
        return len(self.data)

    def chunks(self) -> Iterator[bytes]:
        yield self.data


def found(shape: elves.Shape) -> Elf:
    elf = read(Held(elves.make(shape)))
    assert elf is not None
    return elf


@pytest.mark.parametrize(("bits", "order"), [(64, "<"), (64, ">"), (32, "<"), (32, ">")])
def test_a_library(bits: int, order: str) -> None:
    elf = found(elves.Shape(bits=bits, order=order, machine=22))
    assert (elf.kind, elf.machine, elf.bits) == (Kind.SHARED, "s390x", bits)
    assert elf.soname == "libx.so.1"
    assert elf.needed == ("libc.so.6", "libm.so.6")
    assert elf.runpath == ("$ORIGIN/../x.libs", "/lib")
    assert (elf.interpreter, elf.is_pie) == ("", False)
    assert len(elf.segments) == 4


def test_a_program() -> None:
    elf = found(elves.Shape(interpreter="/lib64/ld-linux-x86-64.so.2", flags_1=0x08000001, soname=""))
    assert elf.interpreter == "/lib64/ld-linux-x86-64.so.2"
    assert elf.is_pie
    assert elf.soname == ""
    assert found(elves.Shape(kind=2)).kind is Kind.EXECUTABLE
    assert found(elves.Shape(kind=77)).kind is Kind.OTHER


def test_rpath_counts_only_without_runpath() -> None:
    assert found(elves.Shape(runpath="", rpath="/a::/b")).runpath == ("/a", "/b")
    assert found(elves.Shape(runpath="/r", rpath="/a")).runpath == ("/r",)


def test_a_static_file_has_no_needs() -> None:
    elf = found(elves.Shape(dynamic=False, kind=2))
    assert (elf.needed, elf.soname, elf.runpath) == ((), "", ())
    assert found(elves.Shape(needed=(), soname="", runpath="")).needed == ()


def test_names_that_are_no_utf8_survive() -> None:
    data = elves.make(elves.Shape(needed=("libc.so.6",))).replace(b"libc.so.6", b"lib\xff.so.6")
    elf = read(Held(data))
    assert elf is not None
    assert elf.needed[0].encode("utf-8", "surrogateescape") == b"lib\xff.so.6"


@pytest.mark.parametrize(
    "data", [b"", b"\x7fELF", b"text" * 100, b"\x7fELF" + b"\xff" * 100, b"\x7fELF\2\1\1" + bytes(99)]
)
def test_what_is_no_elf_file(data: bytes) -> None:
    elf = read(Held(data))
    assert elf is None


def test_every_damage_is_none_or_a_value() -> None:
    data = elves.make(replace(elves.Shape(), unloaded={}, interpreter="/lib/ld.so"))
    assert read(Held(data)) is not None
    for end in range(0, len(data), 61):
        read(Held(data[:end]))
    for place in range(600):
        for value in (0, 0x7F, 0xFF):
            read(Held(data[:place] + bytes([value]) + data[place + 1 :]))


def test_a_dynamic_section_that_lies() -> None:
    data = elves.make(elves.Shape(bits=64))
    at = data.index((5).to_bytes(8, "little"), 64 + 56 * 4)
    assert read(Held(data[: at + 8] + b"\xff" * 8 + data[at + 16 :])) is None
    strings = data.index(b"libc.so.6\0")
    needed = data.index((1).to_bytes(8, "little") + (1).to_bytes(8, "little"), strings)
    assert read(Held(data[: needed + 8] + b"\xff" * 8 + data[needed + 16 :])) is None
    assert read(Held(data[: needed + 8] + (1 << 25).to_bytes(8, "little") + data[needed + 16 :])) is None


def host_files() -> list[Path]:
    """Return ELF files that any Linux has: the interpreter, its extension modules, system libraries."""
    folders = [Path(sysconfig.get_path("platlib")), *map(Path, sys.path), Path("/usr/lib"), Path("/lib")]
    files = [Path(sys.executable).resolve()]
    for folder in folders:
        if folder.is_dir():
            files += sorted(folder.glob("**/*.so*"))[:150]
    return [file for file in dict.fromkeys(files) if file.is_file() and not file.is_symlink()]


def theirs(path: Path) -> tuple[object, ...]:
    with path.open("rb") as stream:
        elf = ELFFile(stream)
        tags: dict[str, list[str]] = {}
        interpreter = ""
        for segment in elf.iter_segments():
            if isinstance(segment, InterpSegment):
                interpreter = segment.get_interp_name()
            if isinstance(segment, DynamicSegment):
                for tag in segment.iter_tags():
                    for name in ("needed", "soname", "rpath", "runpath"):
                        if hasattr(tag, name):
                            tags.setdefault(name, []).append(getattr(tag, name))
    search = (tags.get("runpath") or tags.get("rpath") or [""])[0]
    soname = tags.get("soname", [""])[0]
    return tuple(tags.get("needed", [])), soname, tuple(p for p in search.split(":") if p), interpreter


@pytest.mark.skipif(sys.platform != "linux", reason="no ELF files on this host")
def test_the_host_files_read_as_pyelftools_reads_them() -> None:
    count = 0
    for path in host_files():
        with path.open("rb") as stream:
            if stream.read(4) != b"\x7fELF":
                continue
        elf = read(File(path))
        assert elf is not None, path
        assert (elf.needed, elf.soname, elf.runpath, elf.interpreter) == theirs(path), path
        count += 1
    assert count > 20
