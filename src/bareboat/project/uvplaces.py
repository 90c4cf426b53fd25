"""`[tool.uv.sources]`: requirements that come from a repository, a URL, a path or the workspace.

Without it a name would be looked up on an index, where another may have taken it.
Spec: uv's documentation, "Dependency sources" and "Workspaces".
"""

import tomllib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from packaging.markers import Marker
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from bareboat.errors import InputError
from bareboat.project import toml
from bareboat.project.reference import absolute, folder_name

__all__ = ["indexes", "members", "placed", "root"]

_WHERE = "pyproject.toml [tool.uv.sources]"
_NAME = "pyproject.toml"
_BOUND = ("index", "marker")


def placed(lines: Iterable[str], tool: Mapping[str, Any], folder: Path) -> tuple[str, ...]:
    """Return requirements with the places that `tool`, of the project in `folder`, has for them.

    Paths become absolute. Raises InputError for a member that the workspace does not have.
    """
    found: list[str] = []
    sources = _sources(tool, folder)
    for line in lines:
        try:
            asked = Requirement(line)
        except ValueError:
            found.append(line)
            continue
        if asked.url is not None:
            found.append(_line(asked, absolute(asked.url, folder), ""))
            continue
        held = sources.get(str(canonicalize_name(asked.name)), ((), folder))
        places = [(_url(asked.name, one, held[1]), str(one.get("marker", ""))) for one in held[0]]
        found += [_line(asked, url, marker) for url, marker in places if url] or [line]
    return tuple(found)


def indexes(tool: Mapping[str, Any], folder: Path) -> str:
    """Return the `[tool.uv]` that binds names to indexes, as text of TOML; empty where none is bound.

    What the root of a workspace says holds for its members, where they do not say otherwise.
    """
    bound = {
        name: [{key: one[key] for key in _BOUND if key in one} for one in entries if "index" in one]
        for name, (entries, _) in _sources(tool, folder).items()
    }
    bound = {name: entries for name, entries in bound.items() if entries}
    if not bound:
        return ""
    above = root(folder)
    tables = [(tool, folder), *([(_tool(above), above)] if above is not None and above != folder else [])]
    named: dict[str, Mapping[str, Any]] = {}
    for table, place in tables:
        uv = table.get("uv", {})
        held = uv.get("index", ()) if isinstance(uv, dict) else ()
        for one in held if isinstance(held, list) else ():
            if isinstance(one, dict) and isinstance(one.get("name"), str):
                url = str(one.get("url", ""))
                named.setdefault(one["name"], {**one, "url": url if "://" in url else str(place / url)})
    listed = toml.inline(list(named.values()))
    return f"[tool.uv]\nsources = {toml.inline(bound)}\nindex = {listed}\n"


def root(folder: Path) -> Path | None:
    """Return the root of the uv workspace around a folder that may be its root, None where there is none."""
    for here in (folder, *folder.parents):
        if _workspace(here) is not None:
            return here
        if (here / ".git").exists():
            return None
    return None


def members(folder: Path) -> tuple[Path, ...]:
    """Return the folders of the members of the workspace at `folder`, itself left out, by path."""
    table = _workspace(folder) or {}
    excluded = {one for pattern in _texts(table, "exclude") for one in folder.glob(pattern)}
    return tuple(
        sorted(
            {
                one
                for pattern in _texts(table, "members")
                for one in folder.glob(pattern)
                if (one / _NAME).is_file() and one not in excluded and one != folder
            }
        )
    )


def _sources(tool: Mapping[str, Any], folder: Path) -> dict[str, tuple[Sequence[Mapping[str, Any]], Path]]:
    """Return what is said of each name, and the folder that paths in it start from.

    What the root of a workspace says holds for its members, where they do not say otherwise.
    """
    found: dict[str, tuple[Sequence[Mapping[str, Any]], Path]] = {}
    above = root(folder)
    if above is not None and above != folder:
        found |= _table(_tool(above), above)
    return found | _table(tool, folder)


def _table(tool: Mapping[str, Any], folder: Path) -> dict[str, tuple[Sequence[Mapping[str, Any]], Path]]:
    uv = tool.get("uv", {})
    held = uv.get("sources", {}) if isinstance(uv, dict) else {}
    if not isinstance(held, dict):
        raise InputError("is no table", where=_WHERE)
    found: dict[str, tuple[Sequence[Mapping[str, Any]], Path]] = {}
    for name, said in held.items():
        entries = said if isinstance(said, list) else [said]
        if not all(isinstance(one, dict) for one in entries):
            raise InputError(f"{name} is no table: {said!r:.200}", where=_WHERE)
        found[str(canonicalize_name(name))] = (entries, folder)
    return found


def _url(name: str, said: Mapping[str, Any], folder: Path) -> str:
    """Return the URL that one entry stands for, empty for one that names an index."""
    inside = f"#subdirectory={said['subdirectory']}" if said.get("subdirectory") else ""
    if said.get("workspace") is True:
        return _member(name, folder).as_uri()
    if "git" in said:
        reference = next((str(said[key]) for key in ("rev", "tag", "branch") if said.get(key)), "")
        return (
            f"git+{said['git']}".replace("git+git+", "git+") + (f"@{reference}" if reference else "") + inside
        )
    if "url" in said:
        return f"{said['url']}{inside}"
    if "path" in said:
        return absolute(f"{(folder / str(said['path'])).resolve().as_uri()}{inside}", folder)
    return ""


def _member(name: str, folder: Path) -> Path:
    above = root(folder)
    wanted = canonicalize_name(name)
    for member in (above, *members(above)) if above is not None else ():
        if canonicalize_name(folder_name(member)) == wanted:
            return member
    where = f"{above.name}/{_NAME}" if above is not None else _NAME
    raise InputError(f"the workspace has no member {name!r}", where=where, hint="add it to its members")


def _line(asked: Requirement, url: str, more: str) -> str:
    extras = f"[{','.join(sorted(asked.extras))}]" if asked.extras else ""
    markers = [f"({one})" for one in (str(asked.marker or ""), str(Marker(more)) if more else "") if one]
    marker = f" ; {' and '.join(markers)}" if markers else ""
    return f"{asked.name}{extras} @ {url}{marker}"


def _workspace(folder: Path) -> Mapping[str, Any] | None:
    uv = _tool(folder).get("uv", {})
    held = uv.get("workspace") if isinstance(uv, dict) else None
    return held if isinstance(held, dict) else None


def _tool(folder: Path) -> Mapping[str, Any]:
    try:
        held = tomllib.loads((folder / _NAME).read_text(encoding="utf-8")).get("tool", {})
    except (OSError, ValueError):
        return {}
    return held if isinstance(held, dict) else {}


def _texts(table: Mapping[str, Any], key: str) -> Iterator[str]:
    held = table.get(key, ())
    yield from (one for one in held if isinstance(one, str)) if isinstance(held, list) else ()
