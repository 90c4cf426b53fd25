"""How bareboat writes numbers, names and tables for people. Nothing here prints."""

import re
from collections.abc import Sequence

__all__ = ["count", "plain", "seconds", "size", "table"]

_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f]")


def size(amount: float) -> str:
    """Return bytes in units of 1000, as in `37.1 MB`."""
    for unit in ("B", "kB", "MB", "GB"):
        if abs(amount) < 1000 or unit == "GB":
            break
        amount /= 1000
    return f"{amount:.0f} {unit}" if unit == "B" else f"{amount:.1f} {unit}"


def seconds(amount: float) -> str:
    """Return a duration, as in `4.2 s` or `2 min 5 s`."""
    if amount < 60:
        return f"{amount:.1f} s"
    return f"{int(amount) // 60} min {int(amount) % 60} s"


def count(amount: int, noun: str) -> str:
    """Return a number with its noun, as in `1 file` or `3 files`."""
    return f"{amount} {noun}" if amount == 1 else f"{amount} {noun}s"


def plain(text: str) -> str:
    """Return `text` from outside without line breaks and all else that a terminal would obey."""
    return _CONTROL.sub("\N{REPLACEMENT CHARACTER}", text)


def table(rows: Sequence[Sequence[str]], *, right: Sequence[int] = ()) -> str:
    """Return rows as aligned columns, harmless; the columns in `right` are flushed right."""
    if not rows:
        return ""
    rows = [[plain(cell) for cell in row] for row in rows]
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    lines = [
        "  ".join(
            cell.rjust(width) if column in right else cell.ljust(width)
            for column, (cell, width) in enumerate(zip(row, widths, strict=True))
        ).rstrip()
        for row in rows
    ]
    return "\n".join(lines)
