"""The store as a whole: how large it is, what may go, what is damaged.

Prune removes what was used longest ago until the store fits. It never removes what a running
build relies on: a Store marks everything that it finds, puts or recalls as used, and prune
leaves alone whatever was used since the oldest running session began. The session's start and
the marks come from one clock, the file system's, and the gate keeps the mark and the removal
apart, so there is no moment between them.
"""

import os
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

from msgspec import Struct

from bareboat.errors import InputError, IntegrityError
from bareboat.oci.digest import Digest
from bareboat.progress import SILENT, Kind, Progress
from bareboat.store import record
from bareboat.store.cas import Store
from bareboat.store.disk import Disk
from bareboat.store.folders import FOLDERS, KIND, fingerprint, members
from bareboat.store.points import reached
from bareboat.store.session import gate, live, sweep
from bareboat.store.stored import StoredBlob

__all__ = ["Info", "Pruned", "Verified", "info", "prune", "verify"]


class Info(Struct, frozen=True):
    """What the store holds. `unfinished` are bytes of sessions, running and dead."""

    root: Path
    blobs: int
    blob_bytes: int
    records: int
    record_bytes: int
    folders: int
    folder_bytes: int
    sessions: int
    unfinished: int

    @property
    def size(self) -> int:
        """All bytes together."""
        return self.blob_bytes + self.record_bytes + self.folder_bytes + self.unfinished


class Pruned(Struct, frozen=True):
    """What prune did. `in_use` are bytes that it kept only because a build is running."""

    removed: int
    removed_bytes: int
    kept_bytes: int
    in_use: int


class Verified(Struct, frozen=True):
    """What verify found; everything damaged is removed already."""

    blobs: int
    records: int
    damaged: tuple[str, ...]


class _File(Struct, frozen=True, order=True):
    used: int
    path: Path
    size: int


def info(store: Store) -> Info:
    """Count what the store holds."""
    blobs, records, folders = (list(find(store)) for find in (_blobs, _records, _folders))
    return Info(
        store.root,
        len(blobs),
        sum(file.size for file in blobs),
        len(records),
        sum(file.size for file in records),
        len(folders),
        sum(file.size for file in folders),
        live(store.root),
        sum(file.size for file in _files(store, "sessions")),
    )


def prune(store: Store, *, keep_bytes: int = 0) -> Pruned:
    """Remove leftovers of dead sessions, then what was used longest ago, down to `keep_bytes`."""
    since = store.since()
    oldest, freed = sweep(store.root)
    since = since if oldest is None else min(since, oldest)
    files = sorted((*_blobs(store), *_records(store), *_folders(store)))
    total = sum(file.size for file in files)
    removed = in_use = 0
    for file in files:
        if total <= keep_bytes:
            break
        if _remove(store, file.path, since):
            removed += 1
            freed += file.size
            total -= file.size
        else:
            in_use += file.size
    for file in _records(store):
        if _dangles(store, file.path) and _remove(store, file.path, since):
            removed += 1
            freed += file.size
            total -= file.size
    return Pruned(removed, freed, total, in_use)


def verify(store: Store, *, progress: Progress = SILENT) -> Verified:
    """Read everything and remove what is damaged or lies under a wrong name."""
    damaged: list[str] = []
    blobs, records = list(_blobs(store)), list(_records(store))
    with progress.begin(Kind.WRITE, "cache", total=sum(file.size for file in blobs)) as task:
        for file in blobs:
            if file.path.exists() and not _is_whole(store, file):
                damaged.append(file.path.name)
            task.advance(file.size)
    for file in records:
        with Disk(file.path, "read"), suppress(FileNotFoundError):
            if record.read(file.path.read_bytes()) is None:
                file.path.unlink()
                damaged.append(f"{file.path.parent.name}/{file.path.name}")
    damaged += [
        f"{FOLDERS}/{file.path.name}"
        for file in _folders(store)
        if store.recall(KIND, file.path.name) != fingerprint(file.path) and _remove(store, file.path)
    ]
    return Verified(len(blobs), len(records), tuple(damaged))


def _is_whole(store: Store, file: _File) -> bool:
    try:
        digest = Digest(file.path.name)
        StoredBlob(digest, file.size, file.path).verify()
    except InputError:
        is_right = False
    except IntegrityError:
        return False
    else:
        is_right = store.path(digest) == file.path
    if not is_right:
        file.path.unlink(missing_ok=True)
    return is_right


def _files(store: Store, name: str) -> Iterator[_File]:
    with Disk(store.root, "read"):
        for folder, _, names in os.walk(store.root / name):
            for found in names:
                path = Path(folder, found)
                with suppress(FileNotFoundError):
                    state = path.stat()
                    yield _File(state.st_mtime_ns, path, state.st_size)


def _blobs(store: Store) -> Iterator[_File]:
    return _files(store, "blobs")


def _records(store: Store) -> Iterator[_File]:
    return _files(store, "records")


def _folders(store: Store) -> Iterator[_File]:
    """Yield each folder as if it were one file."""
    for path in sorted((store.root / FOLDERS).glob("*")):
        with Disk(path, "read"), suppress(FileNotFoundError):
            size = sum(found.lstat().st_size for found in members(path) if not found.is_dir())
            yield _File(path.stat().st_mtime_ns, path, size)


def _remove(store: Store, path: Path, since: int | None = None) -> bool:
    """Remove a file or folder unless it was used after `since`."""
    with Disk(path, "remove"), gate(store.root, exclusive=True):
        try:
            if since is not None and path.stat().st_mtime_ns >= since:
                return False
            if path.is_dir():
                path.rename(store.temporary())  # goes with this Store's session
            else:
                path.unlink()
        except FileNotFoundError:
            return True
    reached("prune.removed")
    return True


def _dangles(store: Store, path: Path) -> bool:
    """Tell whether a record is damaged or relies on a blob that is not there."""
    try:
        found = record.read(path.read_bytes())
    except FileNotFoundError:
        return False
    return found is None or not all(store.has(digest) for digest in found.blobs)
