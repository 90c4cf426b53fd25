"""Bytes by their digest and values by their key, on disk, safe against parallel use and sudden death.

    blobs/sha256/ab/abcd…   bytes; the name is their digest
    records/<kind>/<hash>   what a key of any text points to, with its own checksum
    sessions/<random>/      unfinished files of one running process (session.py)

A blob is written beside the others, synced and renamed: under its name it is whole or absent,
also after a loss of power. A record is only renamed: torn, its checksum fails and it counts as
absent. Folders are never synced: a lost name is a thing not cached, no more.
"""

import hashlib
import os
import re
import threading
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from types import TracebackType
from typing import Self

from bareboat.errors import IntegrityError
from bareboat.oci.digest import Digest
from bareboat.store import record
from bareboat.store.disk import FULL, Disk, write_all
from bareboat.store.points import reached
from bareboat.store.session import Session, gate
from bareboat.store.spool import Spool
from bareboat.store.stored import StoredBlob

__all__ = ["Store"]

_KEPT = 1 << 14
_KIND = re.compile(r"[a-z0-9][a-z0-9-]*")
_sync = getattr(os, "fdatasync", os.fsync)


class Store:
    """A folder of blobs and records; any number of processes and threads may use it at once.

    Nothing is made on disk before the first use. What this Store has found, put or recalled
    is not pruned by anyone until `close` or the end of the process.
    """

    def __init__(self, root: Path) -> None:
        self.root = root
        self._opened: Session | None = None
        self._spool: Spool | None = None
        self._recalled: dict[tuple[str, str], bytes] = {}
        self._lock = threading.Lock()

    def put(
        self, chunks: Iterable[bytes], *, expect: Digest | None = None, size: int | None = None
    ) -> StoredBlob:
        """Write the bytes and return them as a blob; again is harmless and mends a damaged one.

        IntegrityError where they are not what `expect` and `size` say, BuildError where the
        disk refuses them; nothing is left then.
        """
        temporary = self.temporary()
        try:
            digest, count = _fill(temporary, chunks, limit=size)
            _compare(digest, count, expect=expect, size=size)
            path = self.path(digest)
            with Disk(self.root):
                _rename(temporary, path)
            reached("blob.named")
        except BaseException:
            with suppress(OSError):
                temporary.unlink()
            raise
        return StoredBlob(digest, count, path)

    def find(self, digest: Digest) -> StoredBlob | None:
        """Return the blob, marked as used just now, or None; its bytes are checked when read."""
        self._session()
        path = self.path(digest)
        with Disk(self.root, "read"), gate(self.root):
            size = _touch(path)
        return None if size is None else StoredBlob(digest, size, path)

    def path(self, digest: Digest) -> Path:
        """Return where a blob lies or would lie."""
        return self.root / "blobs" / "sha256" / digest.hex[:2] / digest.hex

    def has(self, digest: Digest) -> bool:
        """Tell whether the blob is there, without marking it as used."""
        return self.path(digest).exists()

    def since(self) -> int:
        """Return when this Store was first used, nanoseconds of the file system's clock."""
        return self._session().since

    def spool(self) -> Spool:
        """Return the one place for bytes that are needed for as long as this Store is open."""
        path = self.temporary()
        with self._lock:
            if self._spool is None:
                self._spool = Spool(path)
            return self._spool

    def temporary(self) -> Path:
        """Return a new name on the store's file system; what is put there goes at `close`."""
        return self._session().temporary()

    def drop(self, digest: Digest) -> None:
        """Remove a blob; whoever reads it right now reads on undisturbed."""
        with Disk(self.root, "remove from"), suppress(FileNotFoundError):
            self.path(digest).unlink()
            reached("blob.dropped")

    def remember(self, kind: str, key: str, value: bytes, *, blobs: tuple[Digest, ...] = ()) -> None:
        """Point `key` to `value`, in place of what it pointed to; `blobs` are what `value` relies on."""
        path = self._record(kind, key)
        self._recalled.pop((kind, key), None)
        data = record.write(record.Record(kind, key, blobs, value))
        temporary = self.temporary()
        try:
            with Disk(self.root):
                temporary.write_bytes(data)
                reached("record.written")
                _rename(temporary, path)
            reached("record.named")
        except BaseException:
            with suppress(OSError):
                temporary.unlink()
            raise

    def recall(self, kind: str, key: str) -> bytes | None:
        """Return what `key` points to, or None unless it is whole and all its blobs are there.

        What relies on no blob is read once: nobody takes it away from an open Store.
        """
        held = self._recalled.get((kind, key))
        if held is not None:
            return held
        self._session()
        path = self._record(kind, key)
        with Disk(self.root, "read"), gate(self.root):
            try:
                data = path.read_bytes()
            except FileNotFoundError:
                return None
            found = record.read(data)
            if found is None or (found.kind, found.key) != (kind, key):
                path.unlink(missing_ok=True)
                return None
            if any(_touch(self.path(digest)) is None for digest in found.blobs):
                return None
            _touch(path)
        if not found.blobs and len(found.value) <= _KEPT:
            self._recalled[kind, key] = found.value
        return found.value

    @contextmanager
    def scratch(self) -> Iterator[Path]:
        """Give an empty folder on the store's file system, removed at the end.

        After a kill the next prune removes it. A disk that is full while it is used is a BuildError.
        """
        import shutil

        folder = self.temporary()
        with Disk(self.root):
            folder.mkdir()
        reached("scratch.made")
        try:
            yield folder
        except OSError as error:
            if error.errno in FULL:
                with Disk(self.root):
                    raise
            raise
        finally:
            reached("scratch.left")
            shutil.rmtree(folder, ignore_errors=True)

    def close(self) -> None:
        """Remove this process's unfinished files; the Store may be used again afterwards."""
        with self._lock:
            if self._opened is not None:
                self._opened.close()
            self._opened = None
            self._spool = None
            self._recalled.clear()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        value: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def _session(self) -> Session:
        with self._lock:
            if self._opened is None:
                self._opened = Session(self.root)
            return self._opened

    def _record(self, kind: str, key: str) -> Path:
        if not _KIND.fullmatch(kind):
            raise ValueError(f"not a kind of record: {kind!r}")
        name = hashlib.sha256(key.encode("utf-8", "surrogateescape")).hexdigest()
        return self.root / "records" / kind / name


