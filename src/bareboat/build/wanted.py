"""What a caller asks of a build, and the outside world as the caller read it."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from msgspec import Struct

from bareboat.debian.keys import Keyring
from bareboat.progress import SILENT, Progress
from bareboat.target import Arch

__all__ = ["Wanted"]


class Wanted(Struct, frozen=True):
    """One project and how to work on it.

    `flags` is a table of settings that wins over all others; `now` and `created` are seconds since
    1970 UTC; `store` is the cache folder; `apt_folder` holds the host's package sources. With
    `locked` nothing is resolved, with `offline` nothing is asked of the network, with `refresh`
    mirrors are asked even for what was just verified, with `renew` bareboat.lock is not obeyed.
    With `sandboxed` wheels are built in the sandbox, else on the host.
    `keys` are those that the archive must be signed by, None for Debian's own.
    """

    folder: Path
    flags: Mapping[str, Any]
    environ: Mapping[str, str]
    now: int
    created: int
    store: Path
    arch: Arch
    apt_folder: Path
    workers: int
    offline: bool = False
    locked: bool = False
    refresh: bool = False
    renew: bool = False
    sandboxed: bool = True
    keys: Keyring | None = None
    progress: Progress = SILENT
