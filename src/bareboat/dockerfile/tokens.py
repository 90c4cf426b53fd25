"""A file cut into tokens without loss, for those who colour it or change it in place."""

import re
from collections.abc import Sequence
from enum import StrEnum
from typing import NamedTuple

from bareboat.dockerfile import arguments, split
from bareboat.dockerfile.logical import Logical, Piece
from bareboat.dockerfile.split import SPACE
from bareboat.dockerfile.syntax import Comment, File, Instruction

__all__ = ["Token", "TokenKind", "tokens"]

BOM = "\N{ZERO WIDTH NO-BREAK SPACE}"
_GAP = re.compile(rf"[{SPACE}]+|[^{SPACE}]+")


class TokenKind(StrEnum):
    """What a token is."""

    BOM = "bom"
    SPACE = "space"
    NEWLINE = "newline"  # with the carriage returns before it
    DIRECTIVE = "directive"
    COMMENT = "comment"
    KEYWORD = "keyword"
    FLAG = "flag"
    TEXT = "text"  # an argument, or as much of it as stands on one line
    MARK = "mark"  # brackets and commas of a JSON list, and a `--` that ends the flags
    ESCAPE = "escape"  # the sign that continues a line, with white space after it
    BODY = "body"  # the lines of a here-document
    DELIMITER = "delimiter"  # the word that ends it


class Token(NamedTuple):
    """A piece of the source; offsets in bytes, `line` and `column` from 1, columns in characters."""

    kind: TokenKind
    text: str
    start: int
    end: int
    line: int
    column: int


def tokens(file: File, lines: Sequence[str]) -> list[Token]:
    """Return the tokens of a file in their order; `lines` are those that it was read from."""
    cutter = _Cutter(lines, file.escape)
    for _ in file.directives:
        cutter.line(TokenKind.DIRECTIVE)
    for item in file.items:
        if isinstance(item, Instruction):
            cutter.instruction(item)
        else:
            cutter.line(TokenKind.COMMENT if isinstance(item, Comment) else TokenKind.SPACE)
    return cutter.done


_Range = tuple[TokenKind, int, int]


class _Cutter:
    """Gathers tokens from the beginning on; `start` and `at` are the byte and the line that come next."""

    def __init__(self, lines: Sequence[str], escape: str) -> None:
        self.lines = lines
        self.escape = escape
        self.start = 0
        self.at = 0
        self.column = 1
        self.done: list[Token] = []

    def cut(self, kind: TokenKind, text: str) -> None:
        """Add a token that stands on one line."""
        start = self.start
        self.start = end = start + (len(text) if text.isascii() else len(text.encode()))
        # Half the time of Token(…), and there are two hundred thousand in a megabyte.
        self.done.append(tuple.__new__(Token, (kind, text, start, end, self.at + 1, self.column)))
        self.column += len(text)

    def begin(self) -> str:
        """Return the next line with its end, after the byte order mark of the first."""
        line = self.lines[self.at]
        if self.at == 0 and line.startswith(BOM):
            self.cut(TokenKind.BOM, BOM)
            self.column = 1
            return line[1:]
        return line

    def end(self, line: str, size: int) -> None:
        """Add the end of a line, and go to the next."""
        if size < len(line):
            self.cut(TokenKind.NEWLINE, line[size:])
        self.at += 1
        self.column = 1

    def line(self, kind: TokenKind) -> None:
        """Add a whole line as white space, one token and its end."""
        line = self.begin()
        bare = line.rstrip("\r\n")
        text = bare.lstrip(SPACE)
        if len(text) < len(bare):
            self.cut(TokenKind.SPACE, bare[: len(bare) - len(text)])
        if text:
            self.cut(kind, text)
        self.end(line, len(bare))

    def instruction(self, item: Instruction) -> None:
        """Add an instruction with the comments in it and the here-documents after it."""
        logical = item.logical or Logical("", ())
        ranges = _ranges(logical.text, self.escape)
        place = 0
        if len(logical.pieces) == 1:
            self.piece(logical.pieces[0], ranges)
        for piece in logical.pieces if len(logical.pieces) > 1 else ():
            while self.at < piece.line - 1:
                self.line(TokenKind.COMMENT)
            while place < len(ranges) and ranges[place][2] <= piece.offset:
                place += 1
            self.piece(piece, _within(ranges, place, piece))
        for heredoc in item.heredocs:
            self.body(heredoc.body)
            self.line(TokenKind.DELIMITER)
        # Comments and blank lines may follow a continuation that nothing takes up.
        while item.span is not None and self.at < item.span.end_line:
            self.line(TokenKind.COMMENT)

    def piece(self, piece: Piece, ranges: Sequence[_Range]) -> None:
        """Add one line of an instruction."""
        line = self.begin()
        text = piece.text
        before = piece.column - 1
        if before:
            self.cut(TokenKind.SPACE, line[:before])
        place = 0
        for kind, first, last in ranges:
            if place < first:
                self.gap(text[place:first])
            self.cut(kind, text[first:last])
            place = last
        if place < len(text):
            self.gap(text[place:])
        bare = len(line.rstrip("\r\n"))
        if bare > before + len(text):
            self.cut(TokenKind.ESCAPE, line[before + len(text) : bare])
        self.end(line, bare)

    def gap(self, text: str) -> None:
        """Add what stands between words."""
        if text == " ":
            self.cut(TokenKind.SPACE, text)
            return
        for part in _GAP.findall(text):
            self.cut(TokenKind.SPACE if part[0] in SPACE else TokenKind.MARK, part)

    def body(self, text: str) -> None:
        """Add the lines of a here-document as one token."""
        if not text:
            return
        self.cut(TokenKind.BODY, text)
        self.at += text.count("\n")
        self.column = 1


def _ranges(text: str, escape: str) -> list[_Range]:
    """Return what stands where in a joined line."""
    found: list[_Range] = []
    cut = split.head(text, escape)
    while True:
        found.append((TokenKind.KEYWORD, cut.keyword.start, cut.keyword.end))
        found += [(TokenKind.FLAG, flag.start, flag.end) for flag in cut.flags]
        keyword = arguments.keyword_of(cut.keyword.text)
        rest = cut.rest
        if keyword != "ONBUILD":
            words = arguments.read(keyword, rest, escape).words
            return found + [(TokenKind.TEXT, word.start, word.end) for word in words]
        if not rest.text:
            return found
        cut = split.head(rest.text, escape, rest.start)


def _within(ranges: Sequence[_Range], place: int, piece: Piece) -> list[_Range]:
    """Return the ranges from a place on as far as they stand on one line, counted from its beginning."""
    begin = piece.offset
    end = begin + len(piece.text)
    found = []
    while place < len(ranges) and ranges[place][1] < end:
        kind, first, last = ranges[place]
        found.append((kind, max(first - begin, 0), min(last, end) - begin))
        place += 1
    return found
