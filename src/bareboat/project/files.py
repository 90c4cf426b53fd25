"""The application's files: what git tracks plus what it does not ignore, minus what never belongs.

Left out, in this order: the built-in list below, `.dockerignore`, the `exclude` setting; the
`include` setting brings back anything by name or pattern. Which of them reach the image is the
plan's decision.
"""

import os
import stat
from collections.abc import Iterable, Iterator, Mapping, Sequence
from fnmatch import fnmatchcase
from pathlib import Path, PurePosixPath

from msgspec import Struct

from bareboat.errors import InputError
from bareboat.project import tracked
from bareboat.project.content import FileContent
from bareboat.project.fact import Fact
from bareboat.project.toml import read_text
from bareboat.tree.entry import Entry, file, symlink

__all__ = ["BUILT_IN", "File", "Files", "read"]

BUILT_IN: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("secrets", (".env", ".env.*", "*.env", ".envrc", ".netrc", ".pypirc", ".aws", ".ssh", ".gnupg")),
    ("keys", ("id_rsa", "id_dsa", "id_ecdsa", "id_ed25519", "*.key", "*.p12", "*.pfx", "*.jks")),
    ("environments", (".venv", "venv", "virtualenv", "node_modules", "*.egg-info")),
    ("version control", (".git", ".hg", ".svn", ".gitignore", ".gitattributes", ".gitmodules", ".github")),
    (
        "caches",
        (
            "__pycache__", "*.pyc", "*.pyo", ".mypy_cache", ".pytest_cache", ".ruff_cache", ".hypothesis",
            ".tox", ".nox", ".cache", ".coverage", "htmlcov", ".ipynb_checkpoints", ".DS_Store", ".idea",
            ".vscode",
        ),
    ),
    ("containers", ("Dockerfile", "Dockerfile.*", "Containerfile", ".dockerignore")),
    (
        "locks",
        (
            "bareboat.lock", "pylock.toml", "pylock.*.toml", "uv.lock", "poetry.lock", "pdm.lock",
            "Pipfile.lock",
        ),
    ),
)  # fmt: skip
"""What never belongs to an application, by reason; a pattern is matched with each part of a path."""


class File(Struct, frozen=True, order=True):
    """One file: its POSIX path in the folder, where it lies, whether it may be executed.

    `link` is the text of a symbolic link that stays inside the folder, empty for a file.
    """

    path: str
    source: Path
    is_executable: bool = False
    link: str = ""

    def content(self) -> FileContent:
        """Return the bytes, guarded against change from now on."""
        return FileContent.of(self.source)

    def entry(self, prefix: str = "") -> Entry:
        """Return the entry below `prefix`, mode 0644 or 0755, owned by root."""
        path = f"{prefix}/{self.path}" if prefix else self.path
        if self.link:
            return symlink(path, self.link)
        return file(path, self.content(), mode=0o755 if self.is_executable else 0o644)


class Files(Struct, frozen=True):
    """Files sorted by path. `origin` tells how they were listed.

    `left_out` are the paths (folders end in `/`) that were left out, each with the reason;
    `included` are those that are here by the `include` setting.
    """

    entries: tuple[File, ...] = ()
    origin: str = ""
    left_out: tuple[Fact[str], ...] = ()
    included: tuple[str, ...] = ()

    def find(self, path: str) -> File | None:
        """Return the file at exactly `path`, or None."""
        return next((entry for entry in self.entries if entry.path == path), None)

    def __iter__(self) -> Iterator[File]:
        return iter(self.entries)


def read(
    folder: Path,
    *,
    environ: Mapping[str, str],
    include: Sequence[str] = (),
    exclude: Sequence[str] = (),
    obey_dockerignore: bool = True,
) -> Files:
    """Return the application's files.

    `include` and `exclude` are patterns from the folder's root. With `obey_dockerignore` False
    (for a copy that a build backend reads) `.dockerignore` says nothing.

    Raises InputError for a link that leaves the folder, a socket, a FIFO or a device, and for a
    submodule that is not checked out.
    """
    found, origin = tracked.paths(folder, environ=environ)
    from bareboat.dockerfile.ignore import Ignore

    has_ignore = obey_dockerignore and (folder / ".dockerignore").is_file()
    ignore = Ignore.parse(read_text(folder / ".dockerignore") if has_ignore else "")
    excluded = Ignore.parse("\n".join(exclude))
    kept: dict[str, File] = {}
    left: dict[str, str] = {}
    outputs = _outputs(folder, found)
    for path in found:
        reason, at = _built_in(path, folder)
        output = next((top for top in outputs if path == top or path.startswith(f"{top}/")), None)
        if reason or output is not None:
            left[at if reason else str(output)] = reason or "an image made by bareboat"
        elif ignore.excludes(path):
            left[path] = ".dockerignore"
        elif excluded.excludes(path):
            left[path] = "the exclude setting"
        else:
            kept[path] = _file(folder, path)
    included = _included(folder, include)
    kept.update((path, _file(folder, path)) for path in included)
    return Files(
        tuple(sorted(kept.values(), key=lambda entry: os.fsencode(entry.path))),
        origin,
        tuple(Fact(why, path) for path, why in sorted(left.items()) if path not in kept),
        tuple(sorted(included)),
    )


