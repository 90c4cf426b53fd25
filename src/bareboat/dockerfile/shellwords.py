"""Words of a shell's text: quotes, escapes, variables and substitutions, character by character.

Spec: POSIX.1-2017, Shell Command Language, 2.2 quoting and 2.6 word expansions.
"""

import re
from abc import abstractmethod

from bareboat.dockerfile.shell import Word
from bareboat.errors import InputError

__all__ = ["DEEPEST", "WordReader", "refused"]

DEEPEST = 40
_PLAIN = re.compile(r"[^ \t\r\n;&|()<>\\'\"`$]+")
_IN_QUOTES = re.compile(r'[^\\"`$]+')
_IN_BRACES = re.compile(r"[^\\'\"`$}]+")
_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*|[0-9@*#?$!-]")
_BRACED_NAME = re.compile(r"[#!]?([A-Za-z_][A-Za-z0-9_]*|[0-9]+|[@*#?$!-])")
_COMMENT = re.compile(r"#[^\n]*")


def refused(message: str, place: int) -> InputError:
    """Return an error about a place in a shell's text."""
    return InputError(
        f"{message} (character {place + 1} of the command)", hint="check its quotes and brackets"
    )


class WordReader:
    """Reads words at `place`; what is within substitutions goes to `substitution` and `backquoted`."""

    def __init__(self, text: str, *, offset: int = 0) -> None:
        self.text = text
        self.offset = offset
        self.place = 0
        self.value: list[str] = []
        self.is_plain = True
        self.variables: list[str] = []
        self.braces = 0

    @abstractmethod
    def substitution(self) -> None:
        """Read the commands after `$(`, and go past the parenthesis that closes it."""

    @abstractmethod
    def backquoted(self, start: int, end: int) -> None:
        """Read the commands between two backquotes."""

    def blanks(self, *, newlines: bool = False) -> None:
        """Go past white space, continued lines and comments."""
        text = self.text
        while self.place < len(text):
            sign = text[self.place]
            if sign in " \t\r" or (newlines and sign == "\n"):
                self.place += 1
            elif text.startswith("\\\n", self.place):
                self.place += 2
            elif sign == "#" and (match := _COMMENT.match(text, self.place)) is not None:
                self.place = match.end()
            else:
                return

    def word(self) -> Word:
        """Read one word; the place must be at its first character."""
        kept = self.value, self.is_plain, self.variables
        self.value, self.is_plain, self.variables = [], True, []
        start = self.place
        while self.place < len(self.text):
            sign = self.text[self.place]
            if sign in " \t\r\n;&|()<>":
                break
            if (match := _PLAIN.match(self.text, self.place)) is not None:
                self._take(match)
            elif sign == "\\":
                self._escape()
            else:
                self._piece(sign)
        made = Word(
            self.text[start : self.place],
            "".join(self.value) if self.is_plain else None,
            self.offset + start,
            self.offset + self.place,
            tuple(self.variables),
        )
        self.value, self.is_plain, self.variables = kept
        return made

    def _take(self, match: re.Match[str]) -> None:
        self.value.append(match[0])
        self.place = match.end()

    def _escape(self) -> None:
        """Read a backslash outside quotes."""
        following = self.text[self.place + 1 : self.place + 2]
        if following != "\n":
            self.value.append(following or "\\")
        self.place += 2 if following else 1

    def _piece(self, sign: str) -> None:
        """Read a quoted piece, a variable or a substitution."""
        if sign == "'":
            self._single(self.place + 1)
        elif sign == '"':
            self._double()
        elif sign == "`":
            self._backquote()
        else:
            self._dollar()

    def _single(self, start: int) -> None:
        end = self.text.find("'", start)
        if end < 0:
            raise refused("a single quote is not closed", self.offset + start - 1)
        self.value.append(self.text[start:end])
        self.place = end + 1

    def _ansi(self) -> None:
        """Read bash's `$'…'`, in which a backslash escapes the quote too."""
        start = self.place
        self.place += 2
        self.is_plain = False
        while self.place < len(self.text):
            sign = self.text[self.place]
            self.place += 2 if sign == "\\" else 1
            if sign == "'":
                return
        raise refused("a single quote is not closed", self.offset + start)

    def _double(self) -> None:
        start = self.place
        self.place += 1
        while self.place < len(self.text):
            sign = self.text[self.place]
            if sign == '"':
                self.place += 1
                return
            if (match := _IN_QUOTES.match(self.text, self.place)) is not None:
                self._take(match)
            elif sign == "\\":
                following = self.text[self.place + 1 : self.place + 2]
                self.value.append(following if following in {"$", "`", '"', "\\"} else "\\" + following)
                self.place += 2
            else:
                self._piece(sign)
        raise refused("a double quote is not closed", self.offset + start)

    def _backquote(self) -> None:
        start = self.place + 1
        end = start
        while end < len(self.text) and self.text[end] != "`":
            end += 2 if self.text[end] == "\\" else 1
        if end >= len(self.text):
            raise refused("a backquote is not closed", self.offset + start - 1)
        self.is_plain = False
        self.backquoted(start, end)
        self.place = end + 1

    def _dollar(self) -> None:
        text, place = self.text, self.place
        if text.startswith("$((", place) and (end := self.arithmetic(place + 3)) > 0:
            self.is_plain = False
            self.place = end
        elif text.startswith("$(", place):
            self.is_plain = False
            self.place += 2
            self.substitution()
        elif text.startswith("${", place):
            self.is_plain = False
            self._braced()
        elif text.startswith("$'", place):
            self._ansi()
        elif (match := _NAME.match(text, place + 1)) is not None:
            self.is_plain = False
            self.variables.append(match[0])
            self.place = match.end()
        else:
            self.value.append("$")
            self.place += 1

    def arithmetic(self, place: int) -> int:
        """Return where `((…))` ends, from behind its beginning; 0 where subshells begin there."""
        depth = 2
        while place < len(self.text):
            sign = self.text[place]
            if sign in "'\"`;\n":
                return 0
            depth += (sign == "(") - (sign == ")")
            place += 1
            if depth == 0:
                return place if self.text[place - 2] == ")" else 0
        return 0

    def _braced(self) -> None:
        start = self.place
        self.place += 2
        self.braces += 1
        if self.braces > DEEPEST:
            raise InputError(f"variables are nested more than {DEEPEST} deep", hint="put them into a script")
        if (match := _BRACED_NAME.match(self.text, self.place)) is not None:
            self.variables.append(match[1])
            self.place = match.end()
        while self.place < len(self.text):
            sign = self.text[self.place]
            if sign == "}":
                self.place += 1
                self.braces -= 1
                return
            if (match := _IN_BRACES.match(self.text, self.place)) is not None:
                self.place = match.end()
            elif sign == "\\":
                self.place += 2
            else:
                self._piece(sign)
        raise refused("'${' is not closed", self.offset + start)
