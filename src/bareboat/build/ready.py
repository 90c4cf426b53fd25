"""Artifacts that describe themselves once: measured when first made, recalled ever after."""

from collections.abc import Callable
from dataclasses import dataclass, replace

import msgspec

from bareboat.facts.artifact import Artifact
from bareboat.store.cas import Store
from bareboat.tree.tree import Tree

__all__ = ["Ready", "is_measured", "measured"]

_KIND = "artifact"


@dataclass(frozen=True, slots=True)
class Ready:
    """An artifact whose files can be had: `tree` makes them, lazily and the same each time."""

    artifact: Artifact
    tree: Callable[[], Tree]


def is_measured(store: Store, key: str) -> bool:
    """Say whether `measured` would recall the artifact that `key` names instead of making it."""
    return store.recall(_KIND, key) is not None


def measured(store: Store, key: str, make: Callable[[], Tree], describe: Callable[[Tree], Artifact]) -> Ready:
    """Return the artifact that `key` names.

    What `describe` says of it is recalled if it was ever said; only then is its tree not made.
    `because` is left empty, as it is no property of the bytes.
    """
    held = store.recall(_KIND, key)
    if held is not None:
        return Ready(msgspec.json.decode(held, type=Artifact), make)
    tree = make()
    artifact = replace(describe(tree), key=key, because="")
    store.remember(_KIND, key, msgspec.json.encode(artifact))
    return Ready(artifact, lambda: tree)
