"""An image as one tar: an OCI layout with Docker's manifest.json beside it.

This one form is taken by Docker (classic and containerd store), Podman, crane and skopeo. Its
bytes depend on the image and its name alone.

Spec: OCI image-spec 1.1, image-layout.md; Docker image specification 1.2, "Combined image
JSON + filesystem changeset format".
"""

import tarfile
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

from msgspec import Struct

from bareboat.errors import InputError
from bareboat.oci import document
from bareboat.oci.blob import Blob
from bareboat.oci.image import Encoded
from bareboat.store.disk import Disk, write_all
from bareboat.store.layout import VERSION, layout_index
from bareboat.store.output import MARK, checked, names, partial_file, refuse, require_parent
from bareboat.store.points import reached
from bareboat.tree import tar
from bareboat.tree.entry import directory, file
from bareboat.tree.tree import Tree

__all__ = ["archive_chunks", "archive_size", "check_archive", "write_archive"]


def write_archive(
    encoded: Encoded, target: Path | BinaryIO, *, reference: str | None, force: bool = False
) -> None:
    """Write the archive to a file, which appears whole or not at all, or to an open stream.

    InputError where something stands there that `check_archive` refuses; BuildError where the
    disk or the stream does; IntegrityError for a damaged blob, which is dropped from the store.
    """
    if not isinstance(target, Path):
        stream = Disk(Path(str(getattr(target, "name", "archive"))))
        for chunk in archive_chunks(encoded, reference=reference):
            with stream:
                target.write(chunk)
        with stream:
            target.flush()
        return
    target = target.resolve()
    check_archive(target, force=force)
    disk = Disk(target)
    with partial_file(target) as descriptor:
        for chunk in archive_chunks(encoded, reference=reference):
            with disk:
                write_all(descriptor, chunk)
            reached("output.chunk")


def archive_chunks(encoded: Encoded, *, reference: str | None) -> Iterator[bytes]:
    """Yield the bytes of the archive; every blob is checked as it passes."""
    return tar.write(_tree(encoded, reference), epoch=0)


def archive_size(encoded: Encoded, *, reference: str | None) -> int:
    """Return how many bytes the archive has, without reading a blob."""
    return tar.size(_tree(encoded, reference))


def check_archive(target: Path, *, force: bool = False) -> None:
    """Raise InputError unless `target` may be written: absent, or an archive of bareboat's.

    With `force` any ordinary file may be replaced.
    """
    require_parent(target)
    if target.exists() and not target.is_file():
        raise refuse(target, "no ordinary file", "name another file")
    if target.exists() and not force and not _is_ours(target):
        raise refuse(target, "no archive that bareboat wrote", "name another file or give --force")


class _Checked(Struct, frozen=True):
    """A blob as the content of a file, checked while it is read."""

    blob: Blob

    @property
    def size(self) -> int:
        return self.blob.size

    def chunks(self) -> Iterator[bytes]:
        return checked(self.blob)


def _tree(encoded: Encoded, reference: str | None) -> Tree:
    entries = [
        file("oci-layout", VERSION),
        file("index.json", layout_index(encoded, reference)),
        file("manifest.json", _docker_manifest(encoded, reference)),
        directory("blobs"),
        directory("blobs/sha256"),
    ]
    entries += [file(f"blobs/sha256/{blob.digest.hex}", _Checked(blob)) for blob in encoded.blobs]
    return Tree.of(entries)


def _docker_manifest(encoded: Encoded, reference: str | None) -> bytes:
    short = names(reference)[1]
    entry: dict[str, object] = {
        "Config": f"blobs/sha256/{encoded.config.digest.hex}",
        "Layers": [f"blobs/sha256/{layer.blob.digest.hex}" for layer in encoded.layers],
        "RepoTags": None if short is None else [short],
    }
    return b"[" + document.render(entry) + b"]"


def _is_ours(target: Path) -> bool:
    try:
        with tarfile.open(target, "r:") as archive:
            held = archive.extractfile("index.json")
            index = document.parse(held.read(document.LIMIT), where=str(target)) if held else {}
    except (tarfile.TarError, OSError, KeyError, ValueError, InputError):
        return False
    annotations = index.get("annotations")
    return isinstance(annotations, dict) and MARK in annotations
