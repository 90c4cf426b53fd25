"""uv's own configuration files, read only to see which indexes they name."""

import tomllib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

__all__ = ["tables", "urls"]


def tables(environ: Mapping[str, str], folder: Path | None, root: Path) -> Iterator[Mapping[str, Any]]:
    """Yield uv's settings that hold for `folder`, the nearest first, each as one table.

    `UV_CONFIG_FILE` replaces all files; `UV_NO_CONFIG` forbids them. A file that cannot be read is
    passed over: uv will name its fault. Spec: uv, configuration files.
    """
    if environ.get("UV_CONFIG_FILE"):
        yield from _table(Path(environ["UV_CONFIG_FILE"]))
        return
    if environ.get("UV_NO_CONFIG"):
        return
    if folder is not None:
        yield from _nearest(folder.absolute())
    home = environ.get("XDG_CONFIG_HOME") or (f"{environ['HOME']}/.config" if environ.get("HOME") else "")
    if home:
        yield from _table(Path(home, "uv/uv.toml"))
    for system in [*environ.get("XDG_CONFIG_DIRS", "/etc/xdg").split(":"), "/etc"]:
        yield from _table(root / system.lstrip("/") / "uv/uv.toml")


def urls(table: Mapping[str, Any]) -> list[tuple[str, str]]:
    """Return the (name, URL) pairs of all indexes and link folders that `table` names."""
    entries = table.get("index")
    found = [
        (str(entry.get("name", "")), entry["url"])
        for entry in (entries if isinstance(entries, list) else [])
        if isinstance(entry, dict) and isinstance(entry.get("url"), str)
    ]
    for part in (table, table.get("pip")):
        if isinstance(part, dict):
            for key in ("index-url", "extra-index-url", "find-links"):
                value = part.get(key)
                words = value if isinstance(value, list) else [value]
                found += [("", word) for word in words if isinstance(word, str)]
    return found


def _nearest(folder: Path) -> Iterator[Mapping[str, Any]]:
    """Yield the settings of the first folder upwards that has some."""
    for place in (folder, *folder.parents):
        own = list(_table(place / "uv.toml")) or list(_table(place / "pyproject.toml", "tool", "uv"))
        if own:
            yield from own
            return


def _table(file: Path, *keys: str) -> Iterator[Mapping[str, Any]]:
    try:
        found: Any = tomllib.loads(file.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return
    for key in keys:
        found = found.get(key) if isinstance(found, dict) else None
    if isinstance(found, dict):
        yield found
