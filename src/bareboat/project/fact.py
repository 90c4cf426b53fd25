"""A value with the place it was found at."""

from dataclasses import dataclass
from typing import Generic, TypeVar

__all__ = ["Fact"]

T_co = TypeVar("T_co", covariant=True)


@dataclass(frozen=True, slots=True)
class Fact(Generic[T_co]):
    """A value and the place it comes from, as in `pyproject.toml:4`."""

    value: T_co
    where: str
