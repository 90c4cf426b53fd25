"""An index: manifests of several platforms, or the entry file of a layout.

Spec: OCI image-spec 1.1, image-index.md.
"""

from msgspec import Struct

from bareboat.errors import InputError
from bareboat.oci import document, media
from bareboat.oci.blob import BytesBlob
from bareboat.oci.descriptor import Descriptor, Pairs
from bareboat.oci.image import Encoded

__all__ = ["Index"]


class Index(Struct, frozen=True):
    """Manifests in the order in which a reader should try them."""

    manifests: tuple[Descriptor, ...]
    annotations: Pairs = ()

    @classmethod
    def of(cls, *images: Encoded) -> "Index":
        """Return the index of images of different platforms; InputError where two agree."""
        platforms = [image.descriptor.platform for image in images]
        for platform in platforms:
            if platforms.count(platform) > 1:
                raise InputError(f"two images for the platform {platform}")
        return cls(tuple(image.descriptor for image in images))

    def encode(self) -> BytesBlob:
        """Return the canonical bytes of the index."""
        written: dict[str, object] = {
            "schemaVersion": 2,
            "mediaType": media.INDEX,
            "manifests": [descriptor.document() for descriptor in self.manifests],
        }
        if self.annotations:
            written["annotations"] = dict(self.annotations)
        return BytesBlob(document.render(written))

    @property
    def descriptor(self) -> Descriptor:
        """What names the index."""
        encoded = self.encode()
        return Descriptor(media.INDEX, encoded.digest, encoded.size)
