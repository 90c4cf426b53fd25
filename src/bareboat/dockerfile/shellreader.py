"""The reader behind `shell.split` and `shelltree.parse`: goes through a text once, from left to right.

Spec: POSIX.1-2017, Shell Command Language, 2.2 quoting, 2.3 tokens, 2.4 reserved words, 2.7 redirection.
"""

import re
from dataclasses import dataclass

from bareboat.dockerfile.shell import Command, Redirection, Word
from bareboat.dockerfile.shellwords import DEEPEST, WordReader, refused
from bareboat.errors import InputError

__all__ = ["Mark", "Reader"]

_OPERATORS = ("&&", "||", ";;&", ";;", ";&", "|&", ";", "|", "&")
_JOINS = {"&&": "&&", "||": "||", "|&": "|", "|": "|", "&": "&", ";": ";", ";;": ";", ";&": ";", ";;&": ";"}
_REDIRECTION = re.compile(r"(\d*)(&>>|&>|<<<|<<-|<<|<&|<>|<|>>|>&|>\||>)")
_ASSIGNMENT = re.compile(r"[A-Za-z_][A-Za-z0-9_]*(?:\[[^\]]*\])?\+?=")
_OPENING = frozenset({"if", "while", "until", "then", "elif", "else", "do", "{", "!", "time"})
_CLOSING = frozenset({"fi", "done", "esac", "}"})
_DEEPER = frozenset({"if", "while", "until", "{"})
_ESAC = re.compile(r"esac(?![^\s;&|()])")
_FUNCTION = re.compile(r"[ \t]*\([ \t]*\)")


@dataclass(frozen=True, slots=True)
class Mark:
    """What shapes the commands around it: a reserved word, `(`, `)`, `;;`, `&`; `pattern` and `function`.

    `words` are the subject of `case`, the patterns of an arm, a function's name.
    """

    kind: str
    start: int
    words: tuple[Word, ...] = ()


