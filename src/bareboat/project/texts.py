"""Small text files of a folder by their path, read when asked for; what cannot be read is empty."""

from pathlib import Path

from msgspec import Struct

from bareboat.errors import BareboatError
from bareboat.project.toml import read_text

__all__ = ["DOCKERFILES", "Texts"]

DOCKERFILES = ("Dockerfile", "Containerfile", "Dockerfile.prod", "docker/Dockerfile")
"""The usual names, the first that is there counts."""

_LARGEST = 1024 * 1024


class Texts(Struct, frozen=True):
    """The files below a folder."""

    folder: Path

    def has(self, path: str) -> bool:
        """Return whether there is a file at a path that stays inside the folder."""
        place = self.folder / path
        return ".." not in Path(path).parts and not Path(path).is_absolute() and place.is_file()

    def read(self, path: str) -> str:
        """Return the text of a file; empty where there is none, or none that can be read."""
        try:
            if not self.has(path) or (self.folder / path).stat().st_size > _LARGEST:
                return ""
            return read_text(self.folder / path, where=path)
        except (BareboatError, OSError):
            return ""
