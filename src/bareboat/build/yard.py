"""Where wheels are built: which root a source tree is built in, and what runs the backend there."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from typing import Protocol

import msgspec
from msgspec import Struct, field
from packaging.requirements import InvalidRequirement, Requirement
from packaging.utils import canonicalize_name

from bareboat.build.builder import Builder, Builders
from bareboat.build.sources import tools_for
from bareboat.build.supplement import Supplement
from bareboat.build.workshop import Job, Made
from bareboat.facts.needs import table

__all__ = ["Signs", "Works", "Yard", "signs"]

# What makes C of something else, or compiles without a source of its own beside it
_GENERATORS = {"cffi", "cython", "maturin", "mypy", "nanobind", "pybind11", "setuptools-rust", "swig"}
_GIT = ("git",)


class Works(Protocol):
    """What builds: the sandbox (`workshop`), or the host itself (`unconfined`)."""

    @property
    def epoch(self) -> int:
        """The time that a backend is told, seconds since 1970 UTC."""

    def build(self, job: Job, builder: Builder) -> Made:
        """Return the wheel of the sources."""

    def wants(self, job: Job, builder: Builder) -> tuple[str, ...]:
        """Return what the backend asks for beyond what is declared."""


class Signs(msgspec.Struct, frozen=True, array_like=True):
    """What sources say of themselves: packages to compile them with, None where nothing is compiled.

    `asks_git` says that the backend may ask the repository around them.
    """

    packages: tuple[str, ...] | None
    asks_git: bool = False


class Yard(Struct, frozen=True):
    """The roots, what runs in them; packages, variables and requirements that the settings give."""

    builders: Builders
    works: Works
    packages: tuple[str, ...] = ()
    given: Mapping[str, str] = field(default_factory=dict)
    more: Supplement = field(default_factory=Supplement)

    def builder(self, name: str, found: Signs) -> Builder:
        """Return the root for a source tree of the distribution `name`.

        A compiler is in it only where something says that one is needed: that is 70 MB to fetch.
        """
        need = table().get(name)
        named = (
            *(need.debian if need is not None else ()),
            *self.packages,
            *(_GIT if found.asks_git else ()),
        )
        if found.packages is not None or (named and named != _GIT):
            return self.builders.compiling((*named, *(found.packages or ())))
        return self.builders.plain(named)


def signs(paths: Iterable[str], requires: Sequence[str], *, asks_git: bool = False) -> Signs:
    """Return what a source tree of these files and build requirements is built with."""
    found = tools_for(paths)
    generated = not _GENERATORS.isdisjoint(_names(requires))
    return Signs(() if found is None and generated else found, asks_git)


def _names(requires: Sequence[str]) -> Iterator[str]:
    for line in requires:
        with suppress(InvalidRequirement):
            yield canonicalize_name(Requirement(line).name)
