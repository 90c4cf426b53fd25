"""Planted faults: each is found, by its code, and nothing else is said of it."""

import gzip
import json
from collections.abc import Callable
from typing import Any

import pytest
from msgspec.structs import replace

import images
from bareboat.errors import InputError, IntegrityError
from bareboat.finding import Severity
from bareboat.oci import media
from bareboat.oci.blob import Blob, BytesBlob
from bareboat.oci.descriptor import Descriptor
from bareboat.oci.digest import Digest
from bareboat.oci.index import Index
from bareboat.oci.platform import Platform
from bareboat.oci.validate import validate, validate_blobs
from bareboat.tree.compress import Compression
from images import AMD64, Draft, Misnamed

OTHER = Digest("0" * 64)


def codes(draft: Draft) -> set[str]:
    return {finding.code for finding in draft.findings()}


@pytest.mark.parametrize("how", list(Compression))
def test_a_sound_image_has_no_findings(how: Compression) -> None:
    image = images.image(3, how=how)
    assert validate(image) == ()
    assert validate(image.encode()) == ()
    assert validate(image, layers=False) == ()


def test_a_sound_draft_has_no_findings() -> None:
    assert Draft().findings() == ()


def test_an_image_without_layers_is_sound() -> None:
    assert validate(replace(images.image(0))) == ()


def manifest(change: Callable[[dict[str, Any]], object]) -> Draft:
    return Draft(manifest=change)


def layer_set(key: str, value: object) -> Callable[[dict[str, Any]], object]:
    return lambda listed: listed["layers"][1].update({key: value})


def swap(which: str, data: bytes) -> Callable[[dict[Digest, Blob]], object]:
    """Put other bytes under the name of the first layer or of the config."""

    def change(held: dict[Digest, Blob]) -> None:
        names = list(held)
        digest = names[0] if which == "layer" else names[-2]
        held[digest] = Misnamed(digest, data)

    return change


def remove(position: int) -> Callable[[dict[Digest, Blob]], object]:
    return lambda held: held.pop(list(held)[position])


MANIFESTS: list[tuple[str, Draft]] = [
    ("OCI101", Draft(blobs=remove(0))),
    ("OCI101", Draft(blobs=remove(-2))),
    ("OCI101", Draft(blobs=remove(-1))),
    ("OCI102", manifest(layer_set("size", 5))),
    ("OCI102", manifest(lambda listed: listed["config"].update(size=5))),
    ("OCI103", Draft(blobs=swap("layer", gzip.compress(b"x")))),
    ("OCI103", Draft(blobs=swap("config", b"{}"))),
    ("OCI110", Draft(config_bytes=lambda data: data[:-1])),
    ("OCI110", Draft(config_bytes=lambda data: b"[" + data + b"]")),
    ("OCI110", Draft(config_bytes=lambda data: b"\xff" + data)),
    ("OCI110", Draft(config_bytes=lambda _: b'{"a":' * 100_000)),
    ("OCI110", Draft(config_bytes=lambda data: data.replace(b'"linux"', b"NaN"))),
    ("OCI110", Draft(config_bytes=lambda data: data + b" " * (9 << 20))),
    ("OCI111", Draft(config_bytes=lambda data: b'{"os":"windows",' + data[1:])),
    ("OCI201", manifest(lambda listed: listed.update(schemaVersion=1))),
    ("OCI201", manifest(lambda listed: listed.update(schemaVersion=True))),
    ("OCI201", manifest(lambda listed: listed.pop("schemaVersion"))),
    ("OCI202", manifest(lambda listed: listed.update(mediaType=media.INDEX))),
    ("OCI203", manifest(lambda listed: listed.update(layers={}))),
    ("OCI203", manifest(lambda listed: listed["layers"].__setitem__(1, "text"))),
    ("OCI203", manifest(layer_set("digest", "md5:00"))),
    ("OCI203", manifest(layer_set("digest", None))),
    ("OCI203", manifest(layer_set("size", -1))),
    ("OCI203", manifest(layer_set("size", "12"))),
    ("OCI203", manifest(layer_set("mediaType", 7))),
    ("OCI203", manifest(layer_set("platform", {"os": "linux"}))),
    ("OCI203", manifest(layer_set("platform", {"os": "linux", "architecture": 7}))),
    ("OCI203", manifest(layer_set("platform", "linux"))),
    ("OCI203", manifest(lambda listed: listed.pop("config"))),
    ("OCI204", manifest(layer_set("mediaType", "application/zip"))),
    ("OCI204", manifest(lambda listed: listed["config"].update(mediaType="application/json"))),
    ("OCI206", manifest(lambda listed: listed.update(annotations={"a": 1}))),
    ("OCI206", manifest(layer_set("annotations", ["a"]))),
    ("OCI207", manifest(lambda listed: listed["config"].update(mediaType=media.DOCKER_CONFIG))),
    ("OCI208", manifest(lambda listed: listed.update(manifests=[]))),
    ("OCI303", manifest(lambda listed: listed["layers"].pop())),
    ("OCI401", manifest(lambda listed: listed["layers"].reverse())),
    ("OCI402", manifest(layer_set("mediaType", media.LAYER))),
    ("OCI402", manifest(layer_set("mediaType", media.LAYER_ZSTD))),
    ("OCI503", Draft(platform=Platform("linux", "arm64"))),
    ("OCI503", Draft(platform=Platform("linux", "amd64", "v3"))),
]


