"""Which file decides about the dependencies, and why the others do not.

The order: uv.lock, pylock.toml, the locks of Poetry, PDM and Pipenv, hashed requirements,
pyproject.toml, plain requirements. Of Poetry's and PDM's the one whose tool has a table in
pyproject.toml comes first.
"""

from collections.abc import Iterator, Mapping
from pathlib import Path

from bareboat.errors import InputError
from bareboat.project import conda, installs, namedlocks, requirements, services, toml, uvplaces
from bareboat.project.fact import Fact
from bareboat.project.project import Source, SourceKind
from bareboat.project.pyproject import NAME, Pyproject
from bareboat.project.toml import read_any, read_text

__all__ = ["decide", "has_manifest"]

USUAL = (
    "requirements.txt",
    "requirements.lock",
    "requirements/production.txt",
    "requirements/prod.txt",
    "requirements/base.txt",
    "requirements/requirements.txt",
    "requirements/main.txt",
    "requirements/common.txt",
    "requirements-prod.txt",
    "requirements.in",
)
OWN = {
    "poetry.lock": (SourceKind.POETRY_LOCK, "poetry"),
    "pdm.lock": (SourceKind.PDM_LOCK, "pdm"),
    "Pipfile.lock": (SourceKind.PIPFILE_LOCK, "pipenv"),
}

Decided = tuple[Source, tuple[Fact[str], ...], list[str]]


def decide(
    folder: Path,
    said: Pyproject,
    *,
    environ: Mapping[str, str],
    requirements: str = "",
    any_lock: bool = False,
) -> Decided:
    """Return the source, the requirements that it or pyproject.toml declares, and notes.

    Raises InputError where dependencies are named in a way that cannot be followed. With `any_lock`
    the locks of Poetry, PDM and Pipenv do not count: their own tools will read them.
    """
    if said.is_script:
        return namedlocks.of_script(folder, said), _declared(folder, said, environ) or (), []
    notes: list[str] = []
    ignored: list[Fact[str]] = []
    if requirements and not (folder / requirements).is_file():
        raise InputError("no such requirements file", where=requirements)
    is_lock = namedlocks.is_pylock(requirements)
    listed = _requirements(folder, environ, "" if is_lock else requirements, notes)
    declared = _declared(folder, said, environ)
    candidates = _candidates(folder, said, declared, listed, ignored)
    if is_lock:
        candidates.insert(0, (SourceKind.PYLOCK, folder / requirements, "named by the requirements setting"))
    candidates.sort(
        key=lambda one: one[1] != folder / (requirements or folder)
    )  # stable: what is named is first
    if any_lock:
        _refuse_member(folder, candidates)
        candidates = [one for one in candidates if not one[0].has_own_tool]
    if not candidates:
        _refuse(folder, said, any_lock=any_lock)
        return Source(SourceKind.NONE, folder, "no file names a dependency", tuple(ignored)), (), notes
    kind, path, reason = candidates[0]
    ignored += _passed_over(folder, candidates, listed, any_lock=any_lock)
    facts = declared or ()
    installs = said.file == NAME or kind in {SourceKind.PYPROJECT, SourceKind.BACKEND}
    if declared is None and kind is SourceKind.UV_LOCK:
        from bareboat.project import uvstale

        facts = uvstale.recorded(read_text(path), where=path.name, root=said.name)
    for place, held in listed:
        if place == path:
            facts = tuple(Fact(line.text, line.where) for line in held.lines)
            facts += _own_facts(said, declared, held) if held.installs_itself else ()
            installs = installs or held.installs_itself
    if not installs:
        ignored.append(Fact(f"{_name(path, folder)} lists what to install, without the project", said.file))
    left = tuple(fact for fact in ignored if folder / fact.where != path)
    return Source(kind, path, reason, left, installs), facts, notes


def _passed_over(
    folder: Path,
    candidates: list[tuple[SourceKind, Path, str]],
    listed: list[tuple[Path, requirements.Requirements]],
    *,
    any_lock: bool,
) -> Iterator[Fact[str]]:
    """Yield the files beside the first candidate that could be thought to count, each with the reason."""
    kind, path, _ = candidates[0]
    is_made_from = kind is SourceKind.UV_LOCK or kind.has_own_tool
    for other, place, _ in candidates[1:]:
        if not (is_made_from and other is SourceKind.PYPROJECT):
            yield Fact(f"{_name(path, folder)} comes first", _name(place, folder))
    if any_lock:
        yield from (Fact("its own tool reads it", name) for name in OWN if (folder / name).is_file())
    for name in conda.NAMES:
        if (folder / name).is_file():
            yield Fact("what conda installs is not installed", name)
    named = next((held.files for place, held in listed if place == path), None)
    bounds = folder / "constraints.txt"
    if named is not None and bounds.is_file() and bounds.resolve() not in named:
        yield Fact(f"no -c in {_name(path, folder)} names it", bounds.name)


