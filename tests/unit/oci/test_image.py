"""Encoding: canonical, true to the layers; a pulled image byte for byte, a changed one with all it had."""

import json
from typing import Any

import pytest
from msgspec.structs import replace

import images
from bareboat.errors import InputError
from bareboat.oci import decode, media
from bareboat.oci.blob import Blob, BytesBlob
from bareboat.oci.digest import Digest
from bareboat.oci.image import Encoded, Image, timestamp
from bareboat.oci.platform import Platform
from bareboat.oci.validate import validate

DIGEST = "sha256:3bcb3a19826ca5bf9c7bba83bbae04862e1c3b4c2bb0a4f76f3ac60ec6beb6a6"


def config(encoded: Encoded) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(encoded.config.data)
    return found


def test_appending_leaves_the_first_image_alone() -> None:
    first = images.image(1)
    second = first.append(images.layer(images.tree(7), comment="seven"))
    assert (len(first.layers), len(second.layers)) == (1, 2)
    assert validate(second) == ()


def test_diff_ids_and_history_come_from_the_layers() -> None:
    image = images.image(3)
    found = config(image.encode())
    assert found["rootfs"] == {"type": "layers", "diff_ids": [str(layer.diff_id) for layer in image.layers]}
    assert [entry["comment"] for entry in found["history"]] == ["part 0", "part 1", "part 2"]
    assert found["created"] == "1970-01-02T00:00:00Z"


def test_equal_images_are_equal_bytes_whatever_the_order_of_pairs() -> None:
    image = images.image(1)
    one = replace(image, annotations=(("a", "1"), ("b", "2"))).encode()
    other = replace(image, annotations=(("b", "2"), ("a", "1"))).encode()
    assert one.descriptor == other.descriptor
    assert b": " not in one.manifest.data + one.config.data


def test_every_blob_stands_once_and_before_what_names_it() -> None:
    layer = images.layer(images.tree())
    encoded = replace(images.image(0), layers=(layer, layer)).encode()
    assert [blob.digest for blob in encoded.blobs] == [
        layer.blob.digest,
        encoded.config.digest,
        encoded.manifest.digest,
    ]
    assert encoded.descriptor.platform == images.AMD64


@pytest.mark.parametrize("seconds", [-1, 253402300800, 1 << 62])
def test_a_time_that_is_none_is_refused(seconds: int) -> None:
    with pytest.raises(InputError, match=str(seconds)) as caught:
        timestamp(seconds)
    assert "SOURCE_DATE_EPOCH" in caught.value.hint


def test_times() -> None:
    assert timestamp(0) == "1970-01-01T00:00:00Z"
    assert timestamp(253402300799) == "9999-12-31T23:59:59Z"


def pulled(*, docker: bool = False, **changes: object) -> tuple[Image, bytes, bytes]:
    """Return an image as another builder writes it, read by decode; its manifest and config."""
    layers = [images.layer(images.tree(number)) for number in range(2)]
    written: dict[str, object] = {
        "os": "linux",
        "architecture": "amd64",
        "author": "somebody",
        "created": "2026-01-02T03:04:05.678901Z",
        "config": {
            "Env": ["PATH=/bin", "ODD=a=b"],
            "OnBuild": ["RUN x"],
            "Cmd": ["sh"],
            "Labels": None,
            "Healthcheck": {"Test": ["CMD", "x"], "StartInterval": 5_000_000},
        },
        "rootfs": {"type": "layers", "diff_ids": [str(layer.diff_id) for layer in layers]},
        "history": [
            {"created_by": "ADD one"},
            {"created_by": "ENV x", "empty_layer": True},
            {"created_by": "RUN two", "comment": "buildkit"},
            {"created_by": "CMD sh", "empty_layer": True},
        ],
    }
    written |= changes
    held = BytesBlob(json.dumps(written, indent=3).encode())
    types = (
        (media.DOCKER_MANIFEST, media.DOCKER_CONFIG, media.DOCKER_LAYER_GZIP)
        if docker
        else (media.MANIFEST, media.CONFIG, media.LAYER_GZIP)
    )
    listed = {
        "schemaVersion": 2,
        "mediaType": types[0],
        "config": {"mediaType": types[1], "digest": str(held.digest), "size": held.size},
        "layers": [
            {**layer.descriptor.document(), "mediaType": types[2], "urls": ["x"], "annotations": {"a": "b"}}
            for layer in layers
        ],
    }
    manifest = json.dumps(listed, indent=2).encode()
    blobs: dict[Digest, Blob] = {held.digest: held, **{layer.blob.digest: layer.blob for layer in layers}}
    return decode.image(manifest, lambda descriptor: blobs[descriptor.digest]), manifest, held.data


@pytest.mark.parametrize("docker", [False, True])
def test_a_pulled_image_goes_out_byte_for_byte(docker: bool) -> None:  # noqa: FBT001 - a parameter of the test
    image, manifest, held = pulled(docker=docker)
    encoded = image.encode()
    assert (encoded.manifest.data, encoded.config.data) == (manifest, held)
    assert encoded.descriptor.media_type == (media.DOCKER_MANIFEST if docker else media.MANIFEST)
    assert validate(image) == ()


@pytest.mark.parametrize("docker", [False, True])
def test_a_changed_image_keeps_what_we_do_not_know(docker: bool) -> None:  # noqa: FBT001 - as above
    image, _, held = pulled(docker=docker)
    before = json.loads(held)
    changed = replace(image, config=replace(image.config, user="65532:65532", cmd=())).append(
        images.layer(images.tree(5), comment="ours")
    )
    encoded = changed.encode()
    assert validate(encoded) == ()
    after = config(encoded)
    assert after["author"] == "somebody"
    assert after["created"] == before["created"]
    assert after["config"] == {
        **{key: value for key, value in before["config"].items() if key != "Cmd"},
        "User": "65532:65532",
    }
    assert after["history"][:4] == before["history"]
    assert after["history"][4]["comment"] == "ours"
    listed = json.loads(encoded.manifest.data)
    assert listed["config"]["mediaType"] == media.CONFIG
    assert {entry["mediaType"] for entry in listed["layers"]} == {media.LAYER_GZIP}
    assert [entry.get("urls") for entry in listed["layers"]] == [["x"], ["x"], None]


def test_a_changed_platform_time_and_annotation_are_written() -> None:
    image, *_ = pulled()
    changed = replace(image, platform=Platform("linux", "arm64", "v8"), created=7, annotations=(("k", "v"),))
    found = config(changed.encode())
    assert (found["architecture"], found["variant"], found["created"]) == (
        "arm64",
        "v8",
        "1970-01-01T00:00:07Z",
    )
    assert json.loads(changed.encode().manifest.data)["annotations"] == {"k": "v"}
    assert validate(changed) == ()


def test_other_layers_get_their_own_history() -> None:
    image, *_ = pulled()
    lowest = replace(image, layers=image.layers[:1])
    assert [entry["created_by"] for entry in config(lowest.encode())["history"]] == ["ADD one", "ENV x"]
    new = replace(image, layers=(images.layer(images.tree(8)),))
    assert [entry["created_by"] for entry in config(new.encode())["history"]] == ["bareboat"]
    for changed in (lowest, new):
        assert validate(changed) == ()


@pytest.mark.parametrize("history", [None, [], [{"created_by": "all in one"}]])
def test_a_missing_history_is_written_for_every_layer(history: object) -> None:
    image, *_ = pulled(history=history)
    assert validate(image.append(images.layer(images.tree(3)))) == (())
