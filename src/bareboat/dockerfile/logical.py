"""Where things stand: spans of the source, and a joined line that knows its way back to them."""

from bisect import bisect_right
from dataclasses import dataclass
from typing import NamedTuple

__all__ = ["Logical", "Piece", "Span"]


class Span(NamedTuple):
    """A range of the source: byte offsets, the lines of both ends (from 1), the first's column.

    A column counts characters from 1, as editors do.
    """

    start: int
    end: int
    line: int
    column: int
    end_line: int


class Piece(NamedTuple):
    """One source line's part of a joined line: `offset` in the joined text, in characters."""

    offset: int
    text: str
    start: int
    line: int
    column: int


@dataclass(frozen=True, slots=True)
class Logical:
    """An instruction's lines joined as BuildKit joins them: continuations, comments, blank lines gone."""

    text: str
    pieces: tuple[Piece, ...]

    def span(self, start: int, end: int) -> Span:
        """Return where characters `start` to `end` of the joined text stand in the source."""
        first = self._piece(start)
        before = first.text[: start - first.offset]
        last = self._piece(max(start, end - 1))
        upto = last.text[: end - last.offset]
        return Span(
            first.start + _bytes(before),
            last.start + _bytes(upto),
            first.line,
            first.column + len(before),
            last.line,
        )

    def _piece(self, offset: int) -> Piece:
        pieces = self.pieces
        if len(pieces) == 1:
            return pieces[0]
        return pieces[max(0, bisect_right(pieces, offset, key=lambda piece: piece.offset) - 1)]


def _bytes(text: str) -> int:
    return len(text) if text.isascii() else len(text.encode())
