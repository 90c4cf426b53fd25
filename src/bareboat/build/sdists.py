"""Packages that a lock has no fitting wheel for: fetched as sources, built once, then wheels like any other.

The wheel is kept under the hash of the sources, of the builder and of the settings; a store that
has it fetches neither.
"""

import tomllib
from dataclasses import dataclass, replace
from pathlib import Path

import msgspec
from packaging.version import InvalidVersion, Version

from bareboat.build.builder import Builder
from bareboat.build.keys import key
from bareboat.build.sources import Laid, lay
from bareboat.build.tools import Tools
from bareboat.build.workshop import Job, Made
from bareboat.build.yard import Signs, Yard, signs
from bareboat.errors import BuildError, InputError
from bareboat.lock import LockedPackage, Sdist, Wheel
from bareboat.oci.digest import Digest
from bareboat.store.stored import StoredBlob

__all__ = ["BuildSystem", "Sdists", "build_system", "fetched_sources"]

_KIND = "sdist-wheel"
_SIGNS = "sdist-signs"
_FORMAT = "1"
_LEGACY = "setuptools.build_meta:__legacy__"


@dataclass(frozen=True, slots=True)
class BuildSystem:
    """The table [build-system] of a source tree, with what PEP 517 takes where there is none."""

    requires: tuple[str, ...] = ("setuptools>=40.8.0",)
    backend: str = _LEGACY
    backend_path: tuple[str, ...] = ()


class _Kept(msgspec.Struct, frozen=True, array_like=True):
    filename: str
    digest: str
    size: int


@dataclass(frozen=True, slots=True)
class Sdists:
    """Builds what is locked as sources."""

    tools: Tools
    yard: Yard

    def find(self, package: LockedPackage) -> LockedPackage | None:
        """Return the package with the wheel that was built of it before, None where none was."""
        sdist = _sdist(package)
        held = self.tools.store.recall(_SIGNS, sdist.sha256)
        if held is None:
            return None
        builder = self.yard.builder(package.name, msgspec.json.decode(held, type=Signs))
        kept = self.tools.store.recall(_KIND, self._named(sdist, builder))
        return _with_wheel(package, msgspec.json.decode(kept, type=_Kept)) if kept is not None else None

    def build(self, package: LockedPackage) -> LockedPackage:
        """Return the package with a wheel in the store, built now unless that was done before.

        Raises IntegrityError for sources that are not the locked ones, InputError for a hostile
        archive, BuildError for a build that fails.
        """
        sdist = _sdist(package)
        where = f"{package.name} {package.version}"
        blob = fetched_sources(self.tools, sdist)
        store = self.tools.store
        with store.scratch() as scratch:
            work = scratch / "work"
            work.mkdir()
            blob.verify()
            laid = _settled(
                lay(blob, sdist.filename, work, path=blob.path, epoch=self.yard.works.epoch), work
            )
            system = build_system(laid.folder, where=where)
            found_signs = signs(laid.paths, system.requires)
            store.remember(_SIGNS, sdist.sha256, msgspec.json.encode(found_signs))
            found = self.find(package)
            if found is not None:
                return found
            builder = self.yard.builder(package.name, found_signs)
            self.tools.progress.note(f"{where} has no wheel for the target: built from its sources")
            job = Job(
                where,
                laid.folder,
                system.requires,
                system.backend,
                system.backend_path,
                more=self.yard.given,
            )
            made = self.yard.works.build(job, builder)
        _check(made, package, where)
        kept = _Kept(made.filename, made.blob.digest.hex, made.blob.size)
        named = self._named(sdist, builder)
        store.remember(_KIND, named, msgspec.json.encode(kept), blobs=(made.blob.digest,))
        return _with_wheel(package, kept)

    def _named(self, sdist: Sdist, builder: Builder) -> str:
        return key(
            _KIND,
            _FORMAT,
            sdist.sha256,
            builder.key,
            str(self.yard.works.epoch),
            repr(builder.target),
            *(f"{name}={value}" for name, value in sorted(self.yard.given.items())),
        )


def fetched_sources(tools: Tools, sdist: Sdist) -> StoredBlob:
    """Return the bytes of a source archive in the store, verified against the lock."""
    digest = Digest(sdist.sha256)
    held = tools.store.find(digest)
    if held is not None:
        return held
    chunks = tools.client.fetch(
        sdist.url,
        sha256=sdist.sha256,
        size=sdist.size,
        progress=tools.progress,
        name=sdist.filename,
    )
    return tools.store.put(chunks, expect=digest, size=sdist.size)


def build_system(folder: Path, *, where: str) -> BuildSystem:
    """Return what pyproject.toml in `folder` says of the build; InputError where it is malformed."""
    file = folder / "pyproject.toml"
    if file.is_symlink() or not file.is_file():
        return BuildSystem()
    try:
        held = tomllib.loads(file.read_text(encoding="utf-8")).get("build-system")
    except (OSError, ValueError) as error:
        raise InputError("pyproject.toml cannot be read as TOML", where=where) from error
    if held is None:
        return BuildSystem()
    try:
        table = msgspec.convert(held, _Table)
    except msgspec.ValidationError as error:
        raise InputError(f"[build-system]: {str(error).lower()}", where=where) from error
    return BuildSystem(table.requires, table.backend or _LEGACY, table.path)


class _Table(msgspec.Struct, frozen=True):
    requires: tuple[str, ...] = ()
    backend: str = msgspec.field(name="build-backend", default="")
    path: tuple[str, ...] = msgspec.field(name="backend-path", default=())


def _sdist(package: LockedPackage) -> Sdist:
    if package.sdist is None:
        raise BuildError("is locked without a wheel and without sources", where=package.name)
    return package.sdist


def _settled(laid: Laid, work: Path) -> Laid:
    """Move the sources to a folder whose name does not depend on the version."""
    return Laid(laid.folder.rename(work / "source"), laid.paths)


def _check(made: Made, package: LockedPackage, where: str) -> None:
    try:
        is_same = made.name == package.name and Version(made.version) == Version(package.version)
    except InvalidVersion:
        is_same = False
    if not is_same:
        raise BuildError(f"the sources build {made.name} {made.version} ({made.filename})", where=where)


def _with_wheel(package: LockedPackage, kept: _Kept) -> LockedPackage:
    wheel = Wheel(kept.filename, f"built:{kept.filename}", kept.digest, kept.size)
    return replace(package, wheel=wheel)
