"""Where the packages of a uv.lock are: repositories, folders, archives and wheels.

Spec: uv's resolver documentation ("Lockfile"), the table `source` of a package.
"""

from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import parse_qsl

from msgspec.structs import replace

from bareboat.errors import InputError
from bareboat.lock import LockedPackage, Wheel
from bareboat.project import direct
from bareboat.project.wheels import Offer, check_name, filename, location, sha256, sources

if TYPE_CHECKING:
    from bareboat.project.uvlock import File, Package

__all__ = ["STALE", "built", "offer"]

STALE = "run `uv lock` and commit the result"


def built(package: "Package", folder: Path, where: str) -> LockedPackage | None:
    """Return a package that is a repository or a folder, None where it has artifacts."""
    for kind in ("directory", "editable"):
        if kind in package.source:
            place = direct.folder(str(package.source[kind]), folder, where=where, top=folder)
            return LockedPackage(package.name, package.version, None, folder=place)
    if "git" not in package.source:
        return None
    address, _, commit = str(package.source["git"]).partition("#")
    address, _, query = address.partition("?")
    said = dict(parse_qsl(query))
    found = direct.git(address, where=where, reference=commit, inside=said.get("subdirectory", ""))
    if found.fixed is None:
        raise InputError(f"{package.name} is locked at {commit!r}, no commit", where=where, hint=STALE)
    named = next((said[key] for key in ("rev", "tag", "branch") if key in said), "")
    held = replace(found.fixed, reference="" if direct.is_commit(named) else named)
    return LockedPackage(package.name, package.version, None, repository=held)


def offer(package: "Package", folder: Path, where: str) -> Offer:
    """Return the artifacts of a package."""
    wheels = []
    for held in package.wheels:
        name, url = _place(held, package, folder)
        check_name(name, package.name, where=where)
        wheels.append(Wheel(name, url, sha256(held.hash, where=where, name=name), held.size))
    sdist = None
    if package.sdist is not None:
        name, url = _place(package.sdist, package, folder)
        sdist = sources(name, url, package.sdist.hash, package.sdist.size)
        inside = direct.subdirectory(str(package.source.get("subdirectory", "")), where=where)
        sdist = replace(sdist, subdirectory=inside) if sdist is not None else None
    return Offer(package.name, package.version, tuple(wheels), package.sdist is not None, sdist)


def _place(held: "File", package: "Package", folder: Path) -> tuple[str, str]:
    """Return the name of an artifact and where it is, by its package's source if by nothing else."""
    if held.url and "://" in held.url:
        url = held.url
    elif not (held.url or held.path or held.filename) and "url" in package.source:
        url = str(package.source["url"])
    else:
        base = str(package.source.get("registry") or "")
        inside = held.path or held.url
        path = inside or str(package.source.get("path") or held.filename)
        url = location(path if not (inside and base and "://" not in base) else f"{base}/{inside}", folder)
    return held.filename or filename(held.url or held.path or url), url
