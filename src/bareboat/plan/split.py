"""Packages into layers, by weight, so that a change of one package changes one layer.

A package of at least LARGE bytes has a layer of its own, in several parts if it is larger than
HUGE. The others fall into buckets by a hash of their name; the number of buckets is a power of two
that follows from the bytes to hold, so that growth divides buckets instead of shuffling them.
"""

import hashlib
from collections.abc import Mapping

from msgspec import Struct

__all__ = ["HUGE", "LARGE", "Group", "split"]

LARGE = 1 << 20
HUGE = 400 << 20
_BUCKET = 1 << 20
_FEWEST = 8


class Group(Struct, frozen=True):
    """One layer to be: the names in it, or part `part` of `parts` of a single huge package."""

    name: str
    members: tuple[str, ...]
    weight: int
    part: int = 1
    parts: int = 1


def split(weights: Mapping[str, int], *, budget: int) -> tuple[Group, ...]:
    """Return the groups for packages of these weights (bytes), at most `budget` of them.

    Large packages come first, by name; then the buckets, by number. The result depends on names
    and weights alone, never on the order of `weights`. A budget too small for a huge package's
    parts is overrun rather than making a layer that registries refuse.
    """
    small = {name: weight for name, weight in weights.items() if weight < LARGE}
    large = sorted(set(weights) - set(small), key=lambda name: (-weights[name], name))
    room = max(budget - (_FEWEST if small else 0), 1)
    while large and sum(_parts(weights[name]) for name in large) > room and weights[large[-1]] <= HUGE:
        name = large.pop()
        small[name] = weights[name]
        room = max(budget - _FEWEST, 1)
    alone = sum(_parts(weights[name]) for name in large)
    groups = [
        Group(name, (name,), weights[name], part, parts)
        for name in sorted(large)
        for parts in [_parts(weights[name])]
        for part in range(1, parts + 1)
    ]
    return (*groups, *_buckets(small, most=max(budget - alone, 1)))


def _parts(weight: int) -> int:
    return -(-weight // HUGE) if weight > HUGE else 1


def _buckets(small: Mapping[str, int], *, most: int) -> list[Group]:
    count = 1
    wanted = max(_FEWEST, -(-sum(small.values()) // _BUCKET))
    while count < wanted and count * 2 <= most:
        count *= 2
    held: dict[int, list[str]] = {}
    for name in sorted(small):
        number = int.from_bytes(hashlib.sha256(name.encode()).digest()[:4], "big") * count >> 32
        held.setdefault(number, []).append(name)
    return [
        Group(f"small packages {number + 1}/{count}", tuple(names), sum(small[name] for name in names))
        for number, names in sorted(held.items())
    ]
