import images
from bareboat.oci import media


def test_the_descriptor_names_the_compressed_bytes() -> None:
    layer = images.layer(images.tree())
    found = layer.descriptor
    assert (found.media_type, found.digest, found.size) == (
        media.LAYER_GZIP,
        layer.blob.digest,
        layer.blob.size,
    )
    assert layer.diff_id != found.digest
    assert layer.uncompressed > layer.blob.size
