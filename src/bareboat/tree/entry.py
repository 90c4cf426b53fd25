"""One file, folder or link to be, checked when it is made.

A path is relative, in POSIX form, without empty, `.` or `..` parts; that is what keeps every
archive that bareboat reads inside the root. Owners are numbers; times are the tar writer's.
"""

from enum import StrEnum

from msgspec import Struct

from bareboat.errors import InputError
from bareboat.tree.content import Bytes, Content

__all__ = ["Entry", "Kind", "check_path", "directory", "file", "hardlink", "raw", "symlink"]

# The kernel keeps the last number for "unchanged".
_ID_END = (1 << 32) - 1


class Kind(StrEnum):
    """What an entry is."""

    DIRECTORY = "directory"
    FILE = "file"
    SYMLINK = "symlink"
    HARDLINK = "hardlink"


class Entry(Struct, frozen=True):
    """A path with its kind, permission bits, owner and content.

    `content` is set for files only; `link` holds a symlink's target as it will be written, or
    the path in the same tree that a hardlink stands for. Raises InputError for a path that
    leaves the root, for setuid or setgid bits and for owners that Linux does not have.
    """

    path: str
    kind: Kind
    mode: int
    content: Content | None = None
    link: str = ""
    uid: int = 0
    gid: int = 0

    def __post_init__(self) -> None:
        check_path(self.path)
        if self.mode & ~0o1777:
            raise InputError(f"mode {self.mode:o} has bits that no layer may carry", where=self.path)
        if not (0 <= self.uid < _ID_END and 0 <= self.gid < _ID_END):
            raise InputError(f"owner {self.uid}:{self.gid} is out of range", where=self.path)
        if (self.content is None) is (self.kind is Kind.FILE):
            raise InputError("content belongs to a file and to nothing else", where=self.path)
        if self.kind is Kind.HARDLINK:
            check_path(self.link)
        elif (self.kind is Kind.SYMLINK) is (not self.link) or "\0" in self.link:
            raise InputError(f"bad link target {self.link!r}", where=self.path)

    @property
    def size(self) -> int:
        """Bytes of content, 0 for anything but a file."""
        return self.content.size if self.content is not None else 0


def check_path(path: str) -> None:
    """Raise InputError unless `path` is relative, normal, inside the root and short enough to exist.

    Linux takes 255 bytes a part and 4095 in all. What is no UTF-8 is held by surrogate escapes.
    """
    padded = f"/{path}/"
    if "//" in padded or "\0" in padded:
        raise InputError(f"path {path!r} is empty, absolute or holds an empty part or a NUL")
    if "/./" in padded or "/../" in padded:
        raise InputError(f"path {path!r} has a '.' or '..' part")
    if path.isascii() and len(path) < 256:
        return
    try:
        encoded = raw(path)
    except UnicodeEncodeError:
        raise InputError(f"path {path!r} cannot be written as bytes") from None
    if len(encoded) > 4095 or max(map(len, encoded.split(b"/"))) > 255:
        raise InputError(f"path {path[:80]!r}… is longer than a file system takes")


def raw(text: str) -> bytes:
    """Return a path or link target as the bytes that stand in an archive; they give paths their order."""
    return text.encode("utf-8", "surrogateescape")


def file(path: str, content: Content | bytes, *, mode: int = 0o644) -> Entry:
    """Return a regular file owned by root."""
    held = Bytes(content) if isinstance(content, bytes) else content
    return Entry(path, Kind.FILE, mode, held)


def directory(path: str, *, mode: int = 0o755, uid: int = 0, gid: int = 0) -> Entry:
    """Return a folder."""
    return Entry(path, Kind.DIRECTORY, mode, uid=uid, gid=gid)


def symlink(path: str, target: str) -> Entry:
    """Return a symbolic link whose text is `target`, absolute or relative."""
    return Entry(path, Kind.SYMLINK, 0o777, link=target)


def hardlink(path: str, target: str) -> Entry:
    """Return a hard link to the file at path `target` of the same tree."""
    return Entry(path, Kind.HARDLINK, 0o644, link=target)
