"""pip into a prefix, copied over the final image's own /usr/local."""

from msgspec.structs import replace

from bareboat.dockerfile.make import comment, copy, frm, run
from bareboat.dockerfile.syntax import File, Item
from bareboat.forms import export, pip, source, system
from bareboat.forms.assemble import assemble
from bareboat.forms.bases import Base
from bareboat.forms.final import Installed
from bareboat.forms.options import Options
from bareboat.plan.blueprint import Blueprint

__all__ = ["IS_BASELINE", "NAME", "TITLE", "TOOL", "WHEN", "fits", "write"]

NAME = "pip-prefix"
TITLE = "pip --prefix, copied over /usr/local"
WHEN = "programs must be on the usual path and no environment is wanted"
TOOL = "pip"
IS_BASELINE = False

_PREFIX = "/install"


def fits(blueprint: Blueprint, base: Base) -> str | None:
    """Return why not, or None."""
    if not base.has_shell:
        return "a distroless Python does not look below /usr/local"
    return pip.refusal(blueprint)


def write(blueprint: Blueprint, options: Options) -> File:
    """Return the file."""
    base = options.base
    # --ignore-installed: what the builder's own environment has must come along too.
    words = f"python -m pip install --prefix={_PREFIX} --ignore-installed --no-compile"
    stages: list[Item] = [
        *export.stages(blueprint, options),
        *pip.opening(blueprint, options),
        *(pip.install(blueprint, options, words) or (run(f"mkdir {_PREFIX}"),)),
        *pip.added(blueprint, options, f"{words} --no-deps"),
        run(f"{source.COMPILE} -s {_PREFIX} -p /usr/local {_PREFIX} || true"),
    ]
    own, last = pip.project(
        blueprint, options, words=f"python -m pip install --prefix={_PREFIX} --ignore-installed"
    )
    stages += own
    made = Installed(last, bin="/usr/local/bin", copies=((_PREFIX, "/usr/local"),), ready=last)
    if blueprint.django is not None or options.has_tests or options.has_scan:
        stages += [
            comment("The packages where they will lie, so that they run."),
            frm(base.image(base.builder), "ready"),
            *system.libraries(blueprint, base),
            copy(_PREFIX, dest="/usr/local", from_=last),
        ]
        made = replace(made, ready="ready")
    return assemble(blueprint, options, stages, made, name=NAME, title=TITLE)
