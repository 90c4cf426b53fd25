"""Here-documents: which words of a line open one, and with what name.

Spec: BuildKit, frontend/dockerfile/parser, heredocFromMatch and heredocsFromLine.
"""

import re

from bareboat.dockerfile.expand import raw_words
from bareboat.dockerfile.syntax import Heredoc
from bareboat.errors import InputError

__all__ = ["is_word", "opened", "unindented", "word"]

_OPENING = re.compile(r"(\d*)<<(-?)[\t\n\f\r ]*([^<]*)", re.ASCII)
_TABS = re.compile(r"^\t+", re.MULTILINE)
_HIGHEST = (1 << 64) - 1


def opened(line: str) -> tuple[Heredoc, ...]:
    """Return the here-documents that a joined line opens, without their bodies, in their order.

    A line whose quotes do not close opens none. Raises InputError for a name that cannot be read.
    """
    if "<<" not in line:
        return ()
    try:
        # The backslash escapes here whatever the file's own escape character is.
        words = raw_words(line, keep_quotes=True, keep_escapes=True)
    except InputError:
        return ()
    found = (word(text) for text in words)
    return tuple(heredoc for heredoc in found if heredoc is not None)


def word(text: str) -> Heredoc | None:
    """Return the here-document that one word opens (`<<EOF`, `3<<-"EOF"`), None if it opens none."""
    match = _OPENING.fullmatch(text)
    if match is None or not match[3]:
        return None
    plain = raw_words(match[3])
    if len(plain) != 1:
        return None
    raw = raw_words(match[3], keep_quotes=True)
    if len(raw) != 1:
        raise InputError(
            f"{text!r} opens a here-document whose name cannot be read", hint="write a plain word, as <<EOF"
        )
    is_quoted = _quotes(plain[0]) != _quotes(raw[0])
    number = min(int(match[1] or 0), _HIGHEST) if len(match[1]) < 30 else _HIGHEST
    return Heredoc(plain[0], "", expand=not is_quoted, chomp=match[2] == "-", fd=number)


def is_word(text: str) -> bool:
    """Say whether one word opens a here-document."""
    try:
        return word(text) is not None
    except InputError:
        return False


def unindented(body: str) -> str:
    """Return a body without the tabs that `<<-` takes away."""
    return _TABS.sub("", body)


def _quotes(text: str) -> int:
    return text.count("'") + text.count('"')
