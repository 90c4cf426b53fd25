"""Amounts of disk or memory: what there is, what is wanted at least."""

from __future__ import annotations

from typing import NamedTuple

__all__ = ["Least", "Room", "refuse", "size", "wanted"]


class Least(NamedTuple):
    """What must be there: bytes, a part of the whole, or both."""

    bytes: int | None
    ratio: float | None


class Room(NamedTuple):
    """Bytes that are there to be used, of how many."""

    kind: str
    available: int
    total: int

    def __str__(self) -> str:
        return f"{size(self.available)} of {size(self.total)} {self.kind}"


def wanted(name: str, min_bytes: int | None, min_ratio: float | None) -> Least:
    """Return the wish; ValueError where it is none, or one that cannot be met."""
    if min_bytes is None and min_ratio is None:
        raise ValueError(f"{name}: say how much must be there, with min_bytes or min_ratio")
    if min_bytes is not None and min_bytes < 0:
        raise ValueError(f"{name}: min_bytes is {min_bytes}")
    if min_ratio is not None and not 0 <= min_ratio <= 1:
        raise ValueError(f"{name}: min_ratio is a part between 0 and 1, seen {min_ratio}")
    return Least(min_bytes, min_ratio)


def refuse(room: Room, least: Least) -> str | None:
    """Return what is wrong, None when enough is there."""
    if least.bytes is not None and room.available < least.bytes:
        return f"{room}, {size(least.bytes)} wanted"
    if least.ratio is not None and room.available < least.ratio * room.total:
        return f"{room}, {least.ratio:.1%} wanted"
    return None


def size(count: int) -> str:
    """Return bytes in words: 12.3 MB."""
    amount = float(count)
    for unit in ("B", "kB", "MB", "GB"):
        if amount < 1000:
            return f"{amount:.0f} {unit}" if unit == "B" else f"{amount:.1f} {unit}"
        amount /= 1000
    return f"{amount:.1f} TB"