def has_manifest(folder: Path) -> bool:
    """Say whether a folder without pyproject.toml has another file that could speak for its dependencies."""
    names = (*USUAL, *OWN, *conda.NAMES, "Pipfile", "uv.lock", "pylock.toml")
    return any((folder / name).is_file() for name in names)


def _own_facts(
    said: Pyproject, declared: tuple[Fact[str], ...] | None, held: requirements.Requirements
) -> tuple[Fact[str], ...]:
    """Return what the project itself brings in, with the extras that it is asked for with."""
    if said.is_dynamic:
        return ()
    extras = dict(said.extras)
    unknown = [name for name in held.own_extras if name not in extras]
    if unknown:
        known = ", ".join(sorted(extras)) or "none"
        raise InputError(f"the project has no extra {unknown[0]!r} (it has: {known})", where=NAME)
    brought = (text for name in held.own_extras for text in extras[name])
    return (*(declared or ()), *(Fact(text, NAME) for text in brought))


def _candidates(
    folder: Path,
    said: Pyproject,
    declared: tuple[Fact[str], ...] | None,
    listed: list[tuple[Path, requirements.Requirements]],
    ignored: list[Fact[str]],
) -> list[tuple[SourceKind, Path, str]]:
    """Return the files that could decide, with the reason for each, the strongest first."""
    found: list[tuple[SourceKind, Path, str]] = []
    lock = _uv_lock(folder, said, ignored)
    if lock is not None:
        found.append((SourceKind.UV_LOCK, lock, "the lock of pyproject.toml"))
    found += namedlocks.pylocks(folder, ignored)
    found += _own(folder, said, ignored)
    hashed = next(((path, held) for path, held in listed if held.is_locked), None)
    if hashed is not None:
        found.append((SourceKind.HASHED, hashed[0], "every line is pinned and hashed"))
    itself = next((path for path, held in listed if held.installs_itself), None)
    if itself is not None and hashed is None:
        found.append((SourceKind.REQUIREMENTS, itself, "lists what to install, the project itself among it"))
    told = [(SourceKind.PYPROJECT, folder / said.file, "declares dependencies, no lock is there")]
    first = declared and said.file == NAME
    found += told if first else []
    docker = installs.read(folder)
    for path, held in listed:
        if path not in {itself, hashed[0] if hashed is not None else None}:
            reason = "lists what to install, not hashed" if held.lines else "is empty"
            reason = f"{docker.where} installs it" if docker and folder / docker.value == path else reason
            found.append((SourceKind.REQUIREMENTS, path, reason))
    found += told if declared and not first else []
    return found or _undeclared(folder, said, declared)


def _undeclared(
    folder: Path, said: Pyproject, declared: tuple[Fact[str], ...] | None
) -> list[tuple[SourceKind, Path, str]]:
    """Return what decides for a project that no file names dependencies of."""
    if said.has_project and declared is not None:
        return [(SourceKind.PYPROJECT, folder / said.file, "declares no dependency")]
    if said.has_project and said.is_package:
        reason = "its build backend tells what it requires, no lock is there"
        return [(SourceKind.BACKEND, folder / said.file, reason)]
    return []


def _own(folder: Path, said: Pyproject, ignored: list[Fact[str]]) -> list[tuple[SourceKind, Path, str]]:
    """Return the locks of Poetry, PDM and Pipenv, those whose tool pyproject.toml names first."""
    found = []
    for name, (kind, tool) in OWN.items():
        lock = _pdm_lock(folder, said) if kind is SourceKind.PDM_LOCK else folder / name
        if not lock.is_file():
            continue
        made_from = "Pipfile" if kind is SourceKind.PIPFILE_LOCK else NAME
        is_known = said.has_project or tool in said.tool
        if (folder / made_from).is_file() and (is_known or kind is SourceKind.PIPFILE_LOCK):
            of = made_from if lock.parent == folder else f"the workspace in {lock.parent.name}"
            found.append((kind, lock, f"the lock of {of}"))
        else:
            ignored.append(Fact(f"there is no {made_from} that it could be the lock of", name))
    return sorted(found, key=lambda one: one[0] is SourceKind.PIPFILE_LOCK or OWN[one[0]][1] not in said.tool)


def _name(path: Path, folder: Path) -> str:
    return path.relative_to(folder).as_posix() if path.is_relative_to(folder) else str(path)


def _requirements(
    folder: Path, environ: Mapping[str, str], named: str, notes: list[str]
) -> list[tuple[Path, requirements.Requirements]]:
    found = []
    told = installs.read(folder)
    for name in (named,) if named else dict.fromkeys((*((told.value,) if told else ()), *USUAL)):
        path = folder / name
        if path.is_file():
            held = requirements.read(
                path, folder=folder, environ=environ, load=lambda path, where: read_any(path, where=where)
            )
            notes += held.warnings
            found.append((path, held))
    return found


