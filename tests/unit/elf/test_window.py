from collections.abc import Iterator
from dataclasses import dataclass, field

from bareboat.elf.window import Window


@dataclass
class Counted:
    """A source that counts its passes and bytes."""

    data: bytes
    passes: int = 0
    read: int = 0

    @property
    def size(self) -> int:
        return len(self.data)

    def chunks(self) -> Iterator[bytes]:
        self.passes += 1
        for start in range(0, len(self.data), 1000):
            self.read += 1000
            yield self.data[start : start + 1000]


@dataclass
class Sliceable(Counted):
    asked: list[tuple[int, int]] = field(default_factory=list)

    def slice(self, offset: int, size: int) -> Counted:
        self.asked.append((offset, size))
        return Counted(self.data[offset : offset + size])


SMALL = bytes(range(256)) * 40
LARGE = SMALL * 600


def test_a_small_source_is_read_once() -> None:
    source = Counted(SMALL)
    window = Window(source)
    for offset, size in ((0, 64), (5000, 300), (999, 2), (10_000, 240)):
        assert window.at(offset, size) == SMALL[offset : offset + size]
    assert source.passes == 1


def test_past_the_end_there_is_nothing() -> None:
    window = Window(Counted(SMALL))
    assert window.at(len(SMALL) - 3, 10) == SMALL[-3:]
    assert window.at(len(SMALL), 10) == b""
    assert window.at(len(SMALL) + 5, 10) == b""
    assert window.at(0, 0) == b""


def test_of_a_large_source_only_what_is_needed_is_read() -> None:
    source = Counted(LARGE)
    window = Window(source)
    assert window.at(0, 64) == LARGE[:64]
    assert source.read < 300_000
    assert window.at(1000, 64) == LARGE[1000:1064]
    assert source.passes == 1
    assert window.at(5_000_000, 1001) == LARGE[5_000_000:5_001_001]
    assert source.passes == 2
    assert source.read < 5_400_000


def test_a_source_with_slices_is_never_scanned() -> None:
    source = Sliceable(LARGE)
    assert Window(source).at(5_000_000, 10) == LARGE[5_000_000:5_000_010]
    assert (source.asked, source.passes) == ([(5_000_000, 10)], 0)


def test_a_source_that_ends_before_its_size_gives_what_it_has() -> None:
    class Short(Counted):
        @property
        def size(self) -> int:
            return len(self.data) + 5_000_000

    assert Window(Short(SMALL)).at(len(SMALL) - 5, 100) == SMALL[-5:]