def _built_in(path: str, folder: Path) -> tuple[str, str]:
    """Return the reason of the built-in list and the path that it is about, or two empty texts."""
    parts = path.split("/")
    for depth, part in enumerate(parts, 1):
        for reason, patterns in BUILT_IN:
            if any(fnmatchcase(part, pattern) for pattern in patterns):
                if (
                    part in {"venv", "virtualenv"}
                    and not (folder / "/".join(parts[:depth]) / "pyvenv.cfg").is_file()
                ):
                    continue
                return reason, "/".join(parts[:depth]) + ("/" if depth < len(parts) else "")
    return "", ""


def _outputs(folder: Path, found: Iterable[str]) -> tuple[str, ...]:
    """Return the OCI layouts and archives among the files: an output must not be an input."""
    tops = []
    for path in found:
        name = PurePosixPath(path).name
        if name == "oci-layout" and "/" in path:
            tops.append(path.rpartition("/")[0])
        elif name.endswith(".tar") and (folder / path).is_file():
            with (folder / path).open("rb") as stream:
                first = stream.read(100).rstrip(b"\0")
            if first in {
                b"oci-layout",
                b"index.json",
                b"manifest.json",
                b"blobs",
                b"blobs/",
                b"blobs/sha256/",
            }:
                tops.append(path)
    return tuple(tops)


def _included(folder: Path, patterns: Sequence[str]) -> set[str]:
    """Return the files that the patterns name; a folder stands for all below it but caches."""
    found: set[str] = set()
    for pattern in patterns:
        pure = PurePosixPath(pattern)
        if pure.is_absolute() or ".." in pure.parts:
            raise InputError(f"include {pattern!r} leaves the project", where="include")
        matches = [folder / pattern] if os.path.lexists(folder / pattern) else list(folder.glob(pattern))
        if not matches:
            raise InputError(f"include {pattern!r} names nothing", where="include")
        for match in matches:
            if match.is_dir() and not match.is_symlink():
                below = tracked.walk(match)
                root = match.relative_to(folder).as_posix()
                paths = [f"{root}/{path}" if root != "." else path for path in below]
                wanted = {"", "containers", "locks"}
                found.update(path for path in paths if _built_in(path, folder)[0] in wanted)
            else:
                found.add(match.relative_to(folder).as_posix())
    return found


def _file(folder: Path, path: str) -> File:
    source = folder / path
    try:
        held = source.lstat()
    except OSError as error:
        raise InputError(f"cannot be read: {(error.strerror or str(error)).lower()}", where=path) from error
    if stat.S_ISLNK(held.st_mode):
        return File(path, source, link=_link(folder, path))
    if not stat.S_ISREG(held.st_mode):
        raise InputError(
            "neither a file nor a link", where=path, hint=f'add exclude = ["{path}"] to [tool.bareboat]'
        )
    return File(path, source, is_executable=bool(held.st_mode & 0o111))


def _link(folder: Path, path: str) -> str:
    target = (folder / path).readlink()
    text = str(target)
    root = folder.resolve()
    resolved = (folder / path).parent.resolve() / text
    inside = not target.is_absolute() and Path(os.path.normpath(resolved)).is_relative_to(root)
    try:
        inside = inside and (folder / path).resolve().is_relative_to(root)
    except (OSError, RuntimeError) as error:
        raise InputError(f"symbolic link to {text!r} goes round in a circle", where=path) from error
    if not inside:
        raise InputError(
            f"symbolic link to {text!r} leaves the project",
            where=path,
            hint=f'copy the file into the project, or add exclude = ["{path}"] to [tool.bareboat]',
        )
    return text
