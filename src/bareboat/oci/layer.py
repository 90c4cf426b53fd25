"""A layer: a compressed tar with the digests of both forms.

Spec: OCI image-spec 1.1, layer.md; config.md, "Layer DiffID".
"""

from msgspec import Struct

from bareboat.oci.blob import Blob
from bareboat.oci.descriptor import Descriptor, Pairs
from bareboat.oci.digest import Digest

__all__ = ["Layer"]


class Layer(Struct, frozen=True):
    """One layer. `blob` is what is stored and sent; `diff_id` names the tar inside it.

    `uncompressed` is the size of that tar, 0 where it is unknown (a pulled layer). `comment`
    goes into the image's history, `annotations` into the manifest's descriptor.
    """

    blob: Blob
    media_type: str
    diff_id: Digest
    uncompressed: int
    comment: str = ""
    annotations: Pairs = ()

    @property
    def descriptor(self) -> Descriptor:
        """What a manifest says of the layer."""
        return Descriptor(self.media_type, self.blob.digest, self.blob.size, self.annotations)
