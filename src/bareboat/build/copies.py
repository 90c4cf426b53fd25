"""Folders of the project and of its workspace, copied as a build backend is to see them.

A backend gets the files of its own folder. What its manifest names above that (`../README.md`), and
the repository where it asks for versions, stand in the copy where they stand here.
"""

import os
import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from msgspec import Struct

from bareboat.build import checkout
from bareboat.build.sources import Laid
from bareboat.oci.digest import Digest
from bareboat.project import files
from bareboat.project.direct import bound
from bareboat.project.files import File

__all__ = ["Copy", "contents"]

_MANIFESTS = ("pyproject.toml", "setup.cfg", "setup.py", "MANIFEST.in")
_ABOVE = re.compile(r"(?<![\w./])(?:\.\./)+[\w.@+-][\w.@+/-]*")
_PROJECTS = ("pyproject.toml", "setup.py", "setup.cfg")


class Copy(Struct, frozen=True):
    """The sources in one folder of the host; with `asks_git` a backend sees the repository around them."""

    home: Path
    environ: Mapping[str, str]
    asks_git: bool = False

    def entries(self) -> tuple[File, ...]:
        """Return the files of the folder itself."""
        return tuple(files.read(self.home, environ=self.environ, obey_dockerignore=False))

    def above(self) -> tuple[File, ...]:
        """Return the files outside the folder that its manifests name, by paths from the top."""
        top = bound(self.home)
        found: dict[str, File] = {}
        for name in _MANIFESTS:
            path = self.home / name
            if path.is_file() and top != self.home:
                for match in _ABOVE.findall(path.read_text(encoding="utf-8", errors="replace")):
                    found.update((one.path, one) for one in self._named(top, match))
        return tuple(found[path] for path in sorted(found))

    def _named(self, top: Path, text: str) -> Iterator[File]:
        held = (self.home / text).resolve()
        if not held.is_relative_to(top) or held == top or self.home.is_relative_to(held):
            return
        place = held.relative_to(top).as_posix()
        if held.is_file():
            yield File(place, held, bool(held.stat().st_mode & 0o111))
        elif held.is_dir() and not any((held / name).is_file() for name in _PROJECTS):
            for one in files.read(held, environ=self.environ, obey_dockerignore=False):
                yield File(f"{place}/{one.path}", one.source, one.is_executable, one.link)

    def identity(self, entries: Sequence[File]) -> Iterator[str]:
        """Yield all that the copy is made of; `entries` are those of the folder."""
        yield from contents(entries)
        yield from contents(self.above())
        if self.asks_git:
            yield self._inside(bound(self.home))
            yield checkout.state(self.home, self.environ)

    def lay(self, work: Path, entries: Sequence[File]) -> Laid:
        """Write the copy below `work`, an empty folder, as `source`."""
        above = self.above()
        top = bound(self.home) if above or self.asks_git else self.home
        inside = self._inside(top)
        home = work / "source"
        home.mkdir()
        _write(entries, home / inside)
        _write(above, home)
        if self.asks_git:
            checkout.place(top, home, self.environ)
        return Laid(home, tuple(one.path for one in entries), inside, self.asks_git, self.asks_git)

    def _inside(self, top: Path) -> str:
        inside = self.home.relative_to(top).as_posix()
        return "" if inside == "." else inside


def contents(entries: Sequence[File]) -> list[str]:
    """Return a line for each file that changes when the file does."""
    return [
        f"{entry.path}\0{entry.is_executable}\0{entry.link or Digest.of(entry.content().chunks()).hex}"
        for entry in entries
    ]


def _write(entries: Sequence[File], folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    for entry in entries:
        target = folder / entry.path
        target.parent.mkdir(parents=True, exist_ok=True)
        if os.path.lexists(target):
            continue
        if entry.link:
            target.symlink_to(entry.link)
        else:
            target.write_bytes(b"".join(entry.content().chunks()))
            target.chmod(0o755 if entry.is_executable else 0o644)
