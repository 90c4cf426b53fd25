"""A wheel as the files that it becomes in the image, RECORD true, nothing unpacked.

Spec: PyPA "Binary distribution format", "Installing a wheel"; "Recording installed projects".
"""

import posixpath
import re
from collections.abc import Iterator

from bareboat.elf.trim import trim
from bareboat.errors import InputError
from bareboat.target import PythonVersion
from bareboat.tree.content import Content
from bareboat.tree.entry import Entry, file
from bareboat.tree.tree import Tree
from bareboat.wheel.archive import Member
from bareboat.wheel.policy import dropped
from bareboat.wheel.read import WheelFile
from bareboat.wheel.record import Hashed, RecordFile, Row, hash_text
from bareboat.wheel.scripts import launcher, rewritten
from bareboat.wheel.venv import site_packages

__all__ = ["INSTALLER", "install"]

INSTALLER = b"bareboat\n"
_RESERVED = re.compile(r"(bin/python[0-9.]*|pyvenv\.cfg|lib64)(/.*)?")
"""The environment's own files, which no wheel may replace."""
_NO_PROGRAM = (
    ".py",
    ".pyi",
    ".pyx",
    ".pxd",
    ".c",
    ".h",
    ".hpp",
    ".txt",
    ".md",
    ".rst",
    ".json",
    ".js",
    ".css",
)
"""Endings of which no ELF file is made; everything else is looked into."""


def install(wheel: WheelFile, *, python: PythonVersion, prefix: str = "opt/venv") -> Tree:
    """Return the tree of `wheel` installed in the environment at `prefix`, parents included.

    Contents stay in the archive until they are read. Modes are 0644, or 0755 for scripts and for
    what the archive marks executable.

    Raises InputError for an unknown `.data` scheme, two files for one path, or a file of the
    environment itself.
    """
    site = site_packages(python, prefix=prefix)
    interpreter = f"/{prefix}/bin/python"
    leaves_out = dropped(wheel)
    placed: dict[str, tuple[Entry, Row]] = {}
    for member in wheel.members:
        if member.name in leaves_out:
            continue
        path, is_script = _destination(wheel, member, python, prefix)
        if path in placed:
            raise InputError(f"{member.name!r} and another member both become {path!r}", where=wheel.filename)
        placed[path] = _placed(member, path, is_script=is_script, site=site, interpreter=interpreter)
    for path, data, mode in _written(wheel, site, prefix, interpreter):
        # A launcher replaces a shipped script of its name, as in other installers.
        row = Row(posixpath.relpath(f"/{path}", f"/{site}"), hash_text(data), len(data))
        placed[path] = (file(path, data, mode=mode), row)
    record = f"{site}/{wheel.dist_info}/RECORD"
    rows = (*(row for _, row in placed.values()), Row(posixpath.relpath(f"/{record}", f"/{site}")))
    entries = [entry for entry, _ in placed.values()]
    return Tree.of([*entries, file(record, RecordFile(rows))], where=wheel.filename).with_parents()


def _destination(wheel: WheelFile, member: Member, python: PythonVersion, prefix: str) -> tuple[str, bool]:
    """Return the path of `member` in the image and whether it is a script."""
    site = site_packages(python, prefix=prefix)
    if not member.name.startswith(wheel.data_prefix):
        return f"{site}/{member.name}", False
    scheme, _, rest = member.name.removeprefix(wheel.data_prefix).partition("/")
    roots = {
        "purelib": site,
        "platlib": site,
        "scripts": f"{prefix}/bin",
        "headers": f"{prefix}/include/site/python{python}/{wheel.name}",
        "data": prefix,
    }
    if scheme not in roots or not rest:
        raise InputError(f"{member.name!r} is in no known scheme of .data", where=wheel.filename)
    path = f"{roots[scheme]}/{rest}"
    _check_reserved(path.removeprefix(f"{prefix}/"), member.name, wheel.filename)
    return path, scheme == "scripts"


def _check_reserved(inside: str, name: str, where: str) -> None:
    """Refuse a path that is, or lies below, a file of the environment itself."""
    if _RESERVED.fullmatch(inside):
        raise InputError(f"{name!r} would replace {inside!r} of the environment", where=where)


def _placed(member: Member, path: str, *, is_script: bool, site: str, interpreter: str) -> tuple[Entry, Row]:
    content: Content = member
    if is_script:
        content = rewritten(content, interpreter, where=member.where)
    if not member.name.endswith(_NO_PROGRAM):
        content = trim(content)
    mode = 0o755 if is_script or member.executable else 0o644
    relative = posixpath.relpath(f"/{path}", f"/{site}")  # absolute: else it asks for the working folder
    if content is member:
        return file(path, member, mode=mode), Row(relative, member.record, member.size)
    hashed = Hashed(content)
    return file(path, hashed, mode=mode), Row(relative, hashed, hashed.size)


def _written(wheel: WheelFile, site: str, prefix: str, interpreter: str) -> Iterator[tuple[str, bytes, int]]:
    yield f"{site}/{wheel.dist_info}/INSTALLER", INSTALLER, 0o644
    for point in wheel.entry_points:
        path = f"{prefix}/bin/{point.name}"
        _check_reserved(f"bin/{point.name}", f"entry point {point.name}", wheel.filename)
        yield path, launcher(point, interpreter), 0o755
