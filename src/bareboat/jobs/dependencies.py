"""Which files an installer reads for a project, and which packages they name."""

import tomllib
from pathlib import Path

from msgspec import Struct
from msgspec.structs import replace
from packaging.markers import InvalidMarker, Marker, UndefinedComparison, UndefinedEnvironmentName
from packaging.requirements import InvalidRequirement, Requirement
from packaging.utils import canonicalize_name

from bareboat.errors import InputError
from bareboat.plan.blueprint import Dependencies, Distribution, Origin
from bareboat.plan.settings import Settings
from bareboat.project import poetry, poetrylock, requirements, toml, uvlock
from bareboat.project.command import Decision
from bareboat.project.project import Project, SourceKind
from bareboat.project.pyproject import Pyproject
from bareboat.project.toml import read_text
from bareboat.project.wheels import filename
from bareboat.target import Target

__all__ = ["Found", "dependencies"]

_ORIGINS = {
    SourceKind.UV_LOCK: Origin.UV_LOCK,
    SourceKind.PYLOCK: Origin.PYLOCK,
    SourceKind.HASHED: Origin.HASHED,
    SourceKind.PYPROJECT: Origin.PYPROJECT,
    SourceKind.REQUIREMENTS: Origin.REQUIREMENTS,
    SourceKind.NONE: Origin.NONE,
}


class Found(Struct, frozen=True):
    """The dependencies, the packages that they name, and where the project is in the build context."""

    dependencies: Dependencies
    distributions: tuple[Distribution, ...]
    decision: Decision
    context: str = ""


def dependencies(
    project: Project, settings: Settings, said: Pyproject, target: Target, *, prefer: str = ""
) -> Found:
    """Return what is installed from which files; with `prefer` a tool's own lock comes first.

    Raises InputError for a lock that cannot be read.
    """
    kind = project.source.kind
    has_lock = (project.folder / "poetry.lock").is_file()
    if has_lock and (prefer == "poetry" or not kind.is_lock or kind.value == "poetry.lock"):
        return _poetry(project, settings, said, target)
    if kind not in _ORIGINS:
        raise InputError(
            f"no form of a Dockerfile installs from {kind}",
            where=project.source.path.name,
            hint="export it to pylock.toml or to a hashed requirements.txt and commit the result",
        )
    extras, groups = settings.extras or (), settings.groups or ()
    pyproject = "pyproject.toml" if (project.folder / "pyproject.toml").is_file() else ""
    held = Dependencies(
        _ORIGINS[kind],
        pyproject=pyproject,
        extras=extras,
        groups=groups,
        declared=tuple(fact.value for fact in project.dependencies),
        is_standard=said.has_project,
    )
    decision = Decision("packages", str(held.origin), project.source.reason, project.source.path.name)
    if kind is SourceKind.UV_LOCK:
        return _uv(project, held, decision, target)
    files: tuple[str, ...] = ()
    if kind is SourceKind.PYLOCK:
        files, found = ("pylock.toml",), _pylock(project.source.path, target)
    elif kind in {SourceKind.HASHED, SourceKind.REQUIREMENTS}:
        files, found = _requirements(project, target)
    else:
        found = _declared(project, settings)
    return Found(replace(held, files=files), found, decision)


def _poetry(project: Project, settings: Settings, said: Pyproject, target: Target) -> Found:
    lock = poetrylock.decode(read_text(project.folder / "poetry.lock"), where="poetry.lock")
    groups = settings.groups or ()
    packages = poetrylock.select(
        lock,
        where="poetry.lock",
        target=target,
        tool=poetry.table(said.tool),
        extras=settings.extras or (),
        groups=groups,
    )
    found = tuple(Distribution(one.name, one.version, one.wheels if one.files else None) for one in packages)
    held = Dependencies(
        Origin.POETRY_LOCK,
        ("poetry.lock",),
        "pyproject.toml",
        generation=lock.generation,
        extras=settings.extras or (),
        groups=groups,
        is_standard=said.has_project and said.dependencies is not None,
    )
    why = f"the lock of Poetry {lock.generation}"
    return Found(held, found, Decision("packages", str(held.origin), why, "poetry.lock"))


