"""YAML of maps, lists and texts: what workflow files are made of.

Reads nothing; what it writes loads back to the same value in any reader of YAML 1.2, and a text
that another version would read as something else is quoted.
Spec: YAML 1.2.2, chapters 7 and 8.
"""

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import TypeAlias

from msgspec import Struct

__all__ = ["Said", "Value", "yaml"]


class Said(Struct, frozen=True):
    """A text with a comment at the end of its line."""

    text: str
    comment: str


Value: TypeAlias = "Mapping[str, Value] | Sequence[Value] | Said | str | int | bool"

# Letters first, and nothing that begins a comment, a map or a tag, ends in a colon or is another type.
_PLAIN = re.compile(r"[A-Za-z_./~$](?:[A-Za-z0-9_./@+=$(){}<>|&'\"*%;\[\]\\ ,!-]|:(?![ ]|$))*")
_OTHER = re.compile(r"(?i:y|n|yes|no|on|off|true|false|null|~|\.inf|\.nan)|\.?[0-9_.]+|<<|=")
_FLOW = re.compile(r"[A-Za-z0-9_./-]+")
_BLOCK = re.compile(r"[^\x00-\x09\x0b-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff\ufeff\ufffe\uffff]*")


def yaml(document: Mapping[str, Value], *, apart: Sequence[str] = ()) -> str:
    """Return a map as YAML, a blank line between its entries and between those of maps named `apart`."""
    found = []
    for key, value in document.items():
        lines = list(_entry(key, value, 0))
        if key in apart and value and isinstance(value, Mapping):
            inner = ["\n".join(_entry(name, one, 2)) for name, one in value.items()]
            found.append(f"{_scalar(key)}:\n" + "\n\n".join(inner))
        else:
            found.append("\n".join(lines))
    return "\n\n".join(found) + "\n"


def _entry(key: str, value: Value, depth: int) -> Iterator[str]:
    """Yield the lines of one entry of a map that stands `depth` columns in."""
    head = " " * depth + _scalar(key) + ":"
    short = _short(value)
    if short is not None:
        yield f"{head} {short}"
    elif isinstance(value, str):
        yield f"{head} {_mark(value)}"
        yield from _block(value, depth + 2)
    elif isinstance(value, Mapping):
        yield head
        for name, one in value.items():
            yield from _entry(name, one, depth + 2)
    elif isinstance(value, Sequence):
        yield head
        for one in value:
            yield from _item(one, depth + 2)


def _item(value: Value, depth: int) -> Iterator[str]:
    """Yield the lines of one item of a list: a map begins beside its dash."""
    short = _short(value)
    if short is not None:
        yield " " * depth + f"- {short}"
    elif isinstance(value, str):
        yield " " * depth + f"- {_mark(value)}"
        yield from _block(value, depth + 2)
    else:
        inner: list[str] = []
        if isinstance(value, Mapping):
            for name, one in value.items():
                inner += _entry(name, one, depth + 2)
        elif isinstance(value, Sequence):
            for one in value:
                inner += _item(one, depth + 2)
        yield " " * depth + "- " + inner[0].lstrip(" ")
        yield from inner[1:]


def _mark(text: str) -> str:
    return "|" if text.endswith("\n") else "|-"


def _block(text: str, depth: int) -> Iterator[str]:
    for line in text.removesuffix("\n").split("\n"):
        yield " " * depth + line if line else ""


def _short(value: Value) -> str | None:
    """Return a value that fits beside its key, None for one that takes lines of its own."""
    match value:
        case bool() | int():
            return str(value).lower()
        case Said():
            return f"{_scalar(value.text)} # {value.comment}"
        case str():
            return None if _is_block(value) else _scalar(value)
    if not value:
        return "{}" if isinstance(value, Mapping) else "[]"
    words = [one for one in value if isinstance(one, str) and _FLOW.fullmatch(one)]
    if isinstance(value, Mapping) or len(words) < len(value):
        return None
    return "[" + ", ".join(map(_scalar, words)) + "]"


def _is_block(text: str) -> bool:
    """Say whether a text of several lines can stand as it is."""
    body = text.removesuffix("\n")
    return (
        "\n" in text
        and bool(body)
        and not body.startswith((" ", "\n"))
        and not body.endswith("\n")
        and (bool(_BLOCK.fullmatch(text)))
    )


def _scalar(text: str) -> str:
    if _PLAIN.fullmatch(text) and not _OTHER.fullmatch(text) and not text.endswith(" "):
        return text
    # JSON's escapes are YAML's too, but for characters that take two of them.
    return (
        '"'
        + "".join(json.dumps(one)[1:-1] if one < "\U00010000" else f"\\U{ord(one):08x}" for one in text)
        + '"'
    )
