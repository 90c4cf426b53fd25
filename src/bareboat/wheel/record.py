"""RECORD: the list of a wheel's files with their hashes, read, and written true.

Spec: PyPA "Recording installed projects", "The RECORD file"; "Binary distribution format",
"The .dist-info directory" (hashes are sha256 or better).
"""

import csv
import hashlib
import io
import posixpath
import re
import threading
from base64 import urlsafe_b64encode
from collections.abc import Iterable, Iterator

from msgspec import Struct

from bareboat.errors import BuildError, InputError
from bareboat.tree.content import Content
from bareboat.tree.entry import Entry, file
from bareboat.tree.tree import Tree

__all__ = ["Hashed", "RecordFile", "Row", "find_record", "hash_text", "parse", "with_bytecode"]

_LENGTHS = {"sha256": 43, "sha384": 64, "sha512": 86}
"""Algorithms that a wheel may use, with the length of their digest in base64 without padding."""

_RECORD = re.compile(r"(.*/)?lib/python[0-9.]+/site-packages/[^/]+\.dist-info/RECORD")


def hash_text(data: bytes) -> str:
    """Return the hash of `data` as RECORD writes it."""
    return _text(hashlib.sha256(data).digest())


def _text(digest: bytes) -> str:
    return f"sha256={urlsafe_b64encode(digest).decode().rstrip('=')}"


class Hashed:
    """A content whose hash is wanted beside its bytes; it is computed once, by whoever is first."""

    __slots__ = ("_content", "_lock", "_text")

    def __init__(self, content: Content) -> None:
        self._content = content
        self._text = ""
        self._lock = threading.Lock()

    @property
    def size(self) -> int:
        """How many bytes there are."""
        return self._content.size

    def chunks(self) -> Iterator[bytes]:
        """Yield the bytes in order, noting their hash when the last is out."""
        hashed = hashlib.sha256() if not self._text else None
        for chunk in self._content.chunks():
            if hashed is not None:
                hashed.update(chunk)
            yield chunk
        if hashed is not None:
            self._text = _text(hashed.digest())

    def hash_text(self) -> str:
        """Return the hash as RECORD writes it, reading the bytes unless they were read before."""
        with self._lock:
            if not self._text:
                for _ in self.chunks():
                    pass
        return self._text


class Row(Struct, frozen=True):
    """One line of RECORD: a path from site-packages, its hash (known, or to be computed), its size.

    A `hash` of "" and a `size` of None leave both fields empty, as RECORD's own line has them.
    """

    path: str
    hash: str | Hashed = ""
    size: int | None = None

    def fields(self, *, reading: bool = True) -> tuple[str, str, str]:
        """Return the three fields; without `reading`, an unknown hash is held open by its length."""
        text = self.hash
        if isinstance(text, Hashed):
            text = text.hash_text() if reading else "sha256=" + "-" * _LENGTHS["sha256"]
        return self.path, text, "" if self.size is None else str(self.size)


class RecordFile(Struct, frozen=True):
    """RECORD as a Content: its size is known at once, the hashes only when it is read."""

    rows: tuple[Row, ...]

    @property
    def size(self) -> int:
        """How many bytes `chunks` yields in all."""
        return sum(len(line) for line in self._lines(reading=False))

    def chunks(self) -> Iterator[bytes]:
        """Yield the lines by path, in one chunk."""
        yield b"".join(self._lines(reading=True))

    def _lines(self, *, reading: bool) -> Iterator[bytes]:
        for row in sorted(self.rows, key=lambda row: row.path.encode("utf-8", "surrogateescape")):
            line = io.StringIO()
            csv.writer(line, lineterminator="\n").writerow(row.fields(reading=reading))
            yield line.getvalue().encode("utf-8", "surrogateescape")


def parse(data: bytes, *, where: str) -> dict[str, Row]:
    """Read the bytes of a RECORD; rows by path.

    Raises InputError for a malformed line, a path with two different lines, or a hash weaker than
    sha256.
    """
    rows: dict[str, Row] = {}
    try:
        lines = list(csv.reader(io.StringIO(data.decode("utf-8"), newline=""), strict=True))
    except (UnicodeDecodeError, csv.Error) as error:
        raise InputError(f"RECORD cannot be read: {error}", where=where) from error
    for number, line in enumerate(lines, 1):
        if not line:
            continue
        if len(line) != 3 or not line[0]:
            raise InputError(f"RECORD line {number} has not the three fields path, hash, size", where=where)
        path = line[0].replace("\\", "/")  # written so by some Windows tools
        row = Row(path, _checked_hash(line[1], path, where), _checked_size(line[2], path, where))
        if rows.setdefault(path, row) != row:
            raise InputError(f"RECORD names {path!r} twice, with different hashes", where=where)
    return rows


def _checked_hash(text: str, path: str, where: str) -> str:
    algorithm, _, digest = text.partition("=")
    digest = digest.rstrip("=")
    if text and len(digest) != _LENGTHS.get(algorithm):
        raise InputError(
            f"RECORD gives {path!r} the hash {text[:80]!r}, which is not sha256, sha384 or sha512",
            where=where,
        )
    return f"{algorithm}={digest}" if text else ""


def _checked_size(text: str, path: str, where: str) -> int | None:
    if not text:
        return None
    if not (text.isascii() and text.isdigit() and len(text) < 20):
        raise InputError(f"RECORD gives {path!r} the size {text[:80]!r}", where=where)
    return int(text)


def find_record(tree: Tree) -> Entry | None:
    """Return the entry of the one RECORD in `tree`, None where there is none.

    Those of vendored packages, deeper than site-packages, are files like any other. Raises
    BuildError where there are two: a tree holds one wheel.
    """
    found = [entry for entry in tree if _RECORD.fullmatch(entry.path)]
    if len(found) > 1:
        raise BuildError(f"two wheels in one tree: {found[0].path!r} and {found[1].path!r}")
    return found[0] if found else None


def with_bytecode(tree: Tree, pycs: Iterable[tuple[str, bytes]]) -> Tree:
    """Return `tree` with the compiled files, each a path and its bytes, added and recorded.

    A tree without RECORD (the application's files, the standard library) only gains the files.
    """
    compiled = [file(path, data) for path, data in pycs]
    entry = find_record(tree)
    if entry is None or entry.content is None:
        return tree.merge(Tree.of(compiled)).with_parents()
    site = posixpath.dirname(posixpath.dirname(entry.path))
    rows = parse(b"".join(entry.content.chunks()), where=entry.path)
    for added in compiled:
        data = b"".join(added.content.chunks()) if added.content is not None else b""
        path = posixpath.relpath(f"/{added.path}", f"/{site}")
        rows[path] = Row(path, hash_text(data), len(data))
    record = file(entry.path, b"".join(RecordFile(tuple(rows.values())).chunks()))
    return tree.merge(Tree.of([*compiled, record])).with_parents()
