"""uv in pip's place: a requirements file, a pylock.toml or pyproject.toml into an environment."""

from bareboat.dockerfile.make import copy, env, frm, run
from bareboat.dockerfile.syntax import File, Item
from bareboat.forms import export, mounts, pip, source, system
from bareboat.forms.assemble import assemble
from bareboat.forms.bases import Base
from bareboat.forms.final import Installed
from bareboat.forms.options import Options
from bareboat.forms.uv_sync import ENV, UNLOCK
from bareboat.plan.blueprint import Blueprint, Origin

__all__ = ["IS_BASELINE", "NAME", "TITLE", "TOOL", "WHEN", "fits", "write"]

NAME = "uv-pip"
TITLE = "uv pip install into a virtual environment"
WHEN = "there is a requirements file or a pylock.toml, and builds should be quick"
TOOL = "uv"
IS_BASELINE = False


def fits(blueprint: Blueprint, base: Base) -> str | None:  # noqa: ARG001 - what every form is asked
    """Return why not, or None."""
    reason = pip.refusal(blueprint)
    is_uvs = blueprint.dependencies.origin is Origin.PYLOCK or reason == pip.unhashed(blueprint)
    return None if is_uvs else reason


def write(blueprint: Blueprint, options: Options) -> File:
    """Return the file."""
    base = options.base
    origin = blueprint.dependencies.origin
    exported = export.stages(blueprint, options)
    has_uv = origin in {Origin.UV_LOCK, Origin.PYPROJECT}
    held = (*mounts.caches("uv"), *mounts.secrets(options, "uv"))
    stages: list[Item] = [
        *(() if has_uv else export.uv_image(options)),
        *exported,
        frm(base.image(base.builder), "builder"),
        *system.builder(blueprint, base),
        copy("/uv", dest="/usr/local/bin/uv", from_="uv"),
        env({name: value for name, value in ENV.items() if name != "UV_PROJECT_ENVIRONMENT"}),
        run(f"uv venv --quiet {pip.VENV}"),
    ]
    if origin is not Origin.NONE:
        words, files = pip.command(blueprint, f"uv pip install --python {pip.VENV}")
        stages += [
            *source.located(blueprint, export.SOURCES),
            *export.handed_over(blueprint),
            *export.cleaned(blueprint),
            run(words, UNLOCK, mounts=(*held, *files)),
        ]
    words = f"uv pip install --python {pip.VENV} --no-deps"
    stages += pip.added(blueprint, options, words, tool="uv", then=(UNLOCK,))
    own, last = pip.project(
        blueprint, options, words=f"uv pip install --python {pip.VENV}", tool="uv", then=(UNLOCK,)
    )
    return assemble(blueprint, options, [*stages, *own], Installed(last), name=NAME, title=TITLE)
