"""Build requirements resolved for the target, fetched, and laid down as a virtual environment."""

from collections.abc import Mapping, Sequence
from pathlib import Path

import msgspec
from msgspec import Struct
from msgspec.structs import replace

from bareboat.build.keys import key
from bareboat.build.root import materialise
from bareboat.build.tools import Tools
from bareboat.build.wheels import fetched
from bareboat.index.config import uv_environment
from bareboat.lock import Lock, LockedRequirement
from bareboat.store.folders import folder
from bareboat.target import Target
from bareboat.threads import Threads
from bareboat.tree.entry import Entry, Kind
from bareboat.wheel import venv
from bareboat.wheel.tags import choose

__all__ = ["Resolver", "environment"]

_KIND = "build-requirements"
_AT_ONCE = 8
_PREFIX = "opt/venv/"


class Resolver(Struct, frozen=True):
    """Turns build requirements into wheels for the target; `environ` is the caller's own.

    `place` is the folder whose index configuration counts, the project's.
    """

    tools: Tools
    target: Target
    environ: Mapping[str, str]
    place: Path
    offline: bool

    def lock(self, requires: Sequence[str], pins: tuple[LockedRequirement, ...] | None = None) -> Lock:
        """Return `requires` and all that they need; with `pins` exactly those.

        What was resolved once is used again: a wheel that is built a second time is built with the
        same. Raises what resolving raises.
        """
        store = self.tools.store
        named = key(_KIND, repr(self.target), repr(pins), *sorted(requires))
        held = store.recall(_KIND, named)
        if held is not None:
            return msgspec.json.decode(held, type=Lock)
        lock = self._resolved(requires, pins)
        store.remember(_KIND, named, msgspec.json.encode(lock))
        return lock

    def _resolved(self, requires: Sequence[str], pins: tuple[LockedRequirement, ...] | None) -> Lock:
        if not requires and not pins:
            return Lock((), "no build requirements")
        from bareboat.index import resolve as index
        from bareboat.project import pylock

        environ = uv_environment(self.environ, folder=self.place)
        progress = self.tools.progress
        if pins is not None:
            text = index.resolve_pinned(
                pins, self.target, environ=environ, progress=progress, offline=self.offline
            )
        else:
            chosen = index.Selection(folder=self.place)
            text = index.resolve(
                requires,
                self.target,
                environ=environ,
                progress=progress,
                selection=chosen,
                offline=self.offline,
            )
        return pylock.read(
            text,
            where="build requirements",
            target=self.target,
            choose=lambda names: choose(names, self.target),
            folder=self.place,
        )


def environment(tools: Tools, lock: Lock, target: Target) -> Path:
    """Return the folder of a virtual environment with the wheels of `lock`, to stand at /opt/venv."""
    hashes = sorted(package.artifact.sha256 for package in lock.packages)

    def fill(root: Path) -> None:
        from bareboat.wheel.install import install
        from bareboat.wheel.read import open_wheel

        root.chmod(0o755)
        with Threads(_AT_ONCE, "fetch") as threads:
            blobs = list(threads.map(lambda package: fetched(tools, package), lock.packages))
        trees = []
        for package, blob in zip(lock.packages, blobs, strict=True):
            blob.verify()
            wheel = open_wheel(blob.path, filename=package.artifact.filename)
            trees.append(install(wheel, python=target.python))
        whole = venv.tree(target.python).merge(*trees)
        materialise((_moved(entry) for entry in whole if entry.path.startswith(_PREFIX)), root)

    return folder(tools.store, key("environment", str(target.python), *hashes), fill)


def _moved(entry: Entry) -> Entry:
    """Return the entry as it lies in the environment's own folder."""
    link = entry.link.removeprefix(_PREFIX) if entry.kind is Kind.HARDLINK else entry.link
    return replace(entry, path=entry.path.removeprefix(_PREFIX), link=link)
