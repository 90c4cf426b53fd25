"""The project itself made ready: its wheel where a backend builds one, its files below /app."""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from msgspec import Struct, field
from msgspec.structs import replace

from bareboat.build import checkout
from bareboat.build.bytecode import Bytecode
from bareboat.build.copies import Copy, contents
from bareboat.build.keys import key
from bareboat.build.packages import APP
from bareboat.build.ready import Ready, measured
from bareboat.build.tools import Tools
from bareboat.build.wheels import installed
from bareboat.debian import lockfile
from bareboat.debian.base import USER, user_folders
from bareboat.errors import InputError, IntegrityError
from bareboat.facts.artifact import Artifact, Role
from bareboat.finding import Finding
from bareboat.index.config import uv_environment
from bareboat.lock import LockedRequirement
from bareboat.oci.digest import Digest
from bareboat.project.files import File
from bareboat.project.project import Project
from bareboat.target import Target
from bareboat.tree.entry import Kind
from bareboat.tree.tree import Tree
from bareboat.wheel.record import with_bytecode

if TYPE_CHECKING:
    from bareboat.build.builder import Builder
    from bareboat.build.workshop import Job
    from bareboat.build.yard import Yard

__all__ = ["AS_FILES", "BuiltWheel", "Maker", "source", "version_of"]

_BUILT = "project-wheel"
AS_FILES = (
    "`uv build` would fail alike; to start it from its files, without a wheel of its own: "
    "[tool.uv] package = false in pyproject.toml"
)
# Variables by which the tools that make versions are told one, or how to make it
_VERSIONS = re.compile(r"(SETUPTOOLS_SCM|VCS_VERSIONING|HATCH|PBR|PDM_BUILD|POETRY_DYNAMIC|FLIT|UV_DYNAMIC)_")


class BuiltWheel(Struct, frozen=True):
    """A wheel that a backend made: where its bytes lie, and its file name."""

    path: Path
    filename: str


