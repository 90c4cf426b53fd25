"""The zip of a wheel, read without trust: its members as lazy contents.

Knows zip and nothing of wheels. Refused by name: paths that leave the root, links, devices,
duplicates, encryption, overlapping members, bombs, unknown compression. The central directory is
read by zipfile; members are streamed here, so any number of threads may read at once.

Spec: PKWARE APPNOTE 6.3.10, sections 4.3.7 (local header), 4.3.12 (central directory), 4.3.16.
"""

import hashlib
import re
import stat
import struct
import zipfile
import zlib
from base64 import urlsafe_b64encode
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import BinaryIO

from msgspec import Struct

from bareboat.errors import BuildError, InputError, IntegrityError
from bareboat.tree.content import CHUNK
from bareboat.tree.entry import check_path

__all__ = ["MAX_MEMBERS", "MAX_RATIO", "MAX_SIZE", "Member", "members"]

MAX_SIZE = 16 << 30
"""Bytes that all members together may declare."""
MAX_MEMBERS = 200_000
MAX_RATIO = 200
"""How far a large member may shrink; deflate itself reaches 1032."""
_LARGE = 32 << 20
_MAX_DIRECTORY = 64 << 20
_READ = 1 << 16
_LOCAL = struct.Struct("<4s5H3I2H")
_END = struct.Struct("<4s4H2IH")
_ENCRYPTED = 0x1 | 0x40 | 0x2000


class Member(Struct, frozen=True):
    """One file of a zip: a Content that opens the archive anew each time it is read.

    `chunks` raises IntegrityError when the bytes do not match the sizes, the CRC or, where one was
    given, `record` (`sha256=<urlsafe base64 without padding>`).
    """

    archive: Path
    where: str
    name: str
    stored_name: bytes
    offset: int
    packed: int
    size: int
    method: int
    crc: int
    executable: bool
    record: str = ""

    def chunks(self) -> Iterator[bytes]:
        """Yield the bytes in order, at most CHUNK at a time, verified when the last is out."""
        algorithm, _, expected = self.record.partition("=")
        hashed = hashlib.new(algorithm) if algorithm else None
        crc = count = 0
        for chunk in self._unpacked():
            count += len(chunk)
            if count > self.size:
                raise self._damaged(f"{self.name!r} unpacks to more than the {self.size} bytes it declares")
            crc = zlib.crc32(chunk, crc)
            if hashed is not None:
                hashed.update(chunk)
            yield chunk
        if count != self.size:
            raise self._damaged(f"{self.name!r} unpacks to {count} bytes and declares {self.size}")
        if crc != self.crc:
            raise self._damaged(f"{self.name!r} has CRC {crc:08x}, the archive says {self.crc:08x}")
        if hashed is not None:
            found = urlsafe_b64encode(hashed.digest()).decode().rstrip("=")
            if found != expected:
                raise self._damaged(f"{self.name!r} has {algorithm}={found}, RECORD says {self.record}")

    def _unpacked(self) -> Iterator[bytes]:
        try:
            with self.archive.open("rb") as file:
                self._skip_header(file)
                if self.method == zipfile.ZIP_STORED:
                    yield from self._packed_chunks(file, CHUNK)
                else:
                    yield from self._inflated(file)
        except OSError as error:
            raise BuildError(f"cannot be read: {error.strerror}", where=str(self.archive)) from error

    def _skip_header(self, file: BinaryIO) -> None:
        file.seek(self.offset)
        head = file.read(_LOCAL.size)
        if len(head) < _LOCAL.size:
            raise self._damaged(f"{self.name!r} has no header where the directory says")
        signature, _, flags, method, *_, name_length, extra_length = _LOCAL.unpack(head)
        name = file.read(name_length)
        if (signature, method, name) != (b"PK\3\4", self.method, self.stored_name) or flags & _ENCRYPTED:
            raise self._damaged(f"{self.name!r} has a header that the directory contradicts")
        file.seek(extra_length, 1)

    def _packed_chunks(self, file: BinaryIO, step: int) -> Iterator[bytes]:
        left = self.packed
        while left:
            piece = file.read(min(step, left))
            if not piece:
                raise self._damaged(f"{self.name!r} is cut short")
            left -= len(piece)
            yield piece

    def _inflated(self, file: BinaryIO) -> Iterator[bytes]:
        inflater = zlib.decompressobj(-zlib.MAX_WBITS)
        try:
            for piece in self._packed_chunks(file, _READ):
                waiting = piece
                while waiting and not inflater.eof:
                    chunk = inflater.decompress(waiting, CHUNK)
                    waiting = inflater.unconsumed_tail
                    if chunk:
                        yield chunk
                if inflater.eof and (waiting or inflater.unused_data):
                    raise self._damaged(f"{self.name!r} has bytes after its end")
            while not inflater.eof and (chunk := inflater.decompress(b"", CHUNK)):
                yield chunk
        except zlib.error as error:
            raise self._damaged(f"{self.name!r} is no valid deflate data") from error
        if not inflater.eof:
            raise self._damaged(f"{self.name!r} is cut short")

    def _damaged(self, message: str) -> IntegrityError:
        return IntegrityError(message, where=self.where, hint="fetch the wheel again")


