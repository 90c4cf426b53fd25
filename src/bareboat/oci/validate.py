"""Every invariant of an image, checked from its bytes: the oracle of every test.

It trusts nothing that made the image: documents are read again, blobs hashed, layers unpacked.
A finding's code is stable: OCI1xx blobs, 2xx manifest, 3xx config, 4xx layers, 5xx index.

Spec: OCI image-spec 1.1 as a whole.
"""

import hashlib
from collections.abc import Callable, Iterator
from typing import Any

from msgspec import Struct

from bareboat.errors import BareboatError, InputError
from bareboat.finding import Finding, Severity
from bareboat.oci import config_rules, document, layer_rules, media
from bareboat.oci.blob import Blob
from bareboat.oci.descriptor import Descriptor
from bareboat.oci.digest import Digest
from bareboat.oci.image import Encoded, Image
from bareboat.oci.platform import Platform

__all__ = ["Find", "validate", "validate_blobs"]

Find = Callable[[Digest], Blob | None]


def validate(subject: Image | Encoded, *, layers: bool = True) -> tuple[Finding, ...]:
    """Return what is wrong with an image, nothing for a right one.

    Without `layers` the layers are taken on trust and only the documents are checked: that
    reads no large blob.
    """
    encoded = subject.encode() if isinstance(subject, Image) else subject
    blobs: dict[Digest, Blob] = {blob.digest: blob for blob in encoded.blobs}
    return validate_blobs(encoded.descriptor, blobs.get, layers=layers)


def validate_blobs(root: Descriptor, find: Find, *, layers: bool = True) -> tuple[Finding, ...]:
    """Return what is wrong with the image or index that `root` names among the blobs of `find`."""
    return tuple(_Walk(find, layers).document(root, where=str(root.digest), depth=0))


class _Walk(Struct, frozen=True):
    find: Find
    layers: bool

    def document(self, descriptor: Descriptor, *, where: str, depth: int) -> Iterator[Finding]:
        """Check a manifest or an index, whichever the descriptor says."""
        held, findings = self._read(descriptor, where)
        yield from findings
        if held is None:
            return
        code = "OCI501" if media.is_index(descriptor.media_type) else "OCI201"
        if type(held.get("schemaVersion")) is not int or held["schemaVersion"] != 2:
            yield Finding(code, where, f"schemaVersion is {held.get('schemaVersion')!r}, not 2")
        if held.get("mediaType", descriptor.media_type) != descriptor.media_type:
            message = f"mediaType is {held['mediaType']!r}, its descriptor says {descriptor.media_type!r}"
            yield Finding("OCI202", where, message)
        yield from _annotations(held, where)
        if "layers" in held and "manifests" in held:
            yield Finding("OCI208", where, "both a manifest and an index: tools disagree on what it is")
        if media.is_index(descriptor.media_type):
            yield from self._index(held, where, depth)
        elif media.is_manifest(descriptor.media_type):
            yield from self._manifest(held, descriptor.platform, where)
        else:
            yield Finding("OCI204", where, f"neither manifest nor index: {descriptor.media_type!r}")

    def _index(self, held: dict[str, Any], where: str, depth: int) -> Iterator[Finding]:
        entries = held.get("manifests")
        if not isinstance(entries, list):
            yield Finding("OCI505", where, "manifests is no list")
            return
        if depth > 2:
            yield Finding("OCI505", where, "indexes nested too deep")
            return
        seen: list[Platform] = []
        for number, entry in enumerate(entries):
            place = f"{where}: manifests[{number}]"
            child, findings = _descriptor(entry, place)
            yield from findings
            if child is None:
                continue
            if child.platform is not None and child.platform in seen and child.platform.os != "unknown":
                yield Finding("OCI504", place, f"a second entry for {child.platform}", Severity.WARNING)
            if child.platform is not None:
                seen.append(child.platform)
            yield from self.document(child, where=str(child.digest), depth=depth + 1)

    def _manifest(self, held: dict[str, Any], platform: Platform | None, where: str) -> Iterator[Finding]:
        config, findings = _descriptor(held.get("config"), f"{where}: config")
        yield from findings
        entries = held.get("layers")
        if not isinstance(entries, list):
            yield Finding("OCI203", where, "layers is no list")
            return
        diff_ids: list[object] = []
        if config is not None and not media.is_config(config.media_type):
            yield Finding(
                "OCI204", f"{where}: config", f"media type {config.media_type!r} is no image config"
            )
        elif config is not None:
            place = f"{where}: config"
            read, findings = self._read(config, place)
            yield from findings
            if read is not None:
                yield from config_rules.check(read, layers=len(entries), platform=platform, where=place)
                rootfs = read.get("rootfs")
                found = rootfs.get("diff_ids") if isinstance(rootfs, dict) else None
                diff_ids = found if isinstance(found, list) else []
        types = [config.media_type] if config is not None else []
        for number, entry in enumerate(entries):
            place = f"{where}: layers[{number}]"
            layer, findings = _descriptor(entry, place)
            yield from findings
            if layer is not None:
                types.append(layer.media_type)
                diff_id = diff_ids[number] if number < len(diff_ids) else None
                yield from self._layer(layer, diff_id, place)
        if len({media.oci_name(name) == name for name in types}) > 1:
            yield Finding(
                "OCI207", where, "media types of Docker and of OCI in one manifest", Severity.WARNING
            )

    def _layer(self, layer: Descriptor, diff_id: object, where: str) -> Iterator[Finding]:
        if not media.is_layer(layer.media_type):
            yield Finding("OCI204", where, f"media type {layer.media_type!r} is no layer")
            return
        blob = self.find(layer.digest)
        if blob is None:
            yield Finding("OCI101", where, f"blob {layer.digest} is missing")
            return
        if not self.layers:
            if blob.size != layer.size:
                yield Finding("OCI102", where, f"size is {blob.size}, the manifest says {layer.size}")
            return
        wrong = tuple(_bytes(blob, layer, where))
        yield from wrong
        if not any(finding.code == "OCI103" for finding in wrong):
            yield from layer_rules.check(blob, media_type=layer.media_type, diff_id=diff_id, where=where)

    def _read(self, descriptor: Descriptor, where: str) -> tuple[dict[str, Any] | None, tuple[Finding, ...]]:
        """Return the JSON object that a descriptor names, None where there is no such object."""
        blob = self.find(descriptor.digest)
        if blob is None:
            return None, (Finding("OCI101", where, f"blob {descriptor.digest} is missing"),)
        if blob.size > document.LIMIT:
            return None, (Finding("OCI110", where, f"JSON of {blob.size} bytes"),)
        findings = tuple(_bytes(blob, descriptor, where))
        if any(finding.code == "OCI103" for finding in findings):
            return None, findings
        try:
            return document.parse(b"".join(blob.chunks()), where=where), findings
        except InputError as error:
            code = "OCI111" if "twice" in error.message else "OCI110"
            return None, (*findings, Finding(code, where, error.message))


