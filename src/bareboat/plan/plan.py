"""The Plan: everything that is decided about one image, as a value.

Both builders carry it out and ask nothing; `render.py` prints it, `encode.py` gives it as JSON.
"""

from msgspec import Struct

from bareboat.facts.artifact import Artifact, Role
from bareboat.finding import Finding
from bareboat.lock import BaseLock, Lock
from bareboat.oci.config import Config
from bareboat.project.command import Decision
from bareboat.target import Target
from bareboat.tree.compress import Compression

__all__ = ["Decision", "LayerPlan", "Plan"]


class LayerPlan(Struct, frozen=True):
    """One layer: the artifacts in it, lowest first, or one part of a single huge artifact.

    `size` is bytes as they will lie on disk, for a part its share.
    """

    name: str
    role: Role
    artifacts: tuple[Artifact, ...]
    size: int
    part: int = 1
    parts: int = 1


class Plan(Struct, frozen=True):
    """An image before it is made. `created` is seconds since 1970 UTC, also of every file.

    `reference` is the name that the image gets where it is loaded or written. `layers` are from
    the lowest up.
    """

    reference: str
    target: Target
    base: BaseLock
    lock: Lock
    layers: tuple[LayerPlan, ...]
    config: Config
    compression: Compression
    created: int
    decisions: tuple[Decision, ...] = ()
    findings: tuple[Finding, ...] = ()

    @property
    def artifacts(self) -> tuple[Artifact, ...]:
        """Every artifact once, in the order of the layers."""
        return tuple(dict.fromkeys(artifact for layer in self.layers for artifact in layer.artifacts))

    @property
    def size(self) -> int:
        """Bytes of all files in the image."""
        return sum(layer.size for layer in self.layers)
