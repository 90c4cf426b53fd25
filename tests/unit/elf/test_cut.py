from collections.abc import Iterator
from dataclasses import dataclass

import pytest

from bareboat.elf.cut import Cut, Run


@dataclass(frozen=True)
class Pieces:
    data: bytes
    step: int

    @property
    def size(self) -> int:
        return len(self.data)

    def chunks(self) -> Iterator[bytes]:
        return (self.data[start : start + self.step] for start in range(0, len(self.data), self.step))


DATA = bytes(range(256)) * 8
STEPS = pytest.mark.parametrize("step", [1, 7, 100, 256, 5000])


@STEPS
def test_runs_zeros_and_patches(step: int) -> None:
    runs = (Run(0, 100, 0), Run(300, 450, 120), Run(450, 460, 270), Run(2000, 2048, 290))
    patch = b"across the zeros and on to the next run"
    cut = Cut(Pieces(DATA, step), runs, ((0, b"HEAD"), (95, patch)))
    expected = bytearray(DATA[:100] + bytes(20) + DATA[300:450] + DATA[450:460] + bytes(10) + DATA[2000:2048])
    expected[:4] = b"HEAD"
    expected[95 : 95 + len(patch)] = patch
    assert b"".join(cut.chunks()) == bytes(expected)
    assert cut.size == len(expected)
    assert b"".join(cut.chunks()) == bytes(expected), "it can be read again"


def test_long_gaps_are_made_in_pieces() -> None:
    cut = Cut(Pieces(DATA, 512), (Run(0, 1, 0), Run(1, 2, 200_000)))
    sizes = [len(chunk) for chunk in cut.chunks()]
    assert sum(sizes) == cut.size == 200_001
    assert max(sizes) <= 1 << 16


def test_the_source_is_read_to_its_end() -> None:
    seen = []

    class Source(Pieces):
        def chunks(self) -> Iterator[bytes]:
            for chunk in super().chunks():
                seen.append(len(chunk))
                yield chunk

    assert b"".join(Cut(Source(DATA, 100), (Run(0, 10, 0),)).chunks()) == DATA[:10]
    assert sum(seen) == len(DATA)


def test_a_run_holds_its_end() -> None:
    run = Run(10, 20, 5)
    assert run.shift == -5
    assert run.holds(20, 20)
    assert run.holds(10, 20)
    assert not run.holds(9, 11)
    assert not run.holds(20, 21)
