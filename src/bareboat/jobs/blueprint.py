"""The Blueprint of a project: read, decided, and looked up, for whatever form is written from it."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from msgspec import Struct
from msgspec.structs import replace

from bareboat.build import adding, labels, proposal, starting
from bareboat.build import writable as written
from bareboat.build.checkout import asks_git
from bareboat.build.locks import Locks
from bareboat.build.prepare import tools_for
from bareboat.build.wishes import refuse_old
from bareboat.errors import InputError
from bareboat.index.config import known_urls, uv_environment
from bareboat.jobs.context import Context
from bareboat.jobs.dependencies import dependencies
from bareboat.jobs.plan import wanted
from bareboat.jobs.pythons import choose, unmet
from bareboat.jobs.runtime import learned, system
from bareboat.plan.blueprint import Blueprint, Checks, Django, Origin, System
from bareboat.plan.settings import Settings, from_environment, from_table, merge
from bareboat.project import django, djangosettings, poetry, read, secrets
from bareboat.project.fact import Fact
from bareboat.project.files import File
from bareboat.project.project import Backend, Project
from bareboat.project.pyproject import Pyproject
from bareboat.target import Target

__all__ = ["Asked", "blueprint"]

_LABELS = ("org.opencontainers.image.version", "org.opencontainers.image.revision")
_TESTS = ("test", "tests", "testing", "dev")
_BESIDE = ("tests/", "test/", "conftest.py", "pytest.ini", "setup.cfg", "tox.ini", "pyproject.toml")
_NOT_BUILT = ("tests/", "test/", "docs/", "doc/", "examples/", "requirements.txt")


class Asked(Struct, frozen=True):
    """What the form to come asks of the blueprint: its base and the tool whose lock counts.

    Without `has_system` no package of the distribution is looked up, so no network is asked.
    """

    base: str = "slim"
    tool: str = ""
    has_system: bool = True

    @property
    def is_alpine(self) -> bool:
        """Whether the image has musl."""
        return "alpine" in self.base


def blueprint(folder: Path, flags: Mapping[str, Any], context: Context, asked: Asked) -> Blueprint:
    """Return the Blueprint of the project in `folder`; `flags` are the caller's as a table.

    Raises InputError for what cannot be read, and NetworkError where a run-time library must be
    looked up and the archive cannot be reached.
    """
    project, settings, said = _project(folder, flags, context)
    refuse_old(project, python=settings.python)
    python, reason = choose(project, settings, base=asked.base, poetry=_poetry(said))
    suite = settings.suite or "trixie"
    target = Target(context.arch, f"{python}.99", (2, 41))
    found = dependencies(project, settings, said, target, prefer=asked.tool)
    lacks = proposal.lacking(project) if found.dependencies.origin is Origin.NONE else None
    if lacks is not None:
        raise proposal.refusal(lacks)
    names = {one.name: one.version for one in found.distributions}
    modules = _modules(project, said)
    added = _added(project, settings, context, names, target)
    names |= dict(added)
    started = starting.start(project, settings, names, modules)
    has_wheel = project.backend is not None
    may_write, said_of_folders = written.folders(project, settings)
    entries = _tops([one.path for one in starting.carried(project, started.start, has_wheel=has_wheel)])
    sources = _sources(project) if has_wheel else ()
    secrets.check(_below(project.files, (*entries, *sources)), include=settings.include or ())
    libraries, findings = (
        system(folder, flags, settings, context, found.distributions, target, is_alpine=asked.is_alpine)
        if asked.has_system
        else (System(), ())
    )
    libraries, reasons, more = learned(libraries, project, context, suite, is_alpine=asked.is_alpine)
    return Blueprint(
        name=settings.name or (project.name.value if project.name is not None else "app"),
        python=python,
        suite=suite,
        dependencies=found.dependencies,
        added=tuple(f"{name}=={version}" for name, version in added),
        start=started.start,
        context=found.context,
        is_package=has_wheel,
        asks_git=has_wheel and asks_git(project),
        entries=entries,
        sources=sources,
        django=_django(project, settings, names) if entries else None,
        distributions=found.distributions,
        system=libraries,
        variables=project.application.variables,
        writable=may_write,
        labels=_labels(project, context),
        version=project.version.value if project.version is not None else "",
        env=tuple((settings.env or {}).items()),
        has_private_index=_has_private_index(project, context),
        tests=_tests(project),
        excluded=settings.exclude or (),
        decisions=(reason, found.decision, *started.decisions, *said_of_folders, *reasons),
        findings=(
            *unmet(settings, python, reason, base=asked.base),
            *started.findings,
            *findings,
            *more,
        ),
    )


def _project(folder: Path, flags: Mapping[str, Any], context: Context) -> tuple[Project, Settings, Pyproject]:
    if not folder.is_dir():
        raise InputError("no such folder", where=str(folder), hint="name the project's folder")
    said = read.metadata(folder, flags.get("script", ""))
    table = said.tool.get("bareboat", {})
    if not isinstance(table, dict):
        raise InputError("[tool.bareboat] is no table", where="pyproject.toml")
    settings = merge(
        from_table(table, where="pyproject.toml [tool.bareboat]"),
        from_environment(context.environ),
        from_table(flags, where="flags"),
    )
    project = read.read(
        folder,
        environ=context.environ,
        include=settings.include or (),
        exclude=settings.exclude or (),
        requirements=settings.requirements or "",
        script=settings.script or "",
        any_lock=True,
    )
    return _with_poetry(project, said), settings, said


def _added(
    project: Project, settings: Settings, context: Context, names: Mapping[str, str], target: Target
) -> tuple[tuple[str, str], ...]:
    """Return name and version of each package of a server that was asked for and that nothing names."""
    requirement = adding.needed(project, settings, names)
    if not requirement:
        return ()
    locks = Locks(project, settings, context.environ, offline=context.offline, locked=False)
    with tools_for(wanted(project.folder, {}, context, locked=False)) as tools:
        return adding.pins(requirement, names, locks, target, tools)


def _poetry(said: Pyproject) -> dict[str, Any]:
    held = said.tool.get("poetry", {})
    return held if isinstance(held, dict) else {}


def _with_poetry(project: Project, said: Pyproject) -> Project:
    """Return the project with what `[tool.poetry]` says in place of `[project]`."""
    table = _poetry(said)
    if not table:
        return project
    if table.get("package-mode") is False:
        project = replace(project, backend=None)
    if said.has_project:
        return project

    def fact(key: str) -> Fact[str] | None:
        value = table.get(key)
        return Fact(value, "pyproject.toml [tool.poetry]") if isinstance(value, str) and value else None

    is_package = said.is_package and poetry.is_found(said, project.folder) and fact("name") is not None
    backend = Backend(said.backend, said.backend_requires, said.backend_path)
    return replace(
        project,
        name=fact("name") or project.name,
        version=fact("version"),
        description=fact("description"),
        license=fact("license"),
        backend=Fact(backend, "pyproject.toml") if is_package else None,
    )


def _modules(project: Project, said: Pyproject) -> tuple[str, ...]:
    """Return the top-level modules that the project's wheel will have, as far as that shows.

    Those below `src/`, and the package that bears the project's name: what is left out is copied
    as source, which works too.
    """
    if project.backend is None:
        return ()
    own = (project.name.value if project.name is not None else "").replace("-", "_")
    named = str(said.tool.get("hatch", "")) + str(said.tool.get("setuptools", "")) + str(_poetry(said))
    found = set()
    for name, path in project.application.modules.items():
        top = name.partition(".")[0]
        in_source = path.startswith("src/")
        if in_source or top.lower() == own.lower() or f"'{top}'" in named:
            found.add(top)
    return tuple(sorted(found))


def _tops(paths: Sequence[str]) -> tuple[str, ...]:
    """Return top-level names, folders with a slash, sorted."""
    return tuple(sorted({f"{path.partition('/')[0]}/" if "/" in path else path for path in paths}))


def _sources(project: Project) -> tuple[str, ...]:
    return tuple(name for name in _tops([one.path for one in project.files]) if name not in _NOT_BUILT)


def _below(held: Iterable[File], tops: Collection[str]) -> Iterator[File]:
    """Yield the files that the Dockerfile copies: those at `tops`, or below one that ends in `/`."""
    folders = tuple(top for top in tops if top.endswith("/"))
    return (one for one in held if one.path in tops or one.path.startswith(folders))


def _django(project: Project, settings: Settings, packages: Collection[str]) -> Django | None:
    found = django.read(
        project.files,
        project.application.variables,
        served=starting.served(project, settings, packages),
        given=(settings.env or {}).get(django.MODULE, ""),
        hinted=djangosettings.hints(project.folder),
    )
    if found is None or not found.where:
        return None
    root = found.root if found.root.startswith("/") or not found.root else f"/app/{found.root}"
    return Django(found.manage, found.settings, root, found.variables)


def _labels(project: Project, context: Context) -> tuple[tuple[str, str], ...]:
    held = labels.labels(project, "", context.environ)
    return tuple(pair for pair in held if pair[0] not in _LABELS)


def _has_private_index(project: Project, context: Context) -> bool:
    environ = uv_environment(context.environ, folder=project.folder)
    return bool(known_urls(environ, folder=project.folder))


def _tests(project: Project) -> Checks:
    entries = tuple(
        name for name in _BESIDE if (project.folder / name).exists() and name.rstrip("/") != "pyproject.toml"
    )
    entries += ("pyproject.toml",) if (project.folder / "pyproject.toml").is_file() else ()
    for kind, tables in (("extra", dict(project.extras)), ("group", dict(project.groups))):
        for name in _TESTS:
            if name in tables:
                own = project.name.value if project.name is not None else ""
                wanted = tuple(one for one in tables[name] if not own or not one.startswith(f"{own}["))
                return Checks(kind, name, wanted, entries)
    return Checks(entries=entries)
