from bareboat.oci.descriptor import Descriptor
from bareboat.oci.digest import Digest
from bareboat.oci.platform import Platform

DIGEST = Digest("a" * 64)


def test_document_holds_what_is_set() -> None:
    assert Descriptor("t", DIGEST, 3).document() == {
        "mediaType": "t",
        "digest": f"sha256:{'a' * 64}",
        "size": 3,
    }
    full = Descriptor("t", DIGEST, 3, (("k", "v"),), Platform("linux", "amd64")).document()
    assert full["annotations"] == {"k": "v"}
    assert full["platform"] == {"architecture": "amd64", "os": "linux"}
