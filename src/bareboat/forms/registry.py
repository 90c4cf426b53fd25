"""All forms by name; a test holds that no file of a form is missing here."""

import importlib
from typing import cast

from bareboat.errors import InputError
from bareboat.forms.bases import Base
from bareboat.forms.form import Form
from bareboat.plan.blueprint import Blueprint, Origin

__all__ = ["NAMES", "default", "find", "fitting"]

NAMES = (
    "uv-sync",
    "uv-pip",
    "poetry-export",
    "poetry-direct",
    "pip-venv",
    "wheelhouse",
    "pip-prefix",
    "site-packages",
    "single-slim",
    "single-full",
)
_DEFAULTS = {
    Origin.UV_LOCK: (("uv-sync", "there is a uv.lock"),),
    Origin.POETRY_LOCK: (
        ("poetry-export", "there is a poetry.lock; Poetry itself stays out of the way"),
        ("poetry-direct", "there is a poetry.lock, with places that an export has no hashes for"),
    ),
    Origin.PYLOCK: (("uv-pip", "there is a pylock.toml, which uv installs"),),
    Origin.HASHED: (
        ("pip-venv", "the requirements are pinned and hashed: pip is enough"),
        ("uv-pip", "the requirements are pinned, but for places that pip takes no hashes beside"),
    ),
    Origin.REQUIREMENTS: (("pip-venv", "there is a requirements file: pip is enough"),),
    Origin.PYPROJECT: (("uv-pip", "pyproject.toml names dependencies and nothing pins them"),),
    Origin.NONE: (("pip-venv", "there is nothing to install"),),
}
_BY_TOOL = {
    "pip": ("pip-venv",),
    "uv": ("uv-sync", "uv-pip"),
    "poetry": ("poetry-export", "poetry-direct"),
}


def find(name: str) -> Form:
    """Return the form called `name`; InputError lists them where there is none."""
    if name not in NAMES:
        import difflib

        near = difflib.get_close_matches(name, NAMES, n=1)
        raise InputError(
            f"unknown form {name!r}" + (f", did you mean {near[0]!r}?" if near else ""),
            where="--form",
            hint=f"the forms are: {', '.join(NAMES)}",
        )
    return cast("Form", importlib.import_module(f"bareboat.forms.{name.replace('-', '_')}"))


def fitting(blueprint: Blueprint, base: Base) -> dict[str, str | None]:
    """Return every form by name, with the reason why it does not fit, None where it does."""
    return {name: find(name).fits(blueprint, base) for name in NAMES}


def default(blueprint: Blueprint, base: Base, installer: str = "") -> tuple[Form, str]:
    """Return the form for the project's own tool, or for `installer`, and why.

    Raises InputError where no form of that installer fits, with the reason of each.
    """
    origin = blueprint.dependencies.origin
    if not installer:
        for name, why in _DEFAULTS[origin]:
            reason = find(name).fits(blueprint, base)
            if reason is None:
                return find(name), why
        raise InputError(str(reason), where=f"form {name}")
    reasons = []
    for name in _BY_TOOL[installer]:
        reason = find(name).fits(blueprint, base)
        if reason is None:
            return find(name), f"--installer {installer}"
        reasons.append(f"{name}: {reason}")
    raise InputError(
        "; ".join(reasons), where=f"--installer {installer}", hint="leave --installer out to see what fits"
    )
