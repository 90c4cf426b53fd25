"""Variables of a Dockerfile: `$NAME`, `${NAME:-word}` and the others, replaced as BuildKit replaces them.

Knows the builder's own expansion (ENV, COPY, FROM …), not the shell's of RUN. Every name that was asked
for is told, found or not, so that a linter can say which variable is used where.
Spec: Dockerfile reference, "Environment replacement"; BuildKit, frontend/dockerfile/shell/lex.go.
"""

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass

from bareboat.dockerfile import glob
from bareboat.dockerfile.split import SPACE
from bareboat.errors import InputError

__all__ = ["Expanded", "expand", "expand_body", "expand_words", "raw_words"]

DEEPEST = 60  # ${a:-${b:-…}}
LONGEST = 1 << 17  # characters of a result, as Linux has it: A=$A$A forty times would fill any memory
_END = ""
_MARK = "\N{ZERO WIDTH NO-BREAK SPACE}"
_SPECIAL = frozenset("@*#?-$!0")
# What means itself wherever it stands; a slash and a brace may end a part of a variable.
_PLAIN = re.compile(r"[^$<'\"\\`/}]+")


@dataclass(frozen=True, slots=True)
class Expanded:
    """The text after expansion, and the variables that were asked for: with a value, and without."""

    text: str
    found: frozenset[str] = frozenset()
    missing: frozenset[str] = frozenset()


def expand(text: str, variables: Mapping[str, str], *, escape: str = "\\", is_open: bool = False) -> Expanded:
    """Return a word with its variables replaced and its quotes and escapes resolved; an unset one is empty.

    With `is_open` there may be variables that are not known here, and `${X:?text}` demands nothing.

    Raises InputError where quotes or braces do not close, for an unknown modifier, for `${X:?text}`.
    """
    if _PLAIN.fullmatch(text) is not None and not text.startswith(_MARK):
        return Expanded(text)
    lexer = _Lexer(text, variables, escape)
    lexer.is_open = is_open
    done = lexer.read(_END)
    return Expanded(done, frozenset(lexer.found), frozenset(lexer.missing))


def expand_body(text: str, variables: Mapping[str, str], *, is_open: bool = False) -> Expanded:
    """Return a here-document's body with its variables replaced; quotes in it are letters like any other."""
    lexer = _Lexer(text, variables, "\\")
    lexer.is_open, lexer.takes_quotes = is_open, False
    done = lexer.read(_END)
    return Expanded(done, frozenset(lexer.found), frozenset(lexer.missing))


def expand_words(text: str, variables: Mapping[str, str], *, escape: str = "\\") -> tuple[str, ...]:
    """Return the words of a text after expansion: white space in a variable's value parts them too.

    Raises InputError as `expand` does.
    """
    return _Lexer(text, variables, escape).words()


def raw_words(text: str, *, keep_quotes: bool = False, keep_escapes: bool = False) -> tuple[str, ...]:
    """Return the words of a text with its variables as they stand there, and quotes too if told so.

    Raises InputError as `expand` does.
    """
    lexer = _Lexer(text, {}, "\\")
    lexer.keep_quotes, lexer.keep_escapes, lexer.keep_unset = keep_quotes, keep_escapes, True
    return lexer.words()


class _Words:
    """Words that are being gathered; white space parts them unless it was quoted or escaped."""

    def __init__(self) -> None:
        self.done: list[str] = []
        self.open: list[str] = []

    def add(self, text: str, *, is_raw: bool) -> None:
        if is_raw:
            self.open.append(text)
            return
        for letter in text:
            if letter not in SPACE:
                self.open.append(letter)
            elif any(self.open):
                self.done.append("".join(self.open))
                self.open = []

    def all(self) -> list[str]:
        if any(self.open):
            self.done.append("".join(self.open))
        return self.done


