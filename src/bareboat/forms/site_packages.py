"""The builder's site-packages copied over the final image's: common, and offered with warnings."""

from bareboat.dockerfile.syntax import File
from bareboat.forms import export, pip
from bareboat.forms.assemble import assemble
from bareboat.forms.bases import Base
from bareboat.forms.final import Installed
from bareboat.forms.options import Options
from bareboat.plan.blueprint import Blueprint

__all__ = ["IS_BASELINE", "NAME", "TITLE", "TOOL", "WHEN", "fits", "write"]

NAME = "site-packages"
TITLE = "a copy of site-packages"
WHEN = "an existing build does it so; a virtual environment does the same without the warnings"
TOOL = "pip"
IS_BASELINE = False

_WARNINGS = (
    "Mind: the path holds the Python version, which must be the same in both images; whatever pip put",
    "elsewhere (headers, data, man pages) stays behind; pip and all of /usr/local/bin come along.",
)


def fits(blueprint: Blueprint, base: Base) -> str | None:
    """Return why not, or None."""
    if not base.has_shell:
        return "a distroless Python does not look below /usr/local"
    return pip.refusal(blueprint)


def write(blueprint: Blueprint, options: Options) -> File:
    """Return the file."""
    place = f"/usr/local/lib/python{blueprint.python}/site-packages"
    words = "python -m pip install --no-compile"
    stages = [
        *export.stages(blueprint, options),
        *pip.opening(blueprint, options),
        *pip.install(blueprint, options, words),
        *pip.added(blueprint, options, f"{words} --no-deps"),
        pip.compiled(place),
    ]
    own, last = pip.project(blueprint, options, words="python -m pip install")
    made = Installed(
        last,
        bin="/usr/local/bin",
        copies=((place, place), ("/usr/local/bin", "/usr/local/bin")),
        notes=_WARNINGS,
    )
    return assemble(blueprint, options, [*stages, *own], made, name=NAME, title=TITLE)