def _declared(folder: Path, said: Pyproject, environ: Mapping[str, str]) -> tuple[Fact[str], ...] | None:
    """Return the dependencies of pyproject.toml; those that setuptools reads from files, too."""
    if said.dependencies is not None:
        return tuple(Fact(text, said.where("project/dependencies")) for text in said.dependencies)
    found: list[Fact[str]] = []
    for name in said.dynamic_files:
        held = requirements.read(
            folder / name,
            folder=folder,
            environ=environ,
            load=lambda path, where: read_any(path, where=where),
        )
        found += [Fact(line.text, line.where) for line in held.lines]
    return tuple(found) if said.dynamic_files else (() if said.has_project and not said.is_dynamic else None)


def _uv_lock(folder: Path, said: Pyproject, ignored: list[Fact[str]]) -> Path | None:
    """Return the uv.lock of the folder, or of the workspace that has the folder as a member."""
    if (folder / "uv.lock").is_file():
        if said.has_project:
            return folder / "uv.lock"
        ignored.append(Fact("pyproject.toml has no [project] that it could be the lock of", "uv.lock"))
        return None
    if not said.has_project:
        return None
    here = folder
    while here.parent != here and not (here / ".git").exists():
        here = here.parent
        if (here / NAME).is_file() and (here / "uv.lock").is_file():
            return here / "uv.lock" if _is_member(folder, here, "uv") else None
    return None


def _pdm_lock(folder: Path, said: Pyproject) -> Path:
    """Return the pdm.lock of the folder, or of the PDM workspace that has the folder as a member.

    Raises InputError for a member of one without a lock: an index may have others of its members' names.
    """
    here = folder
    while said.has_project and here.parent != here and not (here / ".git").exists():
        if (here / "pdm.lock").is_file():
            break
        here = here.parent
        if (here / NAME).is_file() and _is_member(folder, here, "pdm"):
            if (here / "pdm.lock").is_file():
                return here / "pdm.lock"
            raise InputError(
                f"is a member of the PDM workspace in {here.name}, which has no lock",
                where=said.name,
                hint="run `pdm lock` there and commit pdm.lock",
            )
    return folder / "pdm.lock"


def _refuse_member(folder: Path, candidates: list[tuple[SourceKind, Path, str]]) -> None:
    """Raise InputError for a member of a PDM workspace where its lock is not to be read."""
    if any(kind is SourceKind.PDM_LOCK and path.parent != folder for kind, path, _ in candidates):
        raise InputError(
            "no form of a Dockerfile installs a member of a PDM workspace",
            where=NAME,
            hint="`bareboat build` does; for a Dockerfile export the lock: `pdm export -o requirements.txt`",
        )


def _is_member(folder: Path, root: Path, tool: str) -> bool:
    table = toml.parse(read_text(root / NAME, where=str(root / NAME)), where=str(root / NAME))
    held = table.get("tool", {}).get(tool, {}).get("workspace", {})
    relative = folder.relative_to(root)
    if any(relative.match(pattern) for pattern in held.get("exclude", ())):
        return False
    return any(folder == match for pattern in held.get("members", ()) for match in root.glob(pattern))


def _refuse(folder: Path, said: Pyproject, *, any_lock: bool) -> None:
    """Raise InputError where the folder names dependencies in a way that is not read."""
    _refuse_workspace(folder, said)
    if not any_lock:
        _refuse_later(folder, said)


def _refuse_workspace(folder: Path, said: Pyproject) -> None:
    """Raise InputError for the root of a uv workspace that is no project itself."""
    held = said.tool.get("uv", {})
    workspace = held.get("workspace", {}) if isinstance(held, dict) else {}
    patterns = workspace.get("members", ()) if isinstance(workspace, dict) else ()
    if said.has_project or not isinstance(patterns, list) or not patterns:
        return
    places = tuple(path.relative_to(folder).as_posix() for path in uvplaces.members(folder))
    members = services.below(folder, (f"{place}/{NAME}" for place in places))
    if members:
        raise services.refusal(members, "a workspace without a project of its own")
    raise InputError(
        "a workspace without a project of its own (members: none)", where=NAME, hint="add a member"
    )


def _refuse_later(folder: Path, said: Pyproject) -> None:
    namedlocks.refuse_several(folder)
    for name, (_, tool) in OWN.items():
        if (folder / name).is_file():
            raise InputError(
                "there is nothing here that it is the lock of",
                where=name,
                hint=f"put the {'Pipfile' if tool == 'pipenv' else NAME} beside it that it was made from",
            )
    if said.is_dynamic:
        raise InputError(
            "dependencies are dynamic, and no build backend is named that could tell them",
            where=said.where("project/dynamic"),
            hint="lock them and commit the result: `uv lock`",
        )
    if (folder / "Pipfile").is_file():
        raise InputError(
            "only a Pipfile names dependencies, without its lock",
            where="Pipfile",
            hint="run `pipenv lock` and commit Pipfile.lock",
        )
