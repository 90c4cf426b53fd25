"""The form of a record on disk: a checksum, then MessagePack.

A record with a wrong checksum, or of another format, reads as absent.
"""

import hashlib

from msgspec import Struct

from bareboat.errors import InputError
from bareboat.oci.digest import Digest

__all__ = ["FORMAT", "Record", "read", "write"]

FORMAT = 1


class Record(Struct, frozen=True):
    """What one key of one kind points to, and the blobs that this relies on."""

    kind: str
    key: str
    blobs: tuple[Digest, ...]
    value: bytes


def write(record: Record) -> bytes:
    """Return the bytes of a record."""
    from msgspec import msgpack

    key = record.key.encode("utf-8", "surrogateescape")
    body = msgpack.encode((FORMAT, record.kind, key, [blob.hex for blob in record.blobs], record.value))
    return hashlib.sha256(body).digest() + body


def read(data: bytes) -> Record | None:
    """Return the record in `data`, None where it is damaged."""
    from msgspec import MsgspecError, msgpack

    checksum, body = data[:32], data[32:]
    if hashlib.sha256(body).digest() != checksum:
        return None
    try:
        form, kind, key, blobs, value = msgpack.decode(body, type=tuple[int, str, bytes, list[str], bytes])
        digests = tuple(Digest(blob) for blob in blobs)
    except (MsgspecError, InputError):
        return None
    if form != FORMAT:
        return None
    return Record(kind, key.decode("utf-8", "surrogateescape"), digests, value)