def _bytes(blob: Blob, descriptor: Descriptor, where: str) -> Iterator[Finding]:
    """Compare the bytes of a blob with what is said of them."""
    hashed, size = hashlib.sha256(), 0
    try:
        for chunk in blob.chunks():
            hashed.update(chunk)
            size += len(chunk)
    except BareboatError as error:
        yield Finding("OCI103", where, str(error))
        return
    if hashed.hexdigest() != descriptor.digest.hex:
        yield Finding("OCI103", where, f"bytes are sha256:{hashed.hexdigest()}, not {descriptor.digest}")
    if size != descriptor.size:
        yield Finding("OCI102", where, f"size is {size}, its descriptor says {descriptor.size}")


def _descriptor(entry: object, where: str) -> tuple[Descriptor | None, tuple[Finding, ...]]:
    """Return the descriptor in a document, None where it cannot be used."""
    if not isinstance(entry, dict):
        return None, (Finding("OCI203", where, "descriptor is missing or no object"),)
    size = entry.get("size")
    if type(size) is not int or size < 0 or not isinstance(entry.get("mediaType"), str):
        return None, (Finding("OCI203", where, "descriptor without a right mediaType or size"),)
    try:
        digest = Digest.parse(str(entry.get("digest")))
    except InputError as error:
        return None, (Finding("OCI203", where, error.message),)
    platform = _platform(entry.get("platform"))
    if platform is None and entry.get("platform") is not None:
        return None, (Finding("OCI203", where, "platform without os or architecture"),)
    return Descriptor(entry["mediaType"], digest, size, platform=platform), tuple(_annotations(entry, where))


def _platform(held: object) -> Platform | None:
    if not isinstance(held, dict):
        return None
    os, architecture, variant = (held.get(key, "") for key in ("os", "architecture", "variant"))
    if not (isinstance(os, str) and isinstance(architecture, str) and isinstance(variant, str)):
        return None
    return Platform(os, architecture, variant) if os and architecture else None


def _annotations(held: dict[str, Any], where: str) -> Iterator[Finding]:
    found = held.get("annotations", {})
    if not isinstance(found, dict) or not all(isinstance(value, str) for value in found.values()):
        yield Finding("OCI206", where, "annotations is no object of texts")
