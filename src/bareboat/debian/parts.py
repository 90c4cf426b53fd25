"""Which layer a Debian package belongs to: the base, the interpreter, or native libraries.

The interpreter is what is built from CPython's own source package; the base is all else that
the packages asked for by every image need; what remains was asked for by the project. Read from
the packages' own Depends, so that a library that a later CPython needs finds its place by itself.
"""

from collections import deque
from collections.abc import Iterable
from enum import StrEnum

from bareboat.debian import relation, stanza
from bareboat.debian.excluded import excluded
from bareboat.debian.package import Unpacked
from bareboat.target import PythonVersion

__all__ = ["Part", "closure", "split"]


class Part(StrEnum):
    """A layer of Debian packages, in the order in which the layers are stacked."""

    BASE = "base"
    INTERPRETER = "interpreter"
    NATIVE = "native"


def split(packages: Iterable[Unpacked], roots: Iterable[str], *, python: PythonVersion) -> dict[str, Part]:
    """Return the part of each package by its name.

    `roots` are the names that every image of the suite asks for. Raises InputError for relations
    that cannot be read.
    """
    held = {each.package.name: each for each in packages}
    needed = closure(held.values(), roots)
    return {name: _part(each, python) if name in needed else Part.NATIVE for name, each in held.items()}


def _part(unpacked: Unpacked, python: PythonVersion) -> Part:
    return Part.INTERPRETER if unpacked.package.source == f"python{python}" else Part.BASE


def closure(packages: Iterable[Unpacked], roots: Iterable[str]) -> set[str]:
    """Return which of `packages` the packages called `roots` need, by Depends and Pre-Depends.

    Raises InputError for relations that cannot be read.
    """
    controls = {each.package.name: each.control.encode() for each in packages}
    providers: dict[str, list[str]] = {name: [name] for name in controls}
    for name, control in controls.items():
        for provided in relation.parse_provides(stanza.field(control, b"Provides")):
            providers.setdefault(provided.name, []).append(name)
    waiting = deque(name for name in roots if name in controls)
    found = set(waiting)
    while waiting:
        asking = waiting.popleft()
        for field in (b"Pre-Depends", b"Depends"):
            for alternatives in relation.parse(stanza.field(controls[asking], field)):
                for one in alternatives:
                    if excluded(one.name, wanted_by=asking):
                        continue
                    new = [name for name in providers.get(one.name, ()) if name not in found]
                    found.update(new)
                    waiting.extend(new)
    return found
