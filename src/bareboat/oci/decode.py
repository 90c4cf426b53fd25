"""Documents of foreign images, read into values; bytes and unknown fields are kept.

Everything here is hostile input: InputError names the document and the field.

Spec: OCI image-spec 1.1, manifest.md, config.md, image-index.md; Docker's schema 2.
"""

from collections.abc import Callable
from datetime import datetime
from typing import Any, TypeVar

import msgspec

from bareboat.errors import InputError
from bareboat.oci import document, media
from bareboat.oci.blob import Blob
from bareboat.oci.config import Config, Healthcheck
from bareboat.oci.descriptor import Descriptor
from bareboat.oci.digest import Digest
from bareboat.oci.image import Image, Source
from bareboat.oci.index import Index
from bareboat.oci.layer import Layer
from bareboat.oci.platform import Platform

__all__ = ["image", "index"]

Find = Callable[[Descriptor], Blob]
_T = TypeVar("_T")


class _Platform(msgspec.Struct):
    os: str
    architecture: str
    variant: str = ""


class _Descriptor(msgspec.Struct, rename="camel"):
    media_type: str
    digest: str
    size: int
    annotations: dict[str, str] | None = None
    platform: _Platform | None = None


class _Index(msgspec.Struct, rename="camel"):
    schema_version: int
    manifests: list[_Descriptor]
    annotations: dict[str, str] | None = None


class _Manifest(msgspec.Struct, rename="camel"):
    schema_version: int
    config: _Descriptor
    layers: list[_Descriptor]
    annotations: dict[str, str] | None = None


class _Healthcheck(msgspec.Struct, rename="pascal"):
    test: list[str] | None = None
    interval: int = 0
    timeout: int = 0
    start_period: int = 0
    retries: int = 0


class _Fields(msgspec.Struct, rename="pascal"):
    user: str = ""
    env: list[str] | None = None
    entrypoint: list[str] | None = None
    cmd: list[str] | None = None
    working_dir: str = ""
    exposed_ports: dict[str, Any] | None = None
    labels: dict[str, str] | None = None
    stop_signal: str = ""
    healthcheck: _Healthcheck | None = None
    volumes: dict[str, Any] | None = None


class _RootFs(msgspec.Struct):
    diff_ids: list[str]


class _History(msgspec.Struct):
    empty_layer: bool = False
    comment: str = ""


class _Config(msgspec.Struct):
    os: str
    architecture: str
    rootfs: _RootFs
    variant: str = ""
    created: str | None = None
    config: _Fields | None = None
    history: list[_History] | None = None


def index(data: bytes, *, where: str = "index") -> Index:
    """Read an index or a Docker manifest list, also the index.json of a layout."""
    held = _convert(data, _Index, where)
    _check_version(held.schema_version, where)
    return Index(
        tuple(_descriptor(entry, where) for entry in held.manifests),
        tuple((held.annotations or {}).items()),
    )


def image(manifest: bytes, find: Find, *, where: str = "manifest") -> Image:
    """Read an image: `find` gives the config and layers that the manifest's descriptors name.

    The config is read at once, layers are not touched. `Layer.uncompressed` is 0: unknown.
    InputError where layers and diff_ids do not agree in number or a type is no image's.
    """
    held = _convert(manifest, _Manifest, where)
    _check_version(held.schema_version, where)
    descriptors = [_descriptor(entry, where) for entry in held.layers]
    for descriptor in descriptors:
        if not media.is_layer(descriptor.media_type):
            raise InputError(f"layer of the unknown media type {descriptor.media_type!r}", where=where)
    described = _descriptor(held.config, where)
    if not media.is_config(described.media_type) or described.size > document.LIMIT:
        raise InputError(f"no image config: {described.media_type!r}, {described.size} bytes", where=where)
    raw = b"".join(find(described).chunks())
    if Digest.of(raw) != described.digest:
        raise InputError(f"config is not {described.digest}", where=where)
    read = _convert(raw, _Config, f"{where}: config")
    if len(read.rootfs.diff_ids) != len(descriptors):
        message = f"{len(read.rootfs.diff_ids)} diff_ids for {len(descriptors)} layers"
        raise InputError(message, where=where)
    found = Image(
        Platform(read.os, read.architecture, read.variant),
        _fields(read.config or _Fields()),
        _layers(descriptors, read, find),
        _seconds(read.created),
        tuple((held.annotations or {}).items()),
    )
    media_type = document.parse(manifest, where=where).get("mediaType", media.MANIFEST)
    if not isinstance(media_type, str) or not media.is_manifest(media_type):
        raise InputError(f"no manifest of an image: {media_type!r}", where=where)
    source = Source(manifest, raw, media_type, found)
    return Image(found.platform, found.config, found.layers, found.created, found.annotations, source)


def _layers(descriptors: list[Descriptor], read: _Config, find: Find) -> tuple[Layer, ...]:
    history = [entry.comment for entry in read.history or () if not entry.empty_layer]
    comments = history if len(history) == len(descriptors) else [""] * len(descriptors)
    return tuple(
        Layer(
            find(descriptor), descriptor.media_type, Digest.parse(diff_id), 0, comment, descriptor.annotations
        )
        for descriptor, diff_id, comment in zip(descriptors, read.rootfs.diff_ids, comments, strict=True)
    )


def _fields(read: _Fields) -> Config:
    check = read.healthcheck
    return Config(
        user=read.user,
        env=tuple((key, value) for key, _, value in (entry.partition("=") for entry in read.env or ())),
        entrypoint=tuple(read.entrypoint or ()),
        cmd=tuple(read.cmd or ()),
        working_dir=read.working_dir,
        exposed_ports=tuple(read.exposed_ports or ()),
        labels=tuple((read.labels or {}).items()),
        stop_signal=read.stop_signal,
        healthcheck=None
        if check is None
        else Healthcheck(
            tuple(check.test or ()), check.interval, check.timeout, check.start_period, check.retries
        ),
        volumes=tuple(read.volumes or ()),
    )


def _seconds(created: str | None) -> int:
    if created is None:
        return 0
    try:
        moment = datetime.fromisoformat(created)
    except ValueError as error:
        raise InputError(f"created is no time: {created!r}", where="config") from error
    return max(0, int(moment.timestamp())) if moment.tzinfo is not None else 0


def _descriptor(entry: _Descriptor, where: str) -> Descriptor:
    if entry.size < 0:
        raise InputError(f"descriptor of size {entry.size}", where=where)
    platform = entry.platform
    try:
        digest = Digest.parse(entry.digest)
    except InputError as error:
        raise InputError(error.message, where=where) from error
    return Descriptor(
        entry.media_type,
        digest,
        entry.size,
        tuple((entry.annotations or {}).items()),
        None if platform is None else Platform(platform.os, platform.architecture, platform.variant),
    )


def _check_version(version: int, where: str) -> None:
    if version != 2:
        hint = (
            "schema 1 is from before 2016: push the image again with a current tool" if version == 1 else ""
        )
        raise InputError(f"schemaVersion is {version}, not 2", where=where, hint=hint)


def _convert(data: bytes, kind: type[_T], where: str) -> _T:
    try:
        return msgspec.convert(document.parse(data, where=where), kind)
    except msgspec.ValidationError as error:
        raise InputError(str(error), where=where) from error
