"""A Dockerfile as a value: directives, then instructions, comments and blank lines in their order.

What a file says takes part in equality; where it stands and how it is laid out (`span`, `lines`,
`logical`, `offsets`) does not. Arguments are as BuildKit's parser reads them: continuations joined,
quotes and `$NAME` still there. What they mean is for `check`, `shell`, `expand` and `stages`.
Spec: Dockerfile reference; BuildKit, frontend/dockerfile/parser.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from dataclasses import field as _field
from enum import StrEnum

from bareboat.dockerfile.logical import Logical, Span

__all__ = [
    "Blank",
    "Comment",
    "Directive",
    "File",
    "Flag",
    "Form",
    "Heredoc",
    "Instruction",
    "Item",
    "Logical",
    "Span",
]


class Form(StrEnum):
    """How the arguments of an instruction are written."""

    EXEC = "exec"  # a JSON list: arguments are its strings
    SHELL = "shell"  # a shell's text: one argument (after CMD, for HEALTHCHECK)
    WORDS = "words"  # words between white space: FROM, EXPOSE, COPY, ADD, VOLUME, HEALTHCHECK NONE
    PAIRS = "pairs"  # KEY=VALUE words with their quotes: ENV, LABEL; ARG may leave =VALUE out
    LEGACY = "legacy"  # ENV KEY VALUE: two arguments, the second to the end of the line
    TEXT = "text"  # the whole line is one argument: USER, WORKDIR, STOPSIGNAL, MAINTAINER
    NESTED = "nested"  # ONBUILD: no argument, but an `inner` instruction
    UNKNOWN = "unknown"  # no instruction that BuildKit knows: the rest of the line, if any


@dataclass(frozen=True, slots=True)
class Flag:
    """`--name=value`, or `--name` with a value of None; quotes and escapes are gone."""

    name: str
    value: str | None = None
    span: Span | None = _field(default=None, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Heredoc:
    """A here-document: `body` holds its lines with their ends, tabs not yet removed where `chomp`."""

    delimiter: str
    body: str
    expand: bool = True
    chomp: bool = False
    fd: int = 0
    span: Span | None = _field(default=None, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Instruction:
    """One instruction; `keyword` in capitals.

    `lines` is the layout of a shell's text: pieces that, comments and blank ones left out, make
    the last argument when joined; empty when it is on one line. `logical` is the line as BuildKit
    joins it, with the way back to the source; `offsets` says where each argument begins in it.
    """

    keyword: str
    flags: tuple[Flag, ...] = ()
    arguments: tuple[str, ...] = ()
    form: Form = Form.WORDS
    heredocs: tuple[Heredoc, ...] = ()
    inner: "Instruction | None" = None
    lines: tuple[str, ...] = _field(default=(), compare=False, repr=False)
    span: Span | None = _field(default=None, compare=False, repr=False)
    logical: Logical | None = _field(default=None, compare=False, repr=False)
    offsets: tuple[int, ...] = _field(default=(), compare=False, repr=False)

    def flag(self, name: str) -> str | None:
        """Return the last value of a flag; empty for one without a value, None where it is not given."""
        for flag in reversed(self.flags):
            if flag.name == name:
                return flag.value or ""
        return None

    def values(self, name: str) -> tuple[str, ...]:
        """Return every value of a flag that may be repeated, such as `--mount`."""
        return tuple(flag.value or "" for flag in self.flags if flag.name == name)

    @property
    def pairs(self) -> tuple[tuple[str, str | None], ...]:
        """The keys and raw values of ENV, LABEL and ARG; None is an ARG without a default."""
        if self.form is Form.LEGACY:
            return ((self.arguments[0], self.arguments[1]),)
        if self.form is not Form.PAIRS:
            return ()
        cut = (word.partition("=") for word in self.arguments)
        return tuple((key, value if sign else None) for key, sign, value in cut)

    @property
    def line(self) -> int:
        """The line it begins on; 0 for one that was made and not read."""
        return self.span.line if self.span else 0


@dataclass(frozen=True, slots=True)
class Comment:
    """A line of comment between instructions: what follows `#` and one space."""

    text: str
    span: Span | None = _field(default=None, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Blank:
    """An empty line between instructions."""

    span: Span | None = _field(default=None, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Directive:
    """A parser directive; `name` (syntax, escape, check) in small letters."""

    name: str
    value: str
    span: Span | None = _field(default=None, compare=False, repr=False)


Item = Instruction | Comment | Blank


@dataclass(frozen=True, slots=True)
class File:
    """A whole Dockerfile."""

    directives: tuple[Directive, ...] = ()
    items: tuple[Item, ...] = ()

    def instructions(self) -> Iterator[Instruction]:
        """Yield the instructions alone."""
        for item in self.items:
            if isinstance(item, Instruction):
                yield item

    def directive(self, name: str) -> str | None:
        """Return the value of a directive, None where it is not given."""
        return next((found.value for found in self.directives if found.name == name), None)

    @property
    def escape(self) -> str:
        """The escape character: a backslash unless a directive says a backtick."""
        return self.directive("escape") or "\\"
