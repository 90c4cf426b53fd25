"""pip into a virtual environment, which is copied whole."""

from bareboat.dockerfile.syntax import File
from bareboat.forms import pip
from bareboat.forms.assemble import assemble
from bareboat.forms.bases import Base
from bareboat.forms.final import Installed
from bareboat.forms.options import Options
from bareboat.plan.blueprint import Blueprint

__all__ = ["IS_BASELINE", "NAME", "TITLE", "TOOL", "WHEN", "fits", "write"]

NAME = "pip-venv"
TITLE = "pip into a virtual environment that is copied whole"
WHEN = "the plain and portable form: any requirements file, any base, no other tool needed"
TOOL = "pip"
IS_BASELINE = False


def fits(blueprint: Blueprint, base: Base) -> str | None:  # noqa: ARG001 - what every form is asked
    """Return why not, or None."""
    return pip.refusal(blueprint)


def write(blueprint: Blueprint, options: Options) -> File:
    """Return the file."""
    stages, last = pip.environment(blueprint, options)
    return assemble(blueprint, options, stages, Installed(last), name=NAME, title=TITLE)
