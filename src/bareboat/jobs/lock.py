"""The locks of a project, made or renewed: bareboat.lock always, pylock.toml where nothing else pins."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from bareboat.build.application import Maker
from bareboat.build.bases import Bases, target_of
from bareboat.build.choose import wishes
from bareboat.build.locks import Locks
from bareboat.build.prepare import prepared, project_of, tools_for
from bareboat.build.wanted import Wanted
from bareboat.debian import lockfile
from bareboat.jobs.context import Context
from bareboat.jobs.plan import wanted
from bareboat.lock import BaseLock
from bareboat.project.project import Project, SourceKind
from bareboat.store.output import write_text

__all__ = ["Locked", "lock"]


@dataclass(frozen=True, slots=True)
class Locked:
    """What was written. `base` is the path of bareboat.lock, `python` that of pylock.toml or None."""

    base: Path
    packages: BaseLock
    python: Path | None
    origin: str

    def document(self) -> dict[str, Any]:
        """Return what was written as JSON values."""
        return {
            "base": str(self.base),
            "debian": {one.name: one.version for one in self.packages.packages},
            "build": {one.name: one.version for one in self.packages.build},
            "python": str(self.python) if self.python is not None else None,
            "origin": self.origin,
        }

    def lines(self) -> tuple[str, ...]:
        """Return the same in words, a line each."""
        count = len(self.packages.packages)
        said = [f"{self.base.name}: {count} Debian packages of {self.packages.suite}"]
        if self.packages.build:
            said.append(f"{self.base.name}: {len(self.packages.build)} build requirements")
        said.append(
            f"{self.python.name} written" if self.python else f"{self.origin} pins the Python packages"
        )
        return tuple(said)


def lock(folder: Path, settings: Mapping[str, Any], context: Context, *, upgrade: bool = False) -> Locked:
    """Write what is missing of the locks in `folder`; with `upgrade` renew all that bareboat wrote.

    The wheels are fetched and looked into, so that the packages of the shared libraries that they
    need are pinned too. A file is replaced whole or not at all.
    """
    asked = wanted(folder, settings, context, locked=False)
    base_path = folder / lockfile.NAME
    python = _python(replace(asked, renew=upgrade), upgrade=upgrade)
    held = lockfile.read(base_path.read_text("utf-8"), where=str(base_path)) if base_path.exists() else ()
    current = next((one for one in held if one.architecture == context.arch), None)
    project, _ = project_of(asked)
    if current is None or upgrade:
        current = _base(replace(asked, renew=True, refresh=upgrade), project)
        others = [
            one for one in held if (one.suite, one.architecture) != (current.suite, current.architecture)
        ]
        write_text(base_path, lockfile.render([*others, current]))
    return Locked(base_path, current, python, project.source.path.name)


def _python(asked: Wanted, *, upgrade: bool) -> Path | None:
    """Write pylock.toml where nothing else pins the Python packages; return its path if written."""
    project, settings = project_of(asked)
    kind = project.source.kind
    is_ours = kind is SourceKind.PYLOCK and upgrade and bool(project.dependencies)
    if kind not in {SourceKind.PYPROJECT, SourceKind.REQUIREMENTS} and not is_ours:
        return None
    with tools_for(asked) as tools:
        bases = Bases(asked, settings, tools)
        locks = Locks(project, settings, asked.environ, offline=asked.offline, locked=False)
        base, _ = next(bases.candidates(wishes(project, python=settings.python, suite=settings.suite)))
        text = locks.resolve(target_of(base), tools, upgrade=upgrade)
    path = asked.folder / "pylock.toml"
    write_text(path, text)
    return path


def _base(asked: Wanted, project: Project) -> BaseLock:
    with prepared(asked) as (found, _):
        base = found.plan.base
    maker = Maker(project, None, asked.environ, asked.created, offline=asked.offline)
    return replace(base, build=maker.requirements())