def _uv(project: Project, held: Dependencies, decision: Decision, target: Target) -> Found:
    lock = project.source.path
    root = lock.parent
    name = project.name.value if project.name is not None else ""
    packages = uvlock.closure(
        read_text(lock), where=lock.name, target=target, root=name, extras=held.extras, groups=held.groups
    )
    found = tuple(
        Distribution(
            one.name,
            one.version,
            tuple(each.filename or filename(each.url or each.path) for each in one.wheels),
            one.sdist is not None,
        )
        for one in packages
        if not one.is_local
    )
    context = project.folder.relative_to(root).as_posix() if project.folder != root else ""
    members = _members(root, project.folder)
    pyproject = f"{context}/pyproject.toml" if context else "pyproject.toml"
    held = replace(held, files=("uv.lock",), pyproject=pyproject, members=members, package=name)
    return Found(held, found, decision, context)


def _members(root: Path, folder: Path) -> tuple[str, ...]:
    """Return the folders of the workspace's members, the project's own and the root left out."""
    table = toml.parse(read_text(root / "pyproject.toml"), where="pyproject.toml")
    held = table.get("tool", {}).get("uv", {}).get("workspace", {})
    patterns = held.get("members", ()) if isinstance(held, dict) else ()
    excluded = held.get("exclude", ()) if isinstance(held, dict) else ()
    found = {
        place.relative_to(root).as_posix()
        for pattern in patterns
        for place in root.glob(str(pattern))
        if (place / "pyproject.toml").is_file()
    }
    left = {place.relative_to(root).as_posix() for pattern in excluded for place in root.glob(str(pattern))}
    own = folder.relative_to(root).as_posix()
    return tuple(sorted(found - left - {own}))


def _pylock(path: Path, target: Target) -> tuple[Distribution, ...]:
    table = tomllib.loads(read_text(path))
    environment = target.marker_environment() | {"extra": ""}
    found = []
    for one in table.get("packages", ()):
        if not _holds(str(one.get("marker", "")), environment):
            continue
        wheels = tuple(
            str(each.get("name") or filename(str(each.get("url") or each.get("path") or "")))
            for each in one.get("wheels", ())
        )
        found.append(Distribution(canonicalize_name(one["name"]), str(one.get("version", "")), wheels))
    return tuple(sorted(found))


def _holds(marker: str, environment: dict[str, str]) -> bool:
    """Say whether a marker holds; one about extras or groups is left to the installer."""
    try:
        return not marker or Marker(marker).evaluate(dict(environment))
    except (InvalidMarker, UndefinedComparison, UndefinedEnvironmentName):
        return True


def _requirements(project: Project, target: Target) -> tuple[tuple[str, ...], tuple[Distribution, ...]]:
    path = project.source.path
    held = requirements.read(
        path, folder=project.folder, environ={}, load=lambda path, where: read_text(path, where=where)
    )
    files = [path, *(file for file in held.files if file != path)]
    found = {}
    for line in held.lines:
        requirement = Requirement(line.text)
        if requirement.marker is not None and not requirement.marker.evaluate(
            {**target.marker_environment(), "extra": ""}
        ):
            continue
        pins = [one.version for one in requirement.specifier if one.operator == "=="]
        found[line.name] = Distribution(line.name, pins[0] if pins else "")
    listed = []
    for file in files:
        if not file.resolve().is_relative_to(project.folder):
            raise InputError(
                "lies outside the build context", where=str(file), hint="move it into the project"
            )
        listed.append(file.resolve().relative_to(project.folder).as_posix())
    return tuple(dict.fromkeys(listed)), tuple(sorted(found.values()))


def _declared(project: Project, settings: Settings) -> tuple[Distribution, ...]:
    texts = [fact.value for fact in project.dependencies]
    for name in settings.extras or ():
        texts += dict(project.extras).get(str(canonicalize_name(name)), ())
    for name in settings.groups or ():
        texts += dict(project.groups).get(str(canonicalize_name(name)), ())
    found = {}
    for text in texts:
        try:
            name = str(canonicalize_name(Requirement(text).name))
        except InvalidRequirement:
            continue
        found[name] = Distribution(name)
    return tuple(sorted(found.values()))
