"""An image as a value, and the only maker of config and manifest JSON.

diff_ids and history come from the layers, so they cannot disagree with them. An image that was
read from elsewhere (decode.py) remembers its bytes: unchanged, they go out as they came;
changed, every field that nobody touched keeps its old form, known to us or not.

Spec: OCI image-spec 1.1, manifest.md and config.md.
"""

from typing import Any

from msgspec import Struct
from msgspec.structs import replace

from bareboat.errors import InputError
from bareboat.oci import document, media
from bareboat.oci.blob import Blob, BytesBlob
from bareboat.oci.config import Config
from bareboat.oci.descriptor import Descriptor, Pairs
from bareboat.oci.digest import Digest
from bareboat.oci.layer import Layer
from bareboat.oci.platform import Platform

__all__ = ["Encoded", "Image", "Source", "timestamp"]


class Encoded(Struct, frozen=True):
    """An image as bytes: what a layout, an archive or a registry is given."""

    manifest: BytesBlob
    config: BytesBlob
    descriptor: Descriptor
    layers: tuple[Layer, ...]

    @property
    def blobs(self) -> tuple[Blob, ...]:
        """Every blob once, each before the one that names it: layers, config, manifest."""
        found: dict[Digest, Blob] = {}
        for blob in (*(layer.blob for layer in self.layers), self.config, self.manifest):
            found.setdefault(blob.digest, blob)
        return tuple(found.values())


class Source(Struct, frozen=True):
    """The bytes that an image was read from, and the image as it was then."""

    manifest: bytes
    config: bytes
    media_type: str
    image: "Image"


class Image(Struct, frozen=True):
    """A platform, a config and layers from the lowest up; `created` in seconds since 1970 UTC."""

    platform: Platform
    config: Config
    layers: tuple[Layer, ...] = ()
    created: int = 0
    annotations: Pairs = ()
    source: Source | None = None

    def append(self, *layers: Layer) -> "Image":
        """Return the image with `layers` on top."""
        return replace(self, layers=(*self.layers, *layers))

    def encode(self) -> Encoded:
        """Return the bytes of the image: equal images give equal bytes on every machine."""
        source = self.source
        if source is not None and _same(self, source.image):
            return _encoded(self, BytesBlob(source.manifest), BytesBlob(source.config), source.media_type)
        config = BytesBlob(document.render(_config(self)))
        written: dict[str, object] = {
            "schemaVersion": 2,
            "mediaType": media.MANIFEST,
            "config": Descriptor(media.CONFIG, config.digest, config.size).document(),
            "layers": _descriptors(self),
        }
        if self.annotations:
            written["annotations"] = dict(self.annotations)
        return _encoded(self, BytesBlob(document.render(written)), config, media.MANIFEST)


def timestamp(seconds: int) -> str:
    """Return seconds since 1970 UTC in the form of RFC 3339; InputError outside 1970 to 9999."""
    from datetime import UTC, datetime, timedelta

    if not 0 <= seconds <= 253402300799:
        raise InputError(f"time {seconds} lies outside 1970 to 9999", hint="check SOURCE_DATE_EPOCH")
    moment = datetime(1970, 1, 1, tzinfo=UTC) + timedelta(seconds=seconds)
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ")


def _encoded(image: Image, manifest: BytesBlob, config: BytesBlob, media_type: str) -> Encoded:
    descriptor = Descriptor(media_type, manifest.digest, manifest.size, platform=image.platform)
    return Encoded(manifest, config, descriptor, image.layers)


def _same(image: Image, before: Image) -> bool:
    return (
        image.platform == before.platform
        and image.config == before.config
        and image.created == before.created
        and sorted(image.annotations) == sorted(before.annotations)
        and len(image.layers) == len(before.layers) == _common(image, before)
    )


def _common(image: Image, before: Image) -> int:
    """Count the layers, from the lowest up, that both images share."""
    count = 0
    for ours, theirs in zip(image.layers, before.layers, strict=False):
        if ours.descriptor != theirs.descriptor or ours.diff_id != theirs.diff_id:
            break
        count += 1
    return count


def _config(image: Image) -> dict[str, object]:
    after = {**_fields(image), "config": image.config.document()}
    if image.source is None:
        return {key: value for key, value in after.items() if value or key == "history"}
    before = image.source.image
    raw = document.parse(image.source.config, where="config")
    config = _merge(raw.get("config") or {}, before.config.document(), image.config.document())
    history = _history(image, before, raw.get("history") or [])
    merged = {**_merge(raw, _fields(before), _fields(image)), "history": history}
    return {**merged, "config": config} if config or "config" in raw else merged


def _fields(image: Image) -> dict[str, object]:
    return {
        "created": timestamp(image.created),
        **image.platform.document(),
        "rootfs": {"type": "layers", "diff_ids": [str(layer.diff_id) for layer in image.layers]},
        "history": [_entry(image, layer) for layer in image.layers],
    }


def _merge(raw: dict[str, Any], before: dict[str, object], after: dict[str, object]) -> dict[str, object]:
    """Return `raw` with the difference between `before` and `after` applied to it."""
    merged: dict[str, object] = dict(raw)
    for key in before.keys() | after.keys():
        if before.get(key) == after.get(key):
            continue
        if key in after:
            merged[key] = after[key]
        else:
            merged.pop(key, None)
    return merged


def _entry(image: Image, layer: Layer) -> dict[str, object]:
    found: dict[str, object] = {"created": timestamp(image.created), "created_by": "bareboat"}
    if layer.comment:
        found["comment"] = layer.comment
    return found


def _history(image: Image, before: Image, raw: list[Any]) -> list[object]:
    """Return the old entries of the layers that are still there, then one for each new one."""
    filled = sum(1 for entry in raw if not entry.get("empty_layer"))
    common = _common(image, before) if filled == len(before.layers) else 0
    kept: list[object] = []
    layers = 0
    for entry in raw:
        if not entry.get("empty_layer"):
            layers += 1
        if layers > common:
            break
        kept.append(entry)
    if common == 0:
        kept = []
    return [*kept, *(_entry(image, layer) for layer in image.layers[common:])]


def _descriptors(image: Image) -> list[object]:
    found: list[object] = []
    common, raw = 0, []
    if image.source is not None:
        common = _common(image, image.source.image)
        raw = document.parse(image.source.manifest, where="manifest")["layers"]
    for number, layer in enumerate(image.layers):
        fresh = layer.descriptor.document()
        fresh["mediaType"] = media.oci_name(layer.media_type)
        found.append({**raw[number], **fresh} if number < common else fresh)
    return found
