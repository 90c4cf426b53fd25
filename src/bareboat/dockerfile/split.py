"""One joined line cut as BuildKit cuts it: keyword, flags and the rest; then words, pairs or a JSON list.

Every function gives texts with their offsets in the line. White space is not one thing in BuildKit: lines are
trimmed of Unicode's, words end at ASCII's, and flags are read byte by byte.
Spec: BuildKit, frontend/dockerfile/parser, split_command and line_parsers.
"""

import json
import re
from typing import NamedTuple

from bareboat.errors import InputError

__all__ = [
    "SPACE",
    "Head",
    "Word",
    "head",
    "json_list",
    "key_and_value",
    "plain_words",
    "quoted_words",
    "trimmed",
]

# What Go's unicode.IsSpace takes; Python's isspace() takes four control characters more.
SPACE = (
    "\t\n\v\f\r \x85\xa0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a"
    "\u2028\u2029\u202f\u205f\u3000"
)
_WHITE = re.compile(r"[\t\v\f\r ]+")
_PLAIN = re.compile(r"[^\t\v\f\r ]+")
_BYTE_SPACE = frozenset("\t\n\v\f\r \x85\xa0")
# Most lines: a keyword, white space, and a rest that is no flag, with nothing to trim but blanks at the end.
_SIMPLE = re.compile(r"([!-~]+)[\t\v\f\r ]+(?!--)([!-~](?:.*[!-~])?)[ \t]*")
_JSON_STRING = re.compile(r'"(?:[^"\\]|\\.)*"')
_LONE_SURROGATE = re.compile("[\ud800-\udfff]")
_QUOTED = {
    escape: re.compile(
        rf"""(?:[^{SPACE}{sign}'"]|{sign}.|'[^']*'?|"(?:[^"{sign}]|{sign}.)*"?)+""",
        re.DOTALL,
    )
    for escape, sign in (("\\", r"\\"), ("`", "`"))
}


class Word(NamedTuple):
    """A text and where it stands in the line; quotes may have made the two differ in length."""

    text: str
    start: int
    end: int


class Head(NamedTuple):
    """What every instruction has: its keyword, its flags, and the trimmed rest."""

    keyword: Word
    flags: tuple[Word, ...]
    rest: Word


def trimmed(text: str, start: int = 0) -> Word:
    """Return a text without white space around it."""
    bare = text.lstrip(SPACE)
    start += len(text) - len(bare)
    bare = bare.rstrip(SPACE)
    return Word(bare, start, start + len(bare))


def head(text: str, escape: str, start: int = 0) -> Head:
    """Cut a line into keyword, flags and rest; offsets are moved by `start`."""
    simple = _SIMPLE.fullmatch(text)
    if simple is not None:
        first, rest = simple.group(1, 2)
        begin, end = simple.span(2)
        return Head(Word(first, start, start + len(first)), (), Word(rest, start + begin, start + end))
    line = trimmed(text, start)
    gap = _WHITE.search(line.text)
    if gap is None:
        return Head(line, (), Word("", line.end, line.end))
    keyword = Word(line.text[: gap.start()], line.start, line.start + gap.start())
    after, begin = line.text[gap.end() :], line.start + gap.end()
    if not after.startswith("--"):
        return Head(keyword, (), trimmed(after, begin))
    flags, end = _flags(after, escape)
    moved = tuple(Word(flag.text, begin + flag.start, begin + flag.end) for flag in flags)
    return Head(keyword, moved, trimmed(after[end:], begin + end))


def plain_words(text: str, start: int = 0) -> tuple[Word, ...]:
    """Cut at white space alone."""
    return tuple(
        Word(found[0], start + found.start(), start + found.end()) for found in _PLAIN.finditer(text)
    )


def quoted_words(text: str, escape: str, start: int = 0) -> tuple[Word, ...]:
    """Cut at white space outside quotes; quotes and escapes stay in the words."""
    return tuple(
        Word(found[0], start + found.start(), start + found.end()) for found in _QUOTED[escape].finditer(text)
    )


def key_and_value(text: str) -> tuple[str, str] | None:
    """Cut `KEY the rest` at its first white space, as the old form of ENV has it; None without any."""
    gap = _WHITE.search(text)
    return None if gap is None else (text[: gap.start()], text[gap.end() :])


def json_list(text: str, start: int = 0) -> tuple[Word, ...] | None:
    """Return a JSON list's strings, None for what is no JSON list; InputError for a list of anything else."""
    bare = text.lstrip(SPACE)
    if not bare.startswith("["):
        return None
    try:
        values = json.loads(bare, parse_float=_number, parse_int=_number, parse_constant=_refused)
    except (ValueError, RecursionError):
        return None
    if not all(isinstance(value, str) for value in values):
        raise InputError(
            "a JSON list here holds strings only", hint='write every element in double quotes: ["a", "1"]'
        )
    start += len(text) - len(bare)
    places = (found.span() for found in _JSON_STRING.finditer(bare))
    return tuple(
        Word(_LONE_SURROGATE.sub("\N{REPLACEMENT CHARACTER}", value), start + first, start + last)
        for value, (first, last) in zip(values, places, strict=True)
    )


def _number(text: str) -> float:
    """Read a number as Go does: one that is too large is an error."""
    number = float(text)
    if number in {float("inf"), float("-inf")}:
        raise ValueError(text)
    return number


def _refused(text: str) -> float:
    raise ValueError(text)


def _flags(text: str, escape: str) -> tuple[list[Word], int]:
    """Return the `--` words that a text begins with, quotes resolved, and where they end."""
    if text.isascii():
        return _flag_words(text, escape)
    # BuildKit takes each byte for a letter here, so that é comes out as two; what it sees is kept.
    encoded = text.encode()
    words, end = _flag_words(encoded.decode("latin-1"), escape)

    # A place within a letter counts as the place after it.
    sizes = (len(letter.encode()) for letter in text)
    places = [place for place, size in enumerate(sizes, 1) for _ in range(size)]
    places.insert(0, 0)
    return [Word(word.text, places[word.start], places[word.end]) for word in words], places[end]


def _flag_words(text: str, escape: str) -> tuple[list[Word], int]:
    words: list[Word] = []
    place, size = 0, len(text)
    while True:
        while place < size and text[place] in _BYTE_SPACE:
            place += 1
        if not text.startswith("--", place):
            return words, place
        word, end = _flag_word(text, place, escape)
        if word == "--":
            # It ends the flags; what follows is the rest even where it begins with dashes.
            return words, end
        words.append(Word(word, place, end))
        place = end


def _flag_word(text: str, place: int, escape: str) -> tuple[str, int]:
    """Return a word with its quotes and escapes resolved, and where it ends."""
    letters: list[str] = []
    quote = ""
    while place < len(text):
        sign = text[place]
        if quote:
            if sign == quote:
                quote = ""
                place += 1
                continue
        elif sign in _BYTE_SPACE:
            break
        elif sign in "'\"":
            quote = sign
            place += 1
            continue
        if sign == escape:
            place += 1
            if place == len(text):
                break
            sign = text[place]
        letters.append(sign)
        place += 1
    return "".join(letters), place
