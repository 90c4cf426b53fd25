"""The stages that make a requirements file where the project has a lock of another kind.

The result is `/requirements.txt` in the stage `export`, with hashes; the stage that installs
takes it from there. Nothing of the exporting tool reaches the image.
"""

from bareboat.dockerfile.make import arg, comment, copy, frm, run, workdir
from bareboat.dockerfile.syntax import Flag, Item
from bareboat.forms import mounts, source, system
from bareboat.forms.options import Options
from bareboat.forms.versions import POETRY, POETRY_EXPORT, UV
from bareboat.plan.blueprint import Blueprint, Dependencies, Origin

__all__ = [
    "EXPORTED",
    "SOURCES",
    "cleaned",
    "handed_over",
    "has_hashes",
    "is_cleaned",
    "is_exported",
    "poetry_arguments",
    "poetry_stage",
    "requirements",
    "selection",
    "stages",
    "uv_files",
    "uv_image",
]

EXPORTED = "/requirements.txt"
SOURCES = "/src"
"""Where a stage has the project's files while something is installed from them."""
_CLEANED = "/requirements"
_MOUNTED = "/tmp/requirements"  # noqa: S108 - a mount point in a build container
_UV = "ghcr.io/astral-sh/uv:${UV_VERSION}"
_MADE = {Origin.UV_LOCK, Origin.POETRY_LOCK, Origin.PYPROJECT}


def is_exported(dependencies: Dependencies) -> bool:
    """Say whether pip needs the file made first."""
    return dependencies.origin in _MADE


def has_hashes(dependencies: Dependencies) -> bool:
    """Say whether the requirements file pins every hash; of repositories and folders there is none."""
    return dependencies.origin in {*_MADE, Origin.HASHED} and dependencies.located.is_hashable


def is_cleaned(dependencies: Dependencies) -> bool:
    """Say whether the requirements file has lines that no image can take as they are."""
    return dependencies.located.has_links or bool(dependencies.located.itself)


def uv_image(options: Options) -> tuple[Item, ...]:
    """Return the stage `uv`, which holds the program alone."""
    pinned = options.base.pins.get(_UV.replace("${UV_VERSION}", UV))
    image = f"{_UV.replace('${UV_VERSION}', UV)}@{pinned}" if pinned else _UV
    return (frm(image, "uv"),)


def requirements(blueprint: Blueprint) -> tuple[str, tuple[Flag, ...]]:
    """Return the path of the requirements file in RUN, and the mounts that put it there."""
    dependencies = blueprint.dependencies
    if is_exported(dependencies):
        return EXPORTED, ()
    if is_cleaned(dependencies):
        return f"{_CLEANED}/{dependencies.main}", ()
    # a lock's paths begin at its own folder
    folder = SOURCES if dependencies.origin is Origin.PYLOCK and dependencies.located.paths else _MOUNTED
    return f"{folder}/{dependencies.main}", mounts.files(dependencies.files, folder)


def cleaned(blueprint: Blueprint) -> tuple[Item, ...]:
    """Return what copies the requirements file without `-e` and without the project itself."""
    dependencies = blueprint.dependencies
    if not is_cleaned(dependencies):
        return ()
    named = " ".join(f"{_CLEANED}/{name}" for name in dependencies.files)
    words = r"s/^[[:space:]]*(-e|--editable)[ =]*//; /^(file:)?\.\/?(\[[^]]*\])?[[:space:]]*(#.*)?$/d"
    return (
        comment("Sources are not in the image: nothing is installed as a link, and the project comes last."),
        *(copy(name, dest=f"{_CLEANED}/{name}") for name in dependencies.files),
        run(f"sed -i -E '{words}' {named}"),
    )


def handed_over(blueprint: Blueprint) -> tuple[Item, ...]:
    """Return what brings the exported file into the stage that installs.

    COPY and no mount: buildah up to 1.28 finds nothing in a stage that comes whole from its cache.
    """
    is_made = is_exported(blueprint.dependencies)
    return (copy(EXPORTED, dest=EXPORTED, from_="export"),) if is_made else ()


def stages(blueprint: Blueprint, options: Options) -> tuple[Item, ...]:
    """Return the stage `export` and those before it; nothing where a requirements file is there."""
    origin = blueprint.dependencies.origin
    if origin is Origin.UV_LOCK:
        return _uv_export(blueprint, options)
    if origin is Origin.POETRY_LOCK:
        return _poetry_export(blueprint, options)
    return _compiled(blueprint, options) if origin is Origin.PYPROJECT else ()


