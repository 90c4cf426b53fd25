"""A digest: the name of bytes by their hash.

Spec: OCI image-spec 1.1, descriptor.md, "Digests". sha256 is the only algorithm accepted.
"""

import hashlib
import re
from collections.abc import Iterable

from msgspec import Struct

from bareboat.errors import InputError

__all__ = ["Digest"]


class Digest(Struct, frozen=True, order=True):
    """A sha256 digest; `str()` gives `sha256:<hex>`."""

    hex: str

    def __post_init__(self) -> None:
        if re.fullmatch(r"[0-9a-f]{64}", self.hex) is None:
            raise InputError(f"not a sha256 digest: {self.hex!r}")

    @classmethod
    def parse(cls, text: str) -> "Digest":
        """Read `sha256:<64 hex digits>`; InputError for any other algorithm or form."""
        algorithm, _, value = text.partition(":")
        if algorithm != "sha256":
            raise InputError(f"digest algorithm {algorithm!r} is not supported, only sha256 is")
        return cls(value)

    @classmethod
    def of(cls, data: bytes | Iterable[bytes]) -> "Digest":
        """Return the digest of `data`, whole or in chunks."""
        hashed = hashlib.sha256()
        for chunk in [data] if isinstance(data, bytes) else data:
            hashed.update(chunk)
        return cls(hashed.hexdigest())

    def __str__(self) -> str:
        return f"sha256:{self.hex}"
