"""The commands of RUN, CMD and others in shell form: words, assignments and redirections, with their places.

Reads what sh and bash have in common, as far as a linter needs it: which simple commands there are, also in
subshells, substitutions, loops and functions. Nothing is expanded and nothing is run.
Spec: POSIX.1-2017, Shell Command Language; bash's `[[`, `((`, `<<<`, `&>` and `$'…'`.
"""

from dataclasses import dataclass, field

from bareboat.dockerfile import heredocs
from bareboat.dockerfile.logical import Logical, Piece, Span
from bareboat.dockerfile.syntax import Form, Heredoc, Instruction

__all__ = ["Command", "Redirection", "Word", "commands", "split"]


@dataclass(frozen=True, slots=True)
class Word:
    """One word; `value` is what it says without its quotes, None where something is expanded in it.

    `start` and `end` count characters of the text that was split.
    """

    text: str
    value: str | None
    start: int
    end: int
    variables: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Redirection:
    """`2>&1`, `<<EOF`, `>file`: file descriptor or empty, operator, and its word."""

    fd: str
    operator: str
    target: Word


@dataclass(frozen=True, slots=True)
class Command:
    """One simple command; `operator` joins it to the one before: `&&`, `||`, `|`, `;`, `&` or nothing.

    `depth` counts the subshells, braces, substitutions and compound commands around it.
    """

    words: tuple[Word, ...]
    assignments: tuple[Word, ...] = ()
    redirections: tuple[Redirection, ...] = ()
    operator: str = ""
    depth: int = 0
    start: int = 0
    end: int = 0
    span: Span | None = field(default=None, compare=False, repr=False)

    @property
    def name(self) -> str:
        """The command's name where it is plain, else nothing."""
        return (self.words[0].value or "") if self.words else ""


def split(text: str) -> tuple[Command, ...]:
    """Return the simple commands of a shell's text in the order in which they begin.

    Raises InputError for quotes, parentheses and substitutions that do not close.
    """
    from bareboat.dockerfile.shellreader import Reader

    return tuple(sorted(Reader(text).read(), key=lambda command: command.start))


def commands(item: Instruction) -> tuple[Command, ...]:
    """Return the commands of an instruction in shell form, each with its place in the source.

    Those of RUN with nothing but a here-document are the document's, unless it begins with `#!` of
    another program. Exec form has none. Raises InputError as `split` does.
    """
    from dataclasses import replace

    text, logical, offset = _script(item)
    found = split(text)
    if logical is None:
        return found
    return tuple(
        replace(command, span=logical.span(offset + command.start, offset + command.end)) for command in found
    )


def _script(item: Instruction) -> tuple[str, Logical | None, int]:
    """Return a shell's text, and where it begins in which joined line."""
    if item.form is not Form.SHELL or not item.arguments:
        return "", None, 0
    text = item.arguments[-1]
    if item.keyword == "RUN" and item.heredocs and heredocs.is_word(text):
        return _document(item.heredocs[0])
    return text, item.logical, item.offsets[-1] if item.offsets else 0


def _document(heredoc: Heredoc) -> tuple[str, Logical | None, int]:
    first = heredoc.body.partition("\n")[0]
    program = first.removeprefix("#!").strip().rpartition("/")[2]
    if first.startswith("#!") and program.removeprefix("env ").split(" ")[0] not in _SHELLS:
        return "", None, 0
    pieces = []
    text = ""
    start, line = (heredoc.span.start, heredoc.span.line) if heredoc.span else (0, 1)
    for raw in heredoc.body.splitlines(keepends=True):
        kept = raw.lstrip("\t") if heredoc.chomp else raw
        cut = len(raw) - len(kept)
        pieces.append(Piece(len(text), kept, start + cut, line, cut + 1))
        text += kept
        start += len(raw.encode())
        line += 1
    logical = Logical(text, tuple(pieces)) if heredoc.span and pieces else None
    return text, logical, 0


_SHELLS = frozenset({"sh", "bash", "dash", "ash", "ksh", "zsh"})
