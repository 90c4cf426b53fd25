"""Which files an installer reads for a project, and which packages they name."""

import tomllib
from pathlib import Path

from msgspec import Struct
from msgspec.structs import replace
from packaging.markers import InvalidMarker, Marker, UndefinedComparison, UndefinedEnvironmentName
from packaging.requirements import InvalidRequirement, Requirement
from packaging.utils import canonicalize_name

from bareboat.errors import InputError
from bareboat.jobs import located
from bareboat.plan.blueprint import Dependencies, Distribution, Located, Origin
from bareboat.plan.settings import Settings
from bareboat.project import poetry, poetrylock, requirements, toml, uvlock, uvplaces
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
    if kind not in _ORIGINS or project.script:
        raise InputError(
            f"no form of a Dockerfile installs from {'a script' if project.script else kind}",
            where=project.source.path.name,
            hint="`bareboat build` does; for a Dockerfile put what its block names into requirements.txt"
            if project.script
            else "export it to pylock.toml or to a hashed requirements.txt and commit the result",
        )
    if kind is SourceKind.PYLOCK and project.source.path.name != "pylock.toml":
        raise InputError(
            "no form of a Dockerfile installs from a lock of another name than pylock.toml",
            where=project.source.path.name,
            hint="call it pylock.toml",
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
        files = ("pylock.toml",)
        found, places = _pylock(project.source.path, target)
    elif kind in {SourceKind.HASHED, SourceKind.REQUIREMENTS}:
        files, found, places = _requirements(project, target)
    else:
        found, places = _declared(project, settings, said)
        named = tuple(text for text in held.declared if " @ " not in text)
        held = replace(held, is_sourced=uvplaces.placed(named, said.tool, project.folder) != named)
    return Found(replace(held, files=files, located=places), found, decision)


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
        located=located.of_poetry(packages, project.folder, where="poetry.lock"),
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
            None
            if "git" in one.source
            else tuple(each.filename or filename(each.url or each.path) for each in one.wheels),
            one.sdist is not None,
        )
        for one in packages
        if not one.is_local
    )
    context = project.folder.relative_to(root).as_posix() if project.folder != root else ""
    members = _members(root, project.folder)
    pyproject = f"{context}/pyproject.toml" if context else "pyproject.toml"
    places = located.of_uv(packages, root, own=(*members, context or ".", "."), where=lock.name)
    held = replace(
        held, files=("uv.lock",), pyproject=pyproject, members=members, package=name, located=places
    )
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


def _pylock(path: Path, target: Target) -> tuple[tuple[Distribution, ...], Located]:
    table = tomllib.loads(read_text(path))
    environment = target.marker_environment() | {"extra": ""}
    found = []
    held = [one for one in table.get("packages", ()) if _holds(str(one.get("marker", "")), environment)]
    for one in held:
        wheels = tuple(
            str(each.get("name") or filename(str(each.get("url") or each.get("path") or "")))
            for each in one.get("wheels", ())
        )
        is_built = "vcs" in one or "directory" in one
        name, version = canonicalize_name(one["name"]), str(one.get("version", ""))
        found.append(Distribution(name, version, None if is_built else wheels))
    return tuple(sorted(found)), located.of_pylock(held, path.parent, where=path.name)


def _holds(marker: str, environment: dict[str, str]) -> bool:
    """Say whether a marker holds; one about extras or groups is left to the installer."""
    try:
        return not marker or Marker(marker).evaluate(dict(environment))
    except (InvalidMarker, UndefinedComparison, UndefinedEnvironmentName):
        return True


def _requirements(
    project: Project, target: Target
) -> tuple[tuple[str, ...], tuple[Distribution, ...], Located]:
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
    places = located.of_requirements(held, project.folder, where=path.name)
    return tuple(dict.fromkeys(listed)), tuple(sorted(found.values())), places


def _declared(
    project: Project, settings: Settings, said: Pyproject
) -> tuple[tuple[Distribution, ...], Located]:
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
    places = uvplaces.placed(texts, said.tool, project.folder)
    return tuple(sorted(found.values())), located.of_texts(places, project.folder, where="pyproject.toml")