def selection(dependencies: Dependencies) -> str:
    """Return uv's words for the extras and groups, each with a space before it."""
    words = [f" --extra {name}" for name in dependencies.extras]
    return "".join([*words, *(f" --group {name}" for name in dependencies.groups)])


def uv_files(blueprint: Blueprint, folder: str) -> tuple[Flag, ...]:
    """Return the lock and every pyproject.toml that it is checked against."""
    dependencies = blueprint.dependencies
    members = [f"{member}/pyproject.toml" for member in dependencies.members]
    root = ["pyproject.toml"] if blueprint.context else []
    names = (*dependencies.files, *root, dependencies.pyproject, *members)
    return mounts.files(names, folder)


def _uv_export(blueprint: Blueprint, options: Options) -> tuple[Item, ...]:
    dependencies = blueprint.dependencies
    package = f" --package {dependencies.package}" if dependencies.is_workspace else ""
    plain = " --no-editable" if dependencies.located.folders else ""
    return (
        *uv_image(options),
        comment("The lock as a requirements file, for pip."),
        frm(options.base.image(options.base.builder), "export"),
        *system.git(blueprint, options.base),
        copy("/uv", dest="/usr/local/bin/uv", from_="uv"),
        *(source.located(blueprint, SOURCES) or (workdir(SOURCES),)),
        run(
            f"uv export --locked --no-dev --no-emit-workspace{package}{selection(dependencies)}{plain} "
            f"--python-preference only-system --quiet --output-file {EXPORTED}",
            mounts=(
                *mounts.caches("uv"),
                *uv_files(blueprint, SOURCES),
                *mounts.secrets(options, "uv"),
            ),
        ),
    )


def _compiled(blueprint: Blueprint, options: Options) -> tuple[Item, ...]:
    dependencies = blueprint.dependencies
    extras = "".join(f" --extra {name}" for name in dependencies.extras)
    groups = "".join(f" --group {name}" for name in dependencies.groups)
    return (
        *uv_image(options),
        comment("Nothing pins the dependencies: this resolves them when the image is built."),
        comment("`uv lock`, and this command again, makes builds repeatable."),
        frm(options.base.image(options.base.builder), "export"),
        *system.git(blueprint, options.base),
        copy("/uv", dest="/usr/local/bin/uv", from_="uv"),
        *(source.located(blueprint, SOURCES) or (workdir(SOURCES),)),
        run(
            f"uv pip compile --generate-hashes --quiet{extras}{groups} "
            f"--output-file {EXPORTED} {dependencies.pyproject}",
            mounts=(
                *mounts.caches("uv"),
                *mounts.files((dependencies.pyproject,), SOURCES),
                *mounts.secrets(options, "uv"),
            ),
        ),
    )


def poetry_stage(options: Options, generation: int, *, stage: str, plugin: bool) -> tuple[Item, ...]:
    """Return a stage with Poetry in an environment of its own, of the generation that fits the lock."""
    more = f" poetry-plugin-export=={POETRY_EXPORT[generation]}" if plugin else ""
    return (
        frm(options.base.image(options.base.builder), stage),
        arg("POETRY_VERSION", POETRY[generation]),
        run(
            "python -m venv /opt/poetry",
            f'/opt/poetry/bin/pip install --disable-pip-version-check "poetry==${{POETRY_VERSION}}"{more}',
            mounts=(*mounts.caches("pip"), *mounts.secrets(options, "pip")),
        ),
    )


def poetry_arguments(dependencies: Dependencies) -> str:
    """Return Poetry's words for what to take: the main group, those named, the extras."""
    extras = "".join(f" --extras {name}" for name in dependencies.extras)
    return f"--only {','.join(('main', *dependencies.groups))}{extras}"


def _poetry_export(blueprint: Blueprint, options: Options) -> tuple[Item, ...]:
    dependencies = blueprint.dependencies
    return (
        comment("The lock as a requirements file with its hashes, for pip."),
        *poetry_stage(options, dependencies.generation, stage="export", plugin=True),
        *(source.located(blueprint, SOURCES) or (workdir(SOURCES),)),
        run(
            f"/opt/poetry/bin/poetry export --no-interaction {poetry_arguments(dependencies)} "
            f"--format requirements.txt --output {EXPORTED}",
            mounts=(
                *mounts.caches("poetry"),
                *mounts.files((dependencies.pyproject, dependencies.main), SOURCES),
                *mounts.secrets(options, "poetry"),
            ),
        ),
    )
