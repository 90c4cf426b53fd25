"""Layers compressed and read back, in bounded memory, with bytes that depend on the input alone.

gzip: every MiB of input is one gzip member made by libdeflate, so threads can work side by side;
the standard library's zlib would give other bytes with each interpreter. zstd: one frame of
libzstd's own workers, at least one always, for without workers it gives other bytes. Neither
depends on the number of workers, on the chunking of the input or on the processor; both may
change with the library, whose version `version` tells.

Spec: RFC 1952 (2.2: members may follow one another); RFC 8878.
"""

import functools
import hashlib
import importlib
import itertools
import sys
import zlib
from collections import deque
from collections.abc import Iterable, Iterator
from enum import StrEnum
from types import ModuleType

from bareboat.errors import IntegrityError
from bareboat.tree.content import CHUNK, blocks, joined

__all__ = ["Compression", "compress", "decompress", "frame", "version"]

_GZIP_LEVEL = 6
_ZSTD_LEVEL = 3
_ONLY_GZIP = 16 + zlib.MAX_WBITS
_SLICE = 1 << 15
_PROBE = b"".join(b"%d/%x\n" % (number, number * number * 2654435761) for number in range(4096))


class Compression(StrEnum):
    """How a layer is compressed."""

    GZIP = "gzip"
    ZSTD = "zstd"


def compress(chunks: Iterable[bytes], how: Compression, *, workers: int = 1) -> Iterator[bytes]:
    """Yield the compressed bytes; the same for every number of `workers` and every chunking."""
    packed = _zstd if how is Compression.ZSTD else _gzip
    return joined(packed(chunks, max(1, workers)))


def frame(data: bytes) -> bytes:
    """Return `data` as one zstd frame; for small data, of which there is much, no workers are started."""
    zstd = _library()
    packed: bytes = zstd.compress(
        data,
        options={
            zstd.CompressionParameter.compression_level: _ZSTD_LEVEL,
            zstd.CompressionParameter.checksum_flag: 1,
        },
    )
    return packed


def decompress(chunks: Iterable[bytes], how: Compression, *, where: str = "") -> Iterator[bytes]:
    """Yield the bytes that were compressed, at most 1 MiB at a time, members and frames joined.

    Raises IntegrityError, naming `where`, for a stream that is damaged, cut or followed by
    anything else; its first bytes may have been yielded by then.
    """
    unpacked = _unzstd if how is Compression.ZSTD else _gunzip
    return joined(unpacked(chunks, where))


@functools.cache
def version(how: Compression) -> str:
    """Return what the compressed bytes depend on besides the input, for cache keys.

    libdeflate does not tell its version, so a short digest of what it makes of a fixed text
    stands for it.
    """
    if how is Compression.ZSTD:
        return f"libzstd-{_library().zstd_version}/{_ZSTD_LEVEL}"
    import deflate

    probe = hashlib.sha256(deflate.gzip_compress(_PROBE, _GZIP_LEVEL)).hexdigest()
    return f"deflate-{deflate.__version__}-{probe[:12]}/{_GZIP_LEVEL}"


def _gzip(chunks: Iterable[bytes], workers: int) -> Iterator[bytes]:
    """Yield one gzip member a MiB of input, and one for no input at all."""
    from concurrent.futures import Future, ThreadPoolExecutor

    from deflate import gzip_compress

    def member(piece: bytes) -> bytes:
        return bytes(gzip_compress(piece, _GZIP_LEVEL))

    pieces = blocks(chunks)
    pieces = itertools.chain([next(pieces, b"")], pieces)
    if workers == 1:
        yield from map(member, pieces)
        return
    ahead: deque[Future[bytes]] = deque()
    with ThreadPoolExecutor(workers, "gzip") as pool:
        for piece in pieces:
            ahead.append(pool.submit(member, piece))
            if len(ahead) > 2 * workers:
                yield ahead.popleft().result()
        while ahead:
            yield ahead.popleft().result()


def _zstd(chunks: Iterable[bytes], workers: int) -> Iterator[bytes]:
    zstd = _library()
    parameter = zstd.CompressionParameter
    packer = zstd.ZstdCompressor(
        options={
            parameter.compression_level: _ZSTD_LEVEL,
            parameter.nb_workers: workers,
            parameter.checksum_flag: 1,
        }
    )
    # A frame whose first call is the last one would hold its size, and so be another.
    yield packer.compress(b"")
    for chunk in chunks:
        yield packer.compress(chunk)
    yield packer.flush()


def _gunzip(chunks: Iterable[bytes], where: str) -> Iterator[bytes]:
    unpacker = zlib.decompressobj(_ONLY_GZIP)
    try:
        for piece in _slices(chunks):
            rest = piece
            while rest:
                if unpacker.eof:
                    unpacker = zlib.decompressobj(_ONLY_GZIP)
                yield unpacker.decompress(rest, CHUNK)
                rest = unpacker.unused_data if unpacker.eof else unpacker.unconsumed_tail
    except zlib.error as error:
        raise IntegrityError(f"gzip stream is damaged ({error})", where=where) from error
    if not unpacker.eof:
        raise IntegrityError("gzip stream ends too early", where=where)


def _unzstd(chunks: Iterable[bytes], where: str) -> Iterator[bytes]:
    zstd = _library()
    unpacker = zstd.ZstdDecompressor()
    try:
        for piece in _slices(chunks):
            rest = piece
            while rest or not (unpacker.eof or unpacker.needs_input):
                if unpacker.eof:
                    unpacker = zstd.ZstdDecompressor()
                yield unpacker.decompress(rest, CHUNK)
                rest = unpacker.unused_data if unpacker.eof else b""
    except zstd.ZstdError as error:
        raise IntegrityError(f"zstd stream is damaged ({error})", where=where) from error
    if not unpacker.eof:
        raise IntegrityError("zstd stream ends too early", where=where)


def _slices(chunks: Iterable[bytes]) -> Iterator[bytes]:
    """Cut the input small: what follows a member is copied, and hostile members can be tiny."""
    for chunk in chunks:
        for start in range(0, len(chunk), _SLICE):
            yield chunk[start : start + _SLICE]


def _library() -> ModuleType:
    """Return the standard library's zstd, or before Python 3.14 its backport."""
    return importlib.import_module("compression.zstd" if sys.version_info >= (3, 14) else "backports.zstd")
