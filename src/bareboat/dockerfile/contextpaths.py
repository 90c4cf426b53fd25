"""Which files of the build context an instruction takes: COPY's patterns, folders, exclusions.

A pattern is Go's `filepath.Match` on a whole path, and a folder stands for all that is below it.
Spec: Dockerfile reference, "COPY"; Go, path/filepath.Match.
"""

import posixpath
from collections.abc import Sequence
from functools import lru_cache

from bareboat.dockerfile.ignore import Ignore
from bareboat.errors import InputError

__all__ = ["matches", "taken"]


def taken(
    sources: Sequence[str], path: str, *, excluded: Sequence[str] = (), with_parents: bool = False
) -> bool:
    """Say whether a COPY of `sources` takes `path`, both relative to the context.

    Raises InputError for a malformed pattern.
    """
    return any(_taken(source, path, excluded, with_parents=with_parents) for source in sources)


def _taken(source: str, path: str, excluded: Sequence[str], *, with_parents: bool) -> bool:
    pivot, sign, rest = source.partition("/./")
    pattern = _cleaned(posixpath.join(pivot, rest) if sign and with_parents else source)
    if with_parents:
        # These patterns are .dockerignore's: `**` is any number of folders.
        if pattern and not _ignore((pattern,)).excludes(path):
            return False
        below = path
    else:
        root = _root(pattern, path)
        if root is None:
            return False
        below = path[len(root) :].lstrip("/") or posixpath.basename(path)
    return not (excluded and _ignore(tuple(excluded)).excludes(below))


def _cleaned(source: str) -> str:
    """Return a source without what says nothing; the whole context is empty."""
    cleaned = posixpath.normpath("/" + source).lstrip("/")
    return "" if cleaned == "." else cleaned


@lru_cache(maxsize=64)
def _ignore(patterns: tuple[str, ...]) -> Ignore:
    return Ignore.parse("\n".join(patterns), where="COPY")


def _root(pattern: str, path: str) -> str | None:
    """Return the path, or the folder above it, that a pattern matches; None if none does."""
    if not pattern:
        return ""
    depth = pattern.count("/") + 1
    parts = path.split("/")
    if len(parts) < depth:
        return None
    root = "/".join(parts[:depth])
    return root if matches(pattern, root) else None


def matches(pattern: str, path: str) -> bool:
    """Say whether a path matches a pattern as Go's filepath.Match has it; InputError if it is malformed."""
    parts, names = pattern.split("/"), path.split("/")
    pieces = [_pieces(part, pattern) for part in parts]
    return len(parts) == len(names) and all(
        _matches(piece, name) for piece, name in zip(pieces, names, strict=True)
    )


_STAR = "*"
_Piece = str | tuple[bool, tuple[tuple[str, str], ...]]


def _pieces(text: str, pattern: str) -> list[_Piece]:
    """Return one folder's part of a pattern: `*`, or what one letter must be."""
    found: list[_Piece] = []
    place = 0
    while place < len(text):
        sign = text[place]
        if sign == "*":
            found.append(_STAR)
            place += 1
        elif sign == "?":
            found.append((True, ()))
            place += 1
        elif sign == "[":
            choice, place = _choice(text, place + 1, pattern)
            found.append(choice)
        else:
            letter, place = _letter(text, place, pattern)
            found.append((False, ((letter, letter),)))
    return found


def _letter(text: str, place: int, pattern: str) -> tuple[str, int]:
    if text[place : place + 1] == "\\":
        place += 1
    if place >= len(text):
        raise InputError(f"pattern {pattern!r} ends too early", hint="close its bracket")
    return text[place], place + 1


def _choice(text: str, place: int, pattern: str) -> tuple[_Piece, int]:
    is_negated = text.startswith("^", place)
    place += is_negated
    ranges: list[tuple[str, str]] = []
    while not (ranges and text.startswith("]", place)):
        if text[place : place + 1] in {"-", "]"}:
            raise InputError(
                f"pattern {pattern!r} has {text[place]!r} in brackets alone",
                hint="write a backslash before it",
            )
        low, place = _letter(text, place, pattern)
        high = low
        if text.startswith("-", place):
            high, place = _letter(text, place + 1, pattern)
        ranges.append((low, high))
    return (is_negated, tuple(ranges)), place + 1


def _matches(pieces: Sequence[_Piece], name: str) -> bool:
    """Say whether a name matches, in time that grows with both and no faster."""
    places = {0}
    for piece in pieces:
        if isinstance(piece, str):
            places = set(range(min(places), len(name) + 1))
            continue
        is_negated, ranges = piece
        places = {
            place + 1
            for place in places
            if place < len(name) and any(low <= name[place] <= high for low, high in ranges) is not is_negated
        }
        if not places:
            return False
    return len(name) in places
