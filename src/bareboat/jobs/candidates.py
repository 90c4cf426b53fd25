"""The forms of a project that can be set side by side: a copy of it, and the Dockerfiles that fit it."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from msgspec import Struct

from bareboat.compare import change
from bareboat.compare.makers import project_copy
from bareboat.compare.result import NATIVE
from bareboat.errors import InputError
from bareboat.forms import registry
from bareboat.index import uv
from bareboat.jobs import dockerfile
from bareboat.jobs.context import Context
from bareboat.jobs.dockerfile import Made, Wish
from bareboat.plan.blueprint import Blueprint, Origin

__all__ = ["NAMES", "Candidates", "Copy", "candidates", "check", "copied"]

_BASELINES = ("single-full", "single-slim")
NAMES = (*_BASELINES, *(name for name in registry.NAMES if name not in _BASELINES), NATIVE)
"""What can be compared, in the order of the rows."""
LOCKED = "Nothing pins the project's dependencies: a uv.lock was made for the comparison."


class Copy(Struct, frozen=True):
    """A project's copy, `depth` folders below its build context; `notes` say what was added to it."""

    folder: Path
    depth: int = 0
    notes: tuple[str, ...] = ()


class Candidates(Struct, frozen=True):
    """The Dockerfiles that fit by form, the reason against each other form, what all are made of."""

    made: Mapping[str, Made]
    unfitting: Mapping[str, str]
    blueprint: Blueprint

    @property
    def images(self) -> tuple[str, ...]:
        """The base images of all, each once."""
        found = (image for made in self.made.values() for image in dockerfile.images(made.file))
        return tuple(dict.fromkeys(found))


def check(names: Sequence[str]) -> None:
    """Raise InputError, with the forms there are, for a name that is none of them."""
    for name in names:
        if name in NAMES:
            continue
        import difflib

        near = difflib.get_close_matches(name, NAMES, n=1)
        raise InputError(
            f"unknown form {name!r}" + (f", did you mean {near[0]!r}?" if near else ""),
            where="--forms",
            hint=f"the forms are: {', '.join(NAMES)}",
        )


def copied(folder: Path, settings: Mapping[str, Any], context: Context, *, base: str, target: Path) -> Copy:
    """Copy a project and its build context to `target`.

    A project that nothing pins gets a uv.lock in the copy, so that all forms install the same.
    """
    folder = folder.resolve()
    found = dockerfile.make(folder, settings, context, Wish(base=base)).blueprint
    depth = len(Path(found.context).parts) if found.context else 0
    root = folder.parents[depth - 1] if depth else folder
    place = project_copy(root, target) / folder.relative_to(root)
    if found.dependencies.origin is not Origin.PYPROJECT:
        return Copy(place, depth)
    environ = change.uv_settings(context.environ, place)
    uv.run(["lock", "--quiet"], environ=environ, cwd=place, where="pyproject.toml")
    return Copy(place, depth, (LOCKED,))


def candidates(
    folder: Path, settings: Mapping[str, Any], context: Context, *, base: str, forms: Sequence[str] = ()
) -> Candidates:
    """Return the Dockerfiles of the project in `folder`, of all forms or of some.

    Raises InputError for one of `forms` that does not fit, with the reason.
    """
    made: dict[str, Made] = {}
    unfitting: dict[str, str] = {}
    for name in NAMES:
        if name == NATIVE or (forms and name not in forms):
            continue
        try:
            made[name] = dockerfile.make(folder, settings, context, Wish(form=name, base=base))
        except InputError as error:
            if error.where != f"form {name}" or forms:
                raise
            unfitting[name] = error.message
    first = next(iter(made.values()), None)
    if first is None:
        first = dockerfile.make(folder, settings, context, Wish(base=base))
    return Candidates(made, unfitting, first.blueprint)
