"""Media types: what a descriptor says its bytes are.

Spec: OCI image-spec 1.1, media-types.md; Docker image manifest version 2, schema 2.
"""

__all__ = [
    "CONFIG",
    "DOCKER_CONFIG",
    "DOCKER_INDEX",
    "DOCKER_LAYER",
    "DOCKER_LAYER_GZIP",
    "DOCKER_MANIFEST",
    "INDEX",
    "LAYER",
    "LAYER_GZIP",
    "LAYER_ZSTD",
    "MANIFEST",
    "compression_of",
    "is_config",
    "is_index",
    "is_layer",
    "is_manifest",
    "oci_name",
]

MANIFEST = "application/vnd.oci.image.manifest.v1+json"
INDEX = "application/vnd.oci.image.index.v1+json"
CONFIG = "application/vnd.oci.image.config.v1+json"
LAYER = "application/vnd.oci.image.layer.v1.tar"
LAYER_GZIP = "application/vnd.oci.image.layer.v1.tar+gzip"
LAYER_ZSTD = "application/vnd.oci.image.layer.v1.tar+zstd"

DOCKER_MANIFEST = "application/vnd.docker.distribution.manifest.v2+json"
DOCKER_INDEX = "application/vnd.docker.distribution.manifest.list.v2+json"
DOCKER_CONFIG = "application/vnd.docker.container.image.v1+json"
DOCKER_LAYER = "application/vnd.docker.image.rootfs.diff.tar"
DOCKER_LAYER_GZIP = "application/vnd.docker.image.rootfs.diff.tar.gzip"

_OCI_NAMES = {
    DOCKER_MANIFEST: MANIFEST,
    DOCKER_INDEX: INDEX,
    DOCKER_CONFIG: CONFIG,
    DOCKER_LAYER: LAYER,
    DOCKER_LAYER_GZIP: LAYER_GZIP,
}
_COMPRESSIONS = {LAYER: "", LAYER_GZIP: "gzip", LAYER_ZSTD: "zstd"}


def oci_name(media_type: str) -> str:
    """Return OCI's name for the same bytes; any type without one comes back as it is."""
    return _OCI_NAMES.get(media_type, media_type)


def is_manifest(media_type: str) -> bool:
    """Tell whether the bytes are a manifest of one image."""
    return oci_name(media_type) == MANIFEST


def is_index(media_type: str) -> bool:
    """Tell whether the bytes are a list of manifests."""
    return oci_name(media_type) == INDEX


def is_config(media_type: str) -> bool:
    """Tell whether the bytes are the config of an image."""
    return oci_name(media_type) == CONFIG


def is_layer(media_type: str) -> bool:
    """Tell whether the bytes are a layer that bareboat can read."""
    return oci_name(media_type) in _COMPRESSIONS


def compression_of(media_type: str) -> str:
    """Return `gzip`, `zstd` or, for a bare tar, the empty text; KeyError for no layer type."""
    return _COMPRESSIONS[oci_name(media_type)]
