"""Which Python a Dockerfile is written for, of those that the official images come in.

The interpreter is always the image's own: a tag names a minor version and is moved to its newest patch
release. What the project or a setting says beyond that is told, not obeyed.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from packaging.specifiers import SpecifierSet

from bareboat.errors import InputError, ResolveError
from bareboat.finding import Finding, Severity
from bareboat.forms.bases import DISTROLESS, NAMES
from bareboat.forms.versions import PYTHONS
from bareboat.plan.settings import Settings
from bareboat.project import pyversion
from bareboat.project.command import Decision
from bareboat.project.fact import Fact
from bareboat.project.poetry import python as poetry_python
from bareboat.project.project import Project
from bareboat.target import PythonVersion

__all__ = ["UNMET", "choose", "unmet"]

UNMET = "BB918"
"""The code of the finding for an interpreter that images do not have."""


def choose(
    project: Project, settings: Settings, *, base: str, poetry: Mapping[str, Any]
) -> tuple[PythonVersion, Decision]:
    """Return the version and why: asked for, wished for, or the preferred one that is allowed.

    Raises InputError for what is no version, ResolveError where none is allowed.
    """
    allowed, where = _allowed(project, poetry)
    if settings.python is not None:
        python = _parsed(settings.python, "python setting")
        if not allowed.contains(f"{python}.99"):
            raise ResolveError(f"Python {python} is asked for, but the project allows {allowed}", where=where)
        reason = _reason("asked for", settings.python)
        return python, Decision("python", str(python), reason, "python setting")
    offered: tuple[str, ...] = PYTHONS
    if base == "distroless":
        suites = [settings.suite] if settings.suite else list(DISTROLESS)
        offered = tuple(DISTROLESS[suite][1] for suite in suites if suite in DISTROLESS)[:1]
    for wish in project.wishes:
        if pyversion.is_range(wish.value):
            continue
        python = _parsed(wish.value, wish.where)
        if allowed.contains(f"{python}.99") and (base != "distroless" or str(python) in offered):
            return python, Decision("python", str(python), _reason("wished for", wish.value), wish.where)
    for text in offered:
        if allowed.contains(f"{text}.99"):
            said = f"{allowed} allows it" if where else "nothing says another"
            return PythonVersion.parse(text), Decision("python", text, said, where)
    raise ResolveError(
        f"the project allows Python {allowed}, the images come in {', '.join(offered) or 'none'}",
        where=where or "python",
        hint="name one with --python, and an image that has it with --base IMAGE",
    )


def unmet(settings: Settings, python: PythonVersion, said: Decision, *, base: str) -> tuple[Finding, ...]:
    """Return what the images of `base` do not have of what was asked for; `said` is what `choose` said."""
    found = []
    if settings.interpreter == "standalone":
        found.append(
            Finding(
                UNMET,
                "interpreter setting",
                "python-build-standalone is for native images; a Dockerfile has the Python of its image",
                Severity.WARNING,
                hint="build natively, or name an image that has the Python with --base IMAGE",
            )
        )
    if base in NAMES and str(python) not in PYTHONS:
        found.append(
            Finding(
                UNMET,
                said.where,
                f"Python {python} is asked for, and the official images are known to come in {_few(PYTHONS)}",
                Severity.WARNING,
                hint="name an image that has it with --base IMAGE"
                ", or build natively with `--interpreter any`",
            )
        )
    return tuple(found)


def _reason(reason: str, text: str) -> str:
    """Return the reason, with what a tag leaves open where a patch release is named."""
    is_full = text.strip().count(".") > 1
    return f"{reason}, as {text.strip()}: the image has the newest of its kind" if is_full else reason


def _few(versions: Sequence[str]) -> str:
    held = sorted(versions, key=PythonVersion.parse)
    return f"{held[0]} to {held[-1]}"


def _allowed(project: Project, poetry: Mapping[str, Any]) -> tuple[SpecifierSet, str]:
    required = project.requires_python
    if required is None and (text := poetry_python(poetry)):
        required = Fact(text, "pyproject.toml [tool.poetry.dependencies]")
    return pyversion.bounds(required, project.wishes)


def _parsed(text: str, where: str) -> PythonVersion:
    try:
        return PythonVersion.parse(text)
    except ValueError as error:
        raise InputError(f"{text!r} is no Python version", where=where, hint="write it as 3.13") from error
