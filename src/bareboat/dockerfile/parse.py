"""A Dockerfile's bytes as a value, accepted and refused as BuildKit's own parser does; nothing is lost.

This is the level of syntax: which lines make an instruction, what its words are, where here-documents end.
What a build refuses beyond that (an unknown instruction, no FROM) is for `check`. In two things we are
stricter: bytes that are no UTF-8, and NUL, which BuildKit passes on to fail later.
Spec: BuildKit, frontend/dockerfile/parser.
"""

from dataclasses import dataclass, field
from itertools import accumulate

from bareboat.dockerfile import arguments, heredocs, split
from bareboat.dockerfile.directives import Directives
from bareboat.dockerfile.layout import lines_of
from bareboat.dockerfile.logical import Piece
from bareboat.dockerfile.syntax import (
    Blank,
    Comment,
    Directive,
    File,
    Flag,
    Form,
    Heredoc,
    Instruction,
    Item,
    Logical,
    Span,
)
from bareboat.dockerfile.tokens import Token, tokens
from bareboat.errors import InputError

__all__ = ["Parsed", "parse"]

BOM = "\N{ZERO WIDTH NO-BREAK SPACE}"
LONGEST_LINE = 65535  # bytes; BuildKit reads with a buffer of this size
DEEPEST = 16  # ONBUILD ONBUILD …, which no build takes anyway
_HEREDOC_KEYWORDS = frozenset({"ADD", "COPY", "RUN"})


@dataclass(frozen=True, slots=True)
class Parsed:
    """A file that was read: its value, and its bytes."""

    source: bytes
    where: str
    file: File
    _lines: tuple[str, ...] = field(repr=False, compare=False)

    @property
    def tokens(self) -> tuple[Token, ...]:
        """Every token in its order; joined and encoded they are the source. Made on each call."""
        return tuple(tokens(self.file, self._lines))


def parse(source: bytes, *, where: str = "Dockerfile") -> Parsed:
    """Return what a Dockerfile says; errors name `where` with the line on which the instruction begins.

    Raises InputError for what BuildKit's parser refuses, for bytes that are no UTF-8, and for NUL.
    """
    lines = _lines(source, where)
    file = _Reader(lines, where).read()
    return Parsed(source, where, file, tuple(lines))


def _lines(source: bytes, where: str) -> list[str]:
    """Return the lines with their ends."""
    try:
        text = source.decode()
    except UnicodeDecodeError as error:
        line = source.count(b"\n", 0, error.start) + 1
        raise InputError(
            f"byte 0x{source[error.start]:02x} at offset {error.start} is no UTF-8",
            where=f"{where}:{line}",
            hint="save the file as UTF-8",
        ) from error
    if "\0" in text:
        line = text.count("\n", 0, text.index("\0")) + 1
        raise InputError("the file holds a NUL character", where=f"{where}:{line}", hint="remove it")
    parts = text.split("\n")
    last = parts.pop()
    lines = [part + "\n" for part in parts]
    if last:
        lines.append(last)
    if len(source) > LONGEST_LINE:
        for number, found in enumerate(source.split(b"\n"), 1):
            if len(found) > LONGEST_LINE:
                raise InputError(
                    f"a line has more than the {LONGEST_LINE} bytes that BuildKit reads",
                    where=f"{where}:{number}",
                    hint="continue it on further lines",
                )
    return lines


