"""Artifacts that describe themselves once: measured when first made, recalled ever after."""

from collections.abc import Callable, Sequence

import msgspec
from msgspec import Struct
from msgspec.structs import replace

from bareboat.facts.artifact import Artifact
from bareboat.finding import Finding
from bareboat.store.cas import Store
from bareboat.tree.tree import Tree

__all__ = ["Ready", "is_measured", "measured"]

_KIND = "measured-4"  # goes up with what is measured


class Ready(Struct, frozen=True):
    """An artifact whose files can be had: `tree` makes them, lazily and the same each time.

    `findings` are what making it had to say.
    """

    artifact: Artifact
    tree: Callable[[], Tree]
    findings: tuple[Finding, ...] = ()


class _Kept(msgspec.Struct, frozen=True):
    artifact: Artifact
    findings: tuple[Finding, ...]


def is_measured(store: Store, key: str) -> bool:
    """Say whether `measured` would recall the artifact that `key` names instead of making it."""
    return store.recall(_KIND, key) is not None


def measured(
    store: Store,
    key: str,
    make: Callable[[], Tree],
    describe: Callable[[Tree], Artifact],
    *,
    findings: Sequence[Finding] = (),
) -> Ready:
    """Return the artifact that `key` names.

    What `describe` says of it is recalled if it was ever said; only then is its tree not made.
    `because` is left empty, as it is no property of the bytes. `findings` is a list that `make`
    adds to; what it added is recalled too, so that a warm store says what an empty one said.
    """
    held = store.recall(_KIND, key)
    if held is not None:
        kept = msgspec.json.decode(held, type=_Kept)
        return Ready(kept.artifact, make, kept.findings)
    tree = make()
    kept = _Kept(replace(describe(tree), key=key, because=""), tuple(sorted(findings)))
    store.remember(_KIND, key, msgspec.json.encode(kept))
    return Ready(kept.artifact, lambda: tree, kept.findings)
