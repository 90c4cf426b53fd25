"""pip's part of the forms that install with it: the stage that installs, the project's own wheel.

pip stays outside of the environment that it fills (`pip --python`): what is shipped holds no
installer. Bytecode is made in one go afterwards, valid whatever the files' times are.
"""

import shlex
from collections.abc import Sequence

from bareboat.dockerfile.make import comment, env, frm, run, workdir
from bareboat.dockerfile.syntax import Flag, Item
from bareboat.forms import export, mounts, source, system
from bareboat.forms.options import Options
from bareboat.plan.blueprint import Blueprint, Origin

__all__ = [
    "ENV",
    "VENV",
    "added",
    "command",
    "compiled",
    "environment",
    "install",
    "opening",
    "poetry_refusal",
    "project",
    "refusal",
    "repository",
    "unhashed",
]

VENV = "/opt/venv"
ENV = {"PIP_DISABLE_PIP_VERSION_CHECK": "1", "PIP_ROOT_USER_ACTION": "ignore"}
# Zip files know no time before 1980: build backends refuse zero.
_EPOCH = "SOURCE_DATE_EPOCH=315532800"


def refusal(blueprint: Blueprint) -> str | None:
    """Return why pip cannot install the project's dependencies, None where it can."""
    dependencies = blueprint.dependencies
    if dependencies.is_workspace:
        return "the members of a workspace are installed by uv sync only"
    if dependencies.origin is Origin.PYLOCK:
        return "pip does not install from pylock.toml: uv-pip does"
    if dependencies.origin is Origin.POETRY_LOCK and (reason := poetry_refusal(blueprint)):
        return reason
    return unhashed(blueprint)


def unhashed(blueprint: Blueprint) -> str | None:
    """Return why pip cannot check hashes, None where it can or there are none."""
    located = blueprint.dependencies.located
    if blueprint.dependencies.origin not in {Origin.REQUIREMENTS, Origin.NONE} and not located.is_hashable:
        held = "repositories" if located.has_git else "folders"
        return f"pip takes no hashes beside {held}: uv and Poetry themselves do"
    return None


def poetry_refusal(blueprint: Blueprint) -> str | None:
    """Return why no Poetry can read lock and pyproject.toml together."""
    dependencies = blueprint.dependencies
    if dependencies.origin is not Origin.POETRY_LOCK:
        return "there is no poetry.lock: `poetry lock` makes it"
    if dependencies.generation == 1 and dependencies.is_standard:
        return "poetry.lock is of Poetry 1, which cannot read [project]: run `poetry lock` with Poetry 2"
    return None


def opening(blueprint: Blueprint, options: Options, stage: str = "builder") -> tuple[Item, ...]:
    """Return a builder stage up to where something is installed."""
    base = options.base
    return (
        frm(base.image(base.builder), stage),
        *system.builder(blueprint, base),
        env(ENV),
    )


def command(blueprint: Blueprint, words: str) -> tuple[str, tuple[Flag, ...]]:
    """Return `pip WORDS -r FILE` with hashes demanded where the file has them, and its mounts."""
    path, held = export.requirements(blueprint)
    hashed = "--require-hashes " if export.has_hashes(blueprint.dependencies) else ""
    return f"{words} {hashed}-r {path}", held


def install(blueprint: Blueprint, options: Options, words: str) -> tuple[Item, ...]:
    """Return RUN of pip on the requirements; nothing where there are none."""
    if blueprint.dependencies.origin is Origin.NONE:
        return ()
    text, held = command(blueprint, words)
    ran = run(text, mounts=(*mounts.caches("pip"), *held, *mounts.secrets(options, "pip")))
    return (
        *source.located(blueprint, export.SOURCES),
        *export.handed_over(blueprint),
        *export.cleaned(blueprint),
        ran,
    )


def added(
    blueprint: Blueprint, options: Options, words: str, *, tool: str = "pip", then: Sequence[str] = ()
) -> tuple[Item, ...]:
    """Return RUN of `words` on the server that no lock names; nothing where none was asked for."""
    if not blueprint.added:
        return ()
    held = (*mounts.caches(tool), *mounts.secrets(options, tool))
    return (
        comment("The server that add-server asked for: no lock names it."),
        run(f"{words} {' '.join(blueprint.added)}", *then, mounts=held),
    )


def environment(blueprint: Blueprint, options: Options) -> tuple[tuple[Item, ...], str]:
    """Return the stages that make /opt/venv with pip, and the name of the last."""
    python = f"python -m pip --python {VENV}/bin/python"
    stages = (
        *export.stages(blueprint, options),
        *opening(blueprint, options),
        run(f"python -m venv --without-pip {VENV}"),
        *install(blueprint, options, f"{python} install --no-compile"),
        *added(blueprint, options, f"{python} install --no-compile --no-deps"),
        compiled(VENV),
    )
    own, last = project(blueprint, options, words=f"{python} install")
    return (*stages, *own), last


def compiled(folder: str) -> Item:
    """Return RUN that compiles what lies below `folder`; a file that is no Python stops nothing."""
    return run(f"{source.COMPILE} {folder} || true")


def project(  # noqa: PLR0913 - what differs between the forms
    blueprint: Blueprint,
    options: Options,
    *,
    words: str,
    tool: str = "pip",
    after: str = "builder",
    then: Sequence[str] = (),
) -> tuple[tuple[Item, ...], str]:
    """Return the stage that installs the project's own wheel, and the name of the last stage.

    `words` are the command, `then` what follows it. Its dependencies are there, but where it stands in
    the requirements file itself: then they come along.
    """
    if not blueprint.is_package:
        return (), after
    return (
        comment("The project itself, as a wheel: its sources are not in the image."),
        frm(after, "install"),
        workdir("/src"),
        *source.copies(blueprint, blueprint.sources),
        run(
            f"{_EPOCH} {words} {_itself(blueprint)}",
            *then,
            mounts=(*repository(blueprint), *mounts.caches(tool), *mounts.secrets(options, tool)),
        ),
    ), "install"


def _itself(blueprint: Blueprint) -> str:
    """Return the words for the project: alone, or with what else the requirements file has."""
    itself = blueprint.dependencies.located.itself
    if not itself or blueprint.dependencies.origin is not Origin.REQUIREMENTS:
        return "--no-deps ."
    return f"-r {export.requirements(blueprint)[0]} {shlex.quote(itself)}"


def repository(blueprint: Blueprint) -> tuple[Flag, ...]:
    """Return the mount of the repository, for a project whose version comes from it."""
    return mounts.files((".git",), "/src") if blueprint.asks_git else ()
