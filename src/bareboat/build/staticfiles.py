"""What collectstatic left in a folder, read as a tree with the same bytes on every machine.

Files that the application has already, the same, are left out. A time that a gzip file got while it
was made here is taken out of its header; nothing else is changed.
"""

import os
import stat
from collections.abc import Iterator, Mapping
from pathlib import Path, PurePosixPath

from bareboat.build.keys import key
from bareboat.errors import BuildError
from bareboat.oci.digest import Digest
from bareboat.project.content import FileContent
from bareboat.tree.content import Bytes, Content
from bareboat.tree.entry import Entry, file, symlink
from bareboat.tree.tree import Tree

__all__ = ["key_of", "read"]

_GZIP = b"\x1f\x8b\x08"
_LARGEST_GZIP = 64 << 20
_HEADER_HASH = 2
_SLACK = 60
_BYTECODE = ("__pycache__/", ".pyc")


def read(folder: Path, prefix: str, *, below: Tree, secrets: Mapping[str, str]) -> Tree:
    """Return the files of `folder` as they stand at `prefix` in the image; contents stay on disk.

    `below` is what the image has there without them. BuildError for a file that holds one of
    `secrets`, values by the names of their variables, for a link that leaves the folder, and for
    what is neither a file nor a link.
    """
    held = {entry.path: entry for entry in below}
    return Tree.of(
        entry
        for entry in _entries(folder, prefix, secrets)
        if not any(sign in entry.path for sign in _BYTECODE) and not _is_same(entry, held.get(entry.path))
    ).with_parents()


def key_of(tree: Tree) -> str:
    """Return a name made of paths, modes and contents alone."""
    return key("static files", *(f"{one.path}\0{one.mode:o}\0{one.link}\0{_hash(one)}" for one in tree))


def _entries(folder: Path, prefix: str, secrets: Mapping[str, str]) -> Iterator[Entry]:
    for parent, _, names in os.walk(folder):
        for name in names:
            path = Path(parent, name)
            inside = path.relative_to(folder).as_posix()
            where = f"/{prefix}/{inside}"
            state = path.lstat()
            if stat.S_ISLNK(state.st_mode):
                yield symlink(where[1:], _link(path, folder, where))
            elif stat.S_ISREG(state.st_mode):
                content = _even(path, state)
                _check(content, secrets, where)
                yield file(where[1:], content)
            else:
                raise BuildError(
                    "collectstatic left something that is neither a file nor a link", where=where
                )


def _link(path: Path, folder: Path, where: str) -> str:
    target = os.readlink(path)  # noqa: PTH115 - the text as it is
    reached = PurePosixPath(os.path.normpath(path.parent / target))
    if PurePosixPath(target).is_absolute() or not reached.is_relative_to(folder):
        raise BuildError(f"collectstatic left a link to {target!r}, out of its folder", where=where)
    return target


def _even(path: Path, state: os.stat_result) -> Content:
    """Return the content; of a gzip file made just now without the time of that."""
    content = FileContent.of(path)
    if not path.name.endswith(".gz") or not 10 <= state.st_size <= _LARGEST_GZIP:
        return content
    data = b"".join(content.chunks())
    made = int.from_bytes(data[4:8], "little")
    if data[:3] != _GZIP or data[3] & _HEADER_HASH or abs(made - state.st_mtime) > _SLACK:
        return content
    return Bytes(data[:4] + bytes(4) + data[8:])


def _check(content: Content, secrets: Mapping[str, str], where: str) -> None:
    """Raise BuildError where the content holds a made-up secret."""
    longest = max((len(value) for value in secrets.values()), default=0)
    before = b""
    for chunk in content.chunks() if secrets else ():
        for name, value in secrets.items():
            if value.encode() in before + chunk:
                raise BuildError(
                    f"holds the throw-away value of {name}, which must not be in an image",
                    where=where,
                    hint="collect static files where the real value is known, and commit them",
                )
        before = chunk[-longest:]


def _is_same(entry: Entry, other: Entry | None) -> bool:
    if other is None or other.kind is not entry.kind or other.link != entry.link or other.size != entry.size:
        return False
    return _hash(entry) == _hash(other)


def _hash(entry: Entry) -> str:
    return Digest.of(entry.content.chunks()).hex if entry.content is not None else ""
