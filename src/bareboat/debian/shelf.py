"""The stanzas of an index as the cache keeps them: by name, in blocks, of which a look-up reads one.

A directory comes first: the names in order, how long each block is packed, and what packages provide.
All is read at once, so that its digest can be compared, and unpacked where it is asked for.
"""

import struct
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Mapping

import msgspec

from bareboat.errors import IntegrityError
from bareboat.tree.compress import Compression, decompress, frame

__all__ = ["Shelf", "write"]

_BLOCK = 128
_LENGTH = struct.Struct(">Q")
_BETWEEN = b"\n\n"


class _Directory(msgspec.Struct, frozen=True, array_like=True):
    names: bytes
    blocks: tuple[int, ...]
    provided: int


class Shelf(Mapping[bytes, bytes]):
    """Stanzas by the names of their packages, in the order of the names. `data` is what `write` made.

    Raises IntegrityError for anything else.
    """

    __slots__ = ("_blocks", "_data", "_names", "_places", "_provided")

    def __init__(self, data: bytes) -> None:
        try:
            (length,) = _LENGTH.unpack_from(data)
            start = _LENGTH.size + length
            held = msgspec.msgpack.decode(_unpacked(data[_LENGTH.size : start]), type=_Directory)
        except (struct.error, msgspec.DecodeError) as error:
            raise IntegrityError(f"a kept index cannot be read: {error}") from error
        self._data = data
        self._names = held.names.split(b"\n") if held.names else []
        self._provided = start, start + held.provided
        places = [self._provided[1]]
        for size in held.blocks:
            places.append(places[-1] + size)
        if places[-1] != len(data) or len(self._names) > _BLOCK * len(held.blocks):
            raise IntegrityError("a kept index has another length than it says")
        self._places = places
        self._blocks: dict[int, list[bytes]] = {}

    def __getitem__(self, name: bytes) -> bytes:
        place = bisect_left(self._names, name)
        if place == len(self._names) or self._names[place] != name:
            raise KeyError(name)
        return self._block(place // _BLOCK)[place % _BLOCK]

    def __iter__(self) -> Iterator[bytes]:
        return iter(self._names)

    def __len__(self) -> int:
        return len(self._names)

    def provided(self) -> Iterator[tuple[bytes, bytes]]:
        """Yield the name of each package that provides something, with what it provides."""
        start, end = self._provided
        for line in filter(None, _unpacked(self._data[start:end]).split(b"\n")):
            place, _, provides = line.partition(b" ")
            yield self._names[int(place)], provides

    def _block(self, number: int) -> list[bytes]:
        found = self._blocks.get(number)
        if found is None:
            found = _unpacked(self._data[self._places[number] : self._places[number + 1]]).split(_BETWEEN)
            self._blocks[number] = found
        return found


def write(stanzas: Mapping[bytes, bytes], provided: Iterable[tuple[bytes, bytes]]) -> Iterator[bytes]:
    """Yield the bytes of a Shelf, the same for the same stanzas.

    No stanza holds an empty line, no name of a package and nothing that is `provided` a line's end.
    """
    names = sorted(stanzas)
    places = {name: place for place, name in enumerate(names)}
    blocks = [
        frame(_BETWEEN.join(stanzas[name].strip(b"\n") for name in names[start : start + _BLOCK]))
        for start in range(0, len(names), _BLOCK)
    ]
    lines = frame(b"\n".join(b"%d %b" % (places[name], provides) for name, provides in sorted(provided)))
    directory = _Directory(b"\n".join(names), tuple(map(len, blocks)), len(lines))
    packed = frame(msgspec.msgpack.encode(directory))
    yield _LENGTH.pack(len(packed)) + packed + lines
    yield from blocks


def _unpacked(packed: bytes) -> bytes:
    return b"".join(decompress([packed], Compression.ZSTD))
