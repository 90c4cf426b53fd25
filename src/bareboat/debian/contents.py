"""Which packages hold a file, asked of Contents indexes: for what a failed build was looking for.

The index is read as a stream and nothing of it is kept; the answer is remembered by whoever asks.
Spec: Debian repository format, "Contents" indices.
"""

import re
from collections.abc import Iterable

from bareboat.errors import IntegrityError

__all__ = ["holders"]

_LONGEST = 1 << 20


def holders(chunks: Iterable[bytes], path: str) -> frozenset[str]:
    """Return the packages with a file whose whole path the regular expression `path` matches."""
    line = re.compile(rb"(?m)^(?:%s)[ \t]+(\S+)$" % path.encode())
    found: set[str] = set()
    rest = b""
    for chunk in chunks:
        data = rest + chunk
        end = data.rfind(b"\n") + 1
        rest = data[end:]
        if len(rest) > _LONGEST:
            raise IntegrityError(f"a line of more than {_LONGEST} bytes in a Contents index")
        found.update(_names(line, data[:end]))
    found.update(_names(line, rest))
    return frozenset(found)


def _names(line: re.Pattern[bytes], data: bytes) -> Iterable[str]:
    """Yield the packages of matching lines; each stands there with its section before it."""
    for match in line.finditer(data):
        for place in match[1].split(b","):
            yield place.rpartition(b"/")[2].decode("utf-8", "replace")
