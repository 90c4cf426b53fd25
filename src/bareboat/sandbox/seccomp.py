"""System calls that no build needs, refused by a filter: what namespaces leave within reach.

Refused are mounts, new namespaces, tracing, keys, kernel modules, bpf, perf and io_uring, and sockets
of families that a network namespace does not cut off (vsock above all). What is not named stays
allowed: compilers of every language must run. A call of another architecture's table is refused whole.

Spec: Linux man-pages 6, seccomp(2); the kernel's seccomp_filter.rst.
"""

import struct
from collections.abc import Iterator

__all__ = ["program"]

_LOAD, _EQUAL, _AT_LEAST, _ANY_BIT, _RETURN = 0x20, 0x15, 0x35, 0x45, 0x06
_ALLOW, _ERRNO = 0x7FFF0000, 0x00050000
_EPERM, _ENOSYS, _EAFNOSUPPORT = 1, 38, 97
_NUMBER, _ARCHITECTURE, _FIRST_ARGUMENT = 0, 4, 16
_X32 = 0x40000000
_NEW_NAMESPACES = 0x7E020080  # every CLONE_NEW flag, the one of time too
_FAMILIES = (1, 2, 10, 16)  # unix, IPv4, IPv6, netlink

# Newer calls have one number everywhere
_EVERYWHERE = (425, 426, 427, 428, 429, 430, 431, 432, 433, 438, 442, 467)
_CLONE3 = 435
_REFUSED = {
    "x86_64": (
        *(101, 103, 153, 155, 159, 161, 163, 164, 165, 166, 167, 168, 169, 170, 171, 172, 173, 175, 176),
        *(179, 180, 212, 227, 246, 248, 249, 250, 272, 298, 300, 304, 305, 308, 310, 311, 312, 313, 320),
        *(321, 323),
    ),
    "aarch64": (
        *(18, 39, 40, 41, 51, 58, 60, 89, 97, 104, 105, 106, 112, 116, 117, 142, 161, 162, 170, 171, 217),
        *(218, 219, 224, 225, 241, 262, 265, 266, 268, 270, 271, 272, 273, 280, 282, 294),
    ),
}
_CALLS = {"x86_64": (0xC000003E, 56, (41, 53)), "aarch64": (0xC00000B7, 220, (198, 199))}


def program(machine: str) -> bytes:
    """Return the filter for `machine` as the kernel takes it; empty where its calls are not known."""
    if machine not in _CALLS:
        return b""
    return b"".join(struct.pack("=HBBI", *line) for line in _lines(machine))


def _lines(machine: str) -> Iterator[tuple[int, int, int, int]]:
    architecture, clone, sockets = _CALLS[machine]
    yield _LOAD, 0, 0, _ARCHITECTURE
    yield _EQUAL, 1, 0, architecture
    yield _refuse(_ENOSYS)
    yield _LOAD, 0, 0, _NUMBER
    yield _AT_LEAST, 0, 1, _X32
    yield _refuse(_ENOSYS)
    for number in (*_REFUSED[machine], *_EVERYWHERE):
        yield _EQUAL, 0, 1, number
        yield _refuse(_EPERM)
    yield _EQUAL, 0, 1, _CLONE3
    yield _refuse(_ENOSYS)  # its flags lie in memory: the C library falls back to clone
    yield _EQUAL, 0, 4, clone
    yield _LOAD, 0, 0, _FIRST_ARGUMENT
    yield _ANY_BIT, 0, 1, _NEW_NAMESPACES
    yield _refuse(_EPERM)
    yield _RETURN, 0, 0, _ALLOW
    for number in sockets:
        yield _EQUAL, 0, 3 + len(_FAMILIES), number
        yield _LOAD, 0, 0, _FIRST_ARGUMENT
        for index, family in enumerate(_FAMILIES):
            yield _EQUAL, len(_FAMILIES) - index, 0, family
        yield _refuse(_EAFNOSUPPORT)
        yield _RETURN, 0, 0, _ALLOW
    yield _RETURN, 0, 0, _ALLOW


def _refuse(number: int) -> tuple[int, int, int, int]:
    return _RETURN, 0, 0, _ERRNO | number
