"""A source archive laid out in a folder, trusted in nothing, and what its files say it is built with.

A path or link that leads out of the archive's one folder, a device, a bomb: refused by name. Modes
and times become what every archive could have: 0644 or 0755, and one moment for all files.
"""

import os
import posixpath
import zlib
from collections.abc import Iterable, Iterator
from pathlib import Path

from msgspec import Struct
from msgspec.structs import replace

from bareboat.build.root import place
from bareboat.errors import BuildError, InputError, IntegrityError
from bareboat.tree.compress import Compression, decompress
from bareboat.tree.content import CHUNK, Content
from bareboat.tree.entry import Entry, Kind, check_path, file
from bareboat.tree.untar import read

__all__ = ["OLDEST", "Laid", "even_times", "lay", "tools_for"]

OLDEST = 315_532_800
"""The first moment that a zip can hold, 1980: no file of a build is older."""

_MOST_FILES = 200_000
_SMALL = 256 << 20
_RATIO = 100
_LARGEST = 8 << 30
_COMPILED = {
    ".c": (),
    ".cc": ("g++",),
    ".cpp": ("g++",),
    ".cxx": ("g++",),
    ".f": ("gfortran",),
    ".f90": ("gfortran",),
    ".go": ("golang-go",),
    ".m4": (),
    ".pyx": (),
    ".rs": ("cargo", "rustc"),
    ".s": (),
}
_BUILD_FILES = {
    "Cargo.toml": ("cargo", "rustc"),
    "CMakeLists.txt": ("cmake", "g++"),
    "configure": (),
    "meson.build": ("g++",),
}


class Laid(Struct, frozen=True):
    """Sources on disk: `top` is all of them, `subdirectory` what of them is built.

    `paths` are those of the files in it. `asks_git` says that a repository is at the top, `is_linked`
    that it is made of links to the host's.
    """

    top: Path
    paths: tuple[str, ...]
    subdirectory: str = ""
    asks_git: bool = False
    is_linked: bool = False

    @property
    def folder(self) -> Path:
        """What a backend is run in."""
        return self.top / self.subdirectory


def lay(content: Content, filename: str, folder: Path, *, path: Path, epoch: int) -> Laid:
    """Write the archive `content`, which is the file `path`, below `folder`, an empty one.

    Raises InputError, naming the archive and the member, for what no source archive needs;
    IntegrityError for a damaged one.
    """
    with _explained(filename):
        entries = _zip(path, filename) if filename.endswith(".zip") else _tar(content, filename)
        names: list[str] = []
        tops: set[str] = set()
        for entry in entries:
            if len(names) >= _MOST_FILES:
                raise InputError(f"more than {_MOST_FILES} files", where=filename)
            _check(entry, filename)
            tops.add(entry.path.partition("/")[0])
            if len(tops) > 1:
                raise InputError(f"more than one folder: {', '.join(sorted(tops))}", where=filename)
            mode = 0o755 if entry.kind is Kind.DIRECTORY or entry.mode & 0o111 else 0o644
            place(replace(entry, mode=mode, uid=0, gid=0), folder)
            if entry.kind is not Kind.DIRECTORY:
                names.append(entry.path.partition("/")[2])
    home = folder / next(iter(tops), "")
    if not tops or not home.is_dir():
        raise InputError("holds no folder of sources", where=filename)
    even_times(home, epoch)
    return Laid(home, tuple(sorted(names)))


def even_times(folder: Path, epoch: int) -> None:
    """Give every file below `folder` the same time, `epoch` or 1980: what is generated is never older."""
    moment = max(epoch, OLDEST)
    for parent, folders, files in os.walk(folder, topdown=False):
        for name in (*files, *folders):
            os.utime(os.path.join(parent, name), (moment, moment), follow_symlinks=False)  # noqa: PTH118
    os.utime(folder, (moment, moment))


def tools_for(paths: Iterable[str]) -> tuple[str, ...] | None:
    """Return the packages that compilers of these sources come in, None where nothing is compiled.

    gcc is there in any case; build files count at the top only, where the backend looks.
    """
    found: set[str] = set()
    is_compiled = False
    for path in paths:
        stem, suffix = posixpath.splitext(path)
        wanted = _COMPILED.get(suffix.lower() if suffix != ".S" else ".s")
        if wanted is None and "/" not in path:
            wanted = _BUILD_FILES.get(f"{stem}{suffix}")
        if wanted is not None:
            is_compiled = True
            found.update(wanted)
    return tuple(sorted(found)) if is_compiled else None


def _tar(content: Content, filename: str) -> Iterator[Entry]:
    limit = min(_LARGEST, _SMALL + _RATIO * content.size)
    return read(_inflated(content, filename), limit=limit, where=filename)


def _inflated(content: Content, filename: str) -> Iterator[bytes]:
    if filename.endswith((".tar.gz", ".tgz")):
        return decompress(content.chunks(), Compression.GZIP, where=filename)
    if filename.endswith(".tar.bz2"):
        import bz2

        return _steps(content, bz2.BZ2Decompressor(), filename)
    if filename.endswith(".tar.xz"):
        import lzma

        return _steps(content, lzma.LZMADecompressor(lzma.FORMAT_XZ, memlimit=256 << 20), filename)
    raise InputError("is no source archive that is known", where=filename, hint="known are .tar.gz and .zip")


def _steps(content: Content, machine: object, filename: str) -> Iterator[bytes]:
    """Yield what a bz2 or xz stream holds, at most CHUNK at a time."""
    import lzma

    try:
        for chunk in content.chunks():
            rest = chunk
            while (rest or not machine.needs_input) and not machine.eof:  # type: ignore[attr-defined]  # one of two classes without a common one
                yield machine.decompress(rest, CHUNK)  # type: ignore[attr-defined]  # same
                rest = b""
    except (OSError, EOFError, lzma.LZMAError) as error:
        raise IntegrityError(f"is damaged ({error})", where=filename) from error


def _zip(path: Path, filename: str) -> Iterator[Entry]:
    from bareboat.wheel.archive import members

    for member in members(path, where=filename, max_size=_LARGEST):
        yield file(member.name, member, mode=0o755 if member.executable else 0o644)


def _check(entry: Entry, filename: str) -> None:
    check_path(entry.path)
    if entry.kind is Kind.SYMLINK:
        target = posixpath.normpath(posixpath.join(posixpath.dirname(entry.path), entry.link))
        top = entry.path.partition("/")[0]
        if entry.link.startswith("/") or not f"{target}/".startswith(f"{top}/"):
            raise InputError(
                f"{entry.path!r} links out of the archive, to {entry.link[:80]!r}", where=filename
            )


class _explained:  # noqa: N801 - read as a verb
    """Turn what reading an archive raises into an error that names it."""

    def __init__(self, filename: str) -> None:
        self._filename = filename

    def __enter__(self) -> None:
        pass

    def __exit__(self, kind: object, value: BaseException | None, trace: object) -> None:
        if isinstance(value, zlib.error):
            raise IntegrityError(f"is damaged ({value})", where=self._filename) from value
        if isinstance(value, InputError | IntegrityError | BuildError) and not value.where:
            value.where = self._filename
        if isinstance(value, InputError | IntegrityError) and not value.hint:
            value.hint = "the archive itself is at fault: take another version, or tell whoever publishes it"
