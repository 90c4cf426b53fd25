"""Packages without a fitting wheel: archives, repositories, folders, built once into wheels like any other.

The wheel is kept under what names the sources (an archive's hash, a commit, what a folder holds), the
builder and the settings; a store that has it fetches neither.
"""

import tomllib
from collections.abc import Mapping
from pathlib import Path

import msgspec
from msgspec import Struct
from msgspec.structs import replace
from packaging.utils import canonicalize_name, parse_wheel_filename
from packaging.version import InvalidVersion, Version

from bareboat.build.builder import Builder
from bareboat.build.checkout import asks
from bareboat.build.copies import Copy
from bareboat.build.keys import key
from bareboat.build.repositories import Repositories
from bareboat.build.sources import Laid, lay
from bareboat.build.tools import Tools
from bareboat.build.workshop import Job
from bareboat.build.yard import Signs, Yard, signs
from bareboat.errors import BuildError, InputError
from bareboat.lock import Folder, LockedPackage, Repository, Sdist, Wheel
from bareboat.oci.digest import Digest
from bareboat.project.direct import bound
from bareboat.store.stored import StoredBlob

__all__ = ["BuildSystem", "Sdists", "build_system", "fetched_sources"]

_KIND = "sdist-wheel"
_SIGNS = "sdist-signs"
_FORMAT = "1"
_LEGACY = "setuptools.build_meta:__legacy__"


class BuildSystem(Struct, frozen=True):
    """The table [build-system] of a source tree, with what PEP 517 takes where there is none."""

    requires: tuple[str, ...] = ("setuptools>=40.8.0",)
    backend: str = _LEGACY
    backend_path: tuple[str, ...] = ()


class _Kept(msgspec.Struct, frozen=True, array_like=True):
    filename: str
    digest: str
    size: int


class Sdists(Struct, frozen=True):
    """Builds what is locked as sources; `environ` is the caller's own."""

    tools: Tools
    yard: Yard
    repositories: Repositories

    def find(self, package: LockedPackage) -> LockedPackage | None:
        """Return the package with the wheel that was built of it before, None where none was."""
        kept = self._find(package.name, _identity(_sources(package), self.repositories.environ))
        return _with_wheel(package, kept) if kept is not None else None

    def build(self, package: LockedPackage) -> LockedPackage:
        """Return the package with a wheel in the store, built now unless that was done before.

        Raises IntegrityError for sources that are not the locked ones, InputError for a hostile
        archive, BuildError for a build that fails and for one that makes another package.
        """
        where = f"{package.name} {package.version}".strip()
        kept = self._made(_sources(package), package.name, where)
        _check(kept, package, where)
        return _with_wheel(package, kept)

    def metadata(self, sources: Sdist | Repository | Folder, name: str) -> str:
        """Return the METADATA of the wheel that the sources build, built now if it never was."""
        from bareboat.wheel.read import open_wheel

        kept = self._made(sources, name, name)
        blob = self.tools.store.find(Digest(kept.digest))
        if blob is None:
            raise BuildError("the wheel has gone from the cache", where=name)
        wheel = open_wheel(blob.path, filename=kept.filename)
        member = next(one for one in wheel.members if one.name == f"{wheel.dist_info}/METADATA")
        return b"".join(member.chunks()).decode("utf-8", "replace")

    def _made(self, sources: Sdist | Repository | Folder, name: str, where: str) -> _Kept:
        identity = _identity(sources, self.repositories.environ)
        store = self.tools.store
        with store.scratch() as scratch:
            work = scratch / "work"
            work.mkdir()
            laid = self._laid(sources, work)
            system = build_system(laid.folder, where=where)
            found_signs = signs(laid.paths, system.requires, asks_git=laid.asks_git)
            store.remember(_SIGNS, identity, msgspec.json.encode(found_signs))
            found = self._find(name, identity)
            if found is not None:
                return found
            builder = self.yard.builder(name, found_signs)
            self.tools.progress.note(_said(sources, where))
            job = Job(
                where,
                laid,
                (*system.requires, *self.yard.more.of(name, system.requires)),
                system.backend,
                system.backend_path,
                more=self.yard.given,
            )
            made = self.yard.works.build(job, builder)
        kept = _Kept(made.filename, made.blob.digest.hex, made.blob.size)
        named = self._named(identity, name, builder)
        store.remember(_KIND, named, msgspec.json.encode(kept), blobs=(made.blob.digest,))
        return kept

    def _find(self, name: str, identity: str) -> _Kept | None:
        held = self.tools.store.recall(_SIGNS, identity)
        if held is None:
            return None
        builder = self.yard.builder(name, msgspec.json.decode(held, type=Signs))
        kept = self.tools.store.recall(_KIND, self._named(identity, name, builder))
        return msgspec.json.decode(kept, type=_Kept) if kept is not None else None

    def _laid(self, sources: Sdist | Repository | Folder, work: Path) -> Laid:
        if isinstance(sources, Repository):
            return self.repositories.lay(sources, work)
        if isinstance(sources, Folder):
            copy = _copy(sources, self.repositories.environ)
            return copy.lay(work, copy.entries())
        blob = fetched_sources(self.tools, sources)
        blob.verify()
        laid = lay(blob, sources.filename, work, path=blob.path, epoch=self.yard.works.epoch)
        # a folder whose name does not depend on the version
        return Laid(laid.top.rename(work / "source"), laid.paths, sources.subdirectory)

    def _named(self, identity: str, name: str, builder: Builder) -> str:
        return key(
            _KIND,
            _FORMAT,
            identity,
            builder.key,
            str(self.yard.works.epoch),
            repr(builder.target),
            *(f"{name}={value}" for name, value in sorted(self.yard.given.items())),
            *self.yard.more.requires.get(str(canonicalize_name(name)), ()),
            *self.yard.more.constraints,
        )


