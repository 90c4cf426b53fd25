"""What an image weighs: its layers' digests and sizes, uncompressed and as pushed."""

import json
import tarfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO

__all__ = ["Image", "of_archive", "of_layout", "pushed"]

_CHUNK = 1 << 20


@dataclass(frozen=True, slots=True)
class Image:
    """Layers by diff_id: (bytes uncompressed, bytes as pushed)."""

    layers: dict[str, tuple[int, int]]

    @property
    def uncompressed(self) -> int:
        return sum(size for size, _ in self.layers.values())

    @property
    def compressed(self) -> int:
        return sum(size for _, size in self.layers.values())


def pushed(before: Image, after: Image) -> int:
    """Return the compressed bytes of the layers that a registry with `before` lacks."""
    return sum(size for diff_id, (_, size) in after.layers.items() if diff_id not in before.layers)


def of_layout(folder: Path) -> Image:
    """Read an OCI layout."""

    def blob(digest: str) -> Path:
        return folder / "blobs" / digest.replace(":", "/")

    index = json.loads((folder / "index.json").read_bytes())
    manifest = json.loads(blob(index["manifests"][0]["digest"]).read_bytes())
    config = json.loads(blob(manifest["config"]["digest"]).read_bytes())
    layers = {}
    for diff_id, layer in zip(config["rootfs"]["diff_ids"], manifest["layers"], strict=True):
        with blob(layer["digest"]).open("rb") as file:
            layers[diff_id] = (unpacked(file), layer["size"])
    return Image(layers)


def unpacked(file: IO[bytes]) -> int:
    """Return the uncompressed size of gzip members in a row."""
    total = 0
    member = zlib.decompressobj(wbits=31)
    for chunk in chunks(file):
        rest = chunk
        while rest:
            total += len(member.decompress(rest))
            rest = member.unused_data
            if member.eof:
                member = zlib.decompressobj(wbits=31)
    return total


def of_archive(stream: IO[bytes], known: Image | None = None) -> Image:
    """Read `docker save` of the classic store; layers of `known` are not compressed again.

    Docker compresses when it pushes, with gzip's default level: the same is done here.
    """
    layers: dict[str, tuple[int, int]] = {}
    order: list[str] = []
    with tarfile.open(fileobj=stream, mode="r|") as archive:
        for member in archive:
            source = archive.extractfile(member) if member.isfile() else None
            if source is None:
                continue
            if member.name == "manifest.json":
                order = json.load(source)[0]["Layers"]
            elif "blobs/sha256/" in member.name or member.name.endswith("layer.tar"):
                layers[member.name] = weighed(source)
    named = {f"sha256:{name.rpartition('/')[2]}": layers[name] for name in order}
    if known:
        named = {name: known.layers.get(name, sizes) for name, sizes in named.items()}
    return Image(named)


def weighed(source: IO[bytes]) -> tuple[int, int]:
    packer = zlib.compressobj(6, wbits=31)
    total = packed = 0
    for chunk in chunks(source):
        total += len(chunk)
        packed += len(packer.compress(chunk))
    return total, packed + len(packer.flush())


def chunks(file: IO[bytes]) -> Iterator[bytes]:
    while chunk := file.read(_CHUNK):
        yield chunk
