"""A baseline: everything in one stage of the full image, compilers included."""

from bareboat.dockerfile.syntax import File
from bareboat.forms import single
from bareboat.forms.bases import Base
from bareboat.forms.options import Options
from bareboat.plan.blueprint import Blueprint

__all__ = ["IS_BASELINE", "NAME", "TITLE", "TOOL", "WHEN", "fits", "write"]

NAME = "single-full"
TITLE = "one stage on the full image, a baseline to compare with"
WHEN = "never to ship: it shows what the other forms save"
TOOL = "any"
IS_BASELINE = True


def fits(blueprint: Blueprint, base: Base) -> str | None:  # noqa: ARG001 - what every form is asked
    """Return why not, or None."""
    return single.refusal(blueprint)


def write(blueprint: Blueprint, options: Options) -> File:
    """Return the file; the base is the form's own."""
    return single.write(blueprint, options, "full", name=NAME, title=TITLE)