def members(path: Path, *, where: str, max_size: int = MAX_SIZE) -> tuple[Member, ...]:
    """Return the files of the zip at `path` in its own order; folders are left out.

    Raises InputError, under the name `where`, for everything that this module refuses.
    """
    infos = _directory(path, where)
    seen: set[str] = set()
    found = []
    total = 0
    for info in infos:
        _check_name(info, where)
        if info.filename in seen:
            raise InputError(f"{info.filename!r} stands twice in the archive", where=where)
        seen.add(info.filename)
        if info.is_dir():
            continue
        _check_kind(info, where)
        total += info.file_size
        if info.file_size > _LARGE and info.file_size > MAX_RATIO * info.compress_size:
            raise InputError(
                f"{info.filename!r} is a zip bomb: {info.compress_size} bytes declare {info.file_size}",
                where=where,
            )
        if total > max_size:
            raise InputError(f"is a zip bomb: it declares more than {max_size} bytes", where=where)
        found.append(_member(path, where, info))
    _check_overlap(infos, path, where)
    return tuple(found)


def _directory(path: Path, where: str) -> list[zipfile.ZipInfo]:
    try:
        _check_directory_size(path, where)
        with zipfile.ZipFile(path) as archive:
            infos = archive.infolist()
    except FileNotFoundError as error:
        raise InputError("no such file", where=where) from error
    except (
        zipfile.BadZipFile,
        zipfile.LargeZipFile,
        NotImplementedError,
        OSError,
        EOFError,
        ValueError,
        OverflowError,
        struct.error,
    ) as error:
        raise InputError(
            f"is no readable zip archive: {error}", where=where, hint="it may be truncated: fetch it again"
        ) from error
    if len(infos) > MAX_MEMBERS:
        raise InputError(f"is a zip bomb: it has more than {MAX_MEMBERS} members", where=where)
    return infos


def _check_directory_size(path: Path, where: str) -> None:
    """Refuse a directory that zipfile should not load; the end record is at most 64 KiB from the end."""
    with path.open("rb") as file:
        length = file.seek(0, 2)
        file.seek(max(0, length - _END.size - 0xFFFF))
        tail = file.read()
        start = tail.rfind(b"PK\5\6")
        if start < 0 or len(tail) - start < _END.size:
            return  # zipfile says what is wrong
        size = _END.unpack_from(tail, start)[5]
        locator = tail.rfind(b"PK\6\7", 0, start)
        if size == 0xFFFFFFFF and locator >= 0 and len(tail) - locator >= 20:
            file.seek(min(length, struct.unpack_from("<Q", tail, locator + 8)[0]))
            record = file.read(56)
            size = struct.unpack_from("<Q", record, 40)[0] if len(record) == 56 else 0
    if size > _MAX_DIRECTORY:
        raise InputError(f"is a zip bomb: its directory declares {size} bytes", where=where)


def _check_name(info: zipfile.ZipInfo, where: str) -> None:
    name = info.orig_filename
    try:
        check_path(name.removesuffix("/"))
    except InputError as error:
        raise InputError(f"member {name!r} does not stay inside the archive's root", where=where) from error
    if "\\" in name or re.match(r"[A-Za-z]:", name):
        raise InputError(f"member {name!r} has a name of another system", where=where)
    if any(ord(character) < 0x20 or character == "\x7f" for character in name):
        raise InputError(f"member {name!r} has a control character in its name", where=where)


def _check_kind(info: zipfile.ZipInfo, where: str) -> None:
    kind = stat.S_IFMT(info.external_attr >> 16)
    if kind == stat.S_IFLNK:
        raise InputError(f"member {info.filename!r} is a symbolic link, which no wheel may hold", where=where)
    if kind not in {0, stat.S_IFREG}:
        raise InputError(f"member {info.filename!r} is neither a file nor a folder", where=where)
    if info.flag_bits & _ENCRYPTED:
        raise InputError(f"member {info.filename!r} is encrypted", where=where)
    if info.compress_type not in {zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED}:
        raise InputError(
            f"member {info.filename!r} is compressed by method {info.compress_type}, not deflate", where=where
        )
    if info.compress_type == zipfile.ZIP_STORED and info.compress_size != info.file_size:
        raise InputError(f"member {info.filename!r} is stored and declares two sizes", where=where)


def _stored_name(info: zipfile.ZipInfo) -> bytes:
    return info.orig_filename.encode("utf-8" if info.flag_bits & 0x800 else "cp437")


def _member(path: Path, where: str, info: zipfile.ZipInfo) -> Member:
    return Member(
        archive=path,
        where=where,
        name=info.filename,
        stored_name=_stored_name(info),
        offset=info.header_offset,
        packed=info.compress_size,
        size=info.file_size,
        method=info.compress_type,
        crc=info.CRC,
        executable=bool((info.external_attr >> 16) & 0o111),
    )


def _check_overlap(infos: Iterable[zipfile.ZipInfo], path: Path, where: str) -> None:
    """Refuse members that share bytes, the trick of the strongest zip bombs."""
    end = 0
    for info in sorted(infos, key=lambda info: info.header_offset):
        if info.header_offset < end:
            raise InputError(f"is a zip bomb: {info.filename!r} overlaps another member", where=where)
        end = info.header_offset + _LOCAL.size + len(_stored_name(info)) + info.compress_size
    if end > path.stat().st_size:
        raise InputError("is truncated: its members reach past its end", where=where)
