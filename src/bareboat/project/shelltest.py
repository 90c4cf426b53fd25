"""What `[ … ]`, `test`, `[[ … ]]` and the patterns of `case` say, where the values in them are known.

A file that is looked for counts where it is known to be there; what only a run can tell is None.
Spec: POSIX.1-2017, `test`; Shell Command Language, 2.13 pattern matching.
"""

from collections.abc import Callable, Sequence
from fnmatch import fnmatchcase

from bareboat.dockerfile import shelltree
from bareboat.dockerfile.shell import Command, Word
from bareboat.dockerfile.shelltree import Simple
from bareboat.errors import InputError

__all__ = ["TESTS", "holds", "is_match"]

TESTS = frozenset({"[", "[[", "test"})
_FILES = frozenset({"-a", "-d", "-e", "-f", "-r", "-s"})
_NUMBERS: dict[str, Callable[[int, int], bool]] = {
    "-eq": lambda one, other: one == other,
    "-ge": lambda one, other: one >= other,
    "-gt": lambda one, other: one > other,
    "-le": lambda one, other: one <= other,
    "-lt": lambda one, other: one < other,
    "-ne": lambda one, other: one != other,
}

Values = Callable[[str], str | None]
"""Returns a word as the shell hands it on, None where that is not known."""
Exists = Callable[[str], bool | None]
"""Says whether a path is there, None where only a run tells."""


def holds(command: Command, source: str, values: Values, exists: Exists) -> bool | None:
    """Return what a test says; `source` is the text that its places count in."""
    if command.words[0].text == "[[":
        inner = source[command.start : command.end].removeprefix("[[").removesuffix("]]")
        return _double(inner, values, exists)
    words = [word.text for word in command.words[1:]]
    if command.words[0].text == "[":
        words = words[:-1]
    return _joined(words, values, exists)


def is_match(text: str, pattern: Word, values: Values) -> bool | None:
    """Return whether a text is what a pattern of `case` means, None where the pattern is not known."""
    held = _pattern(pattern.text, values)
    return None if held is None else fnmatchcase(text, held)


def _pattern(text: str, values: Values) -> str | None:
    """Return a pattern for fnmatch, in which what was quoted means itself."""
    held = values(text)
    if held is None:
        return None
    is_quoted = any(sign in text for sign in "\"'\\")
    plain = "".join(f"[{sign}]" if sign in "*?[" else sign for sign in held)
    return plain if is_quoted else held


def _double(text: str, values: Values, exists: Exists) -> bool | None:
    """Return what `[[ … ]]` says: tests joined by `&&` and `||`, in which `=` takes a pattern."""
    try:
        nodes = shelltree.parse(f"test {text}")
    except InputError:
        return None
    found: bool | None = None
    for number, node in enumerate(nodes):
        if (
            not isinstance(node, Simple)
            or node.operator not in {"&&", "||", ";"}
            or node.command.redirections
        ):
            return None
        words = [word.text for word in node.command.words]
        words = words[1:] if number == 0 else words
        if (node.operator, found) in {("&&", False), ("||", True)}:
            continue
        if number and found is None:
            return None
        found = _joined(words, values, exists, takes_patterns=True)
        found = not found if node.is_negated and found is not None else found
    return found


def _joined(
    words: Sequence[str], values: Values, exists: Exists, *, takes_patterns: bool = False
) -> bool | None:
    """Return what a test says, whose parts may be joined by `-a` and `-o`."""
    if words[:1] == ["!"] and len(words) > 1:
        held = _joined(words[1:], values, exists, takes_patterns=takes_patterns)
        return None if held is None else not held
    for sign, decides in (("-o", True), ("-a", False)):
        if sign in words[1:-1] and len(words) > 4:
            at = words.index(sign, 1)
            sides = [_joined(side, values, exists) for side in (words[:at], words[at + 1 :])]
            if decides in sides:
                return decides
            return None if None in sides else not decides
    if len(words) == 3:
        return _compared(words, values, takes_patterns=takes_patterns)
    if len(words) == 2:
        return _asked(words[0], values(words[1]), exists)
    return _asked("-n", values(words[0]) if len(words) == 1 else None if words else "", exists)


def _asked(sign: str, value: str | None, exists: Exists) -> bool | None:
    if value is None:
        return None
    if sign in {"-z", "-n"}:
        return (not value) is (sign == "-z")
    return exists(value) if sign in _FILES and value else None


def _compared(words: Sequence[str], values: Values, *, takes_patterns: bool) -> bool | None:
    one, sign, other = values(words[0]), words[1], values(words[2])
    if one is None or other is None:
        return None
    if sign in {"=", "==", "!="}:
        pattern = _pattern(words[2], values) if takes_patterns else None
        same = fnmatchcase(one, pattern) if pattern is not None else one == other
        return same is (sign != "!=")
    if sign in _NUMBERS and one.lstrip("-").isdecimal() and other.lstrip("-").isdecimal():
        return _NUMBERS[sign](int(one), int(other))
    return None
