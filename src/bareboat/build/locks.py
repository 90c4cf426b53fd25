"""The Python lock of a project for a target, whatever file it comes from."""

import re
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec
from msgspec import Struct

from bareboat.build.keys import key
from bareboat.build.tools import Tools
from bareboat.errors import InputError, ResolveError
from bareboat.index.config import uv_arguments, uv_environment
from bareboat.lock import Lock, Sdist
from bareboat.plan.settings import Settings
from bareboat.project import formats, uvlock, uvstale
from bareboat.project.direct import logins
from bareboat.project.formats import Formats
from bareboat.project.project import Project, SourceKind
from bareboat.project.toml import read_text
from bareboat.store.stored import StoredBlob
from bareboat.target import Target
from bareboat.wheel.tags import choose

if TYPE_CHECKING:
    from bareboat.build.ownlocks import OwnLock
    from bareboat.build.sdists import Sdists

__all__ = ["Locks"]

_LOCK = "lock"
_VARIABLE = re.compile(r"\$\{?(\w+)\}?")
_FORMAT = "3"


class Locks(Struct, frozen=True):
    """Reads or resolves the lock of one project; `environ` is the caller's, untranslated."""

    project: Project
    settings: Settings
    environ: Mapping[str, str]
    offline: bool
    locked: bool

    def read(self, target: Target, tools: Tools, sdists: Callable[[], "Sdists"] | None = None) -> Lock:
        """Return the lock for `target`. `sdists` gives what builds sources that say nothing of themselves.

        Raises InputError with `locked` where resolving would be needed, ResolveError where a
        package has no wheel for the target, and what the readers raise.
        """
        source = self.project.source
        if source.kind is SourceKind.NONE:
            return Lock((), "no dependencies")
        if source.kind is SourceKind.UV_LOCK:
            text = read_text(source.path)
            return self._kept(tools, text, target, lambda: self._uv_lock(text, target))
        if source.kind is SourceKind.PYLOCK:
            text = read_text(source.path)
            name, folder = source.path.name, source.path.parent
            return self._kept(
                tools, text, target, lambda: self._pylock(text, target, name, folder, is_file=True)
            )
        if source.kind is SourceKind.HASHED or source.kind.has_own_tool:
            return self._pinned(target, tools)
        if self.locked:
            raise InputError(
                "nothing pins the dependencies, and --locked refuses to resolve",
                where=source.path.name,
                hint="run `bareboat lock` and commit pylock.toml",
            )
        tools.progress.note(
            f"{source.path.name} is no lock: resolved now, in memory; `bareboat lock` writes it down"
        )
        origin = f"resolved from {source.path.name}"
        text = self.resolve(target, tools, sdists=sdists)
        lock = self._pylock(text, target, origin, self.project.folder)
        environ: Mapping[str, str] = self._environ()
        options: tuple[str, ...] = ()
        if source.kind is SourceKind.REQUIREMENTS:
            from bareboat.build import ownlocks

            environ, lines, _ = ownlocks.requested(self.project, environ, self.environ)
            options = tuple(line for line in lines if line.startswith("-"))
        return _of_formats(self._elsewhere(lock, target, environ, options), self._formats())

    def resolve(
        self,
        target: Target,
        tools: Tools,
        *,
        sdists: Callable[[], "Sdists"] | None = None,
        upgrade: bool = False,
        preferred: str = "",
    ) -> str:
        """Return the text of a pylock.toml made from what the project declares."""
        from bareboat.build.asked import Asked  # a lock that was read before needs none of these
        from bareboat.build.sdists import fetched_sources
        from bareboat.index import resolve as index
        from bareboat.index import unbuilt

        project = self.project
        environ: Mapping[str, str] = self._environ()
        asked = Asked(project, self._extras(), self._groups(), sdists or _nothing_builds)
        lines, bounds = asked.declared()
        if project.source.kind is SourceKind.REQUIREMENTS:
            from bareboat.build import ownlocks

            environ, lines, bounds = ownlocks.requested(project, environ, self.environ)
            lines, bounds = asked.listed(lines, bounds)

        def fetch(sdist: Sdist) -> tuple[StoredBlob, Path]:
            blob = fetched_sources(tools, sdist)
            return blob, blob.path

        return unbuilt.resolve(
            lines,
            target,
            environ=environ,
            progress=tools.progress,
            upgrade=upgrade,
            preferred=preferred,
            selection=index.Selection(folder=project.folder, table=asked.table()),
            offline=self.offline,
            constraints=bounds,
            fetch=fetch,
            placed=asked.placed(),
            is_built=self._formats().is_built,
        )

    def _formats(self) -> Formats:
        """Return what a requirements file says of wheels and sources."""
        if self.project.source.kind is not SourceKind.REQUIREMENTS:
            return Formats()
        from bareboat.build import ownlocks

        return ownlocks.formats_of(self.project, self.environ)

    def logins(self) -> dict[str, str]:
        """Return the users and passwords that the project's files give for repositories, by server."""
        source = self.project.source
        if source.kind in {SourceKind.REQUIREMENTS, SourceKind.HASHED}:
            from bareboat.build import ownlocks

            return ownlocks.logins(self.project, self.environ)
        texts = []
        for path in (source.path, source.path.with_name("pyproject.toml"), source.path.with_name("Pipfile")):
            text = read_text(path) if path.is_file() else ""
            texts.append(_VARIABLE.sub(lambda match: self.environ.get(match[1], match[0]), text))
        return logins(texts)

    def _kept(self, tools: Tools, text: str, target: Target, read: Callable[[], Lock]) -> Lock:
        """Return what `read` makes of the lock file `text`, recalled if it was ever read like this."""
        project = self.project
        asked = (
            project.name,
            [fact.value for fact in project.dependencies],
            project.extras,
            project.groups,
            self._extras(),
            self._groups(),
        )
        named = key(_LOCK, _FORMAT, text, repr(target), repr(asked), str(project.source.path))
        held = tools.store.recall(_LOCK, named)
        if held is not None:
            return msgspec.json.decode(held, type=Lock)
        lock = read()
        tools.store.remember(_LOCK, named, msgspec.json.encode(lock))
        return lock

    def _uv_lock(self, text: str, target: Target) -> Lock:
        source = self.project.source
        root = self.project.name.value if self.project.name is not None else ""
        groups = dict(self.project.groups)
        uvstale.check(
            text,
            where=source.path.name,
            target=target,
            root=root,
            dependencies=[fact.value for fact in self.project.dependencies],
            extras=dict(self.project.extras),
            groups={name: groups[name] for name in self._groups() if name in groups},
            made_from=self.project.script or "pyproject.toml",
        )
        return uvlock.read(
            text,
            where=source.path.name,
            target=target,
            choose=lambda names: choose(names, target),
            root=root,
            folder=source.path.parent,
            extras=self._extras(),
            groups=self._groups(),
        )

    def _pylock(self, text: str, target: Target, origin: str, folder: Path, *, is_file: bool = False) -> Lock:
        """Return what a pylock.toml selects; one that was resolved now was made for the choice."""
        from bareboat.project import pylock

        extras, groups = self._extras(), self._groups()
        open_to = pylock.open_to(text, where=origin, extras=extras, groups=groups) if is_file else ((), ())

        return pylock.read(
            text,
            where=origin,
            target=target,
            choose=lambda names: choose(names, target),
            folder=folder,
            extras=open_to[0],
            groups=open_to[1],
            origin=origin,
            root=self.project.name.value if self.project.name is not None else "",
        )

    def _pinned(self, target: Target, tools: Tools) -> Lock:
        """Return a lock without addresses, its files looked up on the indexes that hold now."""
        from bareboat.build import ownlocks

        source = self.project.source
        environ = self._environ()
        held = ownlocks.read(
            source,
            project=self.project,
            target=target,
            environ=self.environ,
            extras=self._extras(),
            groups=self._groups(),
        )
        configured = uv_arguments(self.environ, folder=self.project.folder)
        indexes = [f"{name}={environ[name]}" for name in sorted(environ) if name.startswith("UV_")]
        text = repr((held.text, configured, indexes))
        return self._kept(tools, text, target, lambda: self._looked_up(held, environ, target, tools))

    def _looked_up(self, held: "OwnLock", environ: Mapping[str, str], target: Target, tools: Tools) -> Lock:
        from bareboat.build.lookup import Lookup

        found = Lookup(target, environ, tools, self.offline, held.options)
        lock = found.find(held.pinned(), self.project.source.path.parent)
        lock = self._elsewhere(lock, target, environ, held.options)
        return _of_formats(lock, formats.read(held.options))

    def _elsewhere(
        self, lock: Lock, target: Target, environ: Mapping[str, str], options: Sequence[str]
    ) -> Lock:
        """Return the lock with what it does not say of packages without a wheel for the target."""
        if all(one.wheel is not None for one in lock.packages):
            return lock
        from bareboat.build import elsewhere

        return elsewhere.completed(lock, target, environ=environ, options=options, offline=self.offline)

    def _environ(self) -> dict[str, str]:
        return uv_environment(self.environ, folder=self.project.folder)

    def _extras(self) -> tuple[str, ...]:
        return self.settings.extras or ()

    def _groups(self) -> tuple[str, ...]:
        return self.settings.groups or ()


def _of_formats(lock: Lock, wanted: Formats) -> Lock:
    """Return the lock; ResolveError where sources stand in it that `--only-binary` rules out."""
    for package in lock.packages:
        if package.sdist is not None and wanted.is_wheel(package.name):
            raise ResolveError(
                f"{package.name} {package.version} has no wheel that fits, and --only-binary asks for one",
                where=lock.origin,
                hint="take it out of --only-binary, or ask for a version with wheels",
            )
    return lock


def _nothing_builds() -> "Sdists":
    raise InputError("sources must be built to know what they require, and nothing here builds")
