"""A folder read into a Project. The one place of the room that decides which file speaks for what.

Where several files could decide about the dependencies, `sources.py` says which does; the others
are named with the reason why they do not count.
"""

import re
from collections.abc import Mapping, Sequence
from pathlib import Path

from msgspec.structs import replace
from packaging.utils import canonicalize_name

from bareboat.errors import InputError
from bareboat.project import (
    application,
    files,
    legacy,
    modules,
    poetry,
    processes,
    pyproject,
    pyversion,
    services,
    sources,
    startup,
)
from bareboat.project import script as scripts
from bareboat.project.fact import Fact
from bareboat.project.files import Files
from bareboat.project.project import Backend, Project, Script, SourceKind
from bareboat.project.pyproject import Pyproject
from bareboat.project.texts import Texts
from bareboat.project.toml import read_text

__all__ = ["FOLDER", "metadata", "read"]

FOLDER = "the folder"
"""Where a name comes from that nobody wrote down."""
_UNFOUND = (
    "Poetry finds no package of the project's name: it is not installed, and runs from its folder "
    "(`package-mode = false` says so)"
)


def metadata(folder: Path, script: str = "") -> Pyproject:
    """Return pyproject.toml read, empty where there is none. Settings are read off this first.

    A script that says what it needs takes its place: the one that is named, or the only one at the
    top of a folder without a manifest.
    """
    path = folder / "pyproject.toml"
    if not script and path.is_file():
        return pyproject.read(read_text(path))
    name = script or _only_script(folder)
    return scripts.read(folder, name) if name else Pyproject()


def _only_script(folder: Path) -> str:
    name = scripts.alone(folder)
    return "" if not name or sources.has_manifest(folder) or legacy.manifest(folder) else name


def read(  # noqa: PLR0913 - one keyword for each thing that changes the reading
    folder: Path,
    *,
    environ: Mapping[str, str],
    include: Sequence[str] = (),
    exclude: Sequence[str] = (),
    requirements: str = "",
    script: str = "",
    any_lock: bool = False,
) -> Project:
    """Return what the folder says. Nothing in it is imported or run.

    `include` and `exclude` are the settings of that name; `requirements` names the requirements
    file where it is not in a usual place, `script` the script that is the project, with what it
    imports and nothing else of the folder; with `any_lock` a lock that only its own tool reads is
    no fault, and the source is then without dependencies.

    Raises InputError for a folder that is no project and for whatever cannot be read.
    """
    folder = folder.resolve()
    if not folder.is_dir():
        raise InputError("no such folder", where=str(folder))
    said = metadata(folder, script)
    if not said.is_script:
        said = legacy.completed(said if any_lock else poetry.completed(said), folder)
    unfound = said.is_package and not poetry.is_found(said, folder)
    said = replace(said, is_package=False, scripts=()) if unfound else said
    container = startup.read(folder)
    found = files.read(folder, environ=environ, include=include, exclude=exclude)
    found = _reached(found, script) if script else found
    stated = processes.found(Texts(folder), found, said.tool)
    known = {one.value for one in container.ports}
    container = replace(
        container,
        processes=stated.processes,
        ports=(*container.ports, *(one for one in stated.ports if one.value not in known)),
        configs=stated.configs,
        volumes=stated.volumes,
        environ=stated.environ,
        folder=stated.folder,
    )
    source, declared, notes = sources.decide(
        folder, said, environ=environ, requirements=requirements, any_lock=any_lock
    )
    if not said.has_project and not declared and not any(entry.path.endswith(".py") for entry in found):
        raise InputError(
            "no Python project: no pyproject.toml, no requirements.txt, no .py file",
            where=str(folder),
            hint="name the folder that holds the project",
        )
    console = tuple(
        Script(name, target, said.where(f"scripts/{name}"))
        for name, target in said.scripts
        if source.installs_project
    )
    entry = said.tool.get("fastapi", {})
    named = [*(container.targets or stated.apps)]
    if isinstance(entry, dict) and isinstance(entry.get("entrypoint"), str):
        named.insert(0, Fact(entry["entrypoint"], "pyproject.toml"))
    settings = said.tool.get("bareboat", {})
    pythons = pyversion.read(folder, container)
    old = () if said.requires_python else pyversion.classified(said.classifiers, said.file)
    project = Project(
        folder,
        source,
        found,
        application.read(
            found,
            name=said.name,
            scripts=[(one.name, one.target, one.where) for one in console],
            named=named,
            runs=said.file if said.is_script else "",
        ),
        dependencies=declared,
        extras=said.extras,
        groups=said.groups,
        scripts=console,
        wishes=(*pythons.wishes, *old),
        container=container,
        settings=settings if isinstance(settings, dict) else {},
        notes=(*notes, *pythons.notes, *((_UNFOUND,) if unfound else ())),
        is_dynamic=said.is_dynamic
        and not said.dynamic_files
        and source.kind in {SourceKind.BACKEND, SourceKind.REQUIREMENTS}
        and source.installs_project
        and said.is_package,
        script=said.file if said.is_script else "",
    )
    project = _with_metadata(project, said, folder)
    _refuse_parent(project)
    return project


def _reached(found: Files, name: str) -> Files:
    """Return of the files the script and what it imports, and what the include setting names."""
    held = modules.read(found, started=(), aside=True).reached(name) | {name, *found.included}
    return replace(found, entries=tuple(one for one in found if one.path in held))


def _refuse_parent(project: Project) -> None:
    """Raise InputError for a folder without dependencies of its own whose code is that of projects below.

    A command of its own, a package of its own, or a start that none of them has make it a project.
    """
    if project.dependencies or project.backend is not None or project.is_dynamic:
        return
    if any((project.folder / name).is_file() for name in sources.OWN):
        return
    held = services.below(project.folder, (entry.path for entry in project.files))
    if held and (project.source.kind is SourceKind.NONE or not _starts_itself(project, held)):
        raise services.refusal(held)


def _starts_itself(project: Project, held: tuple[services.Service, ...]) -> bool:
    """Say whether something is started here that is of none of the projects below."""
    if {"app", "command"} & project.settings.keys():
        return True
    tops = tuple(f"{one.folder}/" for one in held)
    starts = [one.where for one in project.application.candidates]
    container = project.container
    return bool(container.targets or container.processes) or not all(one.startswith(tops) for one in starts)


def _with_metadata(project: Project, said: Pyproject, folder: Path) -> Project:
    def fact(key: str, value: str) -> Fact[str] | None:
        return Fact(value, said.where(f"project/{key}")) if value else None

    backend = None
    if said.is_package and said.has_project and project.source.installs_project:
        name = said.backend or "setuptools.build_meta:__legacy__"
        requires = said.backend_requires or (() if said.backend else ("setuptools>=40.8.0",))
        backend = Fact(Backend(name, requires, said.backend_path), said.where("build-system"))
    return replace(
        project,
        name=fact("name", str(canonicalize_name(said.name)) if said.name else "")
        or Fact(_folder_name(folder), FOLDER),
        version=fact("version", said.version),
        description=fact("description", said.description),
        license=fact("license", said.license),
        requires_python=fact("requires-python", said.requires_python),
        backend=backend,
    )


def _folder_name(folder: Path) -> str:
    return re.sub(r"[^a-z0-9]+", "-", folder.name.lower()).strip("-") or "app"
