"""uv sync from the lock, in three stages: dependencies, the project, what runs."""

from bareboat.dockerfile.make import comment, copy, env, frm, run, workdir
from bareboat.dockerfile.syntax import File, Item
from bareboat.forms import export, mounts, pip, source, system
from bareboat.forms.assemble import assemble
from bareboat.forms.bases import Base
from bareboat.forms.final import Installed
from bareboat.forms.options import Options
from bareboat.plan.blueprint import Blueprint, Origin

__all__ = ["ENV", "IS_BASELINE", "NAME", "TITLE", "TOOL", "UNLOCK", "WHEN", "fits", "write"]

NAME = "uv-sync"
TITLE = "uv sync from uv.lock, the project itself non-editable"
WHEN = "the project has a uv.lock: exactly what it says, checked, the quickest to build"
TOOL = "uv"
IS_BASELINE = False

ENV = {
    "UV_COMPILE_BYTECODE": "1",
    "PYC_INVALIDATION_MODE": "UNCHECKED_HASH",
    "UV_LINK_MODE": "copy",
    "UV_PYTHON_DOWNLOADS": "never",
    "UV_PYTHON": "python3",
    "UV_PROJECT_ENVIRONMENT": "/opt/venv",
}
UNLOCK = "rm -f /opt/venv/.lock"
"""uv leaves a lock file that anybody may write to: nothing of the kind is shipped."""


def fits(blueprint: Blueprint, base: Base) -> str | None:  # noqa: ARG001 - what every form is asked
    """Return why not, or None."""
    if blueprint.dependencies.origin is not Origin.UV_LOCK:
        return "there is no uv.lock: `uv lock` makes it"
    return None


def write(blueprint: Blueprint, options: Options) -> File:
    """Return the file."""
    dependencies = blueprint.dependencies
    package = f" --package {dependencies.package}" if dependencies.is_workspace else ""
    words = f"uv sync --locked --no-dev{package}{export.selection(dependencies)}"
    held = (*mounts.caches("uv"), *mounts.secrets(options, "uv"))
    base = options.base
    none = "--no-install-workspace" if dependencies.is_workspace else "--no-install-project"
    plain = " --no-editable" if dependencies.located.folders else ""
    stages: list[Item] = [
        *export.uv_image(options),
        frm(base.image(base.builder), "build"),
        *system.builder(blueprint, base),
        copy("/uv", dest="/usr/local/bin/uv", from_="uv"),
        env(ENV),
        *(source.located(blueprint, "/src") or (workdir("/src"),)),
        comment("Dependencies alone: a change of the source does not come here."),
        run(f"{words} {none}{plain}", UNLOCK, mounts=(*held, *export.uv_files(blueprint, "/src"))),
    ]
    last = "build"
    if blueprint.is_package or dependencies.members:
        last = "install"
        stages += [
            comment("The project itself, as a wheel: its sources are not in the image."),
            frm("build", "install"),
            *_sources(blueprint),
            run(
                f"{words} --no-editable",
                UNLOCK,
                mounts=(*held, *export.uv_files(blueprint, "/src"), *pip.repository(blueprint)),
            ),
        ]
    # behind the last sync, which would remove it
    asked = "uv pip install --python /opt/venv --no-deps"
    stages += pip.added(blueprint, options, asked, tool="uv", then=(UNLOCK,))
    return assemble(blueprint, options, stages, Installed(last), name=NAME, title=TITLE)


def _sources(blueprint: Blueprint) -> tuple[Item, ...]:
    """Return what brings the project where its lock expects it, other members of its workspace too."""
    if blueprint.dependencies.members:
        return (copy(".", dest="./"),)
    below = (workdir(f"/src/{blueprint.context}"),) if blueprint.context else ()
    return (*below, *source.copies(blueprint, blueprint.sources))
