"""Archives in the form of python-build-standalone, made from a Python that is here, with uv's list of them.

The layout is that of an install_only archive: all below python/, the program in bin, the standard library
in lib, libpython found by $ORIGIN. What the published builds link statically, these name as needed.
"""

import hashlib
import io
import json
import os
import platform
import sysconfig
import tarfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import hostpython
import smallbase

__all__ = ["SYSCONFIG", "Mirror", "hosts", "installed", "mirror", "small", "whole"]

DAY = "20260101"
_HOST = "https://github.com/astral-sh/python-build-standalone/releases/download"
_LEFT_OUT = frozenset({"__pycache__", "site-packages", "dist-packages", "test", "src"})
SYSCONFIG = (
    b"# system configuration generated and used by the sysconfig module\n"
    b"build_time_vars = {'CC': '/usr/bin/clang -pthread', 'AR': 'llvm-ar',\n 'prefix': '/install'}\n"
)
"""What uv wants to find and put right in an archive."""


@dataclass(frozen=True, slots=True)
class Mirror:
    """A folder that stands for the place of releases, and the list that uv reads; `path` is below it."""

    folder: Path
    list: Path
    full: str
    path: str

    def environ(self, base: str = "") -> dict[str, str]:
        """Return uv's settings for it; `base` is where the folder is served, else it is read as it is."""
        return {
            "UV_PYTHON_INSTALL_MIRROR": base or self.folder.as_uri(),
            "UV_PYTHON_DOWNLOADS_JSON_URL": str(self.list),
        }


def mirror(folder: Path, full: str, files: Mapping[str, Path | bytes | str], *, sha256: str = "") -> Mirror:
    """Write an archive of `files` and the list of it; text is a link's target, `sha256` a false hash."""
    machine = platform.machine()
    name = f"cpython-{full}+{DAY}-{machine}-unknown-linux-gnu-install_only_stripped.tar.gz"
    (folder / DAY).mkdir(parents=True)
    with tarfile.open(folder / DAY / name, "w:gz", compresslevel=1) as tar:
        for path, held in sorted(files.items()):
            member = tarfile.TarInfo(f"python/{path}")
            if isinstance(held, str):
                member.type, member.linkname = tarfile.SYMTYPE, held
                tar.addfile(member)
                continue
            data = held if isinstance(held, bytes) else held.read_bytes()
            member.size = len(data)
            member.mode = 0o755 if path.startswith("bin/") or ".so" in path else 0o644
            tar.addfile(member, io.BytesIO(data))
    major, minor, patch = map(int, full.split("."))
    url = f"{_HOST}/{DAY}/{name.replace('+', '%2B')}"
    row: dict[str, object] = {
        "name": "cpython",
        "arch": {"family": machine, "variant": None},
        "os": "linux",
        "libc": "gnu",
    }
    row |= {"major": major, "minor": minor, "patch": patch, "prerelease": "", "variant": None}
    row |= {"url": url, "build": DAY}
    row["sha256"] = sha256 or hashlib.sha256((folder / DAY / name).read_bytes()).hexdigest()
    listed = folder / "list.json"
    listed.write_text(json.dumps({f"cpython-{full}-linux-{machine}-gnu": row}))
    return Mirror(folder, listed, full, f"{DAY}/{name}")


def small(folder: Path, **more: str) -> Mirror:
    """Return a mirror with this machine's own Python and the few modules that compiling takes."""
    python = smallbase.PYTHON
    standard, extensions = smallbase.modules()
    library = f"lib/python{python}"
    files: dict[str, Path | bytes | str] = {
        f"bin/python{python}": smallbase.lean(Path(hostpython.PYTHON)),
        "bin/python3": f"python{python}",
        "bin/pip3": b"#!/bin/sh\n",
        f"include/python{python}/Python.h": b"/* */\n",
        f"{library}/test/support.py": b"x = 1\n",
        f"{library}/site-packages/pip/__init__.py": b"",
        f"{library}/_sysconfigdata__linux_x86_64-linux-gnu.py": SYSCONFIG,
        "lib/tcl8.6/init.tcl": b"",
        "lib/libtcl8.6.so": b"no library",
        f"lib/libpython{python}.a": b"!<arch>\n",
        "share/man/man1/python3.1": b"",
        **{f"{library}/{name}": path for name, path in standard.items()},
        **{f"{library}/lib-dynload/{name}": smallbase.lean(path) for name, path in extensions.items()},
    }
    return mirror(folder, smallbase.FULL, files, **more)


def installed(minor: str) -> Path | None:
    """Return the folder of a CPython that pyenv has here, None where it has none of that minor version."""
    root = Path(os.environ.get("PYENV_ROOT") or Path.home() / ".pyenv")
    return next(iter(sorted(root.glob(f"versions/{minor}.*"))), None)


def whole(folder: Path, source: Path) -> Mirror:
    """Return a mirror with all of the CPython installed in `source`, made to find itself anywhere."""
    return mirror(folder, source.name, dict(_files(source)))


def _files(source: Path) -> Iterator[tuple[str, Path | bytes | str]]:
    own = f"{source}/lib".encode()
    for path in source.rglob("*"):
        inside = path.relative_to(source)
        if _LEFT_OUT & set(inside.parts) or path.is_dir():
            continue
        if path.is_symlink():
            yield inside.as_posix(), os.readlink(path)  # noqa: PTH115 - a text
            continue
        data = path.read_bytes()
        if data.startswith(b"\x7fELF"):
            data = data.replace(own + b"\0", b"$ORIGIN/../lib".ljust(len(own), b"\0") + b"\0")
        yield inside.as_posix(), data


def hosts(folder: Path) -> Mirror:
    """Return a mirror with all of this machine's own Python."""
    python = smallbase.PYTHON
    library = Path(sysconfig.get_path("stdlib"))
    files: dict[str, Path | bytes | str] = {f"bin/python{python}": Path(hostpython.PYTHON)}
    for path in library.rglob("*"):
        inside = path.relative_to(library)
        if path.is_file() and not _LEFT_OUT & set(inside.parts):
            files[f"lib/python{python}/{inside.as_posix()}"] = path
    include = Path(sysconfig.get_path("include"))
    files |= {
        f"include/python{python}/{path.relative_to(include).as_posix()}": path
        for path in include.rglob("*.h")
        if path.is_file()
    }
    return mirror(folder, smallbase.FULL, files)
