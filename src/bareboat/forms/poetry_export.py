"""Poetry exports its lock, pip installs it with hashes, the environment is copied: three stages."""

from bareboat.dockerfile.syntax import File
from bareboat.forms import pip
from bareboat.forms.assemble import assemble
from bareboat.forms.bases import Base
from bareboat.forms.final import Installed
from bareboat.forms.options import Options
from bareboat.plan.blueprint import Blueprint

__all__ = ["IS_BASELINE", "NAME", "TITLE", "TOOL", "WHEN", "fits", "write"]

NAME = "poetry-export"
TITLE = "Poetry exports, pip installs, in three stages"
WHEN = "the project has a poetry.lock: Poetry and its own packages stay out of what is shipped"
TOOL = "poetry"
IS_BASELINE = False


def fits(blueprint: Blueprint, base: Base) -> str | None:  # noqa: ARG001 - what every form is asked
    """Return why not, or None."""
    return pip.poetry_refusal(blueprint) or pip.unhashed(blueprint)


def write(blueprint: Blueprint, options: Options) -> File:
    """Return the file."""
    stages, last = pip.environment(blueprint, options)
    return assemble(blueprint, options, stages, Installed(last), name=NAME, title=TITLE)
