"""What a `.dockerignore` leaves out, decided as BuildKit does: a value that reads no files.

It is not `.gitignore`: a pattern holds from the context's root (`.env` is the root's alone,
`**/.env` all of them), `*` stops at a slash, the last pattern that matches decides, and a file
below an excluded folder is excluded unless a later `!` pattern takes it, or a folder above it,
back in.
Spec: Docker build context, ".dockerignore files"; moby/patternmatcher, MatchesUsingParentResults.
"""

import posixpath
import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from bareboat.errors import InputError

__all__ = ["Ignore", "Pattern"]


@dataclass(frozen=True, slots=True)
class Pattern:
    """One line: `text` as it was cleaned, without `!`; `line` counts from 1."""

    text: str
    line: int
    takes_back: bool
    regex: re.Pattern[str]


@dataclass(frozen=True, slots=True)
class Ignore:
    """The patterns of one file in their order."""

    patterns: tuple[Pattern, ...] = ()
    _folders: dict[str, tuple[bool, ...]] = field(default_factory=dict, init=False, repr=False, compare=False)

    @classmethod
    def parse(cls, text: str, *, where: str = ".dockerignore") -> "Ignore":
        """Read the file's text; InputError names the line of a pattern that is malformed."""
        found = []
        for number, raw in enumerate(text.removeprefix("\N{ZERO WIDTH NO-BREAK SPACE}").split("\n"), 1):
            line = raw.strip()
            # Only a line that begins with the sign is a comment: indented, it is a pattern.
            if not line or raw.startswith("#"):
                continue
            takes_back = line.startswith("!")
            cleaned = _cleaned(line[1:].strip() if takes_back else line)
            if not cleaned:
                raise InputError("'!' stands without a pattern", where=f"{where}:{number}")
            try:
                regex = re.compile(_translated(cleaned), re.DOTALL)
            except (ValueError, re.error) as error:
                raise InputError(
                    f"pattern {line!r} is malformed ({error})", where=f"{where}:{number}"
                ) from error
            found.append(Pattern(cleaned, number, takes_back, regex))
        return cls(tuple(found))

    def excludes(self, path: str) -> bool:
        """Say whether `path`, relative to the context, with slashes, is left out of it."""
        return self._decided(path.strip("/"))[1]

    def _decided(self, path: str) -> tuple[tuple[bool, ...], bool]:
        """Return which patterns hold for `path` or a folder above it, and what that comes to."""
        above = posixpath.dirname(path)
        if above and above not in self._folders:
            self._folders[above] = self._decided(above)[0]
        inherited = self._folders[above] if above else (False,) * len(self.patterns)
        is_out = False
        held = []
        for pattern, is_inherited in zip(self.patterns, inherited, strict=True):
            # A pattern that could change nothing is not tried, and then not inherited either.
            holds = is_inherited or (
                pattern.takes_back is is_out and pattern.regex.fullmatch(path) is not None
            )
            held.append(holds)
            if holds:
                is_out = not pattern.takes_back
        return tuple(held), is_out


def _cleaned(text: str) -> str:
    """Return a pattern without `.`, `..` and doubled or outer slashes; empty stays empty."""
    if not text:
        return ""
    cleaned = posixpath.normpath(text)
    return cleaned.lstrip("/") or "/"


def _translated(pattern: str) -> str:
    """Return a pattern as a regular expression for whole paths."""
    if "**" in pattern and not re.search(r"[*?\[\]\\]", pattern.replace("**", "", 1)):
        before, _, after = pattern.partition("**")
        # Two forms are plain comparisons of text, and so reach further than the general one.
        if not before:
            return f".*{re.escape(after)}" + (f"|{re.escape(after[1:])}" if after.startswith("/") else "")
        if not after:
            return f"{re.escape(before)}.*"
    return "".join(_pieces(pattern))


def _pieces(pattern: str) -> Iterator[str]:
    place = 0
    last = ""
    while place < len(pattern):
        piece, place = _piece(pattern, place)
        # `**/**/` says no more than `**/`, and costs the engine dearly.
        if not (piece == last == _ANY_FOLDERS):
            yield piece
        last = piece


_ANY_FOLDERS = r"(?:[^\n]*/)?"


def _piece(pattern: str, place: int) -> tuple[str, int]:
    """Return the next piece as a regular expression, and where it ends."""
    sign = pattern[place]
    if pattern.startswith("**", place):
        place += 3 if pattern.startswith("/", place + 2) else 2
        return (_ANY_FOLDERS if place < len(pattern) else r"[^\n]*"), place
    if sign == "*":
        return "[^/]*", place + 1
    if sign == "?":
        return "[^/]", place + 1
    if sign == "[":
        return _choice(pattern, place + 1)
    letter, place = _letter(pattern, place)
    if sign == "\\" and letter.isascii() and letter.isalnum():
        # BuildKit hands the escape on to its regular expressions, where it means something else.
        if letter not in _ESCAPES:
            raise ValueError(f"a backslash before {letter!r}")
        return _ESCAPES[letter], place
    return re.escape(letter), place


_ESCAPES = {
    "a": r"\x07",
    "f": r"\f",
    "n": r"\n",
    "r": r"\r",
    "t": r"\t",
    "v": r"\v",
    "d": "[0-9]",
    "D": "[^0-9]",
    "s": r"[\t\n\f\r ]",
    "S": r"[^\t\n\f\r ]",
    "w": "[0-9A-Za-z_]",
    "W": "[^0-9A-Za-z_]",
    "A": r"\A",
    "z": r"\Z",
    "b": r"(?a:\b)",
    "B": r"(?a:\B)",
}


def _letter(pattern: str, place: int) -> tuple[str, int]:
    """Return the letter at `place`, itself or after a backslash, and where it ends."""
    if pattern[place : place + 1] == "\\":
        place += 1
    if place >= len(pattern):
        raise ValueError("it ends too early")
    return pattern[place], place + 1


def _choice(pattern: str, place: int) -> tuple[str, int]:
    """Return a bracketed set as a regular expression, and where it ends; ValueError unless Go takes it."""
    negated = pattern.startswith("^", place)
    place += negated
    ranges: list[str] = []
    while not (ranges and pattern.startswith("]", place)):
        if pattern[place : place + 1] in {"-", "]"}:
            raise ValueError(f"{pattern[place]!r} in brackets needs a backslash")
        low, place = _letter(pattern, place)
        high = low
        if pattern.startswith("-", place):
            if pattern[place + 1 : place + 2] in {"-", "]"}:
                raise ValueError("a range in brackets has no end")
            high, place = _letter(pattern, place + 1)
        if high < low:
            raise ValueError(f"range {low}-{high} is empty")
        ranges.append(f"{re.escape(low)}-{re.escape(high)}")
    return f"[{'^' if negated else ''}{''.join(ranges)}]", place + 1
