"""What every job is handed by its caller: the outside world, read once at the edge."""

from collections.abc import Mapping
from pathlib import Path

from msgspec import Struct

from bareboat.debian.keys import Keyring
from bareboat.progress import SILENT, Progress
from bareboat.target import Arch

__all__ = ["Context"]


class Context(Struct, frozen=True):
    """The environment, the clock, the store and how to work.

    `now` is seconds since 1970 UTC; `created` is the time written into images (SOURCE_DATE_EPOCH
    or 0); `workers` is how many processors to use; `arch` is the architecture of this machine;
    `apt_folder` is where the host's own package sources are written down; `keys` are those that the
    Debian archive must be signed by, None for Debian's own; `sandboxed` says that sources are built
    in the sandbox.
    """

    environ: Mapping[str, str]
    now: int
    store: Path
    arch: Arch
    apt_folder: Path = Path("/etc/apt")
    created: int = 0
    workers: int = 1
    offline: bool = False
    progress: Progress = SILENT
    keys: Keyring | None = None
    sandboxed: bool = True
