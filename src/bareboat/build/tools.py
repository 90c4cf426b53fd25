"""What every step of a build works with."""

from dataclasses import dataclass

from bareboat.net.client import Client
from bareboat.progress import Progress
from bareboat.store.cas import Store

__all__ = ["Tools"]


@dataclass(frozen=True, slots=True)
class Tools:
    """The store, the network, where events go, and how many processors to use."""

    store: Store
    client: Client
    progress: Progress
    workers: int
