"""A descriptor: the type, name and size of bytes that lie elsewhere.

Spec: OCI image-spec 1.1, descriptor.md.
"""

from msgspec import Struct

from bareboat.oci.digest import Digest
from bareboat.oci.platform import Platform

__all__ = ["Descriptor", "Pairs"]

Pairs = tuple[tuple[str, str], ...]


class Descriptor(Struct, frozen=True):
    """What a manifest or index says of one blob. `annotations` are pairs of key and value."""

    media_type: str
    digest: Digest
    size: int
    annotations: Pairs = ()
    platform: Platform | None = None

    def document(self) -> dict[str, object]:
        """Return the JSON object of the descriptor."""
        found: dict[str, object] = {
            "mediaType": self.media_type,
            "digest": str(self.digest),
            "size": self.size,
        }
        if self.annotations:
            found["annotations"] = dict(self.annotations)
        if self.platform is not None:
            found["platform"] = self.platform.document()
        return found
