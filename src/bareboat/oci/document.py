"""JSON as images hold it: canonical when written, checked when read.

Written: keys sorted, no spaces, UTF-8, so that equal values are equal bytes everywhere. Read:
one object, at most 8 MiB, no key twice (readers disagree on which one counts), no NaN.
"""

from typing import Any

from bareboat.errors import InputError

__all__ = ["LIMIT", "parse", "render"]

LIMIT = 8 << 20


def render(document: dict[str, object]) -> bytes:
    """Return the canonical JSON of `document`; InputError for text that is not Unicode."""
    from msgspec import json

    try:
        return json.encode(document, order="sorted")
    except UnicodeEncodeError as error:
        raise InputError(f"text cannot be written as JSON: {error.object!r}") from error


def parse(data: bytes, *, where: str) -> dict[str, Any]:
    """Return the object that `data` holds; InputError tells what is wrong with it."""
    import json

    if len(data) > LIMIT:
        raise InputError(f"JSON of {len(data)} bytes, more than {LIMIT} are not read", where=where)
    try:
        found = json.loads(data.decode(), object_pairs_hook=_unique, parse_constant=_constant)
    except InputError as error:
        raise InputError(error.message, where=where) from error
    except (ValueError, RecursionError) as error:
        reason = "nested too deep" if isinstance(error, RecursionError) else str(error)
        raise InputError(f"not JSON: {reason}", where=where) from error
    if not isinstance(found, dict):
        raise InputError(f"JSON holds a {type(found).__name__}, not an object", where=where)
    return found


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for key, value in pairs:
        if key in found:
            raise InputError(f"JSON holds the key {key!r} twice")
        found[key] = value
    return found


def _constant(text: str) -> None:
    raise ValueError(f"{text} is no JSON number")
