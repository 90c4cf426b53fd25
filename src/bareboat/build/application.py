"""The project itself made ready: its wheel where a backend builds one, its files below /app."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from bareboat.build import checkout
from bareboat.build.bytecode import Bytecode
from bareboat.build.keys import key
from bareboat.build.packages import APP
from bareboat.build.ready import Ready, measured
from bareboat.build.tools import Tools
from bareboat.build.wheels import installed
from bareboat.debian import lockfile
from bareboat.errors import InputError, IntegrityError
from bareboat.facts.artifact import Artifact, Role
from bareboat.finding import Finding
from bareboat.index.config import uv_environment
from bareboat.lock import LockedRequirement
from bareboat.oci.digest import Digest
from bareboat.project import files
from bareboat.project.files import File
from bareboat.project.project import Project
from bareboat.target import Target
from bareboat.tree.entry import Kind
from bareboat.tree.tree import Tree
from bareboat.wheel.record import with_bytecode

__all__ = ["BuiltWheel", "Maker", "source", "version_of"]

_BUILT = "project-wheel"
# Variables by which the tools that make versions are told one, or how to make it
_VERSIONS = re.compile(r"(SETUPTOOLS_SCM|VCS_VERSIONING|HATCH|PBR|PDM_BUILD|POETRY_DYNAMIC|FLIT|UV_DYNAMIC)_")


@dataclass(frozen=True, slots=True)
class BuiltWheel:
    """A wheel that a backend made: where its bytes lie, and its file name."""

    path: Path
    filename: str


@dataclass(frozen=True, slots=True)
class Maker:
    """Builds the project's wheel; `pinned` are its build requirements, None to resolve them."""

    project: Project
    pinned: tuple[LockedRequirement, ...] | None
    environ: Mapping[str, str]
    epoch: int
    offline: bool

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

    def requirements(self, copied: Path | None = None) -> tuple[LockedRequirement, ...]:
        """Return the build requirements, locked or resolved now.

        The backend is asked for further ones in `copied`, a clean copy, else in the folder itself.
        """
        backend = self.project.backend
        if self.pinned is not None or backend is None:
            return self.pinned or ()
        from bareboat.index.backend import lock_requirements

        return lock_requirements(
            backend.value.requires,
            environ=uv_environment(self.environ, folder=self.project.folder),
            source=copied or self.project.folder,
            offline=self.offline,
        )

    def build(self, tools: Tools) -> BuiltWheel:
        """Return the project's wheel; the backend runs only when one of its inputs has changed."""
        entries = files.read(self.project.folder, environ=self.environ, obey_dockerignore=False)
        named = key(
            _BUILT,
            *_contents(tuple(entries)),
            repr(self.pinned),
            repr(self.project.backend.value if self.project.backend else None),
            str(self.epoch),
            *self._revision(),
        )
        held = tools.store.recall(_BUILT, named)
        if held is None:
            held = self._run(tools, tuple(entries), named)
        name, _, digest = held.decode().partition("\n")
        blob = tools.store.find(Digest(digest))
        if blob is None:
            raise IntegrityError("the project's wheel has gone from the cache", where=str(tools.store.root))
        blob.verify()
        return BuiltWheel(blob.path, name)

    def _revision(self) -> Iterator[str]:
        """Yield what a version depends on that is not written down."""
        if checkout.asks_git(self.project):
            yield checkout.state(self.project.folder, self.environ)
        for name, value in sorted(self.environ.items()):
            if _VERSIONS.match(name):
                yield f"{name}={value}"

    def _run(self, tools: Tools, entries: Sequence[File], named: str) -> bytes:
        from bareboat.index.backend import build_wheel

        with tools.store.scratch() as scratch:
            copied, out = scratch / "source", scratch / "out"
            _copy(entries, copied)
            if checkout.asks_git(self.project):
                checkout.place(self.project.folder, copied, self.environ)
            out.mkdir()
            made = build_wheel(
                copied,
                out,
                requires=self.requirements(copied),
                environ=uv_environment(self.environ, folder=self.project.folder),
                epoch=self.epoch,
                offline=self.offline,
            )
            blob = tools.store.put([made.read_bytes()])
            value = f"{made.name}\n{blob.digest.hex}".encode()
        tools.store.remember(_BUILT, named, value, blobs=(blob.digest,))
        return value


def source(tools: Tools, entries: Sequence[File], bytecode: Bytecode) -> Ready | None:
    """Return the files as they stand below /app, compiled; None where there are none."""
    if not entries:
        return None
    inputs = key("source", *_contents(entries))
    findings: list[Finding] = []

    def make() -> Tree:
        tree = Tree.of(entry.entry(APP) for entry in entries).with_parents()
        return with_bytecode(tree, bytecode.of_files("application", tree, findings=findings))

    def describe(tree: Tree) -> Artifact:
        from bareboat.facts import wheel as facts

        needed = facts.needed(tree)
        return Artifact(Role.SOURCE, "application", "", "", tree.size, len(tree), needed=needed)

    named = key("source and bytecode", inputs, bytecode.version)
    return measured(tools.store, named, make, describe, findings=findings)


def version_of(ready: Ready | None, project: Project) -> str:
    """Return the project's version: its wheel's, else what pyproject.toml says, else empty."""
    if ready is not None:
        return ready.artifact.version
    return project.version.value if project.version is not None else ""


def _contents(entries: Sequence[File]) -> list[str]:
    return [
        f"{entry.path}\0{entry.is_executable}\0{entry.link or Digest.of(entry.content().chunks()).hex}"
        for entry in entries
    ]


def _listing(tree: Tree) -> list[str]:
    return [
        f"{entry.path}\0{entry.mode:o}\0{Digest.of(entry.content.chunks()).hex}"
        for entry in tree
        if entry.kind is Kind.FILE and entry.content is not None
    ]


def _copy(entries: Sequence[File], folder: Path) -> None:
    folder.mkdir()
    for entry in entries:
        target = folder / entry.path
        target.parent.mkdir(parents=True, exist_ok=True)
        if entry.link:
            target.symlink_to(entry.link)
        else:
            target.write_bytes(b"".join(entry.content().chunks()))
            target.chmod(0o755 if entry.is_executable else 0o644)
