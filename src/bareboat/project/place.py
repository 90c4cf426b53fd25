"""Where a folder stands in an image: an absolute path below the root, in normal form, of plain letters."""

import re

__all__ = ["is_place"]

_PLACE = re.compile(r"(?:/(?!\.{1,2}(?:/|$))[A-Za-z0-9_.@+-]+)+")


def is_place(path: str) -> bool:
    """Say whether a path is such a one, as in `/app/media`."""
    return _PLACE.fullmatch(path) is not None
