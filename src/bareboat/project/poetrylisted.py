"""What a poetry.lock lists: names, versions, files, for those who leave the installing to Poetry.

Read tolerantly: Poetry itself checks the lock. Format 2.1 (Poetry 2) says for each package which
groups want it and when; older ones do not, so all of their packages count.
Spec: Poetry's locker; the format is versioned by `[metadata] lock-version`.
"""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from packaging.markers import InvalidMarker, Marker
from packaging.utils import canonicalize_name

from bareboat.errors import InputError
from bareboat.project import toml

__all__ = ["Listed", "Locked", "read"]


@dataclass(frozen=True, slots=True)
class Locked:
    """One package; `files` are the names of its wheels and sources, `groups` None where unknown."""

    name: str
    version: str
    files: tuple[str, ...]
    groups: tuple[str, ...] | None
    marker: str = ""

    @property
    def wheels(self) -> tuple[str, ...]:
        """The names of its wheels."""
        return tuple(name for name in self.files if name.endswith(".whl"))

    def is_wanted(self, groups: Collection[str], environment: dict[str, str]) -> bool:
        """Say whether one of `groups` wants it on a target with these markers."""
        if self.groups is not None and not set(self.groups) & set(groups):
            return False
        try:
            return not self.marker or Marker(self.marker).evaluate(dict(environment))
        except InvalidMarker:
            return True


@dataclass(frozen=True, slots=True)
class Listed:
    """The packages by name, and which major version of Poetry made the lock."""

    generation: int
    packages: tuple[Locked, ...]


def read(text: str, *, where: str) -> Listed:
    """Return what the lock lists; InputError for one that is no lock of Poetry."""
    table = toml.parse(text, where=where)
    held = table.get("package", [])
    metadata = table.get("metadata", {})
    version = metadata.get("lock-version", "") if isinstance(metadata, dict) else ""
    if not isinstance(version, str) or not version or not isinstance(held, list):
        raise InputError("no lock of Poetry: it has no lock-version", where=where, hint="run `poetry lock`")
    old = metadata.get("files", {})
    packages = tuple(
        _package(one, old if isinstance(old, dict) else {}) for one in held if isinstance(one, dict)
    )
    major, _, minor = version.partition(".")
    is_new = (major, minor) >= ("2", "1")
    return Listed(2 if is_new else 1, tuple(sorted(packages, key=lambda one: one.name)))


def _package(table: dict[str, Any], old: dict[str, Any]) -> Locked:
    name = str(table.get("name", ""))
    files = table.get("files", old.get(name, []))
    groups = table.get("groups")
    marker = table.get("markers", "")
    return Locked(
        canonicalize_name(name),
        str(table.get("version", "")),
        tuple(str(one.get("file", "")) for one in files if isinstance(one, dict))
        if isinstance(files, list)
        else (),
        tuple(map(str, groups)) if isinstance(groups, list) else None,
        marker if isinstance(marker, str) else "",
    )
