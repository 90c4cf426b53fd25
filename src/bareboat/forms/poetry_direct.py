"""Poetry installs into an environment inside its project's folder, which is copied."""

from bareboat.dockerfile.make import env, run, workdir
from bareboat.dockerfile.syntax import File, Item
from bareboat.forms import export, mounts, pip, source, system
from bareboat.forms.assemble import assemble
from bareboat.forms.bases import Base
from bareboat.forms.final import Installed
from bareboat.forms.options import Options
from bareboat.plan.blueprint import Blueprint

__all__ = ["IS_BASELINE", "NAME", "TITLE", "TOOL", "WHEN", "fits", "write"]

NAME = "poetry-direct"
TITLE = "Poetry itself installs, into the project's own .venv"
WHEN = "the project has a poetry.lock with sources or options that an export would lose"
TOOL = "poetry"
IS_BASELINE = False

_ENV = {
    "POETRY_NO_INTERACTION": "1",
    "POETRY_VIRTUALENVS_IN_PROJECT": "1",
    "POETRY_VIRTUALENVS_OPTIONS_NO_PIP": "1",
    **pip.ENV,
}
_FOLDER = "/srv"
_VENV = f"{_FOLDER}/.venv"


def fits(blueprint: Blueprint, base: Base) -> str | None:  # noqa: ARG001 - what every form is asked
    """Return why not, or None."""
    return pip.poetry_refusal(blueprint)


def write(blueprint: Blueprint, options: Options) -> File:
    """Return the file."""
    dependencies = blueprint.dependencies
    stages: list[Item] = [
        *export.poetry_stage(options, dependencies.generation, stage="builder", plugin=False),
        *system.builder(blueprint, options.base),
        env(_ENV),
        *(source.located(blueprint, _FOLDER) or (workdir(_FOLDER),)),
        run(
            f"/opt/poetry/bin/poetry install --no-root {export.poetry_arguments(dependencies)}",
            mounts=(
                *mounts.caches("poetry"),
                *mounts.files((dependencies.pyproject, dependencies.main), _FOLDER),
                *mounts.secrets(options, "poetry"),
            ),
        ),
        *pip.added(
            blueprint,
            options,
            f"python -m pip --python {_VENV}/bin/python install --no-compile --no-deps",
        ),
        pip.compiled(_VENV),
    ]
    own, last = pip.project(blueprint, options, words=f"python -m pip --python {_VENV}/bin/python install")
    linked = [f"{_FOLDER}/{path}" for path in dependencies.located.linked]
    made = Installed(last, bin=f"{_VENV}/bin", copies=tuple((path, path) for path in (_VENV, *linked)))
    return assemble(blueprint, options, [*stages, *own], made, name=NAME, title=TITLE)