class Maker(Struct, frozen=True):
    """Builds the project's wheel; `pinned` are its build requirements, None to resolve them.

    `yard` gives the place that it is built in, the same each time; without one the backend runs on the
    host, as the host's user: for `--sandbox=none` alone.
    `given` are variables for the backend alone.
    """

    project: Project
    pinned: tuple[LockedRequirement, ...] | None
    environ: Mapping[str, str]
    epoch: int
    offline: bool
    yard: "Callable[[], Yard] | None" = None
    given: Mapping[str, str] = field(default_factory=dict)

    def ready(self, tools: Tools, built: BuiltWheel, target: Target, bytecode: Bytecode) -> Ready:
        """Return the project's wheel installed and compiled.

        The key of the result is made of the installed files, never of the zip, whose bytes carry
        times and a umask.
        """
        from bareboat.wheel.install import install
        from bareboat.wheel.read import open_wheel

        held = open_wheel(built.path, filename=built.filename)
        tree = install(held, python=target.python)
        return installed(
            tools,
            Role.PROJECT,
            (held.name, held.version),
            lambda: built.path,
            built.filename,
            inputs=key("project", *_listing(tree)),
            target=target,
            bytecode=bytecode,
        )

    def check(self, *, locked: bool) -> None:
        """Raise InputError where building would have to resolve and `locked` forbids it."""
        backend = self.project.backend
        if locked and self.pinned is None and backend is not None and backend.value.requires:
            raise InputError(
                "pins no build requirements, and --locked refuses to resolve",
                where=lockfile.NAME,
                hint="run `bareboat lock --upgrade` and commit bareboat.lock",
            )

    def requirements(self, tools: Tools | None = None) -> tuple[LockedRequirement, ...]:
        """Return the build requirements, locked or resolved now, for any host.

        The backend is asked for further ones on a copy, in the sandbox if there is one.
        """
        backend = self.project.backend
        if self.pinned is not None or backend is None:
            return self.pinned or ()
        if self.yard is None or tools is None:
            return self._locked(backend.value.requires, self.project.folder)
        with tools.store.scratch() as scratch:
            yard = self.yard()
            more = yard.works.wants(*self._job(yard, tuple(self._entries()), scratch))
        return self._locked((*backend.value.requires, *more), None)

    def _locked(self, requires: Sequence[str], source: Path | None) -> tuple[LockedRequirement, ...]:
        from bareboat.index.backend import lock_requirements

        return lock_requirements(
            requires,
            environ=uv_environment(self.environ, folder=self.project.folder),
            source=source,
            offline=self.offline,
        )

    def build(self, tools: Tools) -> BuiltWheel:
        """Return the project's wheel; the backend runs only when one of its inputs has changed."""
        entries = self._entries()
        named = key(
            _BUILT,
            *self._copy().identity(entries),
            repr(self.pinned),
            repr(self.project.backend.value if self.project.backend else None),
            str(self.epoch),
            *self._told(),
            *self._place(entries),
        )
        held = tools.store.recall(_BUILT, named)
        if held is None:
            held = self._run(tools, entries, named)
        name, _, digest = held.decode().partition("\n")
        blob = tools.store.find(Digest(digest))
        if blob is None:
            raise IntegrityError("the project's wheel has gone from the cache", where=str(tools.store.root))
        blob.verify()
        return BuiltWheel(blob.path, name)

    def _told(self) -> Iterator[str]:
        """Yield what a version depends on that stands in no file."""
        for name, value in sorted(self.environ.items()):
            if _VERSIONS.match(name):
                yield f"{name}={value}"
        for name, value in sorted(self.given.items()):
            yield f"given {name}={value}"

    def _copy(self) -> Copy:
        return Copy(self.project.folder, self.environ, checkout.asks_git(self.project))

    def _entries(self) -> tuple[File, ...]:
        return self._copy().entries()

    def _place(self, entries: Sequence[File]) -> Iterator[str]:
        """Yield what names the root that the wheel is built in; nothing where that is the host."""
        if self.yard is not None:
            yield self._builder(self.yard(), entries).key

    def _builder(self, yard: "Yard", entries: Sequence[File]) -> "Builder":
        from bareboat.build.yard import signs

        backend = self.project.backend
        requires = backend.value.requires if backend is not None else ()
        asks = checkout.asks_git(self.project)
        return yard.builder("", signs([entry.path for entry in entries], requires, asks_git=asks))

    def _run(self, tools: Tools, entries: Sequence[File], named: str) -> bytes:
        with tools.store.scratch() as scratch:
            if self.yard is not None:
                yard = self.yard()
                made = yard.works.build(*self._job(yard, entries, scratch))
                blob, filename = made.blob, made.filename
            else:
                path = self._on_host(entries, scratch)
                blob, filename = tools.store.put([path.read_bytes()]), path.name
            value = f"{filename}\n{blob.digest.hex}".encode()
        tools.store.remember(_BUILT, named, value, blobs=(blob.digest,))
        return value

    def _job(self, yard: "Yard", entries: Sequence[File], scratch: Path) -> "tuple[Job, Builder]":
        """Return what the sandbox is to build, on a copy below `scratch`, and where."""
        from bareboat.build.workshop import Job

        work = scratch / "work"
        work.mkdir()
        laid = self._copy().lay(work, entries)
        backend = self.project.backend
        requires = backend.value.requires if backend is not None else ()
        job = Job(
            self.project.name.value if self.project.name is not None else self.project.folder.name,
            laid,
            tuple(requires),
            backend.value.name if backend is not None else "",
            tuple(backend.value.path) if backend is not None else (),
            self.pinned,
            {**{name: value for name, value in self.environ.items() if _VERSIONS.match(name)}, **self.given},
            AS_FILES,
        )
        return job, self._builder(yard, entries)

    def _on_host(self, entries: Sequence[File], scratch: Path) -> Path:
        from bareboat.index.backend import build_wheel

        out = scratch / "out"
        out.mkdir()
        copied = self._copy().lay(scratch, entries).folder
        requires = self.pinned
        if requires is None and self.project.backend is not None:
            requires = self._locked(self.project.backend.value.requires, copied)
        return build_wheel(
            copied,
            out,
            requires=requires or (),
            environ={**uv_environment(self.environ, folder=self.project.folder), **self.given},
            epoch=self.epoch,
            offline=self.offline,
        )


def source(
    tools: Tools, entries: Sequence[File], bytecode: Bytecode, writable: Sequence[str] = ()
) -> Ready | None:
    """Return the files as they stand below /app, compiled; None where there are none.

    The folders `writable`, by their paths in the image, are there and belong to the user, with all that
    lies in them.
    """
    if not entries and not writable:
        return None
    inputs = key("source", *contents(entries), *(f"writable {path}" for path in writable))
    findings: list[Finding] = []

    def make() -> Tree:
        folders = user_folders(writable)
        own = tuple(f"{one.path}/" for one in folders if one.uid)
        laid = Tree.of(entry.entry(APP) for entry in entries).with_parents()
        held = Tree.of(replace(one, uid=USER, gid=USER) if one.path.startswith(own) else one for one in laid)
        tree = held.merge(folders).with_parents()
        return with_bytecode(tree, bytecode.of_files("application", tree, findings=findings))

    def describe(tree: Tree) -> Artifact:
        from bareboat.facts import wheel as facts

        needed, opened = facts.needed(tree), facts.opened(tree)
        return Artifact(
            Role.SOURCE, "application", "", "", tree.size, len(tree), needed=needed, opened=opened
        )

    named = key("source and bytecode", inputs, bytecode.version)
    return measured(tools.store, named, make, describe, findings=findings)


def version_of(ready: Ready | None, project: Project) -> str:
    """Return the project's version: its wheel's, else what pyproject.toml says, else empty."""
    if ready is not None:
        return ready.artifact.version
    return project.version.value if project.version is not None else ""


def _listing(tree: Tree) -> list[str]:
    return [
        f"{entry.path}\0{entry.mode:o}\0{Digest.of(entry.content.chunks()).hex}"
        for entry in tree
        if entry.kind is Kind.FILE and entry.content is not None
    ]
