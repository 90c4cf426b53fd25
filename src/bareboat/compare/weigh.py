"""What an engine's saved image holds: sizes, packages, shells, user, read from one pass over its archive.

Takes what `docker save` and `podman save` write, in the old form and as an OCI layout, layers plain or
packed. Every layer is weighed with the same compressor, so that images of different builders compare;
a layer seen before is not packed again. The archive comes from the user's own engine.
"""

import hashlib
import json
import posixpath
import re
import tarfile
import zlib
from collections.abc import Iterator, Mapping
from typing import IO, Any, cast

from msgspec import Struct, field

from bareboat.compare.result import Contents
from bareboat.errors import InputError
from bareboat.tree.compress import Compression, decompress

__all__ = ["COMPRESSOR", "Layer", "Weighed", "pushed", "weigh"]

COMPRESSOR = "gzip level 6 (zlib), as Docker packs what it pushes"
_LEVEL = 6
_CHUNK = 1 << 20
_BY_DIGEST = re.compile(r"blobs/sha256/|^[0-9a-f]{64}\.tar$")
_JSON = 1 << 20  # bytes; configs and manifests are smaller
_GZIP = b"\x1f\x8b"
_ZSTD = b"\x28\xb5\x2f\xfd"
_BINS = {"bin", "sbin", "usr/bin", "usr/sbin", "usr/local/bin"}
_SHELLS = {"sh", "bash", "dash", "ash", "zsh", "busybox"}
_WHITEOUT = ".wh."
_OPAQUE = ".wh..wh..opq"


class Layer(Struct, frozen=True):
    """A layer's sizes, and what matters of its files: packages by path, shells, removals."""

    diff_id: str
    uncompressed: int
    compressed: int
    packages: Mapping[str, int] = field(default_factory=dict)
    shells: frozenset[str] = frozenset()
    removed: tuple[str, ...] = ()


class Weighed(Struct, frozen=True):
    """An image: its layers by the names of their blobs, `order` from the lowest up, its config, its names."""

    layers: Mapping[str, Layer]
    order: tuple[str, ...]
    config: Mapping[str, Any]
    names: tuple[str, ...] = ()

    @property
    def contents(self) -> Contents:
        """The image as a whole: what upper layers removed is not counted as there."""
        packages: dict[str, int] = {}
        shells: set[str] = set()
        for name in self.order:
            layer = self.layers[name]
            for gone in layer.removed:
                packages = {path: held for path, held in packages.items() if not _below(path, gone)}
                shells = {path for path in shells if not _below(path, gone)}
            packages |= layer.packages
            shells |= layer.shells
        python = sum(1 for path in packages if _is_python(path))
        held = [self.layers[name] for name in self.order]
        return Contents(
            uncompressed=sum(layer.uncompressed for layer in held),
            compressed=sum(layer.compressed for layer in held),
            layers=len(held),
            system=sum(count for path, count in packages.items() if not _is_python(path)),
            python=python,
            shells=tuple(sorted(f"/{path}" for path in shells)),
            user=str((self.config.get("config") or {}).get("User") or "root"),
        )


def pushed(before: Weighed, after: Weighed) -> int:
    """Return the compressed bytes of the layers of `after` that a registry with `before` lacks."""
    there = {before.layers[name].diff_id for name in before.order}
    held = {layer.diff_id: layer.compressed for layer in after.layers.values()}
    return sum(size for diff_id, size in held.items() if diff_id not in there)


