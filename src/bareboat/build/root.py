"""A Tree written to a real folder: for the interpreter that compiles, and to run without an engine.

Writing follows the tree's order, never a link: a path whose parent is a link on disk is refused by
the folder handles that every file is made through. Owners cannot be set without root and are not.
"""

import os
import shutil
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path
from typing import Self

from bareboat.errors import BuildError
from bareboat.tree.entry import Entry, Kind

__all__ = ["materialise", "place"]


def materialise(entries: Iterable[Entry], folder: Path) -> None:
    """Write `entries` below `folder`, which exists; a later entry replaces an earlier one.

    Modes are set as the entries say, plus owner access, so that the folder can be removed again.
    Raises BuildError, with the path, when the disk refuses.
    """
    with _Parent(folder) as parent:
        for entry in entries:
            _try(entry, folder, parent)


def place(entry: Entry, folder: Path) -> None:
    """Write one entry below `folder`, as `materialise` does."""
    with _Parent(folder) as parent:
        _try(entry, folder, parent)


def _try(entry: Entry, folder: Path, parent: "_Parent") -> None:
    try:
        _place(entry, folder, parent)
    except OSError as error:
        raise BuildError(
            f"cannot write {entry.path!r}: {(error.strerror or str(error)).lower()}",
            where=str(folder),
            hint="free space, or choose another folder with --cache-dir",
        ) from error


class _Parent:
    """The handle of the folder that was asked for last: entries of one folder follow one another."""

    def __init__(self, root: Path) -> None:
        self._root = root
        self._path = ""
        self._handle = -1

    def of(self, path: str) -> int:
        """Return a handle of the folder at `path`, good until the next call."""
        if self._handle < 0 or path != self._path:
            self.forget()
            self._handle = _open_folder(self._root, path)
            self._path = path
        return self._handle

    def forget(self) -> None:
        """Let go of the handle: its folder may have been replaced."""
        if self._handle >= 0:
            os.close(self._handle)
        self._handle = -1

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.forget()


def _place(entry: Entry, folder: Path, above: _Parent) -> None:
    parent, _, name = entry.path.rpartition("/")
    handle = above.of(parent)
    if entry.kind is Kind.DIRECTORY:
        with suppress(FileExistsError):
            os.mkdir(name, dir_fd=handle)
        if not (folder / entry.path).is_symlink():
            os.chmod(name, entry.mode | 0o700, dir_fd=handle)
        return
    if _clear(folder / entry.path, name, handle):
        above.forget()
        handle = above.of(parent)
    if entry.kind is Kind.SYMLINK:
        os.symlink(entry.link, name, dir_fd=handle)
    elif entry.kind is Kind.HARDLINK:
        source, _, held = entry.link.rpartition("/")
        other = _open_folder(folder, source)
        try:
            os.link(held, name, src_dir_fd=other, dst_dir_fd=handle, follow_symlinks=False)
        finally:
            os.close(other)
    elif entry.content is not None:
        flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC
        with os.fdopen(os.open(name, flags, entry.mode | 0o600, dir_fd=handle), "wb") as stream:
            os.fchmod(stream.fileno(), entry.mode | 0o600)
            stream.writelines(entry.content.chunks())


def _clear(path: Path, name: str, handle: int) -> bool:
    """Remove what stands at `path`; tell whether it was a folder."""
    with suppress(FileNotFoundError):
        try:
            os.unlink(name, dir_fd=handle)
        except (IsADirectoryError, PermissionError):
            shutil.rmtree(path)
            return True
    return False


def _open_folder(root: Path, path: str) -> int:
    flags = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC
    handle = os.open(root, flags)
    for part in path.split("/") if path else ():
        with suppress(FileExistsError):
            os.mkdir(part, 0o755, dir_fd=handle)
        try:
            below = os.open(part, flags, dir_fd=handle)
        finally:
            os.close(handle)
        handle = below
    return handle
