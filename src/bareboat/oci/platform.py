"""The platform that an image runs on.

Spec: OCI image-spec 1.1, image-index.md, "platform"; names are Go's GOOS and GOARCH.
"""

import re

from msgspec import Struct

from bareboat.errors import InputError

__all__ = ["Platform"]


class Platform(Struct, frozen=True, order=True):
    """An operating system and architecture; `str()` gives `linux/arm64/v8`."""

    os: str
    architecture: str
    variant: str = ""

    @classmethod
    def parse(cls, text: str) -> "Platform":
        """Read `os/architecture` or `os/architecture/variant`; InputError for anything else."""
        parts = text.split("/")
        if len(parts) not in {2, 3} or not all(re.fullmatch(r"[a-z0-9_.-]+", part) for part in parts):
            raise InputError(f"not a platform: {text!r}", hint="write it as in linux/amd64")
        return cls(*parts)

    def document(self) -> dict[str, object]:
        """Return the JSON object of an index entry."""
        found: dict[str, object] = {"architecture": self.architecture, "os": self.os}
        if self.variant:
            found["variant"] = self.variant
        return found

    def __str__(self) -> str:
        return "/".join(part for part in (self.os, self.architecture, self.variant) if part)
