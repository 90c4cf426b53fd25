"""The files of an image: an OCI layout unpacked layer by layer."""

import json
from pathlib import Path

from bareboat.build.root import materialise
from bareboat.tree.compress import Compression, decompress
from bareboat.tree.untar import read

__all__ = ["unpacked"]


def unpacked(layout: Path, folder: Path) -> Path:
    """Return `folder`, made now, with the root of the only image of the layout in it."""
    folder.mkdir(parents=True)
    (entry,) = json.loads((layout / "index.json").read_text())["manifests"]
    manifest = json.loads(_blob(layout, entry["digest"]).read_text())
    for layer in manifest["layers"]:
        chunks = decompress([_blob(layout, layer["digest"]).read_bytes()], Compression.GZIP)
        materialise(read(chunks, limit=1 << 34), folder)
    return folder


def _blob(layout: Path, digest: str) -> Path:
    return layout / "blobs" / digest.replace(":", "/")