class _Reader:
    """Reads lines from the first to the last; `at` is the next one, `items` what was read."""

    def __init__(self, lines: list[str], where: str) -> None:
        self.lines = lines
        self.where = where
        self.at = 0
        sizes = (len(line) if line.isascii() else len(line.encode()) for line in lines)
        self.starts = list(accumulate(sizes, initial=0))
        self.items: list[Item] = []
        self.heads: list[Directive] = []
        self.escape = "\\"

    def read(self) -> File:
        directives = Directives()
        has_instruction = False
        while self.at < len(self.lines):
            line = self.lines[self.at]
            begin = 3 if self.at == 0 and line.startswith(BOM) else 0
            raw = line.removeprefix(BOM) if begin else line
            bare = raw.rstrip("\r\n")
            text = bare.lstrip(split.SPACE)
            begin += len(bare) - len(text) if bare.isascii() else len(bare[: len(bare) - len(text)].encode())
            column = len(bare) - len(text) + 1
            if not directives.is_done:
                self._directive(directives, text, begin, column)
                if not directives.is_done:
                    continue
            if not text:
                self.items.append(Blank(self._span(begin, column, 0, self.at)))
                self.at += 1
            elif text[0] == "#":
                size = len(text) if text.isascii() else len(text.encode())
                said = text[1:].removeprefix(" ").rstrip(split.SPACE)
                self.items.append(Comment(said, self._span(begin, column, size, self.at)))
                self.at += 1
            else:
                has_instruction = True
                self._instruction(text, begin, column)
        if not has_instruction:
            raise InputError(
                "the file has no instruction", where=self.where, hint="a Dockerfile begins with FROM"
            )
        return File(tuple(self.heads), tuple(self.items))

    def _span(self, begin: int, column: int, size: int, at: int) -> Span:
        start = self.starts[at] + begin
        return Span(start, start + size, at + 1, column, at + 1)

    def _directive(self, directives: Directives, text: str, begin: int, column: int) -> None:
        try:
            found = directives.read(text)
        except InputError as error:
            raise self._refused(error, self.at) from error
        if found is None:
            return
        name, value = found
        if name == "escape":
            self.escape = value
        self.heads.append(Directive(name, value, self._span(begin, column, len(text.encode()), self.at)))
        self.at += 1

    def _refused(self, error: InputError, at: int) -> InputError:
        return InputError(error.message, where=f"{self.where}:{at + 1}", hint=error.hint)

    def _instruction(self, text: str, begin: int, column: int) -> None:
        first = self.at
        logical, end = self._joined(text, begin, column)
        try:
            cuts = self._cuts(logical.text)
            keyword, cut = cuts[-1]
            # The first of an ONBUILD's keywords is without arguments of its own.
            is_nested = keyword == "ONBUILD"
            form, words = (Form.NESTED, ()) if is_nested else arguments.read(keyword, cut.rest, self.escape)
            bodies: tuple[Heredoc, ...] = ()
            if keyword in _HEREDOC_KEYWORDS and "<<" in logical.text:
                bodies = self._bodies(logical.text, first) if form is not Form.EXEC and len(cuts) < 3 else ()
        except InputError as error:
            raise error if error.where else self._refused(error, first) from error
        if bodies:
            end = self.starts[self.at] - _ending(self.lines[self.at - 1])
        span = Span(self.starts[first] + begin, end, first + 1, column, self.at)
        made = Instruction(
            keyword,
            _flags(cut, logical),
            tuple([word.text for word in words]),
            form,
            bodies,
            lines=self._layout(logical, form, words),
            span=span if len(cuts) == 1 else logical.span(cut.keyword.start, len(logical.text)),
            logical=logical,
            offsets=tuple([word.start for word in words]),
        )
        for place in range(len(cuts) - 2, -1, -1):
            keyword, cut = cuts[place]
            whole = span if place == 0 else logical.span(cut.keyword.start, len(logical.text))
            flags = _flags(cut, logical)
            made = Instruction(keyword, flags, (), Form.NESTED, bodies, made, span=whole, logical=logical)
        self.items.append(made)

    def _cuts(self, line: str) -> list[tuple[str, split.Head]]:
        """Cut a line at its keyword, and an ONBUILD's again at those behind it."""
        cut = split.head(line, self.escape)
        cuts = [(arguments.keyword_of(cut.keyword.text), cut)]
        while cuts[-1][0] == "ONBUILD" and cut.rest.text:
            if len(cuts) == DEEPEST:
                raise InputError(
                    f"ONBUILD is nested more than {DEEPEST} deep", hint="write one ONBUILD for each"
                )
            cut = split.head(cut.rest.text, self.escape, cut.rest.start)
            cuts.append((arguments.keyword_of(cut.keyword.text), cut))
        return cuts

    def _layout(self, logical: Logical, form: Form, words: tuple[split.Word, ...]) -> tuple[str, ...]:
        if form is not Form.SHELL or not words or len(logical.pieces) == 1:
            return ()
        return lines_of(logical, words[-1], self.lines)

    def _joined(self, text: str, begin: int, column: int) -> tuple[Logical, int]:
        """Join the lines of one instruction; return it, and the byte where its last line ends."""
        escape = self.escape
        lines, starts = self.lines, self.starts
        text, is_open = _continued(text, escape)
        pieces = [Piece(0, text, starts[self.at] + begin, self.at + 1, column)]
        size = len(text)
        last = self.at
        self.at += 1
        while is_open and self.at < len(lines):
            at = self.at
            bare = lines[at].rstrip("\r\n")
            self.at += 1
            said = bare.lstrip(split.SPACE)
            last = at
            if not said or said[0] == "#":
                continue
            text, is_open = _continued(bare, escape)
            pieces.append(Piece(size, text, starts[at], at + 1, 1))
            size += len(text)
        joined = pieces[0].text if len(pieces) == 1 else "".join(piece.text for piece in pieces)
        return Logical(joined, tuple(pieces)), starts[last + 1] - _ending(lines[last])

    def _bodies(self, line: str, first: int) -> tuple[Heredoc, ...]:
        """Read the bodies of the here-documents that an instruction opens."""
        return tuple(self._body(opened, first) for opened in heredocs.opened(line))

    def _body(self, opened: Heredoc, first: int) -> Heredoc:
        begin = self.at
        while self.at < len(self.lines):
            line = self.lines[self.at].rstrip("\r\n")
            self.at += 1
            if (line.lstrip("\t") if opened.chomp else line) == opened.delimiter:
                body = "".join(self.lines[begin : self.at - 1])
                start, end = self.starts[begin], self.starts[self.at - 1]
                span = Span(start, end, begin + 1, 1, max(begin + 1, self.at - 1))
                return Heredoc(opened.delimiter, body, opened.expand, opened.chomp, opened.fd, span)
        raise InputError(
            f"the here-document {opened.delimiter!r} has no end",
            where=f"{self.where}:{first + 1}",
            hint=f"write {opened.delimiter} alone on a line after it",
        )


def _continued(text: str, escape: str) -> tuple[str, bool]:
    """Return a line without its continuation, and whether it had one."""
    bare = text.rstrip(" \t")
    if bare.endswith(escape) and not bare.endswith(escape * 2):
        return bare[:-1], True
    return text, False


def _ending(line: str) -> int:
    """Return the bytes that a line's end takes."""
    return len(line) - len(line.rstrip("\r\n"))


def _flags(cut: split.Head, logical: Logical) -> tuple[Flag, ...]:
    return tuple([_flag(word, logical) for word in cut.flags]) if cut.flags else ()


def _flag(word: split.Word, logical: Logical) -> Flag:
    name, sign, value = word.text.partition("=")
    return Flag(name[2:], value if sign else None, logical.span(word.start, word.end))