@pytest.mark.parametrize(("code", "draft"), MANIFESTS)
def test_a_fault_of_the_manifest_is_found(code: str, draft: Draft) -> None:
    found = codes(draft)
    assert code in found
    also = {"OCI303": {"OCI304"}, "OCI103": {"OCI102"}}  # one fault that is seen twice
    assert found <= {code} | also.get(code, set())


def test_a_changed_layer_disagrees_with_its_diff_id() -> None:
    draft = Draft(config=lambda written: written["rootfs"]["diff_ids"].__setitem__(0, str(OTHER)))
    (finding,) = draft.findings()
    assert finding.code == "OCI401"
    assert "layers[0]" in finding.where
    assert str(OTHER) in finding.message


def test_what_cannot_be_read_is_a_finding() -> None:
    class Broken(Misnamed):
        def chunks(self) -> Any:
            raise IntegrityError("the disk says no")

    def change(held: dict[Digest, Blob]) -> None:
        digest = next(iter(held))
        held[digest] = Broken(digest, b"")

    (finding,) = Draft(blobs=change).findings()
    assert (finding.code, finding.message) == ("OCI103", "the disk says no")


def test_without_layers_only_sizes_of_layers_are_compared() -> None:
    descriptor, held = Draft(manifest=layer_set("size", 5)).build()
    assert [finding.code for finding in validate_blobs(descriptor, held.get, layers=False)] == ["OCI102"]
    descriptor, held = Draft(blobs=swap("layer", b"")).build()
    assert [finding.code for finding in validate_blobs(descriptor, held.get, layers=False)] == ["OCI102"]


def index(change: Callable[[dict[str, Any]], object], *, media_type: str = media.INDEX) -> set[str]:
    """Return the codes for an index over one sound image, after a change to it."""
    descriptor, held = Draft().build()
    written = json.loads(Index((descriptor,)).encode().data)
    change(written)
    blob = BytesBlob(json.dumps(written).encode())
    held[blob.digest] = blob
    root = Descriptor(media_type, blob.digest, blob.size)
    return {finding.code for finding in validate_blobs(root, held.get)}


def entry(**fields: object) -> Callable[[dict[str, Any]], object]:
    return lambda written: written["manifests"][0].update(fields)


def test_a_sound_index_has_no_findings() -> None:
    assert index(lambda _: None) == set()


@pytest.mark.parametrize(
    ("code", "change"),
    [
        ("OCI501", lambda written: written.update(schemaVersion=3)),
        ("OCI202", lambda written: written.update(mediaType=media.MANIFEST)),
        ("OCI503", entry(platform={"os": "linux", "architecture": "arm64"})),
        ("OCI504", lambda written: written["manifests"].append(written["manifests"][0])),
        ("OCI505", lambda written: written.update(manifests="none")),
        ("OCI203", entry(digest="sha256:short")),
        ("OCI204", entry(mediaType="application/json")),
        ("OCI102", entry(size=1)),
        ("OCI101", entry(digest=str(OTHER))),
    ],
)
def test_a_fault_of_an_index_is_found(code: str, change: Callable[[dict[str, Any]], object]) -> None:
    assert code in index(change)


def test_attestations_of_unknown_platform_may_stand_side_by_side() -> None:
    descriptor, held = Draft(platform=None).build()
    unknown = replace(descriptor, platform=Platform("unknown", "unknown"))
    blob = Index((unknown, unknown)).encode()
    held[blob.digest] = blob
    found = validate_blobs(Index((unknown, unknown)).descriptor, held.get)
    assert "OCI504" not in {finding.code for finding in found}


def test_indexes_nested_without_end_are_refused() -> None:
    descriptor, held = Draft().build()
    for _ in range(5):
        blob = Index((descriptor,)).encode()
        held[blob.digest] = blob
        descriptor = Index((descriptor,)).descriptor
    assert [finding.code for finding in validate_blobs(descriptor, held.get)] == ["OCI505"]


def test_an_image_for_no_platform_in_particular_is_sound() -> None:
    assert Draft(platform=None).findings() == ()


def test_warnings_are_what_is_legal_but_not_ours() -> None:
    named = Draft(config=lambda written: written["config"].update(User="app"))
    assert [(finding.code, finding.severity) for finding in named.findings()] == [
        ("OCI308", Severity.WARNING)
    ]


def test_two_images_of_one_platform_make_no_index() -> None:
    encoded = images.image().encode()
    with pytest.raises(InputError, match="linux/amd64"):
        Index.of(encoded, encoded)
    assert Index.of(encoded).manifests[0].platform == AMD64
