"""Foreign documents: read into values, or refused by name."""

import json
from collections.abc import Callable
from typing import Any

import pytest

import images
from bareboat.errors import InputError
from bareboat.oci import decode, media
from bareboat.oci.blob import Blob
from bareboat.oci.digest import Digest
from bareboat.oci.index import Index
from images import Draft

Change = Callable[[dict[str, Any]], object]


def read(draft: Draft) -> Any:
    descriptor, held = draft.build()
    blob = held[descriptor.digest]
    return decode.image(b"".join(blob.chunks()), lambda wanted: held[wanted.digest])


def test_what_was_encoded_comes_back() -> None:
    image = images.image(3)
    encoded = image.encode()
    held: dict[Digest, Blob] = {blob.digest: blob for blob in encoded.blobs}
    found = decode.image(encoded.manifest.data, lambda descriptor: held[descriptor.digest])
    assert (found.platform, found.config, found.created) == (image.platform, image.config, image.created)
    assert found.annotations == image.annotations
    assert [layer.diff_id for layer in found.layers] == [layer.diff_id for layer in image.layers]
    assert [layer.comment for layer in found.layers] == ["part 0", "part 1", "part 2"]
    assert found.encode().descriptor == encoded.descriptor


def test_an_index_comes_back() -> None:
    index = Index((images.image().encode().descriptor,), (("k", "v"),))
    assert decode.index(index.encode().data) == index


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        (lambda listed: listed.update(schemaVersion=1), "schemaVersion is 1"),
        (lambda listed: listed.update(schemaVersion=7), "schemaVersion is 7"),
        (lambda listed: listed.pop("config"), "config"),
        (lambda listed: listed.update(layers=None), "layers"),
        (lambda listed: listed["layers"][0].update(size="big"), r"layers\[0\]"),
        (lambda listed: listed["layers"][0].update(size=-5), "size -5"),
        (lambda listed: listed["layers"][0].update(digest="sha512:00"), "sha512"),
        (lambda listed: listed["layers"][0].update(mediaType="application/zip"), "application/zip"),
        (lambda listed: listed["layers"].pop(), "2 diff_ids for 1 layers"),
        (lambda listed: listed["config"].update(mediaType="application/json"), "no image config"),
        (lambda listed: listed["config"].update(size=1 << 40), "no image config"),
        (lambda listed: listed.update(mediaType=media.INDEX), "no manifest"),
        (lambda listed: listed.update(mediaType=7), "no manifest"),
    ],
)
def test_a_broken_manifest_is_refused(change: Change, reason: str) -> None:
    with pytest.raises(InputError, match=reason) as caught:
        read(Draft(manifest=change))
    assert caught.value.where == "manifest"


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        (lambda written: written.pop("os"), "os"),
        (lambda written: written.update(rootfs={}), "diff_ids"),
        (lambda written: written["rootfs"].update(diff_ids=["x", "y"]), "digest"),
        (lambda written: written.update(created="never"), "never"),
        (lambda written: written["config"].update(Env="PATH"), "env|Env"),
        (lambda written: written.update(history=[1, 2]), "history"),
    ],
)
def test_a_broken_config_is_refused(change: Change, reason: str) -> None:
    with pytest.raises(InputError, match=reason):
        read(Draft(config=change))


def test_a_config_with_other_bytes_is_refused() -> None:
    def spoil(held: dict[Digest, Blob]) -> None:
        digest = list(held)[-2]
        held[digest] = images.Misnamed(digest, b"{}")

    with pytest.raises(InputError, match="config is not sha256:"):
        read(Draft(blobs=spoil))


@pytest.mark.parametrize("created", [None, "2026-01-02T03:04:05"])
def test_a_time_without_zone_or_none_is_zero(created: str | None) -> None:
    assert read(Draft(config=lambda written: written.update(created=created))).created == 0


def test_a_config_without_fields_is_an_empty_one() -> None:
    found = read(Draft(config=lambda written: written.pop("config")))
    assert found.config.document() == {}
    assert found.config.healthcheck is None


def test_an_index_of_something_else_is_refused() -> None:
    for data in (b"{}", b"[]", json.dumps({"schemaVersion": 2, "manifests": [{}]}).encode()):
        with pytest.raises(InputError, match="index"):
            decode.index(data)


def test_a_platform_of_an_index_entry_is_read() -> None:
    written = {
        "schemaVersion": 2,
        "manifests": [
            {
                "mediaType": media.MANIFEST,
                "digest": f"sha256:{'0' * 64}",
                "size": 1,
                "platform": {"os": "linux", "architecture": "arm", "variant": "v7", "os.version": "x"},
            }
        ],
    }
    (found,) = decode.index(json.dumps(written).encode()).manifests
    assert str(found.platform) == "linux/arm/v7"
