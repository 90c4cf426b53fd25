"""How much a confined command may use. Values only."""

from dataclasses import dataclass

__all__ = ["USUAL", "Limits"]

_GIB = 1 << 30


@dataclass(frozen=True, slots=True)
class Limits:
    """Bounds of one run: `seconds` of the clock and `memory` of all its processes together count first.

    `cpu` seconds, `address_space` and `file_size` bytes and `open_files` hold for each process, which
    the kernel itself enforces; `processes` is how many there may be at once, threads among them.
    `temporary` bounds /tmp, which is in memory, `disk` what the file systems of the writable folders
    may lose meanwhile. All sizes are bytes.
    """

    seconds: float = 1800.0
    memory: int = 8 * _GIB
    cpu: int = 3600
    address_space: int = 64 * _GIB
    processes: int = 512
    file_size: int = 4 * _GIB
    open_files: int = 4096
    temporary: int = _GIB
    disk: int = 16 * _GIB


USUAL = Limits()
