"""The locks of a project, made or renewed: bareboat.lock always, pylock.toml where nothing else pins."""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from msgspec import Struct
from msgspec.structs import replace

from bareboat.build import adding
from bareboat.build.bases import Bases, read_lock
from bareboat.build.fitting import first
from bareboat.build.locks import Locks
from bareboat.build.prepare import prepared, project_of, sdists, tools_for
from bareboat.build.sdists import Sdists
from bareboat.build.tools import Tools
from bareboat.build.wanted import Wanted
from bareboat.build.wishes import wishes
from bareboat.debian import lockfile
from bareboat.jobs.context import Context
from bareboat.jobs.plan import wanted
from bareboat.lock import BaseLock
from bareboat.plan.settings import Settings
from bareboat.project import pylock
from bareboat.project.project import SourceKind
from bareboat.store.output import write_text
from bareboat.target import Target

__all__ = ["Locked", "lock"]


class Locked(Struct, frozen=True):
    """The locks as they are now.

    `base` is the path of bareboat.lock, `is_new` says that it was written; `python` is the path of
    pylock.toml where that was written, else None; `origin` is the file that pins the Python packages.
    """

    base: Path
    packages: BaseLock
    python: Path | None
    origin: str
    is_new: bool = True

    def document(self) -> dict[str, Any]:
        """Return what there is as JSON values."""
        return {
            "base": str(self.base),
            "written": [str(path) for path in (self.python, self.base if self.is_new else None) if path],
            "debian": {one.name: one.version for one in self.packages.packages},
            "build": {one.name: one.version for one in self.packages.build},
            "python": str(self.python) if self.python is not None else None,
            "origin": self.origin,
        }

    def lines(self) -> tuple[str, ...]:
        """Return the same in words, a line each."""
        count = len(self.packages.packages)
        kept = "" if self.is_new else ", kept as they are: --upgrade renews them"
        said = [f"{self.base.name}: {count} Debian packages of {self.packages.suite}{kept}"]
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
    written = _python(replace(asked, renew=upgrade), upgrade=upgrade)
    path = folder / lockfile.NAME
    project, merged = project_of(asked)
    held = read_lock(folder)
    fitting = [one for one in held if one.architecture == context.arch and merged.suite in {None, one.suite}]
    if fitting and not upgrade:
        return Locked(path, fitting[0], written, project.source.path.name, is_new=False)
    current = _base(replace(asked, renew=True, refresh=upgrade))
    named = (current.suite, current.architecture)
    others = [one for one in held if (one.suite, one.architecture) != named]
    write_text(path, lockfile.render([*others, current]))
    return Locked(path, current, written, project.source.path.name)


def _python(asked: Wanted, *, upgrade: bool) -> Path | None:
    """Write pylock.toml where nothing else pins the Python packages; return its path if written."""
    project, settings = project_of(asked)
    kind = project.source.kind
    is_ours = kind is SourceKind.PYLOCK and upgrade and bool(project.dependencies)
    if (kind.is_lock and not is_ours) or kind is SourceKind.NONE:
        return None
    with tools_for(asked) as tools:
        bases = Bases(asked, settings, tools)
        locks = Locks(project, settings, asked.environ, offline=asked.offline, locked=False)
        logins = locks.logins()
        asked_for = wishes(
            project, python=settings.python, suite=settings.suite, interpreter=settings.interpreter
        )
        _, text = first(
            bases,
            asked_for,
            lambda one: _resolved(
                locks,
                settings,
                one.target,
                tools,
                lambda: sdists(asked, settings, bases, one, tools, logins=logins),
                upgrade=upgrade,
            ),
            progress=tools.progress,
        )
    place = asked.folder / project.script
    own = place.with_name(f"pylock.{place.stem}.toml") if project.script else place / "pylock.toml"
    path = project.source.path if is_ours else own
    write_text(path, text)
    return path


def _resolved(  # noqa: PLR0913 - the values of one attempt
    locks: Locks,
    settings: Settings,
    target: Target,
    tools: Tools,
    builds: Callable[[], Sdists],
    *,
    upgrade: bool,
) -> str:
    """Return the text of pylock.toml, with the server that was asked for."""
    text = locks.resolve(target, tools, sdists=builds, upgrade=upgrade)
    text = pylock.made_for(text, extras=settings.extras or (), groups=settings.groups or ())
    requirement = adding.needed(locks.project, settings, adding.names(text))
    return adding.appended(text, requirement, locks, target, tools) if requirement else text


def _base(asked: Wanted) -> BaseLock:
    with prepared(asked) as (found, tools):
        return replace(found.plan.base, build=found.maker.requirements(tools))