class Reader(WordReader):
    """Gathers simple commands into `found`, those that are in no substitution into `own`, and `marks`."""

    def __init__(self, text: str, *, offset: int = 0, depth: int = 0) -> None:
        super().__init__(text, offset=offset)
        self.depth = depth
        self.found: list[Command] = []
        self.own: list[Command] = []
        self.marks: list[Mark] = []
        self.documents: list[tuple[str, bool]] = []
        self.cases = 0
        if depth > DEEPEST:
            raise InputError(f"commands are nested more than {DEEPEST} deep", hint="put them into a script")

    def read(self) -> list[Command]:
        """Return the commands of the whole text."""
        self._list()
        if self.place < len(self.text):
            raise refused("')' closes nothing", self.offset + self.place)
        return self.found

    def substitution(self) -> None:
        """Read the commands after `$(`, and go past the parenthesis that closes it."""
        start = self.place
        inner = Reader(self.text, offset=self.offset, depth=self.depth + 1)
        inner.place = start
        inner._list()
        if inner.place >= len(self.text):
            raise refused("'$(' is not closed", self.offset + start - 2)
        self.found += inner.found
        self.place = inner.place + 1

    def backquoted(self, start: int, end: int) -> None:
        """Read the commands between two backquotes."""
        inner = Reader(self.text[start:end], offset=self.offset + start, depth=self.depth + 1)
        self.found += inner.read()

    def _list(self, operator: str = "") -> None:
        """Read commands up to the end or to a closing parenthesis, which is left there."""
        depth = self.depth
        while True:
            self.blanks()
            if self.place >= len(self.text) or self.text[self.place] == ")":
                break
            sign = self.text[self.place]
            if sign == "\n":
                self.place += 1
                self._documents()
                operator = ";"
            elif (found := self._operator()) != "":
                if found == "&" or found.startswith(";"):
                    self._mark(found[:2], self.place)
                self.place += len(found)
                operator = _JOINS[found]
                if found.startswith(";") and len(found) > 1 and self.cases:
                    self._pattern()
            elif sign == "(":
                self._parenthesis(operator)
                operator = ""
            else:
                operator = self._command(operator)
        self.depth = depth

    def _operator(self) -> str:
        for operator in _OPERATORS:
            if self.text.startswith(operator, self.place):
                is_redirection = operator == "&" and self.text.startswith("&>", self.place)
                return "" if is_redirection else operator
        return ""

    def _parenthesis(self, operator: str = "") -> None:
        """Read a subshell, or skip bash's arithmetic."""
        start = self.place
        if self.text.startswith("((", start) and (end := self.arithmetic(start + 2)) > 0:
            self.place = end
            return
        self._mark("(", start)
        self.place += 1
        self.depth += 1
        if self.depth > DEEPEST:
            raise InputError(f"commands are nested more than {DEEPEST} deep", hint="put them into a script")
        self._list(operator)
        self.depth -= 1
        if self.place >= len(self.text):
            raise refused("'(' is not closed", self.offset + start)
        self._mark(")", self.place)
        self.place += 1

    def _mark(self, kind: str, place: int, *words: Word) -> None:
        self.marks.append(Mark(kind, self.offset + place, words))

    def _command(self, operator: str) -> str:
        """Read one simple command, or the reserved words before it; return what joins the next."""
        start = self.place
        words: list[Word] = []
        assignments: list[Word] = []
        redirections: list[Redirection] = []
        while self._goes_on():
            if (match := _REDIRECTION.match(self.text, self.place)) is not None:
                redirections.append(self._redirection(match))
            else:
                word = self.word()
                if word.text == "[[" and not words:
                    self._test()
                if not words and not assignments and not redirections and self._reserved(word):
                    return operator
                if not words and _ASSIGNMENT.match(word.text):
                    assignments.append(word)
                else:
                    words.append(word)
            end = self.place
            self.blanks()
        if len(words) == 1 and (match := _FUNCTION.match(self.text, self.place)) is not None:
            self._mark("function", start, words[0])
            self.place = match.end()
            return operator
        if self.text.startswith("(", self.place) and (words or assignments):
            self._array(assignments)
            end = self.place
        made = Command(
            tuple(words),
            tuple(assignments),
            tuple(redirections),
            operator,
            self.depth,
            self.offset + start,
            self.offset + end,
        )
        self.found.append(made)
        self.own.append(made)
        return ""

    def _test(self) -> None:
        """Go past bash's `[[ … ]]`, in which operators are no operators."""
        start = self.place
        while self.place < len(self.text):
            self.blanks(newlines=True)
            if self.text.startswith("]]", self.place):
                self.place += 2
                return
            if self._goes_on() and self.text[self.place] not in "<>":
                self.word()
            else:
                self.place += 1
        raise refused("'[[' is not closed", self.offset + start)

    def _goes_on(self) -> bool:
        """Say whether the simple command has more at this place."""
        if self.place >= len(self.text):
            return False
        if self.text.startswith("&>", self.place):
            return True
        return self.text[self.place] not in ";&|()\n"

    def _array(self, assignments: list[Word]) -> None:
        """Skip the values of bash's `name=(a b)`; a parenthesis elsewhere is refused."""
        if not assignments or not assignments[-1].text.endswith("="):
            raise refused("'(' cannot stand here", self.offset + self.place)
        start = self.place
        self.place += 1
        while True:
            self.blanks(newlines=True)
            if self.place >= len(self.text):
                raise refused("'(' is not closed", self.offset + start)
            if self.text[self.place] == ")":
                break
            if self.text[self.place] in "();&|<>":
                raise refused(f"{self.text[self.place]!r} cannot stand here", self.offset + self.place)
            self.word()
        self.place += 1

    def _redirection(self, match: re.Match[str]) -> Redirection:
        self.place = match.end()
        self.blanks()
        if not self._goes_on() or self.text[self.place] in "<>":
            raise refused(f"{match[2]!r} has no word after it", self.offset + match.start())
        target = self.word()
        if match[2] in {"<<", "<<-"}:
            self.documents.append((target.value or target.text, match[2] == "<<-"))
        return Redirection(match[1], match[2], target)

    def _documents(self) -> None:
        """Skip the bodies of the here-documents that the line before opened."""
        for delimiter, is_indented in self.documents:
            while self.place < len(self.text):
                end = self.text.find("\n", self.place)
                end = len(self.text) if end < 0 else end
                line = self.text[self.place : end].removesuffix("\r")
                self.place = min(end + 1, len(self.text))
                if (line.lstrip("\t") if is_indented else line) == delimiter:
                    break
        self.documents = []

    def _reserved(self, word: Word) -> bool:
        """Take a reserved word that stands where a command begins; say whether it is one."""
        start = word.start - self.offset
        if word.text in _OPENING | _CLOSING | {"for", "select"}:
            self._mark(word.text, start)
        if word.text in _OPENING:
            self.depth += word.text in _DEEPER
        elif word.text in _CLOSING:
            self.depth = max(0, self.depth - 1)
            self.cases -= word.text == "esac" and self.cases > 0
        elif word.text in {"for", "select"}:
            self.depth += 1
            self._skip_words()
        elif word.text == "case":
            self.depth += 1
            self.cases += 1
            self._subject(start)
        elif word.text == "function":
            self.blanks()
            if self._goes_on() and self.text[self.place] not in "<>{":
                self._mark("function", start, self.word())
            self._skip_words()
            if (match := _FUNCTION.match(self.text, self.place)) is not None:
                self.place = match.end()
        else:
            return False
        return True

    def _skip_words(self) -> None:
        """Go past the names and values of a loop, or a function's name."""
        self.blanks()
        if self.text.startswith("((", self.place):
            end = self.text.find("))", self.place)
            self.place = len(self.text) if end < 0 else end + 2
        while self._goes_on() and self.text[self.place] not in "<>{":
            self.word()
            self.blanks()

    def _subject(self, start: int) -> None:
        """Go past the word of `case` and its `in`."""
        words = []
        for _ in range(2):
            self.blanks(newlines=True)
            if self._goes_on() and self.text[self.place] not in "<>":
                words.append(self.word())
        self._mark("case", start, *words[:1])
        self._pattern()

    def _pattern(self) -> None:
        """Go past a pattern of `case` with its parenthesis, unless `esac` is there."""
        start = self.place
        self.blanks(newlines=True)
        if _ESAC.match(self.text, self.place) is not None:
            return
        if self.text.startswith("(", self.place):
            self.place += 1
        words = []
        while self.place < len(self.text) and self.text[self.place] != ")":
            self.blanks(newlines=True)
            if self._goes_on() and self.text[self.place] not in "<>":
                words.append(self.word())
            elif self.text.startswith("|", self.place):
                self.place += 1
            elif not self.text.startswith(")", self.place):
                break
        if not self.text.startswith(")", self.place):
            raise refused("a pattern of 'case' has no ')'", self.offset + start)
        self._mark("pattern", start, *words)
        self.place += 1
