"""What it takes to compile well-known packages: the table `needs.toml`, read."""

import tomllib
from functools import cache
from importlib import resources

from msgspec import Struct

__all__ = ["Need", "table"]


class Need(Struct, frozen=True):
    """The packages that one distribution is compiled with.

    `always` says that it publishes no wheel for Linux.
    """

    debian: tuple[str, ...]
    alpine: tuple[str, ...]
    always: bool = False


@cache
def table() -> dict[str, Need]:
    """Return the table by normalised name."""
    text = resources.files("bareboat.facts").joinpath("needs.toml").read_text("utf-8")
    return {
        name: Need(tuple(one["debian"]), tuple(one["alpine"]), one.get("always", False))
        for name, one in tomllib.loads(text).items()
    }
