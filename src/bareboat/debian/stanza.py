"""Paragraphs of `Field: value` lines, as bytes: what the indexes and control files are made of.

Nothing is decoded before it is asked for: an index has 68 000 paragraphs, of which an image
needs forty.
Spec: Debian Policy 4.7, section 5.1; deb822(5).
"""

from bareboat.errors import InputError

__all__ = ["field", "fields", "raw", "split"]


def split(data: bytes) -> list[bytes]:
    """Return the paragraphs of `data` in order, without the empty lines between them."""
    return [stanza for stanza in (part.strip(b"\n") for part in data.split(b"\n\n")) if stanza]


def field(stanza: bytes, name: bytes) -> str:
    """Return the value of the field `name`, written in that case, or an empty string.

    Continuation lines are joined by single spaces. Raises InputError for a value that is not UTF-8.
    """
    return _text(raw(stanza, name))


def raw(stanza: bytes, name: bytes) -> bytes:
    """Return the value of the field `name` as it stands, in one line."""
    start = 0
    if not stanza.startswith(name + b":"):
        start = stanza.find(b"\n" + name + b":") + 1
        if start == 0:
            return b""
    start += len(name) + 1
    end = stanza.find(b"\n", start)
    while end != -1 and stanza[end + 1 : end + 2] in {b" ", b"\t"}:
        end = stanza.find(b"\n", end + 1)
    return b" ".join((stanza[start:] if end == -1 else stanza[start:end]).split())


def fields(stanza: bytes) -> dict[str, str]:
    """Return all fields of a paragraph by their names in lower case.

    Raises InputError for a line that is neither a field nor a continuation, for a field given
    twice and for text that is not UTF-8. Lines that start with `#` are comments.
    """
    found: dict[str, list[bytes]] = {}
    lines: list[bytes] | None = None
    for line in stanza.split(b"\n"):
        if line.startswith(b"#") or not line.strip():
            continue
        if line[:1] in {b" ", b"\t"}:
            if lines is None:
                raise InputError(f"a paragraph starts with a continuation: {_shown(line)}")
            lines.append(line)
            continue
        name, colon, value = line.partition(b":")
        key = _text(name).lower()
        if not colon or not key or " " in key:
            raise InputError(f"not a field: {_shown(line)}")
        if key in found:
            raise InputError(f"field given twice: {_shown(name)}")
        found[key] = lines = [value]
    return {name: "\n".join(_text(line) for line in lines).strip() for name, lines in found.items()}


def _text(value: bytes) -> str:
    try:
        return " ".join(value.decode().split())
    except UnicodeDecodeError as error:
        raise InputError(f"not UTF-8: {_shown(value)}") from error


def _shown(value: bytes) -> str:
    return repr(value[:80].decode(errors="replace"))
