"""Build requirements that sources do not declare: from `[tool.bareboat.build]` and from uv's own settings.

Old sources name no version of setuptools and fail with today's, or import what they do not ask for.
Spec: uv, `extra-build-dependencies` and `build-constraint-dependencies`.
"""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from typing import Any

from msgspec import Struct, field
from packaging.requirements import InvalidRequirement, Requirement
from packaging.utils import canonicalize_name

from bareboat.errors import InputError
from bareboat.plan.settings import Build

__all__ = ["Supplement", "supplement"]


class Supplement(Struct, frozen=True):
    """`requires` are further requirements by normalised name; `constraints` hold for those declared."""

    requires: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    constraints: tuple[str, ...] = ()

    def of(self, name: str, declared: Sequence[str]) -> tuple[str, ...]:
        """Return what is to be added to what the sources of the distribution `name` declare."""
        more = self.requires.get(name, ())
        known = {found for line in (*declared, *more) for found in _names(line)}
        bounds = (line for line in self.constraints if not known.isdisjoint(_names(line)))
        return (*more, *bounds)


def supplement(build: Build, uv: Mapping[str, Any]) -> Supplement:
    """Return both together; `uv` is the table `[tool.uv]`. InputError for what is no requirement."""
    requires: dict[str, list[str]] = {}
    extra = uv.get("extra-build-dependencies", {})
    for name, listed in (extra if isinstance(extra, dict) else {}).items():
        for one in listed if isinstance(listed, list) else ():
            text = one.get("requirement", "") if isinstance(one, dict) else one
            requires.setdefault(str(canonicalize_name(name)), []).append(str(text))
    for name, lines in build.requires.items():
        requires.setdefault(str(canonicalize_name(name)), []).extend(lines)
    bounds = uv.get("build-constraint-dependencies", [])
    constraints = tuple(line for line in bounds if isinstance(line, str)) if isinstance(bounds, list) else ()
    for name, held in requires.items():
        _check(name, held)
    return Supplement({name: tuple(held) for name, held in requires.items()}, constraints)


def _check(name: str, lines: Sequence[str]) -> None:
    for line in lines:
        try:
            Requirement(line)
        except InvalidRequirement as error:
            raise InputError(f"{line!r} is no requirement", where=f"build requirements of {name}") from error


def _names(line: str) -> Iterator[str]:
    with suppress(InvalidRequirement):
        yield canonicalize_name(Requirement(line).name)
