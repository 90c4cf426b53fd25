"""Folders of the store: trees that must lie on disk as files, such as an interpreter to run.

A folder appears whole, by a rename, and is never changed afterwards. A record holds a hash of
all that is in it, compared each time the folder is found: one that was damaged, or that a loss
of power left half on disk, is made again. Finding marks it as used, and `prune` takes it as a
whole like a blob.
"""

import errno
import hashlib
import os
import stat
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

from bareboat.store.cas import Store
from bareboat.store.disk import Disk
from bareboat.store.points import reached
from bareboat.store.session import gate
from bareboat.tree.content import CHUNK

__all__ = ["FOLDERS", "KIND", "fingerprint", "folder", "members"]

FOLDERS = "folders"
KIND = "folder"


def folder(store: Store, key: str, fill: Callable[[Path], None]) -> Path:
    """Return the folder called `key`, made by `fill` in an empty one if it is not there whole.

    `key` is a file name. Nobody may write into the folder that is returned.
    """
    path = store.root / FOLDERS / key
    known = store.recall(KIND, key)
    if known is not None and _mark(store, path) and fingerprint(path) == known:
        return path
    with store.scratch() as scratch:
        fresh = scratch / "folder"
        with Disk(store.root):
            fresh.mkdir()
        fill(fresh)
        made = fingerprint(fresh)
        with Disk(store.root):
            path.parent.mkdir(exist_ok=True)
            if fingerprint(path) != made:  # else another process was first
                reached("folder.filled")
                _put(fresh, path, old=scratch / "old")
                reached("folder.named")
        _mark(store, path)
        store.remember(KIND, key, made)
    return path


def _put(fresh: Path, path: Path, *, old: Path) -> None:
    with suppress(FileNotFoundError):
        path.rename(old)
    try:
        fresh.rename(path)
    except OSError as error:
        if error.errno not in {errno.ENOTEMPTY, errno.EEXIST}:  # another process came between
            raise


def fingerprint(path: Path) -> bytes:
    """Return a hash of names, kinds, link targets and bytes below `path`, and of who may run a file."""
    hashed = hashlib.sha256()
    start = len(os.fsencode(path)) + 1
    for found in _below(os.fsencode(path)):
        state = os.lstat(found)
        hashed.update(b"%d %o " % (len(found) - start, state.st_mode & 0o170100) + found[start:])
        if stat.S_ISLNK(state.st_mode):
            hashed.update(os.readlink(found) + b"\0")  # noqa: PTH115 - bytes stay bytes
        elif stat.S_ISREG(state.st_mode):
            hashed.update(b"%d " % state.st_size)
            file = os.open(found, os.O_RDONLY | os.O_CLOEXEC)
            try:
                while chunk := os.read(file, CHUNK):
                    hashed.update(chunk)
            finally:
                os.close(file)
    return hashed.digest()


def members(path: Path) -> Iterator[Path]:
    """Yield everything below `path`, in an order that depends on the names alone."""
    return (Path(os.fsdecode(found)) for found in _below(os.fsencode(path)))


def _below(path: bytes) -> Iterator[bytes]:
    for parent, folders, files in os.walk(path):
        folders.sort()
        for name in sorted((*folders, *files)):
            yield parent + b"/" + name


def _mark(store: Store, path: Path) -> bool:
    """Mark the folder as used; tell whether it is there."""
    with Disk(path, "read"), gate(store.root):
        try:
            os.utime(path)
        except FileNotFoundError:
            return False
    return True
