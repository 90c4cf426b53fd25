"""A Plan carried out natively: trees to layers, layers to an image. Asks nothing and decides nothing."""

from collections.abc import Iterator, Mapping

from msgspec.structs import replace

from bareboat import __version__
from bareboat.build.keys import key
from bareboat.build.ready import Ready
from bareboat.build.tools import Tools
from bareboat.facts.artifact import Artifact, Role
from bareboat.oci.config import Config
from bareboat.oci.image import Image
from bareboat.oci.layer import Layer
from bareboat.oci.platform import Platform
from bareboat.plan.plan import LayerPlan, Plan
from bareboat.store.layers import find_layer, put_layer
from bareboat.threads import Threads
from bareboat.tree import compress
from bareboat.tree.entry import Entry, Kind
from bareboat.tree.tree import Tree

__all__ = ["image"]

_BASE_NAME = "org.opencontainers.image.base.name"
_BASE_DIGEST = "org.opencontainers.image.base.digest"


def image(plan: Plan, ready: Mapping[Artifact, Ready], tools: Tools) -> Image:
    """Return the image that `plan` describes, its layers in the store.

    Layers are made side by side, the largest first; those that the store has are not made again.
    """
    ordered = sorted(plan.layers, key=lambda layer: -layer.size)
    with Threads(tools.workers, "layer") as pool:
        made = dict(zip(ordered, pool.map(lambda one: _layer(plan, one, ready, tools), ordered), strict=True))
    layers = [(layer, made[layer]) for layer in plan.layers]
    bare = Image(Platform("linux", plan.target.arch.value), plan.config, created=plan.created)
    below = [one for layer, one in layers if layer.role in {Role.BASE, Role.INTERPRETER}]
    base = replace(bare, config=Config()).append(*below).encode()
    labels = {
        _BASE_NAME: f"debian:{plan.base.suite}",
        _BASE_DIGEST: str(base.manifest.digest),
        **dict(plan.config.labels),
    }
    config = replace(plan.config, labels=tuple(sorted(labels.items())))
    return replace(bare, config=config).append(*(one for _, one in layers))


def _layer(plan: Plan, layer: LayerPlan, ready: Mapping[Artifact, Ready], tools: Tools) -> Layer:
    named = key(
        "layer",
        *(artifact.key for artifact in layer.artifacts),
        f"{layer.part}/{layer.parts}",
        plan.compression,
        compress.version(plan.compression),
        str(plan.created),
    )
    comment = f"bareboat {__version__}: {layer.name}"
    held = find_layer(tools.store, named, comment=comment)
    if held is not None:
        return held
    tree = Tree().merge(*(ready[artifact].tree() for artifact in layer.artifacts)).with_parents()
    if layer.parts > 1:
        tree = Tree.of(_share(tree, layer.part, layer.parts)).with_parents()
    return put_layer(
        tools.store,
        named,
        tree,
        compression=plan.compression,
        epoch=plan.created,
        workers=tools.workers,
        comment=comment,
        progress=tools.progress,
    )


def _share(tree: Tree, part: int, parts: int) -> Iterator[Entry]:
    """Yield the entries of one of `parts` runs of nearly equal bytes; folders are in each."""
    whole = max(tree.size, 1)
    before = 0
    for entry in tree:
        if entry.kind is Kind.DIRECTORY or min(before * parts // whole, parts - 1) == part - 1:
            yield entry
        before += entry.size
