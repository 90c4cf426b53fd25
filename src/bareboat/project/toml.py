"""TOML text read into plain or typed values, with errors that name the file and the key."""

import codecs
import json
import re
import tomllib
from pathlib import Path
from typing import Any, TypeVar

from bareboat.errors import InputError

__all__ = ["convert", "inline", "line_of", "parse", "read_any", "read_text"]

T = TypeVar("T")

LIMIT = 64 * 1024 * 1024


_MARKS = (
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)


def read_text(path: Path, *, where: str = "") -> str:
    """Return the UTF-8 text of a file of the project; InputError names it when it is none."""
    return _decoded(_read(path, where or path.name), "utf-8-sig", where or path.name)


def read_any(path: Path, *, where: str = "") -> str:
    """Return the text of a file in the encoding that it names, as pip reads requirements.

    A byte order mark counts first, then `coding:` in a comment of the first two lines, else UTF-8.
    """
    content = _read(path, where or path.name)
    encoding = next((name for mark, name in _MARKS if content.startswith(mark)), "utf-8-sig")
    if encoding == "utf-8-sig":
        for line in content.split(b"\n", 2)[:2]:
            said = re.match(rb"[ \t\f]*#.*?coding[:=][ \t]*([-\w.]+)", line)
            encoding = said[1].decode("ascii") if said is not None else encoding
    return _decoded(content, encoding, where or path.name)


def _read(path: Path, where: str) -> bytes:
    try:
        if path.stat().st_size > LIMIT:
            raise InputError(
                f"has {path.stat().st_size} bytes, more than the {LIMIT} that are read",
                where=where,
                hint="is it the right file? Manifests and locks are text of some megabytes at most",
            )
        return path.read_bytes()
    except OSError as error:
        raise InputError(f"cannot be read: {(error.strerror or str(error)).lower()}", where=where) from error


def _decoded(content: bytes, encoding: str, where: str) -> str:
    try:
        return content.decode(encoding)
    except UnicodeDecodeError as error:
        shown = encoding.upper().removesuffix("-SIG")
        raise InputError(f"not {shown} text (byte {error.start})", where=where) from error
    except LookupError as error:
        raise InputError(f"its encoding {encoding!r} is not known", where=where) from error


def parse(text: str, *, where: str) -> dict[str, Any]:
    """Return the tables of TOML text. Raises InputError for anything that is not TOML."""
    try:
        return tomllib.loads(text)
    except (tomllib.TOMLDecodeError, RecursionError, ValueError) as error:
        message = str(error).strip().rstrip(".").lower() or "nested too deeply"
        line = re.search(r" \(at line (\d+), column \d+\)$", message)
        raise InputError(
            f"not valid TOML: {message[: line.start()] if line else message}",
            where=f"{where}:{line[1]}" if line else where,
            hint="mend that line, or restore the file",
        ) from error


def convert(value: object, kind: type[T], *, where: str) -> T:
    """Return `value` as the msgspec type `kind`; InputError names the key that does not fit."""
    import msgspec

    try:
        return msgspec.convert(value, kind)
    except msgspec.ValidationError as error:
        message = str(error).replace(" - at `$.", " at `").replace(" - at `$`", "").lower()
        raise InputError(message, where=where) from error


def inline(value: object) -> str:
    """Return texts, numbers, truth values, and lists and tables of them as a value of TOML on one line."""
    if isinstance(value, dict):
        return f"{{ {', '.join(f'{inline(str(key))} = {inline(held)}' for key, held in value.items())} }}"
    if isinstance(value, (list, tuple)):
        return f"[{', '.join(map(inline, value))}]"
    if isinstance(value, (bool, int, float)):
        return json.dumps(value)
    return json.dumps(str(value), ensure_ascii=False).replace("\x7f", "\\u007f")


def line_of(text: str, table: str, key: str = "") -> int:
    """Return the line of `key` in `[table]`, or the table's own, or 1 where neither is plain to see."""
    found, current = 1, ""
    for number, line in enumerate(text.splitlines(), 1):
        header = re.match(r"\s*\[\[?\s*([^\]]+?)\s*\]", line)
        if header is not None and "=" not in line.split("]")[0]:
            current = header[1].replace('"', "").replace("'", "")
            if current == table:
                found = number
                if not key:
                    return number
        elif key and current == table and re.match(rf"""\s*["']?{re.escape(key)}["']?\s*[=.]""", line):
            return number
    return found
