"""A file cut into tokens without loss, for those who colour it or change it in place."""

from collections.abc import Iterator, Sequence
from enum import StrEnum
from itertools import groupby
from typing import NamedTuple

from bareboat.dockerfile import arguments, split
from bareboat.dockerfile.logical import Logical, Piece
from bareboat.dockerfile.split import SPACE
from bareboat.dockerfile.syntax import Comment, File, Instruction

__all__ = ["Token", "TokenKind", "tokens"]

BOM = "\N{ZERO WIDTH NO-BREAK SPACE}"


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


class _Cutter:
    """Gives out tokens from the beginning on; knows where it is."""

    def __init__(self) -> None:
        self.start = 0
        self.line = 1
        self.column = 1

    def cut(self, kind: TokenKind, text: str) -> Token:
        end = self.start + (len(text) if text.isascii() else len(text.encode()))
        token = Token(kind, text, self.start, end, self.line, self.column)
        self.start = end
        breaks = text.count("\n")
        if breaks:
            self.line += breaks
            self.column = 1 + len(text) - text.rindex("\n") - 1
        elif kind is not TokenKind.BOM:
            self.column += len(text)
        return token


def tokens(file: File, lines: Sequence[str]) -> Iterator[Token]:
    """Yield the tokens of a file; `lines` are those that it was read from, with their ends."""
    cutter = _Cutter()
    at = 0
    first = lines[0]
    if first.startswith(BOM):
        yield cutter.cut(TokenKind.BOM, BOM)
    for _ in file.directives:
        yield from _line(cutter, TokenKind.DIRECTIVE, lines[at].removeprefix(BOM) if at == 0 else lines[at])
        at += 1
    for item in file.items:
        line = lines[at].removeprefix(BOM) if at == 0 else lines[at]
        if isinstance(item, Instruction):
            yield from _instruction(cutter, item, lines, at, file.escape)
            at = cutter.line - 1 if cutter.column == 1 else len(lines)
        else:
            kind = TokenKind.COMMENT if isinstance(item, Comment) else TokenKind.SPACE
            yield from _line(cutter, kind, line)
            at += 1


def _line(cutter: _Cutter, kind: TokenKind, line: str) -> Iterator[Token]:
    """Yield a whole line as white space, one token and its end."""
    bare = line.rstrip("\r\n")
    text = bare.lstrip(SPACE)
    if len(text) < len(bare):
        yield cutter.cut(TokenKind.SPACE, bare[: len(bare) - len(text)])
    if text:
        yield cutter.cut(kind, text)
    if len(bare) < len(line):
        yield cutter.cut(TokenKind.NEWLINE, line[len(bare) :])


_Range = tuple[TokenKind, int, int]


def _instruction(
    cutter: _Cutter, item: Instruction, lines: Sequence[str], at: int, escape: str
) -> Iterator[Token]:
    logical = item.logical or Logical("", ())
    ranges = list(_ranges(logical.text, 0, escape))
    for piece in logical.pieces:
        while at < piece.line - 1:
            yield from _skipped(cutter, lines[at])
            at += 1
        yield from _piece(cutter, piece, _within(ranges, piece), lines[at])
        at += 1
    for heredoc in item.heredocs:
        if heredoc.body:
            yield cutter.cut(TokenKind.BODY, heredoc.body)
            at += heredoc.body.count("\n")
        yield from _line(cutter, TokenKind.DELIMITER, lines[at])
        at += 1
    # Comments and blank lines may follow a continuation that nothing takes up.
    for line in lines[at : item.span.end_line if item.span else at]:
        yield from _skipped(cutter, line)


def _skipped(cutter: _Cutter, line: str) -> Iterator[Token]:
    return _line(cutter, TokenKind.COMMENT, line)


def _ranges(text: str, start: int, escape: str) -> Iterator[_Range]:
    """Yield what stands where in a joined line."""
    cut = split.head(text, escape, start)
    yield (TokenKind.KEYWORD, cut.keyword.start, cut.keyword.end)
    for flag in cut.flags:
        yield (TokenKind.FLAG, flag.start, flag.end)
    keyword = arguments.keyword_of(cut.keyword.text)
    if keyword == "ONBUILD":
        if cut.rest.text:
            yield from _ranges(cut.rest.text, cut.rest.start, escape)
        return
    for word in arguments.read(keyword, cut.rest, escape).words:
        yield (TokenKind.TEXT, word.start, word.end)


def _within(ranges: Sequence[_Range], piece: Piece) -> list[_Range]:
    """Return the ranges as far as they stand on one line, counted from its beginning."""
    end = piece.offset + len(piece.text)
    return [
        (kind, max(first - piece.offset, 0), min(last, end) - piece.offset)
        for kind, first, last in ranges
        if first < end and last > piece.offset
    ]


def _piece(cutter: _Cutter, piece: Piece, ranges: Sequence[_Range], line: str) -> Iterator[Token]:
    """Yield one line of an instruction."""
    bare = line.removeprefix(BOM if piece.line == 1 else "").rstrip("\r\n")
    if piece.column > 1:
        yield cutter.cut(TokenKind.SPACE, bare[: piece.column - 1])
    place = 0
    for kind, first, last in ranges:
        yield from _gap(cutter, piece.text[place:first])
        yield cutter.cut(kind, piece.text[first:last])
        place = last
    yield from _gap(cutter, piece.text[place:])
    if sign := bare[piece.column - 1 + len(piece.text) :]:
        yield cutter.cut(TokenKind.ESCAPE, sign)
    if ending := line[len(line.rstrip("\r\n")) :]:
        yield cutter.cut(TokenKind.NEWLINE, ending)


def _gap(cutter: _Cutter, text: str) -> Iterator[Token]:
    for is_space, letters in groupby(text, SPACE.__contains__):
        yield cutter.cut(TokenKind.SPACE if is_space else TokenKind.MARK, "".join(letters))
