"""An image unpacked into a folder, layer by layer, as an engine would."""

from pathlib import Path

from bareboat.build.root import place
from bareboat.oci import media
from bareboat.oci.image import Encoded
from bareboat.tree.compress import Compression, decompress
from bareboat.tree.untar import read

__all__ = ["unpack_image"]


def unpack_image(encoded: Encoded, folder: Path) -> None:
    """Write the files of an image that bareboat made below `folder`, which exists.

    Every blob is checked while it is read. Owners are not set.
    """
    for layer in encoded.layers:
        how = Compression.ZSTD if layer.media_type == media.LAYER_ZSTD else Compression.GZIP
        where = str(layer.blob.digest)
        for entry in read(decompress(layer.blob.chunks(), how, where=where), limit=1 << 40, where=where):
            place(entry, folder)