def _fill(path: Path, chunks: Iterable[bytes], *, limit: int | None) -> tuple[Digest, int]:
    """Write a new file and sync it; return what was written. More than `limit` bytes are refused."""
    disk = Disk(path.parents[2])
    hashed, count = hashlib.sha256(), 0
    with disk:
        file = path.open("xb", buffering=0)
    with file:
        reached("blob.opened")
        for chunk in chunks:
            hashed.update(chunk)
            count += len(chunk)
            if limit is not None and count > limit:
                raise IntegrityError(f"more than the {limit} bytes that were announced")
            with disk:
                write_all(file.fileno(), chunk)
            reached("blob.chunk")
        reached("blob.written")
        with disk:
            _sync(file.fileno())
        reached("blob.synced")
    return Digest(hashed.hexdigest()), count


def _compare(digest: Digest, count: int, *, expect: Digest | None, size: int | None) -> None:
    if size is not None and count != size:
        raise IntegrityError(f"{count} bytes came, {size} were announced")
    if expect is not None and digest != expect:
        raise IntegrityError(f"bytes are {digest}, not {expect}")


def _rename(temporary: Path, path: Path) -> None:
    try:
        temporary.rename(path)
    except FileNotFoundError:
        path.parent.mkdir(parents=True, exist_ok=True)
        temporary.rename(path)


def _touch(path: Path) -> int | None:
    """Mark a file as used now and return its size, None where it is absent."""
    try:
        with suppress(PermissionError):
            os.utime(path)
        return path.stat().st_size
    except FileNotFoundError:
        return None
