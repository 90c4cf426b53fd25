"""Members of an ar archive, streamed: the outer form of a Debian package.

Knows the common form only (no symbol tables, no GNU or BSD long names: deb(5) has neither).

Spec: deb(5) of dpkg 1.22, "FORMAT"; ar(5).
"""

from collections.abc import Iterable, Iterator

from bareboat.errors import IntegrityError

__all__ = ["Reader", "members"]

_MAGIC = b"!<arch>\n"
_HEADER = 60
_MAX_MEMBERS = 64


class Reader:
    """Chunks read by exact counts; `where` names the archive in errors."""

    def __init__(self, chunks: Iterable[bytes], *, where: str = "") -> None:
        self._chunks = iter(chunks)
        self._held = b""
        self._where = where

    def take(self, count: int) -> bytes:
        """Return the next `count` bytes, fewer only at the end."""
        parts = list(self.stream(count, whole=False))
        return b"".join(parts)

    def stream(self, count: int, *, whole: bool = True) -> Iterator[bytes]:
        """Yield the next `count` bytes; IntegrityError when the archive ends before, if `whole`."""
        while count:
            if not self._held:
                self._held = next(self._chunks, b"")
                if not self._held:
                    break
            piece, self._held = self._held[:count], self._held[count:]
            count -= len(piece)
            yield piece
        if count and whole:
            raise IntegrityError(f"ar archive ends {count} bytes too early", where=self._where)


def members(chunks: Iterable[bytes], *, where: str = "") -> Iterator[tuple[str, Iterator[bytes]]]:
    """Yield each member's name with its bytes; what the caller leaves unread is skipped.

    Raises IntegrityError, naming `where`, for anything that is no such archive or is cut short.
    """
    reader = Reader(chunks, where=where)
    if reader.take(len(_MAGIC)) != _MAGIC:
        raise IntegrityError("not an ar archive, so no Debian package", where=where)
    for _ in range(_MAX_MEMBERS):
        header = reader.take(_HEADER)
        if not header:
            return
        name, size = _parsed(header, where)
        body = reader.stream(size)
        yield name, body
        for _rest in body:
            pass
        if size % 2:
            reader.take(1)
    raise IntegrityError(f"ar archive has more than {_MAX_MEMBERS} members", where=where)


def _parsed(header: bytes, where: str) -> tuple[str, int]:
    """Return name and size from one header; dpkg writes the name with or without a final slash."""
    digits = header[48:58].rstrip(b" ")
    if len(header) != _HEADER or header[58:] != b"`\n" or not digits.isdigit():
        raise IntegrityError(f"ar archive has a bad member header {header[:60]!r}", where=where)
    name = header[:16].rstrip(b" ").removesuffix(b"/")
    if not name.isascii() or not name:
        raise IntegrityError(f"ar archive has a bad member name {name!r}", where=where)
    return name.decode("ascii"), int(digits)
