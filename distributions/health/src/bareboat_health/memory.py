"""Memory that is left: to the control groups of this process, and to the machine.

What the kernel gives back by itself, the inactive part of the page cache, counts as available.
Spec: Linux Documentation/admin-guide/cgroup-v2.rst, cgroup-v1/memory.rst, filesystems/proc.rst.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from bareboat_health.check import Check, Unavailable, check
from bareboat_health.room import Room, refuse, wanted

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["memory", "rooms"]


def memory(  # noqa: PLR0913  each is a wish of its own
    *,
    min_bytes: int | None = None,
    min_ratio: float | None = None,
    name: str = "memory",
    timeout: float | None = None,
    ttl: float | None = None,
    root: str | Path = "/",
) -> Check:
    """Return a check that fails when less than `min_bytes`, or less than the part `min_ratio`, is available.

    The limits of the control groups of this process count (version 2, else 1) and what the machine
    has available; the least of them decides. A system that tells neither is well, and said to be
    unknown. `root` is where `proc` and `sys` lie.
    """
    least = wanted(name, min_bytes, min_ratio)
    top = Path(root)

    def ask() -> str:
        found = list(rooms(top))
        for room in found:
            if (fault := refuse(room, least)) is not None:
                raise Unavailable(fault)
        return str(min(found, key=lambda room: room.available)) if found else "not known on this system"

    return check(name, ask, timeout=timeout, ttl=ttl)


def rooms(root: Path) -> Iterator[Room]:
    """Yield every bound on the memory of this process, the nearest first."""
    groups = _groups(root / "proc/self/cgroup")
    files = root / "sys/fs/cgroup"
    if "" in groups and (files / "cgroup.controllers").exists():
        limited = _limited(files, groups[""], "memory.max", "memory.current", "inactive_file")
    else:
        names = ("memory.limit_in_bytes", "memory.usage_in_bytes", "total_inactive_file")
        limited = _limited(files / "memory", groups.get("memory", "/"), *names)
    machine = _table(root / "proc/meminfo")
    total = machine.get("MemTotal", 0) * 1024
    for room in limited:
        if not total or room.total < total:  # version 1 writes "no limit" as a number beyond any machine
            yield room
    if total and "MemAvailable" in machine:
        yield Room("available on the machine", machine["MemAvailable"] * 1024, total)


def _limited(top: Path, group: str, limit: str, usage: str, inactive: str) -> Iterator[Room]:
    """Yield the bound of a group and of each that it lies in; a container often sees the top alone."""
    folder = top / group.strip("/")
    if ".." in folder.parts or not folder.is_dir():
        folder = top
    while True:
        most, used = _number(folder / limit), _number(folder / usage)
        if most is not None and used is not None:
            idle = _table(folder / "memory.stat").get(inactive, 0)
            yield Room("available to the container", max(most - max(used - idle, 0), 0), most)
        if folder == top:
            return
        folder = folder.parent


def _groups(file: Path) -> dict[str, str]:
    """Return the path of each controller's group; version 2's controller is called by no name."""
    found = {}
    for line in _text(file).splitlines():
        _, _, rest = line.partition(":")
        names, _, path = rest.partition(":")
        for name in names.split(","):
            found[name] = path
    return found


def _number(file: Path) -> int | None:
    text = _text(file).strip()
    return int(text) if text.isascii() and text.isdecimal() else None


def _table(file: Path) -> dict[str, int]:
    """Return `name value` and `name: value kB` lines as numbers."""
    found = {}
    for line in _text(file).splitlines():
        words = line.replace(":", " ").split()
        if len(words) >= 2 and words[1].isascii() and words[1].isdecimal():
            found[words[0]] = int(words[1])
    return found


def _text(file: Path) -> str:
    try:
        return file.read_text(encoding="ascii", errors="replace")
    except OSError:
        return ""