def _identity(sources: Sdist | Repository | Folder, environ: Mapping[str, str]) -> str:
    """Return a file name for what a wheel of the sources depends on."""
    if isinstance(sources, Sdist):
        inside = sources.subdirectory
        return key("archive", sources.sha256, inside) if inside else sources.sha256
    if isinstance(sources, Repository):
        return key("repository", sources.commit, sources.subdirectory)
    copy = _copy(sources, environ)
    return key("folder", *copy.identity(copy.entries()))


def _copy(folder: Folder, environ: Mapping[str, str]) -> Copy:
    home = Path(folder.path)
    has_repository = (bound(home) / ".git").exists()
    return Copy(home, environ, has_repository and asks(home))


def _said(sources: Sdist | Repository | Folder, where: str) -> str:
    if isinstance(sources, Repository):
        return f"{where} is built from {sources.url} at {sources.commit[:12]}"
    if isinstance(sources, Folder):
        inside = Path(sources.path).relative_to(sources.top).as_posix()
        return f"{where} is built from " + ("its folder" if inside == "." else f"the folder {inside}")
    return f"{where} has no wheel for the target: built from its sources"


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


def _sources(package: LockedPackage) -> Sdist | Repository | Folder:
    if package.sources is None:
        raise BuildError("is locked without a wheel and without sources", where=package.name)
    return package.sources


def _check(kept: _Kept, package: LockedPackage, where: str) -> None:
    name, version, _, _ = parse_wheel_filename(kept.filename)
    try:
        is_same = name == package.name and (not package.version or version == Version(package.version))
    except InvalidVersion:
        is_same = False
    if not is_same:
        raise BuildError(f"the sources build {name} {version} ({kept.filename})", where=where)


def _with_wheel(package: LockedPackage, kept: _Kept) -> LockedPackage:
    wheel = Wheel(kept.filename, f"built:{kept.filename}", kept.digest, kept.size)
    version = package.version or str(parse_wheel_filename(kept.filename)[1])
    return replace(package, wheel=wheel, version=version)
