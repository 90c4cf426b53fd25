"""Python text to a syntax tree, even where a part of it is newer than the running interpreter.

What cannot be read is left out, one top-level statement at a time: a function in the syntax of
a later Python does not hide the application beside it.
"""

import ast
import io
import re
import tokenize
import warnings

__all__ = ["parse"]

ROUNDS = 40


def parse(source: bytes) -> tuple[ast.Module, tuple[tuple[int, str], ...]]:
    """Return the tree, and (line, reason) of each top-level statement that was left out.

    Line numbers are the file's own. Raises SyntaxError or ValueError where nothing can be read.
    """
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            return ast.parse(source), ()
        except SyntaxError as error:
            encoding, _ = tokenize.detect_encoding(io.BytesIO(source).readline)
            return _without(source.decode(encoding, "replace"), error)


def _without(text: str, error: SyntaxError) -> tuple[ast.Module, tuple[tuple[int, str], ...]]:
    lines = text.splitlines()
    left: list[tuple[int, str]] = []
    for _ in range(ROUNDS):
        span = _statement(lines, error.lineno or 0)
        if span is None:
            raise error
        left.append((error.lineno or 1, " ".join((error.msg or "invalid syntax").split()).lower()))
        lines[span[0] : span[1]] = [""] * (span[1] - span[0])
        try:
            return ast.parse("\n".join(lines)), tuple(left)
        except SyntaxError as further:
            error = further
    raise error


def _statement(lines: list[str], number: int) -> tuple[int, int] | None:
    """Return the lines (from, to) of the top-level statement around a line, None for a blank one."""
    if not 0 < number <= len(lines) or not any(line.strip() for line in lines):
        return None
    begins = [
        index for index, line in enumerate(lines) if re.match(r"[^\s#)\]}]", line) and not _goes_on(line)
    ]
    first = max((index for index in begins if index < number), default=0)
    last = min((index for index in begins if index >= number), default=len(lines))
    while first > 0 and lines[first - 1].startswith("@"):
        first -= 1
    return (first, last) if any(line.strip() for line in lines[first:last]) else None


def _goes_on(line: str) -> bool:
    """Return whether a line belongs to the statement before it."""
    return re.match(r"(?:else|elif|except|finally)\b", line) is not None
