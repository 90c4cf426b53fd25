"""A tree as a tar archive, written so that its bytes depend on the tree alone.

The reader of foreign archives is `untar.py`; the bytes of a header block are `ustar.py`'s.
"""

from collections.abc import Iterable, Iterator

from bareboat.errors import InputError, IntegrityError
from bareboat.tree import ustar
from bareboat.tree.content import Content, joined
from bareboat.tree.entry import Entry, Kind, raw
from bareboat.tree.tree import Tree

__all__ = ["size", "write"]

_END = bytes(2 * ustar.BLOCK)
_TYPES = {Kind.FILE: b"0", Kind.HARDLINK: b"1", Kind.SYMLINK: b"2", Kind.DIRECTORY: b"5"}


def write(tree: Tree, *, epoch: int) -> Iterator[bytes]:
    """Yield `tree` as a pax tar, the same bytes on every machine.

    Parents come before children, otherwise by path in byte order. Owners are numeric with
    empty names; every time is `epoch`, seconds since 1970 UTC. Only the tree's own entries are
    written: `Tree.with_parents` adds missing folders. Of the paths that share a file by hard
    links the first carries the content, whichever of them the tree calls the file, and all of
    them carry its mode and owner. Chunks are at most 1 MiB and few of them are small.

    Raises InputError for a hard link whose target is not in `tree` and for an epoch that the
    format cannot hold; IntegrityError for content that is shorter or longer than its size.
    Spec: POSIX.1-2017 pax; OCI image-spec 1.1, layer.md.
    """
    if not 0 <= epoch <= ustar.MAX_EPOCH:
        raise InputError(f"time {epoch} does not fit a tar header")
    return joined(_parts(_linked(tree), epoch))


def size(tree: Tree) -> int:
    """Return how many bytes `write` yields, without reading any content."""
    total = len(_END)
    for entry in _linked(tree):
        total += _header_size(entry) + entry.size + -entry.size % ustar.BLOCK
    return total


def _header_size(entry: Entry) -> int:
    """Return the length of the header: one block where that plainly says it all."""
    is_plain = (
        len(entry.path) < 100
        and len(entry.link) <= 100
        and entry.path.isascii()
        and entry.link.isascii()
        and max(entry.uid, entry.gid) <= ustar.MAX_ID
        and entry.size <= ustar.MAX_SIZE
    )
    return ustar.BLOCK if is_plain else len(_header(entry, 0))


def _linked(tree: Tree) -> Iterable[Entry]:
    """Return the entries with the content of each hard-link group moved to its first path."""
    links = {entry.path: entry.link for entry in tree if entry.kind is Kind.HARDLINK}
    if not links:
        return sorted(tree, key=lambda entry: raw(entry.path))
    held = {entry.path: entry for entry in tree}
    roots: dict[str, str] = {}
    groups: dict[str, list[str]] = {}
    for path, link in links.items():
        root = link
        for _ in links:
            if root not in links or root in roots:
                break
            root = links[root]
        root = roots[path] = roots.get(root, root)
        found = held.get(root)
        if found is None or found.kind in {Kind.HARDLINK, Kind.DIRECTORY}:
            raise InputError(f"hard link to {link!r}, which is no file of its tree", where=path)
        groups.setdefault(root, [root]).append(path)
    for target, paths in groups.items():
        source = held[target]
        first = min(paths, key=raw)
        for path in paths:
            kind, content, link = (
                (source.kind, source.content, source.link) if path == first else (Kind.HARDLINK, None, first)
            )
            held[path] = Entry(path, kind, source.mode, content, link, source.uid, source.gid)
    return (held[path] for path in sorted(held, key=raw))


def _parts(entries: Iterable[Entry], epoch: int) -> Iterator[bytes]:
    for entry in entries:
        yield _header(entry, epoch)
        if entry.content is not None:
            yield from _whole(entry.path, entry.content)
    yield _END


def _whole(path: str, content: Content) -> Iterator[bytes]:
    """Yield the bytes of `content` with their padding, exactly as many as it promised."""
    promised = content.size
    left = promised
    for chunk in content.chunks():
        left -= len(chunk)
        if left < 0:
            raise IntegrityError(f"content is longer than the {promised} bytes it was said to be", where=path)
        yield chunk
    if left:
        raise IntegrityError(
            f"content ends {left} bytes short of the {promised} it was said to be", where=path
        )
    yield ustar.padding(promised)


def _header(entry: Entry, epoch: int) -> bytes:
    """Return the entry's header block, after a pax header where the block cannot say it all."""
    is_folder = entry.kind is Kind.DIRECTORY
    path = raw(entry.path + "/" if is_folder else entry.path)
    link = raw(entry.link)
    promised = entry.size
    pair = ustar.split(path) if path.isascii() else None
    pax: list[tuple[str, bytes]] = []
    if pair is None:
        pax.append(("path", path))
        pair = b"", _ascii(path)
    if len(link) > 100 or not link.isascii():
        pax.append(("linkpath", link))
        link = _ascii(link)
    uid, gid = entry.uid, entry.gid
    for keyword, value, most in (
        ("size", promised, ustar.MAX_SIZE),
        ("uid", uid, ustar.MAX_ID),
        ("gid", gid, ustar.MAX_ID),
    ):
        if value > most:
            pax.append((keyword, b"%d" % value))
    prefix, name = pair
    head = ustar.block(
        name,
        prefix=prefix,
        kind=_TYPES[entry.kind],
        mode=entry.mode,
        epoch=epoch,
        uid=uid if uid <= ustar.MAX_ID else 0,
        gid=gid if gid <= ustar.MAX_ID else 0,
        size=promised if promised <= ustar.MAX_SIZE else 0,
        link=link,
    )
    return ustar.pax_block(_charset(pax) + ustar.records(pax), epoch=epoch) + head if pax else head


def _ascii(name: bytes) -> bytes:
    """Return what a reader without pax shows for `name`: its first 100 bytes, '?' for non-ASCII."""
    return bytes(byte if byte < 128 else 63 for byte in name[:100])


def _charset(pax: list[tuple[str, bytes]]) -> bytes:
    """Return the record that says so where a name is no UTF-8, nothing for all others."""
    try:
        for _, value in pax:
            value.decode()
    except UnicodeDecodeError:
        return ustar.records([("hdrcharset", b"BINARY")])
    return b""
