"""Which modules the application may import, over all that is installed: read off their texts.

What each artifact imports is read once and remembered with it.
"""

from collections.abc import Iterable, Sequence

import msgspec

from bareboat.build.ready import Ready
from bareboat.facts import imports
from bareboat.facts.artifact import Role
from bareboat.facts.sources import sources
from bareboat.store.cas import Store

__all__ = ["imported", "reached"]

_KIND = "imports"
_OWN = (Role.PROJECT, Role.SOURCE)


def imported(store: Store, one: Ready) -> dict[str, tuple[str, ...]]:
    """Return for each module of an artifact what it may import."""
    held = store.recall(_KIND, one.artifact.key)
    if held is not None:
        return msgspec.json.decode(held, type=dict[str, tuple[str, ...]])
    found = imports.read(sources(one.tree()))
    store.remember(_KIND, one.artifact.key, msgspec.json.encode(found))
    return found


def reached(store: Store, ready: Iterable[Ready], argv: Sequence[str]) -> frozenset[str]:
    """Return the modules that the application may import, and those that the words of `argv` name.

    Where the application has no modules of its own, all that is installed counts.
    """
    every: dict[str, tuple[str, ...]] = {}
    roots: set[str] = set()
    for one in ready:
        found = imported(store, one)
        every |= found
        if one.artifact.role in _OWN:
            roots.update(found)
    if not roots:
        return frozenset(every)
    tops = {name.partition(".")[0] for name in every}
    for word in argv:
        module = word.partition(":")[0]
        module = module.rpartition("/")[2].replace("-", "_")
        if module.partition(".")[0] in tops:
            roots.add(module)
            roots.add(f"{module}.__main__")
    return imports.reached(roots, every)
