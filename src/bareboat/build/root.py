"""A Tree written to a real folder: for the interpreter that compiles, and to run without an engine.

Writing follows the tree's order, never a link: a path whose parent is a link on disk is refused by
the folder handles that every file is made through. Owners cannot be set without root and are not.
"""

import os
import shutil
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path

from bareboat.errors import BuildError
from bareboat.tree.entry import Entry, Kind

__all__ = ["materialise", "place"]


def materialise(entries: Iterable[Entry], folder: Path) -> None:
    """Write `entries` below `folder`, which exists; a later entry replaces an earlier one.

    Modes are set as the entries say, plus owner access, so that the folder can be removed again.
    Raises BuildError, with the path, when the disk refuses.
    """
    for entry in entries:
        place(entry, folder)


def place(entry: Entry, folder: Path) -> None:
    """Write one entry below `folder`, as `materialise` does."""
    try:
        _place(entry, folder)
    except OSError as error:
        raise BuildError(
            f"cannot write {entry.path!r}: {(error.strerror or str(error)).lower()}",
            where=str(folder),
            hint="free space, or choose another folder with --cache-dir",
        ) from error


def _place(entry: Entry, folder: Path) -> None:
    parent, _, name = entry.path.rpartition("/")
    handle = _open_folder(folder, parent)
    try:
        if entry.kind is Kind.DIRECTORY:
            with suppress(FileExistsError):
                os.mkdir(name, dir_fd=handle)
            if not (folder / entry.path).is_symlink():
                os.chmod(name, entry.mode | 0o700, dir_fd=handle)
            return
        _clear(folder / entry.path, name, handle)
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
    finally:
        os.close(handle)


def _clear(path: Path, name: str, handle: int) -> None:
    with suppress(FileNotFoundError):
        try:
            os.unlink(name, dir_fd=handle)
        except (IsADirectoryError, PermissionError):
            shutil.rmtree(path)


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