def weigh(stream: IO[bytes], known: Mapping[str, Layer] | None = None) -> tuple[Weighed, ...]:
    """Read an archive of one or more images to its end.

    Layers of `known` that bear a digest as their name are taken from there. Raises InputError for
    what holds no image, IntegrityError for a damaged layer.
    """
    layers: dict[str, Layer] = {}
    texts: dict[str, bytes] = {}
    links: dict[str, str] = {}
    try:
        with tarfile.open(fileobj=stream, mode="r|") as archive:
            for member in archive:
                name = member.name.removeprefix("./")
                if member.issym() or member.islnk():
                    folder = posixpath.dirname(name) if member.issym() else ""
                    links[name] = posixpath.normpath(posixpath.join(folder, member.linkname))
                source = archive.extractfile(member) if member.isreg() else None
                if source is None:
                    continue
                if known and name in known and _BY_DIGEST.search(name):
                    layers[name] = known[name]
                    continue
                taken = _taken(member.size, source)
                if isinstance(taken, Layer):
                    layers[name] = taken
                elif taken:
                    texts[name] = taken
        listed = json.loads(texts["manifest.json"])
        found = tuple(_image(entry, layers, texts, links) for entry in listed)
    except (tarfile.TarError, zlib.error, EOFError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise InputError(f"cannot be read: {error}", where="saved image") from error
    if not found:
        raise InputError("holds no image", where="saved image")
    return found


def _image(
    entry: Mapping[str, Any],
    layers: Mapping[str, Layer],
    texts: Mapping[str, bytes],
    links: Mapping[str, str],
) -> Weighed:
    order = tuple(_target(name, links) for name in entry["Layers"])
    config = json.loads(texts[_target(entry["Config"], links)])
    if [layers[name].diff_id for name in order] != config["rootfs"]["diff_ids"]:
        raise InputError("its layers are not those that its config names", where="saved image")
    names = tuple(entry.get("RepoTags") or ())
    return Weighed({name: layers[name] for name in order}, order, config, names)


def _taken(size: int, source: IO[bytes]) -> Layer | bytes:
    """Return what a member is: a layer, a text that may be the manifest or the config, nothing."""
    first = source.read(_CHUNK)
    if size <= _JSON and first.lstrip()[:1] in {b"{", b"["}:
        return first
    if size >= tarfile.BLOCKSIZE or first[:2] == _GZIP or first[:4] == _ZSTD:
        return _layer(_Reader(_unpacked(first, source)))
    return b""


def _layer(reader: "_Reader") -> Layer:
    packages: dict[str, int] = {}
    shells: set[str] = set()
    removed: list[str] = []
    with tarfile.open(fileobj=cast("IO[bytes]", reader), mode="r|", bufsize=_CHUNK) as layer:
        for member in layer:
            path = posixpath.normpath(member.name).lstrip("/")
            folder, name = posixpath.split(path)
            if name == _OPAQUE:
                removed.append(f"{folder}/")
            elif name.startswith(_WHITEOUT):
                removed.append(posixpath.join(folder, name.removeprefix(_WHITEOUT)))
            elif folder in _BINS and name in _SHELLS:
                shells.add(path)
            elif member.isreg() and (kind := _kind(path)):
                text = layer.extractfile(member) if kind == "list" else None
                packages[path] = _count(text.read()) if text is not None else 1
    reader.drain()
    return Layer(
        f"sha256:{reader.digest.hexdigest()}",
        reader.total,
        reader.packed,
        packages,
        frozenset(shells),
        tuple(removed),
    )


def _kind(path: str) -> str:
    """Return "list" for a file that lists packages, "one" for the record of one, nothing for others."""
    if path in {"var/lib/dpkg/status", "lib/apk/db/installed", "usr/lib/apk/db/installed"}:
        return "list"
    if path.startswith("var/lib/dpkg/status.d/") and not path.endswith(".md5sums"):
        return "list"
    return "one" if _is_python(path) else ""


def _is_python(path: str) -> bool:
    return path.endswith((".dist-info/METADATA", ".egg-info/PKG-INFO"))


def _count(text: bytes) -> int:
    """Return how many packages a list of dpkg's or apk's has; those removed but configured are not there."""
    stanzas = [f"\n{stanza}" for stanza in text.decode("utf-8", "replace").split("\n\n")]
    named = [one for one in stanzas if "\nPackage: " in one or "\nP:" in one]
    return sum(1 for one in named if "\nStatus: " not in one or " installed\n" in f"{one}\n")


def _below(path: str, gone: str) -> bool:
    """Say whether removing `gone` removes `path`; one that ends in a slash empties a folder."""
    return path == gone or path.startswith(gone if gone.endswith("/") else f"{gone}/")


def _target(name: str, links: Mapping[str, str]) -> str:
    return links.get(name, name)


def _unpacked(first: bytes, source: IO[bytes]) -> Iterator[bytes]:
    """Yield a blob without its compression."""
    if first[:4] == _ZSTD:
        return decompress(_chunks(first, source), Compression.ZSTD)
    if first[:2] == _GZIP:
        return decompress(_chunks(first, source), Compression.GZIP)
    return _chunks(first, source)


def _chunks(first: bytes, source: IO[bytes]) -> Iterator[bytes]:
    chunk = first
    while chunk:
        yield chunk
        chunk = source.read(_CHUNK)


class _Reader:
    """Chunks as a file that tarfile can stream; counts, hashes and packs all that goes through."""

    def __init__(self, chunks: Iterator[bytes]) -> None:
        self.digest = hashlib.sha256()
        self.total = 0
        self._packer = zlib.compressobj(_LEVEL, wbits=31)
        self._packed = 0
        self._chunks = chunks
        self._held = b""

    def read(self, size: int) -> bytes:
        while len(self._held) < size and (chunk := next(self._chunks, None)) is not None:
            self.digest.update(chunk)
            self.total += len(chunk)
            self._packed += len(self._packer.compress(chunk))
            self._held += chunk
        taken, self._held = self._held[:size], self._held[size:]
        return taken

    def drain(self) -> None:
        while self.read(_CHUNK):
            pass
        self._packed += len(self._packer.flush())

    @property
    def packed(self) -> int:
        return self._packed
