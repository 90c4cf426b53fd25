"""What every step of a build works with."""

from dataclasses import dataclass, field

from bareboat.debian.package import Unpacked
from bareboat.net.client import Client
from bareboat.progress import Progress
from bareboat.store.cas import Store

__all__ = ["Tools"]


@dataclass(frozen=True, slots=True)
class Tools:
    """The store, the network, where events go, and how many processors to use.

    `unpacked` are the Debian packages that this build has unpacked or recalled, by sha256.
    """

    store: Store
    client: Client
    progress: Progress
    workers: int
    unpacked: dict[str, Unpacked] = field(default_factory=dict, compare=False, repr=False)
