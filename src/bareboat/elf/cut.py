"""A file made of runs of another, with zeros between them and a few bytes put over it."""

from collections.abc import Iterator

from msgspec import Struct

from bareboat.elf.window import Source

__all__ = ["Cut", "Run"]

_ZEROS = bytes(1 << 16)


class Run(Struct, frozen=True):
    """Bytes `start` to `end` of the source that land at `place` of the result."""

    start: int
    end: int
    place: int

    @property
    def shift(self) -> int:
        """How far the bytes move; negative towards the start."""
        return self.place - self.start

    def holds(self, start: int, end: int) -> bool:
        """Say whether these bytes of the source lie in the run; its end is in it, too."""
        return self.start <= start and end <= self.end


class Cut(Struct, frozen=True):
    """Runs of `source` in their order, in the source as in the result; `patches` go over them."""

    source: Source
    runs: tuple[Run, ...]
    patches: tuple[tuple[int, bytes], ...] = ()

    @property
    def size(self) -> int:
        """How many bytes `chunks` yields in all."""
        last = self.runs[-1]
        return last.end + last.shift

    def chunks(self) -> Iterator[bytes]:
        """Yield the bytes in order; the source is read to its end, where it may check itself."""
        place = 0
        for chunk in self._unpatched():
            for start, patch in self.patches:
                low, high = max(start - place, 0), min(start + len(patch) - place, len(chunk))
                if low < high:
                    chunk = chunk[:low] + patch[low + place - start : high + place - start] + chunk[high:]  # noqa: PLW2901
            yield chunk
            place += len(chunk)

    def _unpatched(self) -> Iterator[bytes]:
        runs = iter(self.runs)
        run = next(runs, None)
        place = written = 0
        for chunk in self.source.chunks():
            stop = place + len(chunk)
            while run is not None and run.start < stop:
                while written < run.place:
                    zeros = _ZEROS[: run.place - written]
                    yield zeros
                    written += len(zeros)
                piece = chunk[max(run.start - place, 0) : run.end - place]
                yield piece
                written += len(piece)
                if run.end > stop:
                    break
                run = next(runs, None)
            place = stop
