"""Which extras and groups of a project an image gets and which it does not, in words for the plan."""

from collections.abc import Sequence

from packaging.utils import canonicalize_name

from bareboat.plan.settings import Settings
from bareboat.project.project import Project

__all__ = ["said"]


def said(project: Project, settings: Settings) -> str:
    """Return `with group prod; without extra http, group dev`; empty where there is nothing to choose."""
    parts = (
        ("extra", [name for name, _ in project.extras], settings.extras or ()),
        ("group", [name for name, _ in project.groups], settings.groups or ()),
    )
    taken, left = [], []
    for kind, known, asked in parts:
        names = sorted({str(canonicalize_name(name)) for name in asked})
        taken += _listed(kind, names)
        left += _listed(kind, [name for name in known if name not in names])
    given = f"with {', '.join(taken)}" if taken else ""
    missing = f"without {', '.join(left)}" if left else ""
    return "; ".join(filter(None, (given, missing)))


def _listed(kind: str, names: Sequence[str]) -> list[str]:
    return [f"{kind} {name}" for name in names]
