"""An unpacked artifact in the store: one blob of all contents, one record of all entries.

Reading it back opens nothing: contents are slices of the blob, each checked by its own hash
when it is read.
"""

import hashlib
from collections.abc import Iterator

from bareboat.errors import IntegrityError
from bareboat.oci.digest import Digest
from bareboat.store.cas import Store
from bareboat.store.stored import StoredBlob
from bareboat.tree.content import Bytes, Content
from bareboat.tree.entry import Entry, Kind
from bareboat.tree.tree import Tree

__all__ = ["find_tree", "put_tree"]

_KINDS = tuple(Kind)
_Row = tuple[bytes, int, int, int, int, bytes, int, bytes]
_Value = tuple[str, bytes, list[_Row]]


def put_tree(store: Store, kind: str, key: str, tree: Tree, *, meta: bytes = b"") -> Tree:
    """Keep `tree` under `key` and return it with its contents in the store.

    IntegrityError for content that is shorter or longer than it says.
    """
    from msgspec import msgpack

    rows: list[_Row] = []
    blob = store.put(_contents(tree, rows))
    value: _Value = (blob.digest.hex, meta, rows)
    store.remember(kind, key, msgpack.encode(value), blobs=(blob.digest,))
    return _tree(blob, rows)


def find_tree(store: Store, kind: str, key: str) -> tuple[Tree, bytes] | None:
    """Return the tree kept under `key` and its `meta`, or None."""
    from msgspec import msgpack

    found = store.recall(kind, key)
    if found is None:
        return None
    digest, meta, rows = msgpack.decode(found, type=_Value)
    blob = store.find(Digest(digest))
    return None if blob is None else (_tree(blob, rows), meta)


def _contents(tree: Tree, rows: list[_Row]) -> Iterator[bytes]:
    """Yield all contents one after the other and note each entry in `rows`."""
    for entry in tree:
        hashed, count = hashlib.sha256(), 0
        for chunk in entry.content.chunks() if entry.content is not None else ():
            hashed.update(chunk)
            count += len(chunk)
            yield chunk
        if count != entry.size:
            raise IntegrityError(f"content has {count} bytes, not {entry.size}", where=entry.path)
        path, link = (text.encode("utf-8", "surrogateescape") for text in (entry.path, entry.link))
        kind = _KINDS.index(entry.kind)
        rows.append((path, kind, entry.mode, entry.uid, entry.gid, link, count, hashed.digest()))


def _tree(blob: StoredBlob, rows: list[_Row]) -> Tree:
    offset = 0
    entries = []
    for path, kind, mode, uid, gid, link, size, digest in rows:
        content: Content | None = None
        if _KINDS[kind] is Kind.FILE:
            content = blob.slice(offset, size, digest=Digest(digest.hex())) if size else Bytes(b"")
            offset += size
        name, target = (text.decode("utf-8", "surrogateescape") for text in (path, link))
        entries.append(Entry(name, _KINDS[kind], mode, content, target, uid, gid))
    return Tree(tuple(entries))
