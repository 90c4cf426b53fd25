"""Wheels first, in a stage with compilers; installed from them without an index."""

from bareboat.dockerfile.make import bind_mount, comment, env, frm, run
from bareboat.dockerfile.syntax import File, Item
from bareboat.forms import export, pip, system
from bareboat.forms.assemble import assemble
from bareboat.forms.bases import Base
from bareboat.forms.final import Installed
from bareboat.forms.options import Options
from bareboat.plan.blueprint import Blueprint, Origin

__all__ = ["IS_BASELINE", "NAME", "TITLE", "TOOL", "WHEN", "fits", "write"]

NAME = "wheelhouse"
TITLE = "a stage of wheels, installed with --no-index"
WHEN = "packages are compiled, and installing must not reach the network or see a compiler"
TOOL = "pip"
IS_BASELINE = False


def fits(blueprint: Blueprint, base: Base) -> str | None:  # noqa: ARG001 - what every form is asked
    """Return why not, or None."""
    return pip.refusal(blueprint)


def write(blueprint: Blueprint, options: Options) -> File:
    """Return the file."""
    base = options.base
    stages: list[Item] = [*export.stages(blueprint, options), *pip.opening(blueprint, options, "wheels")]
    stages += pip.install(blueprint, options, "python -m pip wheel --wheel-dir /wheels") or (
        run("mkdir /wheels"),
    )
    stages += pip.added(blueprint, options, "python -m pip wheel --no-deps --wheel-dir /wheels")
    wheels, last = pip.project(
        blueprint, options, words="python -m pip wheel --wheel-dir /wheels", after="wheels"
    )
    if last != "wheels":
        stages += wheels
    stages += [
        comment("No compiler and no index here: only what the wheels before it hold."),
        frm(base.image(base.builder), "builder"),
        *(system.libraries(blueprint, base) if _is_run(blueprint, options) else ()),
        env(pip.ENV),
        run(f"python -m venv --without-pip {pip.VENV}"),
    ]
    if blueprint.dependencies.origin is not Origin.NONE or blueprint.is_package or blueprint.added:
        stages.append(
            run(
                f"python -m pip --python {pip.VENV}/bin/python install "
                "--no-compile --no-cache-dir --no-index --find-links=/wheels --no-deps /wheels/*.whl",
                mounts=(bind_mount("/wheels", source="/wheels", from_=last),),
            )
        )
    stages.append(pip.compiled(pip.VENV))
    return assemble(blueprint, options, stages, Installed("builder"), name=NAME, title=TITLE)


def _is_run(blueprint: Blueprint, options: Options) -> bool:
    """Say whether what is installed is loaded before the final stage."""
    is_collected = system.is_collected(blueprint, options.base)
    return blueprint.django is not None or options.has_tests or is_collected
