"""On which lines a shell's text stands, as an instruction keeps it for `render`."""

from bisect import bisect_right
from collections.abc import Sequence

from bareboat.dockerfile.logical import Logical
from bareboat.dockerfile.split import SPACE, Word

__all__ = ["lines_of"]


def lines_of(logical: Logical, text: Word, source: Sequence[str]) -> tuple[str, ...]:
    """Return the pieces of one argument, with the comments between them; empty where it is on one line."""
    pieces = logical.pieces
    first = bisect_right(pieces, text.start, key=lambda piece: piece.offset) - 1
    last = bisect_right(pieces, max(text.start, text.end - 1), key=lambda piece: piece.offset) - 1
    if first == last:
        return ()
    found = []
    for place in range(first, last + 1):
        piece = pieces[place]
        if place > first:
            between = source[pieces[place - 1].line : piece.line - 1]
            comments = (line.rstrip(SPACE) for line in between)
            found += [line for line in comments if line]
        found.append(piece.text[max(0, text.start - piece.offset) : text.end - piece.offset])
    return tuple(found)
