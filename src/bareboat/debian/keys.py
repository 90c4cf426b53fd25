"""The public keys that a Debian archive must be signed by.

The files in `keyrings/` are those of the package debian-archive-keyring, byte for byte. A
signature counts only if it was made by a certificate whose primary fingerprint is listed here.
"""

from functools import lru_cache
from pathlib import Path

from msgspec import Struct

__all__ = ["PINNED", "Keyring", "shipped"]

PINNED = {
    "b8b80b5b623eab6ad8775c45b7c5d7d6350947f8": "bookworm-automatic",
    "05ab90340c0c5e797f44a8c8254cf3b5aec0a8f0": "bookworm-security-automatic",
    "4d64fec119c2029067d6e791f8d2585b8783d481": "bookworm-stable",
    "04b54c3cdca79751b16bc6b5225629df75b188bd": "trixie-automatic",
    "5e04a1e3223a19a20706e20f9904613d4cce68c6": "trixie-security-automatic",
    "41587f7db8c774bccf131416762f67a0b2c39de4": "trixie-stable",
}


class Keyring(Struct, frozen=True):
    """Certificates, and the primary fingerprints among them that are believed."""

    certificates: tuple[bytes, ...]
    pinned: frozenset[str]


@lru_cache(maxsize=1)
def shipped() -> Keyring:
    """Return the keys of Debian's archives that bareboat comes with."""
    folder = Path(__file__).parent / "keyrings"
    names = sorted(PINNED.values())
    certificates = tuple((folder / f"debian-archive-{name}.asc").read_bytes() for name in names)
    return Keyring(certificates, frozenset(PINNED))
