from bareboat.oci.blob import BytesBlob
from bareboat.oci.digest import Digest


def test_a_blob_in_memory() -> None:
    blob = BytesBlob(b"abc")
    assert (blob.size, blob.digest, list(blob.chunks())) == (3, Digest.of(b"abc"), [b"abc"])
