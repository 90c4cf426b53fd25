"""Whether poetry.lock was made from this pyproject.toml: Poetry's own content-hash, computed again.

The hash is the sha256 of the sorted JSON of what decides about packages. Poetry 1 takes
`dependencies`, `dev-dependencies`, `extras`, `source` of `[tool.poetry]` (null where missing) and,
since 1.2, `group` where there is one. Poetry 2 puts that under `tool.poetry` (what is missing left
out) beside `project` (`requires-python`, `dependencies`, `optional-dependencies`), since 2.3 beside
`dependency-groups` too. Spec: `Locker._get_content_hash` in Poetry's sources.
"""

import json
from collections.abc import Iterator, Mapping
from hashlib import sha256
from typing import Any

from packaging.version import Version

from bareboat.errors import InputError
from bareboat.project.poetry import table
from bareboat.project.poetrylock import STALE, PoetryLock

__all__ = ["check"]

_OLD = ("dependencies", "dev-dependencies", "source", "extras")
_PROJECT = ("requires-python", "dependencies", "optional-dependencies")


def check(lock: PoetryLock, pyproject: Mapping[str, Any], *, where: str) -> None:
    """Raise InputError unless the lock's content-hash is that of `pyproject`, the whole file."""
    found = list(_hashes(lock, pyproject))
    if lock.content_hash not in found:
        hint = (
            STALE if lock.generation > 1 else "run `poetry lock --no-update` (Poetry 1) and commit the result"
        )
        raise InputError("older than pyproject.toml: its content-hash is another", where=where, hint=hint)


def _hashes(lock: PoetryLock, pyproject: Mapping[str, Any]) -> Iterator[str]:
    """Yield the hashes that the Poetry which wrote the lock could have given it."""
    poetry = table(_table(pyproject, "tool"))
    old = {key: poetry.get(key) for key in _OLD}
    grouped = {"group": poetry["group"]} if poetry.get("group") is not None else {}
    if lock.version < (2, 0):
        yield _digest(old)
    project = _table(pyproject, "project")
    stated = {key: project[key] for key in _PROJECT if project.get(key) is not None}
    groups = _table(pyproject, "dependency-groups")
    for named in (groups, {}) if _is_before_groups(lock.writer) else (groups,):
        content: dict[str, Any] = {}
        if stated:
            content["project"] = stated
        if named:
            content["dependency-groups"] = named
        if not content:
            yield _digest({**old, **grouped})
            continue
        present = {key: value for key, value in old.items() if value is not None}
        yield _digest({**content, "tool": {"poetry": {**present, **grouped}}})


def _table(held: Mapping[str, Any], key: str) -> Mapping[str, Any]:
    found = held.get(key, {})
    return found if isinstance(found, dict) else {}


def _is_before_groups(writer: str) -> bool:
    try:
        return not writer or Version(writer) < Version("2.3.0")
    except ValueError:
        return True


def _digest(content: Mapping[str, Any]) -> str:
    return sha256(json.dumps(content, sort_keys=True, default=str).encode()).hexdigest()