class _Lexer:
    """Reads one text from its beginning; `place` is the next character."""

    keep_quotes = False
    keep_escapes = False
    keep_unset = False
    takes_quotes = True
    is_open = False

    def __init__(self, text: str, variables: Mapping[str, str], escape: str) -> None:
        # Go's scanner swallows a byte order mark at the beginning.
        self.text = text.removeprefix(_MARK)
        self.variables = variables
        self.escape = escape
        self.place = 0
        self.depth = 0
        self.found: set[str] = set()
        self.missing: set[str] = set()

    def peek(self) -> str:
        return self.text[self.place : self.place + 1]

    def take(self) -> str:
        letter = self.text[self.place : self.place + 1]
        self.place += 1
        return letter

    def words(self) -> tuple[str, ...]:
        """Read to the end; return the words."""
        words = _Words()
        self.read(_END, words=words)
        return tuple(words.all())

    def read(self, stop: str, *, keep_escapes: bool | None = None, words: _Words | None = None) -> str:
        """Read up to `stop`, and past it; return the text, and add its words to those given."""
        self.depth += 1
        if self.depth > DEEPEST:
            raise InputError(
                f"variables are nested more than {DEEPEST} deep",
                hint="give the inner ones names of their own",
            )
        before = self.keep_escapes
        self.keep_escapes = before if keep_escapes is None else keep_escapes
        try:
            return self._read(stop, words)
        finally:
            self.keep_escapes = before
            self.depth -= 1

    def _read(self, stop: str, words: _Words | None) -> str:
        result: list[str] = []
        size = 0
        while letter := self.peek():
            if letter == stop:
                self.place += 1
                return "".join(result)
            is_raw = False
            if (match := _PLAIN.match(self.text, self.place)) is not None:
                piece = match[0]
                self.place = match.end()
            elif letter in "$<" or (letter in "'\"" and self.takes_quotes):
                piece = self._special(letter)
                is_raw = letter != "$"
            else:
                self.place += 1
                piece = letter
                if letter == self.escape:
                    piece = self.take()
                    if self.keep_escapes:
                        piece = letter + piece
                    is_raw = True
            if words is not None:
                words.add(piece, is_raw=is_raw)
            result.append(piece)
            size += len(piece)
            if size > LONGEST:
                raise InputError(
                    f"a value grows past {LONGEST} characters when its variables are replaced",
                    hint="do not let a variable repeat itself",
                )
        if stop:
            raise InputError(
                f"the text ends before the {stop!r} that it needs", hint="close the variable with }"
            )
        return "".join(result)

    def _special(self, letter: str) -> str:
        if letter == "$":
            return self._dollar()
        if letter == "<":
            return self._heredoc()
        return self._single() if letter == "'" else self._double()

    def _single(self) -> str:
        end = self.text.find("'", self.place + 1)
        if end < 0:
            raise InputError("a single quote is not closed", hint="write \\' for the sign itself")
        quoted = self.text[self.place : end + 1]
        self.place = end + 1
        return quoted if self.keep_quotes else quoted[1:-1]

    def _double(self) -> str:
        self.place += 1
        quote = '"' if self.keep_quotes else ""
        result = [quote]
        while letter := self.peek():
            if letter == '"':
                self.place += 1
                return "".join([*result, quote])
            if letter == "$":
                result.append(self._dollar())
                continue
            self.place += 1
            if letter == self.escape:
                if self.keep_escapes:
                    result.append(letter)
                following = self.peek()
                if following == "":
                    break
                # No other letter is escaped here, and the sign stands for itself.
                if following in {'"', "$", self.escape}:
                    letter = self.take()
            result.append(letter)
        raise InputError("a double quote is not closed", hint=f'write {self.escape}" for the sign itself')

    def _heredoc(self) -> str:
        """Take `<<` and the white space after it as part of one word."""
        self.place += 1
        if self.peek() != "<":
            return "<"
        self.place += 1
        start = self.place
        while self.peek() in {"\t", "\r", " "}:
            self.place += 1
        return "<<" + self.text[start : self.place]

    def _dollar(self) -> str:
        self.place += 1
        if self.peek() != "{":
            name = self._name()
            if not name:
                return "$"
            return self._value(name, f"${name}")
        self.place += 1
        following = self.peek()
        if following == "":
            raise InputError("'${' is not closed", hint="write }")
        if following in "{}:":
            raise InputError(f"'${{{following}' names no variable", hint="write ${NAME}")
        name = self._name()
        sign = self.take()
        if sign == "}":
            return self._value(name, f"${{{name}}}")
        if sign == "/":
            return self._replaced(name)
        return self._modified(name, sign)

    def _modified(self, name: str, sign: str) -> str:
        """Carry out `:-`, `-`, `:+`, `+`, `:?`, `?`, `#`, `##`, `%` and `%%`."""
        counts_empty = sign == ":"
        shown = sign
        if counts_empty:
            sign = self.take()
            shown += sign
        elif sign not in set("+-?#%") or not sign:
            raise _unknown(name, shown)
        is_pattern = sign in {"#", "%"}
        if counts_empty and is_pattern:
            raise _unknown(name, shown)
        word = self.read("}", keep_escapes=is_pattern)
        value = self._ask(name)
        if self.keep_unset and value is None:
            return f"${{{name}{shown}{word}}}"
        is_missing = value is None or (counts_empty and value == "")
        kept = value or ""
        if sign == "-":
            return word if is_missing else kept
        if sign == "+":
            return "" if is_missing else word
        if sign == "?":
            if is_missing and not self.is_open:
                state = "unset" if value is None else "empty"
                raise InputError(
                    f"{name} is {state}" + (f": {' '.join(word.split())}" if word else ""),
                    hint=f"set {name} with ARG or ENV before, or give the build an argument",
                )
            return kept
        if is_pattern:
            cut = glob.without_prefix if sign == "#" else glob.without_suffix
            is_longest = word.startswith(sign)
            return cut(kept, word[1:] if is_longest else word, longest=is_longest)
        raise _unknown(name, shown)

    def _replaced(self, name: str) -> str:
        """Carry out `${NAME/pattern/text}` and `${NAME//pattern/text}`."""
        is_every = self.peek() == "/"
        self.place += is_every
        pattern = self.read("/", keep_escapes=True)
        text = self.read("}", keep_escapes=True)
        value = self._ask(name)
        if self.keep_unset and value is None:
            return f"${{{name}/{pattern}/{text}}}"
        return glob.replaced(value or "", pattern, text, every=is_every)

    def _value(self, name: str, shown: str) -> str:
        value = self._ask(name)
        if value is None:
            return shown if self.keep_unset else ""
        return value

    def _ask(self, name: str) -> str | None:
        value = self.variables.get(name)
        (self.missing if value is None else self.found).add(name)
        return value

    def _name(self) -> str:
        """Return the variable's name at this place: digits, one special sign, or letters; else nothing."""
        start = self.place
        first = self.peek()
        if _is_digit(first):
            while _is_digit(self.peek()):
                self.place += 1
        elif first in _SPECIAL:
            self.place += len(first)
        else:
            while (letter := self.peek()) and (letter == "_" or _is_letter(letter) or _is_digit(letter)):
                self.place += 1
        return self.text[start : self.place]


def _unknown(name: str, sign: str) -> InputError:
    start = f"${{{name}{sign}"
    return InputError(f"{start!r} begins no variable that BuildKit knows", hint="write ${NAME:-value}")


def _is_digit(letter: str) -> bool:
    return letter != "" and unicodedata.category(letter) == "Nd"


def _is_letter(letter: str) -> bool:
    return letter.isalpha()
