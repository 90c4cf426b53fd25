"""The bytes of a file to be, read only when they are needed."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Protocol

__all__ = ["CHUNK", "Bytes", "Content"]

CHUNK = 1 << 20


class Content(Protocol):
    """Bytes that can be read any number of times, each time from the start."""

    @property
    def size(self) -> int:
        """How many bytes `chunks` yields in all."""

    def chunks(self) -> Iterator[bytes]:
        """Yield the bytes in order, at most CHUNK at a time."""


@dataclass(frozen=True, slots=True)
class Bytes:
    """Content held in memory: for small files that bareboat itself writes."""

    data: bytes

    @property
    def size(self) -> int:
        """How many bytes there are."""
        return len(self.data)

    def chunks(self) -> Iterator[bytes]:
        """Yield the bytes in order."""
        for start in range(0, len(self.data), CHUNK):
            yield self.data[start : start + CHUNK]
