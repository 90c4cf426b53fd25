"""How bareboat writes numbers and tables for people. Nothing here prints."""

from collections.abc import Sequence

__all__ = ["count", "seconds", "size", "table"]


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


def table(rows: Sequence[Sequence[str]], *, right: Sequence[int] = ()) -> str:
    """Return rows as aligned columns; the columns in `right` are flushed right."""
    if not rows:
        return ""
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    lines = [
        "  ".join(
            cell.rjust(width) if column in right else cell.ljust(width)
            for column, (cell, width) in enumerate(zip(row, widths, strict=True))
        ).rstrip()
        for row in rows
    ]
    return "\n".join(lines)
