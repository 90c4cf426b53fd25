"""Trees to layers, each made once: tar, hash, compress, hash, store in one pass.

The key is the caller's: a hash of everything that the bytes depend on, the versions of
bareboat's format and of the compressor included.
"""

import hashlib
from collections.abc import Iterable, Iterator
from typing import Any

from msgspec import Struct, field

from bareboat.oci import media
from bareboat.oci.digest import Digest
from bareboat.oci.layer import Layer
from bareboat.progress import SILENT, Kind, Progress, Task
from bareboat.store.cas import Store
from bareboat.tree import compress, tar
from bareboat.tree.compress import Compression
from bareboat.tree.tree import Tree

__all__ = ["find_layer", "put_layer"]

_KIND = "layer"
_MEDIA_TYPES = {Compression.GZIP: media.LAYER_GZIP, Compression.ZSTD: media.LAYER_ZSTD}


def find_layer(store: Store, key: str, *, comment: str | None = None) -> Layer | None:
    """Return the layer that was put under `key`, or None.

    `comment` replaces the one it was put with; give it where it is not fixed by the key, for it
    is part of the image's digest.
    """
    from msgspec import msgpack

    value = store.recall(_KIND, key)
    if value is None:
        return None
    digest, media_type, diff_id, size, kept = msgpack.decode(value, type=tuple[str, str, str, int, str])
    blob = store.find(Digest(digest))
    if blob is None:
        return None
    return Layer(blob, media_type, Digest(diff_id), size, kept if comment is None else comment)


def put_layer(  # noqa: PLR0913 - what the bytes depend on, each by name
    store: Store,
    key: str,
    tree: Tree,
    *,
    compression: Compression,
    epoch: int = 0,
    workers: int = 1,
    comment: str = "",
    progress: Progress = SILENT,
) -> Layer:
    """Write `tree` as a layer, keep it under `key` and return it; the bytes never depend on `workers`."""
    from msgspec import msgpack

    with progress.begin(Kind.LAYER, comment or key, total=tar.size(tree)) as task:
        plain = _Counted(task)
        packed = compress.compress(plain.pass_on(tar.write(tree, epoch=epoch)), compression, workers=workers)
        blob = store.put(packed)
    diff_id = Digest(plain.hashed.hexdigest())
    media_type = _MEDIA_TYPES[compression]
    value = msgpack.encode((blob.digest.hex, media_type, diff_id.hex, plain.count, comment))
    store.remember(_KIND, key, value, blobs=(blob.digest,))
    return Layer(blob, media_type, diff_id, plain.count, comment)


class _Counted(Struct):
    """Hashes and counts the bytes that pass."""

    task: Task
    hashed: Any = field(default_factory=hashlib.sha256)
    count: int = 0

    def pass_on(self, chunks: Iterable[bytes]) -> Iterator[bytes]:
        for chunk in chunks:
            self.hashed.update(chunk)
            self.count += len(chunk)
            self.task.advance(len(chunk))
            yield chunk
