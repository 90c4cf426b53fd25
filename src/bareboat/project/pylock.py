"""pylock.toml read for one Target: wheels, and sources where no wheel fits.

Spec: PEP 751, `pylock.toml` specification, lock-version 1.0; packaging.pylock checks its rules.
"""

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, cast

from msgspec.structs import replace
from packaging.markers import Environment, UndefinedComparison, UndefinedEnvironmentName
from packaging.pylock import (
    Package,
    PackageArchive,
    PackageSdist,
    Pylock,
    PylockSelectError,
    PylockValidationError,
)
from packaging.utils import canonicalize_name, parse_wheel_filename

from bareboat.errors import InputError, IntegrityError, ResolveError
from bareboat.lock import Lock, LockedPackage, Sdist, Wheel
from bareboat.project import direct, toml
from bareboat.project.wheels import (
    Choose,
    Offer,
    check_name,
    filename,
    location,
    sha256,
    sources,
    take,
)
from bareboat.target import Target

__all__ = ["made_for", "open_to", "read"]

_KINDS = (("extra", "extras"), ("group", "dependency-groups"))


def read(  # noqa: PLR0913 - one keyword for each thing that the choice depends on
    text: str,
    *,
    where: str,
    target: Target,
    choose: Choose,
    folder: Path,
    extras: Sequence[str] = (),
    groups: Sequence[str] = (),
    allowed: Mapping[str, tuple[str, ...]] | None = None,
    origin: str = "",
    root: str = "",
) -> Lock:
    """Return what the lock selects for the target, one wheel a package, sorted by name.

    `groups` are added to the lock's own default groups. `allowed` are the sha256 hashes that
    each package may have (a hashed requirements file that was looked up on an index); a wheel
    outside is never chosen. `root` is the project's own name, left out of the result.

    Raises InputError for a lock that breaks the specification, ResolveError for a package
    without a fitting wheel, IntegrityError for one that `allowed` does not know.
    """
    lock = _decode(text, where)
    _check_names(lock, extras, groups, where)
    environment = {**target.marker_environment(), "extra": ""}
    chosen = []
    try:
        selected = list(_select(lock, cast("Environment", environment), extras, groups))
    except (PylockSelectError, UndefinedComparison, UndefinedEnvironmentName) as error:
        raise ResolveError(
            f"the lock does not fit the target: {_sentence(error)}",
            where=where,
            hint="lock again for Linux and this Python, or choose another with --python",
        ) from error
    for package in selected:
        if root and package.name == canonicalize_name(root) and package.directory is not None:
            continue
        requires = tuple(
            sorted(
                {canonicalize_name(str(entry.get("name", ""))) for entry in package.dependencies or ()} - {""}
            )
        )
        built = _from_sources(package, folder, where)
        if built is not None:
            chosen.append(replace(built, requires=requires, because=origin or where))
            continue
        offer = _offer(package, folder, where)
        if allowed is not None:
            offer = _restrict(offer, allowed, origin or where)
        wheel, sdist = take(offer, target=target, choose=choose, where=origin or where)
        version = offer.version or (str(parse_wheel_filename(wheel.filename)[1]) if wheel is not None else "")
        chosen.append(LockedPackage(package.name, version, wheel, requires, origin or where, sdist))
    chosen.sort(key=lambda package: package.name)
    return Lock(tuple(_explained(chosen)), origin or where)


