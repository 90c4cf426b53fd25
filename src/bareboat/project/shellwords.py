"""Words of a shell's text with their variables replaced, as far as their values are known."""

import re
from collections.abc import Collection, Mapping, Sequence

from msgspec import Struct

from bareboat.errors import InputError
from bareboat.project.line import PORT

__all__ = ["Expanded", "expanded", "value_of"]

_NAME = re.compile(r"[A-Za-z_]\w*")
_PART = re.compile(r"\$\{(\w+):(\d+)(?::(\d+))?\}")
_REST = re.compile(r"\"?\$\{@:(\d+)\}\"?")
_SET = re.compile(r"(\$\{\w+):?=")
_DEFAULT = re.compile(r"\$\{\w+:?[-+]")
_ALL = frozenset({'"$@"', "$@", "${@}", '"${@}"', "$*", "${*}"})
_GIVEN = frozenset({
    "!", "$", "-", "0", "?", "BASH", "BASH_SOURCE", "BASH_VERSION", "EUID", "HOME", "HOSTNAME", "LINENO",
    "OLDPWD", "PATH", "PPID", "PWD", "RANDOM", "SECONDS", "SHELL", "TERM", "UID", "USER",
})  # fmt: skip
"""Variables that are set where nobody sets them."""


class Expanded(Struct, frozen=True):
    """The words, what was left out for want of a value, and the word that cannot be done without."""

    words: tuple[str, ...] = ()
    dropped: tuple[str, ...] = ()
    unknown: str = ""


def expanded(texts: Sequence[str], variables: Mapping[str, str], more: Sequence[str]) -> Expanded:
    """Return the words; an option whose value is not known goes with its value.

    `more` are the arguments that the text itself gets.
    """
    words: list[str] = []
    dropped: list[str] = []
    unknown = ""
    for text in texts:
        if text in _ALL:
            words += more
            continue
        rest = _REST.fullmatch(text)
        if rest is not None:
            words += more[max(int(rest[1]) - 1, 0) :]
            continue
        word = _word(text, {**variables, **_positional(more)})
        if word is not None:
            is_parted = not any(sign in text for sign in "\"'\\") and "$" in text
            held = word.split() if is_parted else [word]
            words += held if word or text in {"''", '""'} else []
        elif words and words[-1].startswith("-") and "=" not in words[-1] and not text.startswith("-"):
            dropped.append(f"{words.pop()} {text}")
        else:
            dropped.append(text)
            is_assignment = _NAME.fullmatch(text.partition("=")[0]) is not None and "=" in text
            unknown = unknown or ("" if is_assignment or text.startswith("-") else text)
    return Expanded(tuple(words), tuple(dropped), unknown)


def value_of(
    text: str, variables: Mapping[str, str], more: Sequence[str], unknown: Collection[str]
) -> str | None:
    """Return what a word is in a test, where a variable that nobody sets is empty; None where not known.

    `unknown` are variables that are set to something that only a run tells.
    """
    if "$(" in text or "`" in text:
        return None
    from bareboat.dockerfile.expand import expand

    known = {**variables, **_positional(more)}
    try:
        done = expand(_parts(_SET.sub(r"\1:-", text), known), known)
    except InputError:
        return None
    return None if done.missing & (_GIVEN | frozenset(unknown)) else done.text


def _parts(text: str, known: Mapping[str, str]) -> str:
    """Replace bash's `${NAME:0:1}`, of which the expansion knows nothing."""

    def part(match: re.Match[str]) -> str:
        value = known.get(match[1], "")
        start = int(match[2])
        return value[start : start + int(match[3])] if match[3] is not None else value[start:]

    return _PART.sub(part, text)


def _positional(more: Sequence[str]) -> dict[str, str]:
    found = {str(number): word for number, word in enumerate(more, 1)}
    return found | {"#": str(len(more)), "@": " ".join(more), "*": " ".join(more)}


def _word(text: str, variables: Mapping[str, str]) -> str | None:
    """Return a word as a shell would hand it on, None where a value is not known."""
    if "$(" in text or "`" in text:
        return None
    from bareboat.dockerfile.expand import expand

    known = {"PORT": PORT, **variables}
    try:
        done = expand(_parts(_SET.sub(r"\1:-", text), known), known)
    except InputError:
        return None
    missing = frozenset(name for name in done.missing if _NAME.fullmatch(name))
    is_known = done.text or not missing or _DEFAULT.search(text) is not None
    return done.text if is_known and not _is_missing(text, missing) else None


def _is_missing(text: str, missing: frozenset[str]) -> bool:
    """Return whether a variable without a value stands plainly in a word, without a default."""
    return any(re.search(rf"\$(?:{name}\b|\{{{name}\}})", text) for name in missing)
