"""One stage that does everything, as a first Dockerfile does: what the others are measured against.

It is no caricature: user, health check and command are those of the other forms, so that only the
stages make the difference.
"""

import shlex

from bareboat.dockerfile.make import comment, copy, env, frm, run, workdir
from bareboat.dockerfile.syntax import File, Item
from bareboat.forms import bases, export, final, mounts, pip, source, system
from bareboat.forms.assemble import only
from bareboat.forms.final import Installed
from bareboat.forms.options import Options
from bareboat.forms.versions import POETRY, UV
from bareboat.plan.blueprint import Blueprint, Origin
from bareboat.plan.make import USER

__all__ = ["refusal", "write"]

_SYSTEM = Installed("", bin="/usr/local/bin", copies=())


def refusal(blueprint: Blueprint) -> str | None:
    """Return why a single stage cannot be written, None where it can."""
    dependencies = blueprint.dependencies
    match dependencies.origin:
        case Origin.POETRY_LOCK:
            return pip.poetry_refusal(blueprint)
        case Origin.HASHED:
            return pip.unhashed(blueprint)
        case Origin.PYPROJECT if dependencies.is_sourced:
            return "pip does not read where [tool.uv.sources] has the dependencies: `uv lock` does"
    return None


def write(blueprint: Blueprint, options: Options, image: str, *, name: str, title: str) -> File:
    """Return the file on the official image of that kind."""
    base = bases.find(image, python=blueprint.python, suite=blueprint.suite, pins=options.base.pins)
    install, installed = _install(blueprint, options)
    folder = blueprint.context or "."
    items: list[Item] = [
        frm(base.image(base.final), "final"),
        *system.builder(blueprint, base),
        workdir(source.APP),
        copy(folder if not blueprint.dependencies.is_workspace else ".", dest="./"),
        *install,
        *pip.added(blueprint, options, _adding(installed)),
        final.environment(blueprint, installed),
    ]
    if blueprint.django is not None:
        items.append(run(source.collectstatic(blueprint.django, bin=installed.bin)))
    folders = " ".join(blueprint.writable)
    if folders:
        items.append(run(f"mkdir -p {folders}", f"chown {USER} {folders}"))
    items += final.closing(blueprint, installed, base)
    return only(blueprint, options, items, name=name, title=title)


def _adding(installed: Installed) -> str:
    """Return what adds a server where the form has installed the rest."""
    return "uv pip install --python /opt/venv --no-deps" if installed.is_venv else "pip install --no-deps"


def _install(blueprint: Blueprint, options: Options) -> tuple[tuple[Item, ...], Installed]:
    dependencies = blueprint.dependencies
    secrets = mounts.secrets(options, "pip")
    match dependencies.origin:
        case Origin.UV_LOCK | Origin.PYLOCK:
            environment = env({"UV_PROJECT_ENVIRONMENT": "/opt/venv", "UV_PYTHON_DOWNLOADS": "never"})
            package = f" --package {dependencies.package}" if dependencies.is_workspace else ""
            words = f"uv sync --locked --no-dev --no-editable{package}{export.selection(dependencies)}"
            if dependencies.origin is Origin.PYLOCK:
                words = "uv venv /opt/venv && uv pip install --python /opt/venv -r pylock.toml"
            held = (*secrets, *mounts.secrets(options, "uv"))
            return (environment, run(f"pip install uv=={UV}", words, mounts=held)), Installed("", copies=())
        case Origin.POETRY_LOCK:
            words = f"poetry install {export.poetry_arguments(dependencies)}"
            root = "" if blueprint.is_package else " --no-root"
            held = (*secrets, *mounts.secrets(options, "poetry"))
            version = POETRY[dependencies.generation]
            environment = env({"POETRY_VIRTUALENVS_CREATE": "false", "POETRY_NO_INTERACTION": "1"})
            return (environment, run(f"pip install poetry=={version}", words + root, mounts=held)), _SYSTEM
        case Origin.HASHED | Origin.REQUIREMENTS:
            words = f"pip install -r {blueprint.path(dependencies.main)}"
        case _:
            words = f"pip install {shlex.join(dependencies.declared)}" if dependencies.declared else ""
    own = ["pip install --no-deps ."] if blueprint.is_package else []
    commands = [*([words] if words else []), *own]
    if not commands:
        return (comment("Nothing to install."),), _SYSTEM
    return (run(*commands, mounts=secrets),), _SYSTEM
