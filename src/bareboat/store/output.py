"""Files that the user asked for, written beside their name and moved into place when whole.

The unfinished file is locked while its writer lives. What a killed writer left is found by its
name and its free lock, and removed by the next one. Outputs are not synced: they can be made
again, and a compiler does not sync either.
"""

import fcntl
import hashlib
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from secrets import token_hex

from bareboat.errors import InputError, IntegrityError
from bareboat.oci.blob import Blob
from bareboat.oci.reference import Reference
from bareboat.store.disk import Disk, write_all
from bareboat.store.points import reached
from bareboat.store.stored import StoredBlob

__all__ = [
    "MARK",
    "checked",
    "is_partial",
    "names",
    "partial_file",
    "partial_folder",
    "refuse",
    "require_parent",
    "sweep",
    "write_text",
]

MARK = "bareboat.output"
_END = ".bareboat-partial"


def refuse(path: Path, what: str, hint: str) -> InputError:
    """Return the error for an output that stands in the way."""
    return InputError(f"output exists and is {what}", where=str(path), hint=hint)


def require_parent(path: Path) -> None:
    """Raise InputError unless the folder that `path` is to lie in is there."""
    if not path.parent.is_dir():
        raise InputError(
            "the folder of the output is missing", where=str(path), hint=f"mkdir -p {path.parent}"
        )


@contextmanager
def partial_folder(path: Path) -> Iterator[Path]:
    """Give a new folder that becomes `path`, absent or empty until then, if all goes well."""
    with _begun(path, is_folder=True) as (temporary, _):
        yield temporary


@contextmanager
def partial_file(path: Path) -> Iterator[int]:
    """Give the descriptor of a new file that replaces `path` if all goes well."""
    with _begun(path, is_folder=False) as (_, descriptor):
        yield descriptor


@contextmanager
def _begun(path: Path, *, is_folder: bool) -> Iterator[tuple[Path, int]]:
    sweep(path)
    with Disk(path):
        temporary, descriptor = _made(path, is_folder=is_folder)
    try:
        reached("output.opened")
        yield temporary, descriptor
        reached("output.written")
        with Disk(path):
            temporary.rename(path)
        reached("output.named")
    except BaseException:
        with suppress(OSError):
            _remove(temporary)
        raise
    finally:
        os.close(descriptor)


def _made(path: Path, *, is_folder: bool) -> tuple[Path, int]:
    """Make the unfinished output and lock it; again where a sweep came between the two."""
    while True:
        temporary = path.parent / f".{path.name}.{token_hex(4)}{_END}"
        if is_folder:
            temporary.mkdir()
        flags = os.O_RDONLY if is_folder else os.O_WRONLY | os.O_CREAT | os.O_EXCL
        try:
            descriptor = os.open(temporary, flags, 0o666)
        except FileNotFoundError:
            if not is_folder:  # no sweep, but a place where nothing can be made
                raise
            continue
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        if os.fstat(descriptor).st_nlink:
            return temporary, descriptor
        os.close(descriptor)


def checked(blob: Blob) -> Iterator[bytes]:
    """Yield the bytes of a blob; IntegrityError after the last where they are not what it says."""
    if isinstance(blob, StoredBlob):
        yield from blob.chunks()  # checks itself, and drops itself from the store
        return
    hashed = hashlib.sha256()
    for chunk in blob.chunks():
        hashed.update(chunk)
        yield chunk
    if hashed.hexdigest() != blob.digest.hex:
        raise IntegrityError(f"bytes are not {blob.digest}")


def names(reference: str | None) -> tuple[tuple[tuple[str, str], ...], str | None]:
    """Return the annotations that tell tools an image's name, and the short name Docker shows.

    Spec: OCI image-spec 1.1, annotations.md; containerd's io.containerd.image.name.
    """
    if reference is None:
        return (), None
    parsed = Reference.parse(reference)
    named = Reference(parsed.registry, parsed.repository, parsed.tag).tagged
    annotations = (
        ("io.containerd.image.name", str(named)),
        ("org.opencontainers.image.ref.name", named.tag),
    )
    return annotations, named.familiar


def is_partial(name: str) -> bool:
    """Tell whether a file is an unfinished output."""
    return name.startswith(".") and name.endswith(_END)


def sweep(path: Path) -> None:
    """Remove what killed writers of the same output left beside it."""
    require_parent(path)
    for entry in list(path.parent.iterdir()):
        if entry.name.startswith(f".{path.name}.") and is_partial(entry.name):
            with suppress(OSError):
                _remove_dead(entry)


def _remove_dead(entry: Path) -> None:
    descriptor = os.open(entry, os.O_RDONLY)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        _remove(entry)
    finally:
        os.close(descriptor)


def _remove(entry: Path) -> None:
    if entry.is_dir():
        shutil.rmtree(entry, ignore_errors=True)
    else:
        entry.unlink()


def write_text(path: Path, text: str) -> None:
    """Write a text file, which appears whole or not at all; BuildError where the disk refuses it."""
    with partial_file(path) as descriptor, Disk(path):
        write_all(descriptor, text.encode())
