import json

import images
from bareboat.oci import media
from bareboat.oci.index import Index


def test_an_index_is_canonical_and_names_itself() -> None:
    encoded = images.image().encode()
    index = Index((encoded.descriptor,), (("k", "v"),))
    written = index.encode()
    assert json.loads(written.data) == {
        "schemaVersion": 2,
        "mediaType": media.INDEX,
        "manifests": [encoded.descriptor.document()],
        "annotations": {"k": "v"},
    }
    assert index.descriptor.digest == written.digest
    assert index.descriptor.size == written.size
