"""Folders of the store: trees that must lie on disk as files, such as an interpreter to run.

A folder appears whole, by a rename, and is never changed afterwards; whoever finds it marks it as
used. `prune` removes those that were not used for longest.
"""

import os
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from bareboat.store.cas import Store
from bareboat.store.disk import Disk
from bareboat.store.points import reached

__all__ = ["FOLDERS", "folder"]

FOLDERS = "folders"


def folder(store: Store, key: str, fill: Callable[[Path], None]) -> Path:
    """Return the folder called `key`, made by `fill` in an empty one if it is not there."""
    path = store.root / FOLDERS / key
    with suppress(FileNotFoundError):
        os.utime(path)
        return path
    with store.scratch() as scratch:
        fresh = scratch / "folder"
        with Disk(store.root):
            fresh.mkdir()
        fill(fresh)
        with Disk(store.root):
            path.parent.mkdir(exist_ok=True)
            reached("folder.filled")
            with suppress(OSError):  # another process was first: its folder is the same
                fresh.rename(path)
    reached("folder.named")
    return path
