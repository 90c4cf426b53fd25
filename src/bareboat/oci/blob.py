"""Bytes with a digest, wherever they lie: in memory, in a store, in a registry.

A Blob is Content (`size`, `chunks`) that knows its name.
"""

from collections.abc import Iterator
from typing import Protocol

from msgspec import Struct

from bareboat.oci.digest import Digest

__all__ = ["Blob", "BytesBlob"]


class Blob(Protocol):
    """Bytes that can be read any number of times, named by their digest."""

    @property
    def digest(self) -> Digest:
        """The digest of the bytes as `chunks` yields them."""

    @property
    def size(self) -> int:
        """How many bytes `chunks` yields in all."""

    def chunks(self) -> Iterator[bytes]:
        """Yield the bytes in order, at most 1 MiB at a time."""


class BytesBlob(Struct, frozen=True):
    """A small blob held in memory: a config or a manifest."""

    data: bytes

    @property
    def digest(self) -> Digest:
        """The digest of the bytes."""
        return Digest.of(self.data)

    @property
    def size(self) -> int:
        """How many bytes there are."""
        return len(self.data)

    def chunks(self) -> Iterator[bytes]:
        """Yield the bytes in order."""
        yield self.data
