"""How memory serves this process: few arenas, large blocks reused, cycles seldom looked for.

A build passes chunks of a megabyte between threads. By default each thread gets an arena of its own
and each large block fresh pages from the kernel: a quarter more memory, and a second of page faults.
It makes tens of thousands of small values too, hardly any in a cycle.
Spec: mallopt(3) of glibc 2.36; gc.set_threshold of CPython.
"""

import gc
import sys

__all__ = ["settle"]

_YOUNG = 50_000
_ARENA_MAX = -8
_MMAP_THRESHOLD = -3
_TRIM_THRESHOLD = -1


def settle() -> bool:
    """Set memory up and say whether the allocator is glibc's; to be called before threads begin."""
    gc.set_threshold(_YOUNG, 20, 50)
    if sys.platform != "linux":
        return False
    import ctypes

    mallopt = getattr(ctypes.CDLL(None), "mallopt", None)
    if mallopt is None:
        return False
    settings = ((_ARENA_MAX, 2), (_MMAP_THRESHOLD, 8 << 20), (_TRIM_THRESHOLD, 32 << 20))
    return all(mallopt(name, value) == 1 for name, value in settings)
