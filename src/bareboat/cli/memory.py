"""How glibc's allocator serves this process: few arenas, and large blocks reused.

A build passes chunks of a megabyte between threads. By default each thread gets an arena of its own
and each large block fresh pages from the kernel: a quarter more memory, and a second of page faults.
Spec: mallopt(3) of glibc 2.36.
"""

import sys

__all__ = ["settle"]

_ARENA_MAX = -8
_MMAP_THRESHOLD = -3
_TRIM_THRESHOLD = -1


def settle() -> bool:
    """Set the allocator up and say whether it is glibc's; to be called before threads begin."""
    if sys.platform != "linux":
        return False
    import ctypes

    mallopt = getattr(ctypes.CDLL(None), "mallopt", None)
    if mallopt is None:
        return False
    settings = ((_ARENA_MAX, 2), (_MMAP_THRESHOLD, 8 << 20), (_TRIM_THRESHOLD, 32 << 20))
    return all(mallopt(name, value) == 1 for name, value in settings)
