"""Whether pdm.lock was made from this pyproject.toml: PDM's own content_hash, computed again.

The hash is that of the sorted JSON of `[tool.pdm] source` and `resolution`, and of dependencies,
optional dependencies, development groups and requires-python. Spec: `PyProject.content_hash` and
`Workspace.content_hash` in PDM's sources; with workspace members their hashes are hashed too, which
is left to PDM: such a lock is taken as it is.
"""

import hashlib
import json
from collections.abc import Mapping
from typing import Any

from packaging.utils import canonicalize_name

from bareboat.errors import InputError
from bareboat.project.pdmlock import DEFAULT, STALE, decode

__all__ = ["check", "declared", "indexes", "name"]


def check(text: str, pyproject: Mapping[str, Any], *, where: str) -> None:
    """Raise InputError where the lock has a content_hash and `pyproject`, the whole file, another."""
    algorithm, _, digest = decode(text, where=where).content_hash.partition(":")
    tool = _table(_table(pyproject, "tool"), "pdm")
    if not digest or algorithm not in {"sha256", "sha384", "sha512", "md5"} or tool.get("workspace"):
        return
    if digest not in {_digest(one, algorithm) for one in _contents(pyproject)}:
        raise InputError("older than pyproject.toml: its content_hash is another", where=where, hint=STALE)


def _contents(pyproject: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Return what the hash may be of, for each way that PDM 2 has had."""
    tool = _table(_table(pyproject, "tool"), "pdm")
    project = _table(pyproject, "project")
    resolution = _table(tool, "resolution")
    content = {
        "sources": tool.get("source", []),
        "dependencies": project.get("dependencies", []),
        "dev-dependencies": _development(pyproject),
        "optional-dependencies": project.get("optional-dependencies", {}),
        "requires-python": project.get("requires-python", ""),
    }
    # Before 2.8 `resolution` was not there, and its overrides stood alone.
    older = {**content, "dev-dependencies": tool.get("dev-dependencies", {})}
    named: list[dict[str, Any]] = [
        {"resolution": resolution},
        {"overrides": _table(resolution, "overrides")},
        {},
    ]
    return [one | more for one in (content, older) for more in named]


def declared(pyproject: Mapping[str, Any]) -> dict[str, tuple[str, ...]]:
    """Return the requirements of each group as PDM names them, extras of the project among them."""
    project = _table(pyproject, "project")
    tables = (_table(project, "optional-dependencies"), _development(pyproject))
    found = {DEFAULT: _texts(project.get("dependencies", []))}
    for table in tables:
        for name in table:
            found[str(canonicalize_name(name))] = _group(table, name, ())
    return found


def _group(table: Mapping[str, Any], name: str, chain: tuple[str, ...]) -> tuple[str, ...]:
    """Return the requirements of a group with those of the groups that it includes."""
    held = table.get(name, [])
    found = list(_texts(held))
    for one in held if isinstance(held, list) else ():
        included = str(canonicalize_name(str(one.get("include-group", "")))) if isinstance(one, dict) else ""
        if included and included not in (*chain, name):
            found += _group(table, included, (*chain, name))
    return tuple(found)


def _development(pyproject: Mapping[str, Any]) -> dict[str, Any]:
    tool = _table(_table(pyproject, "tool"), "pdm")
    found = {
        str(canonicalize_name(name)): held for name, held in _table(pyproject, "dependency-groups").items()
    }
    for name, held in _table(tool, "dev-dependencies").items():
        before = found.get(str(canonicalize_name(name)), [])
        found[str(canonicalize_name(name))] = [*before, *held] if isinstance(held, list) else before
    return found


def _digest(content: Mapping[str, Any], algorithm: str) -> str:
    text = json.dumps(content, sort_keys=True, default=str)
    return hashlib.new(algorithm, text.encode(), usedforsecurity=False).hexdigest()


def _table(held: Mapping[str, Any], key: str) -> Mapping[str, Any]:
    found = held.get(key, {})
    return found if isinstance(found, dict) else {}


def _texts(held: object) -> tuple[str, ...]:
    return tuple(one for one in held if isinstance(one, str)) if isinstance(held, list) else ()


def name(pyproject: Mapping[str, Any]) -> str:
    """Return the project's name, empty where it has none."""
    return str(_table(pyproject, "project").get("name", ""))


def indexes(pyproject: Mapping[str, Any]) -> tuple[str, ...]:
    """Return the URLs of the indexes beside the public one, variables unexpanded."""
    held = _table(_table(pyproject, "tool"), "pdm").get("source", [])
    return tuple(
        str(one["url"])
        for one in (held if isinstance(held, list) else ())
        if isinstance(one, dict)
        and "url" in one
        and one.get("name") != "pypi"
        and one.get("type") != "find_links"
    )