def open_to(
    text: str, *, where: str, extras: Sequence[str], groups: Sequence[str]
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return which of the extras and groups the lock leaves open: all of a kind, or none.

    One that lists none of a kind was made for a choice, which `made_for` writes down. Raises
    InputError for a name that is in neither.
    """
    table = toml.parse(text, where=where)
    held: Any = table.get("tool")
    held = held.get("bareboat") if isinstance(held, dict) else None
    found: list[tuple[str, ...]] = []
    for (kind, key), asked in zip(_KINDS, (extras, groups), strict=True):
        listed = table.get(key) or (table.get("default-groups") if kind == "group" else None)
        made = held.get(key) if isinstance(held, dict) else None
        known = {canonicalize_name(str(one)) for one in made} if isinstance(made, list) else set()
        missing = [name for name in asked if canonicalize_name(name) not in known]
        if missing and not listed:
            shown = f"made with {', '.join(sorted(known))}" if known else "none are listed"
            raise InputError(
                f"the lock has no {kind} {missing[0]!r} ({shown})",
                where=where,
                hint=f"lock again with it: `bareboat lock --upgrade --{kind} {missing[0]}`",
            )
        found.append(tuple(asked) if listed else ())
    return found[0], found[1]


def made_for(text: str, *, extras: Sequence[str], groups: Sequence[str]) -> str:
    """Return the lock with the extras and groups that it was made for, as `[tool.bareboat]`."""
    chosen = {key: sorted(names) for (_, key), names in zip(_KINDS, (extras, groups), strict=True) if names}
    if not chosen:
        return text
    said = "[tool.bareboat]\n" + "".join(f"{key} = {toml.inline(names)}\n" for key, names in chosen.items())
    head, mark, rest = text.partition("[[packages]]\n")
    return f"{head.rstrip()}\n\n{said}\n{mark}{rest}" if mark else f"{head.rstrip()}\n\n{said}"


def _explained(chosen: Sequence[LockedPackage]) -> Iterator[LockedPackage]:
    """Yield the packages, each with the first that requires it where the lock has such edges."""
    asked: dict[str, str] = {}
    for package in chosen:
        for name in package.requires:
            if name != package.name:
                asked.setdefault(name, package.name)
    for package in chosen:
        yield replace(package, because=asked.get(package.name, package.because))


def _decode(text: str, where: str) -> Pylock:
    table = toml.parse(text, where=where)
    try:
        return Pylock.from_dict(table)
    except PylockValidationError as error:
        raise InputError(
            f"not a valid pylock.toml: {_sentence(error)}",
            where=where,
            hint="lock again with the tool that wrote it",
        ) from error


def _sentence(error: Exception) -> str:
    text = " ".join(str(error).split()).rstrip(".")
    return text[:1].lower() + text[1:]


def _check_names(lock: Pylock, extras: Sequence[str], groups: Sequence[str], where: str) -> None:
    for kind, asked, known in (
        ("extra", extras, lock.extras or ()),
        ("group", groups, (*(lock.dependency_groups or ()), *(lock.default_groups or ()))),
    ):
        names = {canonicalize_name(name) for name in known}
        for name in asked:
            if canonicalize_name(name) not in names:
                held = ", ".join(sorted(names)) or "none"
                raise InputError(f"the lock has no {kind} {name!r} (it has: {held})", where=where)


def _select(
    lock: Pylock, environment: Environment, extras: Sequence[str], groups: Sequence[str]
) -> list[Package]:
    """Return the packages whose markers hold.

    packaging selects wheels by tags of its own; we hide the files from it (one stand-in
    archive each) and keep every rule that it checks about environments and ambiguity.
    """
    bare = [
        Package(
            name=package.name,
            version=package.version,
            marker=package.marker,
            requires_python=package.requires_python,
            archive=PackageArchive(url="stand-in", hashes={}),
        )
        for package in lock.packages
    ]
    whole = {id(stand_in): package for stand_in, package in zip(bare, lock.packages, strict=True)}
    held = Pylock(
        lock_version=lock.lock_version,
        environments=lock.environments,
        requires_python=lock.requires_python,
        default_groups=lock.default_groups,
        created_by=lock.created_by,
        packages=bare,
    )
    named = frozenset((*(lock.default_groups or ()), *groups))
    found = held.select(environment=environment, extras=frozenset(extras), dependency_groups=named)
    return [whole[id(package)] for package, _ in found]


def _from_sources(package: Package, folder: Path, where: str) -> LockedPackage | None:
    """Return a package that is a repository or a folder, None where it has artifacts."""
    version = str(package.version) if package.version is not None else ""
    if package.directory is not None:
        inside = direct.subdirectory(package.directory.subdirectory or "", where=where)
        held = direct.folder(str(Path(package.directory.path) / inside), folder, where=where)
        return LockedPackage(package.name, version, None, folder=held)
    if package.vcs is None:
        return None
    vcs = package.vcs
    if vcs.type != "git":
        raise ResolveError(
            f"{package.name} is a repository of {vcs.type}, only git is known",
            where=where,
            hint="publish it as a package, or take it from git",
        )
    address = vcs.url or location(vcs.path or "", folder)
    found = direct.git(address, where=where, reference=vcs.commit_id, inside=vcs.subdirectory or "")
    if found.fixed is None:
        raise InputError(f"{package.name} is locked at {vcs.commit_id!r}, no whole commit", where=where)
    named = vcs.requested_revision or ""
    repository = replace(found.fixed, reference="" if direct.is_commit(named) else named)
    return LockedPackage(package.name, version, None, repository=repository)


def _offer(package: Package, folder: Path, where: str) -> Offer:
    version = str(package.version) if package.version is not None else ""
    if package.archive is not None:
        archive = package.archive
        name = filename(archive.url or archive.path or "")
        if not name.endswith(".whl"):
            sdist = _sdist(archive, name, folder)
            inside = direct.subdirectory(archive.subdirectory or "", where=where)
            sdist = replace(sdist, subdirectory=inside) if sdist is not None else None
            return Offer(package.name, version, (), has_sdist=True, sdist=sdist)
        files: Sequence[tuple[str, str | None, str | None, int | None, Mapping[str, str]]] = [
            (name, archive.url, archive.path, archive.size, archive.hashes)
        ]
    else:
        files = [
            (wheel.filename, wheel.url, wheel.path, wheel.size, wheel.hashes)
            for wheel in package.wheels or ()
        ]
    wheels = []
    for name, url, path, size, hashes in files:
        check_name(name, package.name, where=where)
        address = url if url and "://" in url else location(path or url or "", folder)
        wheels.append(Wheel(name, address, sha256(hashes, where=where, name=name), size))
    sdist = None
    if package.sdist is not None:
        held = package.sdist
        name = held.name or filename(held.url or held.path or "")
        sdist = _sdist(held, name, folder)
    return Offer(package.name, version, tuple(wheels), package.sdist is not None, sdist)


def _sdist(held: PackageSdist | PackageArchive, name: str, folder: Path) -> Sdist | None:
    address = held.url if held.url and "://" in held.url else location(held.path or held.url or "", folder)
    return sources(name, address, held.hashes, held.size)


def _restrict(offer: Offer, allowed: Mapping[str, tuple[str, ...]], where: str) -> Offer:
    known = allowed.get(offer.name)
    if known is None:
        raise IntegrityError(
            f"{offer.name} is needed, but not in the hashed file",
            where=where,
            hint="compile the file again so that it lists every package with its hashes",
        )
    kept = tuple(wheel for wheel in offer.wheels if wheel.sha256 in known)
    sdist = offer.sdist if offer.sdist is not None and offer.sdist.sha256 in known else None
    if (offer.wheels or offer.sdist) and not kept and sdist is None:
        raise IntegrityError(
            f"{offer.name} {offer.version}: none of the index's files has a hash that the file lists",
            where=where,
            hint="compile the file again with hashes of all files, or check the index",
        )
    return Offer(offer.name, offer.version, kept, offer.has_sdist, sdist)
