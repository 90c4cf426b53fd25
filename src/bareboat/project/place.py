"""Where a folder stands in an image: an absolute path below the root, in normal form, of plain letters."""

import re

__all__ = ["APP", "is_place", "moved"]

APP = "/app"
"""Where the application's own files stand."""

_PLACE = re.compile(r"(?:/(?!\.{1,2}(?:/|$))[A-Za-z0-9_.@+-]+)+")


def is_place(path: str) -> bool:
    """Say whether a path is such a one, as in `/app/media`."""
    return _PLACE.fullmatch(path) is not None


def moved(path: str, folder: str) -> str:
    """Return where `path` stands in our image: what another one has below its WORKDIR is below /app."""
    if folder.strip("/") and (path == folder or path.startswith(f"{folder}/")):
        return f"{APP}{path[len(folder) :]}"
    return path
