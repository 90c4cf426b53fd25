"""What stands after an instruction's keyword and flags, read as that instruction reads it.

Knows how each keyword writes its arguments, not how many it needs nor what they mean: that is `check`.
Spec: BuildKit, frontend/dockerfile/parser, the dispatch table of parser.go.
"""

from collections.abc import Callable
from typing import NamedTuple

from bareboat.dockerfile.split import Word, json_list, key_and_value, plain_words, quoted_words
from bareboat.dockerfile.syntax import Form
from bareboat.errors import InputError

__all__ = ["KEYWORDS", "Arguments", "keyword_of", "read"]


class Arguments(NamedTuple):
    """The form and the words."""

    form: Form
    words: tuple[Word, ...]


def read(keyword: str, rest: Word, escape: str) -> Arguments:
    """Return the arguments of an instruction other than ONBUILD; `keyword` in capitals.

    Raises InputError for a JSON list that holds no strings, and for ENV or LABEL without a value.
    """
    if keyword in {"ENV", "LABEL"}:
        return _pairs(rest, escape, keyword)
    if keyword == "ARG":
        return Arguments(Form.PAIRS, quoted_words(rest.text, escape, rest.start))
    reader = _READERS.get(keyword)
    if reader is None:
        return Arguments(Form.UNKNOWN, (rest,) if rest.text else ())
    return reader(rest)


def keyword_of(text: str) -> str:
    """Return a keyword in capitals, where BuildKit would know it in its own way of ignoring case."""
    upper = text.upper()
    if upper in KEYWORDS or text.isascii():
        return upper
    # Go's ToLower takes the dotted capital I for i.
    folded = text.replace("\N{LATIN CAPITAL LETTER I WITH DOT ABOVE}", "i").lower().upper()
    return folded if folded in KEYWORDS else upper


def _plain(rest: Word) -> Arguments:
    return Arguments(Form.WORDS, plain_words(rest.text, rest.start))


def _text(rest: Word) -> Arguments:
    return Arguments(Form.TEXT, (rest,) if rest.text else ())


def _shell(rest: Word) -> Arguments:
    listed = json_list(rest.text, rest.start)
    if listed is not None:
        return Arguments(Form.EXEC, listed)
    return Arguments(Form.SHELL, (rest,) if rest.text else ())


def _paths(rest: Word) -> Arguments:
    listed = json_list(rest.text, rest.start)
    if listed is not None:
        return Arguments(Form.EXEC, listed)
    return _plain(rest)


def _pairs(rest: Word, escape: str, keyword: str) -> Arguments:
    words = quoted_words(rest.text, escape, rest.start)
    if words and "=" not in words[0].text:
        cut = key_and_value(rest.text)
        if cut is None:
            raise InputError(
                f"{keyword} {rest.text} has no value", hint=f"write {keyword} {words[0].text}=value"
            )
        key, value = cut
        start = rest.end - len(value)
        return Arguments(
            Form.LEGACY, (Word(key, rest.start, rest.start + len(key)), Word(value, start, rest.end))
        )
    for word in words:
        if "=" not in word.text:
            raise InputError(
                f"{word.text!r} is no NAME=value", hint="put a value that holds white space in quotes"
            )
    return Arguments(Form.PAIRS, words)


def _health(rest: Word) -> Arguments:
    """Read the type, then a command; the type ends at a byte that is white space in itself."""
    encoded = rest.text.encode().decode("latin-1")
    cut = next((place for place, sign in enumerate(encoded) if sign in _BYTE_SPACE), len(encoded))
    if not cut:
        return Arguments(Form.WORDS, ())
    after = cut
    while after < len(encoded) and encoded[after] in _BYTE_SPACE:
        after += 1
    kind = encoded[:cut].encode("latin-1").decode(errors="replace")
    text = encoded[after:].encode("latin-1").decode(errors="replace")
    first = Word(kind, rest.start, rest.start + len(kind))
    if not text:
        return Arguments(Form.WORDS, (first,))
    form, words = _shell(Word(text, rest.end - len(text), rest.end))
    return Arguments(form, (first, *words))


_BYTE_SPACE = frozenset("\t\n\v\f\r \x85\xa0")
_READERS: dict[str, Callable[[Word], Arguments]] = {
    "ADD": _paths,
    "CMD": _shell,
    "COPY": _paths,
    "ENTRYPOINT": _shell,
    "EXPOSE": _plain,
    "FROM": _plain,
    "HEALTHCHECK": _health,
    "MAINTAINER": _text,
    "RUN": _shell,
    "SHELL": _shell,
    "STOPSIGNAL": _text,
    "USER": _text,
    "VOLUME": _paths,
    "WORKDIR": _text,
}
KEYWORDS = frozenset({*_READERS, "ARG", "ENV", "LABEL", "ONBUILD"})
