"""What sources say of themselves without being run: name, version, requirements.

Taken only where it is final: static in pyproject.toml (PEP 621) or [tool.poetry], in a setup.cfg that no
setup.py can overrule, in the PKG-INFO of an archive (PEP 643).
"""

import re
from collections.abc import Iterator
from email.message import Message
from email.parser import Parser
from pathlib import Path

from msgspec import Struct
from packaging.utils import canonicalize_name
from packaging.version import InvalidVersion, Version

from bareboat.errors import BareboatError
from bareboat.project import legacy, poetry, pyproject, uvplaces
from bareboat.project.toml import read_text
from bareboat.store.stored import StoredBlob
from bareboat.tree import untar
from bareboat.tree.compress import Compression, decompress

__all__ = ["Metadata", "of_archive", "of_extra", "static"]

_LARGEST = 4 << 20
_ARCHIVE = 8 << 30
_FIRST_FINAL = (2, 2)
_DYNAMIC = {"dependencies", "optional-dependencies", "version"}


class Metadata(Struct, frozen=True):
    """A distribution's metadata as far as resolving goes; the name is normalised.

    `requires` are PEP 508 lines, those of extras with their marker.
    """

    name: str
    version: str
    requires: tuple[str, ...] = ()
    extras: tuple[str, ...] = ()
    python: str = ""

    @classmethod
    def of_headers(cls, headers: "Message[str, str]") -> "Metadata":
        """Return what a METADATA or PKG-INFO says."""
        return cls(
            str(canonicalize_name(str(headers["Name"] or "").strip())),
            str(headers["Version"] or "").strip(),
            tuple(" ".join(str(line).split()) for line in headers.get_all("Requires-Dist") or ()),
            tuple(str(line).strip() for line in headers.get_all("Provides-Extra") or ()),
            str(headers["Requires-Python"] or "").strip(),
        )

    def text(self) -> str:
        """Return it as lines of METADATA, without name and version."""
        lines = [f"Requires-Python: {self.python}"] if self.python else []
        lines += [f"Provides-Extra: {name}" for name in self.extras]
        return "\n".join([*lines, *(f"Requires-Dist: {line}" for line in self.requires)]) or "Platform: any"


def static(folder: Path) -> Metadata | None:
    """Return what the manifests in `folder` say for good, None where only the backend can tell."""
    path = folder / "pyproject.toml"
    try:
        said = pyproject.read(read_text(path)) if path.is_file() else pyproject.Pyproject()
        said = legacy.completed(poetry.completed(said), folder)
    except BareboatError:
        return None
    is_final = said.has_project and not said.is_guessed and not said.is_dynamic
    if not is_final or not said.name or not _is_version(said.version) or said.dynamic & _DYNAMIC:
        return None
    requires = [*uvplaces.placed(said.dependencies or (), said.tool, folder)]
    for name, lines in said.extras:
        requires += [of_extra(line, name) for line in uvplaces.placed(lines, said.tool, folder)]
    extras = tuple(name for name, _ in said.extras)
    return Metadata(
        str(canonicalize_name(said.name)), said.version, tuple(requires), extras, said.requires_python
    )


def of_archive(blob: StoredBlob, filename: str) -> Metadata | None:
    """Return what the PKG-INFO of an archive says for good, None where it says nothing so."""
    if not filename.endswith((".tar.gz", ".tgz")):
        return None
    info = next(_information(blob, filename), "")
    headers = Parser().parsestr(info, headersonly=True)
    version = re.match(r"(\d+)\.(\d+)", str(headers["Metadata-Version"] or ""))
    if version is None or (int(version[1]), int(version[2])) < _FIRST_FINAL:
        return None
    dynamic = {str(one).lower() for one in headers.get_all("Dynamic") or ()}
    return (
        Metadata.of_headers(headers) if not dynamic & {"requires-dist", "provides-extra", "version"} else None
    )


def _information(blob: StoredBlob, filename: str) -> Iterator[str]:
    chunks = decompress(blob.chunks(), Compression.GZIP, where=filename)
    for entry in untar.read(chunks, limit=_ARCHIVE, where=filename):
        if re.fullmatch(r"[^/]+/PKG-INFO", entry.path) and entry.content and entry.size <= _LARGEST:
            yield b"".join(entry.content.chunks()).decode("utf-8", "replace")


def _is_version(text: str) -> bool:
    try:
        Version(text)
    except InvalidVersion:
        return False
    return True


def of_extra(line: str, extra: str) -> str:
    """Return a requirement as METADATA says it of an extra."""
    requirement, mark, marker = line.partition(" ; ") if " @ " in line else line.partition(";")
    condition = f'extra == "{extra}"'
    return (
        f"{requirement.strip()} ; ({marker.strip()}) and {condition}"
        if mark
        else f"{requirement.strip()} ; {condition}"
    )
