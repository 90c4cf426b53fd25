"""Disk space: what is free for this user where a path lies."""

from __future__ import annotations

import os
import shutil
from typing import TYPE_CHECKING

from bareboat_health.check import Check, Unavailable, check
from bareboat_health.room import Room, refuse, wanted

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["disk"]


def disk(  # noqa: PLR0913  each is a wish of its own
    path: str | Path,
    *,
    min_bytes: int | None = None,
    min_ratio: float | None = None,
    name: str = "disk",
    timeout: float | None = None,
    ttl: float | None = None,
) -> Check:
    """Return a check that fails when less than `min_bytes`, or less than the part `min_ratio`, is free."""
    least = wanted(name, min_bytes, min_ratio)
    where = os.fspath(path)

    def ask() -> str:
        usage = shutil.disk_usage(where)
        room = Room("free", usage.free, usage.total)
        if (fault := refuse(room, least)) is not None:
            raise Unavailable(fault)
        return str(room)

    return check(name, ask, timeout=timeout, ttl=ttl)
