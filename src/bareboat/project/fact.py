"""A value with the place it was found at."""

from typing import Generic, TypeVar

from msgspec import Struct

__all__ = ["Fact"]

T_co = TypeVar("T_co", covariant=True)


class Fact(Struct, Generic[T_co], frozen=True):
    """A value and the place it comes from, as in `pyproject.toml:4`."""

    value: T_co
    where: str
