"""Which file decides about the dependencies, and why the others do not."""

from collections.abc import Mapping
from pathlib import Path

from bareboat.errors import InputError
from bareboat.project import requirements, toml
from bareboat.project.fact import Fact
from bareboat.project.project import Source, SourceKind
from bareboat.project.pyproject import NAME, Pyproject
from bareboat.project.toml import line_of, read_text

__all__ = ["decide"]

USUAL = (
    "requirements.txt",
    "requirements.lock",
    "requirements/production.txt",
    "requirements/prod.txt",
    "requirements/base.txt",
)
LATER: dict[str, str] = {
    "poetry.lock": "poetry export -f requirements.txt -o requirements.txt",
    "pdm.lock": "pdm export -f pylock -o pylock.toml",
    "Pipfile.lock": "pipenv requirements --hash > requirements.txt",
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

    Raises InputError where only a lock is there that bareboat does not read yet, unless `any_lock`
    says that the lock's own tool will read it.
    """
    notes: list[str] = []
    ignored: list[Fact[str]] = []
    listed = _requirements(folder, environ, requirements, notes)
    declared = _declared(folder, said, environ)
    candidates = _candidates(folder, said, declared, listed, ignored)
    if not candidates:
        _refuse(folder, said, any_lock=any_lock)
        return Source(SourceKind.NONE, folder, "no file names a dependency", tuple(ignored)), (), notes
    kind, path, reason = candidates[0]
    for other, place, _ in candidates[1:]:
        if not (kind is SourceKind.UV_LOCK and other is SourceKind.PYPROJECT):
            ignored.append(Fact(f"{_name(path, folder)} comes first", _name(place, folder)))
    for name in LATER:
        if (folder / name).is_file():
            ignored.append(Fact("this lock format is not read yet", name))
            if not kind.is_lock and not any_lock:
                notes.append(f"{name} is not read yet: versions are resolved anew from {_name(path, folder)}")
    facts = declared or ()
    if declared is None and kind is SourceKind.UV_LOCK:
        from bareboat.project import uvstale

        facts = uvstale.recorded(read_text(path), where=path.name, root=said.name)
    for place, held in listed:
        if place == path:
            facts = tuple(Fact(line.text, line.where) for line in held.lines)
    return Source(kind, path, reason, tuple(ignored)), facts, notes


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
    if (folder / "pylock.toml").is_file():
        found.append((SourceKind.PYLOCK, folder / "pylock.toml", "a lock for any installer"))
    hashed = next(((path, held) for path, held in listed if held.is_locked), None)
    if hashed is not None:
        found.append((SourceKind.HASHED, hashed[0], "every line is pinned and hashed"))
    if declared:
        found.append((SourceKind.PYPROJECT, folder / NAME, "declares dependencies, no lock is there"))
    for path, held in listed:
        if hashed is None or path != hashed[0]:
            reason = "lists what to install, not hashed" if held.lines else "is empty"
            found.append((SourceKind.REQUIREMENTS, path, reason))
    if not found and said.has_project and declared is not None:
        found.append((SourceKind.PYPROJECT, folder / NAME, "declares no dependency"))
    return found


def _name(path: Path, folder: Path) -> str:
    return path.relative_to(folder).as_posix() if path.is_relative_to(folder) else str(path)


def _requirements(
    folder: Path, environ: Mapping[str, str], named: str, notes: list[str]
) -> list[tuple[Path, requirements.Requirements]]:
    if named and not (folder / named).is_file():
        raise InputError("no such requirements file", where=named)
    found = []
    for name in (named,) if named else USUAL:
        path = folder / name
        if path.is_file():
            held = requirements.read(
                path, folder=folder, environ=environ, load=lambda path, where: read_text(path, where=where)
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
            load=lambda path, where: read_text(path, where=where),
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
            return here / "uv.lock" if _is_member(folder, here) else None
    return None


def _is_member(folder: Path, root: Path) -> bool:
    table = toml.parse(read_text(root / NAME, where=str(root / NAME)), where=str(root / NAME))
    held = table.get("tool", {}).get("uv", {}).get("workspace", {})
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
    members = sorted(
        path.relative_to(folder).as_posix()
        for pattern in patterns
        for path in folder.glob(str(pattern))
        if (path / NAME).is_file()
    )
    raise InputError(
        f"a workspace without a project of its own (members: {', '.join(members) or 'none'})",
        where=NAME,
        hint=f"name one of them: `bareboat build {members[0] if members else 'MEMBER'}`",
    )


def _refuse_later(folder: Path, said: Pyproject) -> None:
    for name, command in LATER.items():
        if (folder / name).is_file():
            raise InputError(
                "this lock format is not read yet",
                where=name,
                hint=f"export it and commit the result: `{command}`",
            )
    poetry = said.tool.get("poetry")
    if isinstance(poetry, dict) and "dependencies" in poetry:
        line = line_of(read_text(folder / NAME), "tool.poetry.dependencies")
        raise InputError(
            "dependencies stand in [tool.poetry] only, which is not read yet",
            where=f"{NAME}:{line}",
            hint=f"export them and commit the result: `{LATER['poetry.lock']}`",
        )
    if said.is_dynamic:
        raise InputError(
            "dependencies are dynamic, made by the build backend",
            where=said.where("project/dynamic"),
            hint="lock them and commit the result: `uv lock`",
        )
    if (folder / "Pipfile").is_file():
        raise InputError(
            "only a Pipfile names dependencies, which is not read",
            where="Pipfile",
            hint="`pipenv requirements > requirements.txt`",
        )
