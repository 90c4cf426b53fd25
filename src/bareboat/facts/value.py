"""What an expression may be: a few constants, and whether they are all that it can be."""

from collections.abc import Iterable
from itertools import islice

from msgspec import Struct

__all__ = ["MOST", "UNKNOWN", "Constant", "Value", "of", "union"]

Constant = str | bool | int | None
MOST = 256
"""So many constants are kept."""


class Value(Struct, frozen=True):
    """Constants in the order in which they stand, each once; `head` are those of the first element."""

    items: tuple[Constant, ...] = ()
    whole: bool = False
    head: tuple[Constant, ...] = ()

    @property
    def texts(self) -> tuple[str, ...]:
        """The constants that are text."""
        return tuple(each for each in self.items if isinstance(each, str))


UNKNOWN = Value()


def of(items: Iterable[Constant], *, whole: bool = True) -> Value:
    """Return the value that is one of `items`."""
    kept = tuple(islice(dict.fromkeys(items), MOST))
    return Value(kept, whole, kept)


def union(values: Iterable[Value], *, is_sequence: bool = False) -> Value:
    """Return what one of `values` may be; of a sequence all of them, the first at its head."""
    held = list(values)
    items = tuple(islice(dict.fromkeys(item for each in held for item in each.items), MOST))
    if is_sequence:
        head = held[0].head if held else ()
    else:
        head = tuple(dict.fromkeys(item for each in held for item in each.head))
    return Value(items, all(each.whole for each in held) and bool(held), head)
