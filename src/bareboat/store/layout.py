"""An image as an OCI layout in a folder.

Blobs are copied, never linked: a folder of the user's must not share bytes with the store. A
new layout appears whole by one rename. One that bareboat wrote before is renewed in place: new
blobs first, then index.json by rename, then the old blobs go, so that a reader finds a whole
image at every moment.

Spec: OCI image-spec 1.1, image-layout.md.
"""

import os
from contextlib import suppress
from pathlib import Path

from msgspec.structs import replace

from bareboat.errors import InputError
from bareboat.oci import document
from bareboat.oci.blob import Blob
from bareboat.oci.digest import Digest
from bareboat.oci.image import Encoded
from bareboat.oci.index import Index
from bareboat.store.disk import Disk, write_all
from bareboat.store.output import (
    MARK,
    checked,
    is_partial,
    names,
    partial_file,
    partial_folder,
    refuse,
    require_parent,
    sweep,
)
from bareboat.store.points import reached
from bareboat.threads import Threads

__all__ = ["VERSION", "check_layout", "layout_index", "write_layout"]

VERSION = b'{"imageLayoutVersion":"1.0.0"}'
_FILES = frozenset({"oci-layout", "index.json", "blobs"})


def write_layout(
    encoded: Encoded, folder: Path, *, reference: str | None, force: bool = False, workers: int = 1
) -> None:
    """Write the image as the only one of the layout in `folder`, so many blobs at once.

    InputError where something stands there that `check_layout` refuses; BuildError where the
    disk does; IntegrityError for a damaged blob, which is dropped from the store. In each case
    `folder` is as it was.
    """
    folder = folder.resolve()
    check_layout(folder, force=force)
    index = layout_index(encoded, reference)
    if folder.is_dir() and any(folder.iterdir()):
        _renew(encoded, folder, index)
        return
    with partial_folder(folder) as fresh:
        blobs = fresh / "blobs" / "sha256"
        with Disk(folder):
            blobs.mkdir(parents=True)
        largest = sorted(encoded.blobs, key=lambda blob: -blob.size)
        with Threads(workers, "write") as pool:
            for _ in pool.map(lambda blob: _copy(blob, blobs / blob.digest.hex, folder), largest):
                pass
        with Disk(folder):
            (fresh / "index.json").write_bytes(index)
            (fresh / "oci-layout").write_bytes(VERSION)


def check_layout(folder: Path, *, force: bool = False) -> None:
    """Raise InputError unless `folder` may be written: absent, empty, or a layout of bareboat's.

    With `force` a layout of any origin may be replaced; anything else never is.
    """
    require_parent(folder)
    if folder.exists() and not folder.is_dir():
        raise refuse(folder, "no folder", "name another folder")
    found = {path.name for path in folder.iterdir()} if folder.exists() else set()
    found -= {name for name in found if is_partial(name)}
    if not found:
        return
    if not found >= {"oci-layout", "index.json"} or found - _FILES:
        raise refuse(folder, "no OCI layout", "name a new or empty folder")
    try:
        index = document.parse((folder / "index.json").read_bytes(), where=str(folder / "index.json"))
    except (InputError, OSError):
        index = {}
    annotations = index.get("annotations")
    if not force and not (isinstance(annotations, dict) and MARK in annotations):
        raise refuse(folder, "a layout that bareboat did not write", "name another folder or give --force")


def layout_index(encoded: Encoded, reference: str | None) -> bytes:
    """Return the index.json of a layout that holds this image alone, marked as bareboat's."""
    descriptor = replace(encoded.descriptor, annotations=names(reference)[0])
    return Index((descriptor,), ((MARK, "1"),)).encode().data


def _renew(encoded: Encoded, folder: Path, index: bytes) -> None:
    blobs = folder / "blobs" / "sha256"
    with Disk(folder):
        blobs.mkdir(parents=True, exist_ok=True)
    sweep(folder / "index.json")
    added: list[Path] = []
    try:
        for blob in encoded.blobs:
            path = blobs / blob.digest.hex
            if _is_there(path, blob.digest):
                continue
            with partial_file(path) as descriptor:
                _fill(descriptor, blob, folder)
            added.append(path)
        with partial_file(folder / "index.json") as descriptor, Disk(folder):
            write_all(descriptor, index)
    except BaseException:
        if (folder / "index.json").read_bytes() != index:
            for path in added:
                with suppress(OSError):
                    path.unlink()
        raise
    sweep(folder / "oci-layout")
    wanted = {blob.digest.hex for blob in encoded.blobs}
    for path in list(blobs.iterdir()):
        if path.name not in wanted:
            with suppress(OSError):
                path.unlink()
    if not _is_there(folder / "oci-layout", Digest.of(VERSION)):
        with partial_file(folder / "oci-layout") as descriptor, Disk(folder):
            write_all(descriptor, VERSION)


def _is_there(path: Path, digest: Digest) -> bool:
    """Tell whether the user's folder already holds the blob; its size alone proves nothing."""
    try:
        with path.open("rb") as file:
            return Digest.of(iter(lambda: file.read(1 << 20), b"")) == digest
    except OSError:
        return False


def _copy(blob: Blob, path: Path, folder: Path) -> None:
    with Disk(folder):
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o666)
    try:
        _fill(descriptor, blob, folder)
    finally:
        os.close(descriptor)


def _fill(descriptor: int, blob: Blob, folder: Path) -> None:
    disk = Disk(folder)
    for chunk in checked(blob):
        with disk:
            write_all(descriptor, chunk)
        reached("output.chunk")
