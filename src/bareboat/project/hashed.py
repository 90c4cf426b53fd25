"""Requirements that are all pinned and hashed, as pins for one Target."""

from pathlib import Path
from urllib.parse import unquote, urlsplit

from msgspec.structs import replace
from packaging.requirements import Requirement

from bareboat.errors import InputError
from bareboat.lock import Sdist, Wheel
from bareboat.project import direct, markers, reference
from bareboat.project.pinned import Pin, Pinned
from bareboat.project.requirements import Line, Requirements
from bareboat.project.wheels import check_name, filename
from bareboat.target import Target

__all__ = ["pinned"]


def pinned(held: Requirements, target: Target, *, where: str, folder: Path) -> Pinned:
    """Return the requirements whose markers hold on the target, by name.

    `folder` is the project's. Raises InputError for two versions of one package.
    """
    environment = target.marker_environment()
    found: dict[str, Pin] = {}
    for line in held.lines:
        asked = Requirement(line.text)
        if asked.marker is not None and not markers.holds(str(asked.marker), environment, where=line.where):
            continue
        pin = _pin(line, asked, where, folder)
        before = found.setdefault(pin.name, pin)
        if replace(before, sha256=()) != replace(pin, sha256=()):
            said = f"{pin.name} is asked for at both {before.version} and {pin.version}"
            raise InputError(said, where=line.where, hint="keep one of the two lines")
        if before.sha256 != pin.sha256:
            raise InputError(
                f"{pin.name} is listed twice with other hashes",
                where=line.where,
                hint="lock again: `uv pip compile --generate-hashes`, or keep the line that is right",
            )
    return Pinned(tuple(found[name] for name in sorted(found)), where)


def _pin(line: Line, asked: Requirement, where: str, folder: Path) -> Pin:
    hashes = tuple(sorted(set(line.hashes)))
    if asked.url is None:
        (version,) = asked.specifier
        return Pin(line.name, version.version, hashes, because=where)
    held = reference.place(asked.url, folder, where=line.where)
    if held.git is not None:
        return Pin(line.name, "", (), because=where, repository=held.git.fixed)
    if held.kind == "folder":
        inside = f"{unquote(urlsplit(held.url).path)}/{held.subdirectory}"
        return Pin(line.name, "", (), because=where, folder=direct.folder(inside, folder, where=line.where))
    url, name = held.url, filename(urlsplit(held.url).path)
    if len(hashes) != 1:
        raise InputError(f"{name} needs exactly one sha256 hash, it has {len(hashes)}", where=line.where)
    if held.kind == "sources":
        sdist = Sdist(name, url, hashes[0], subdirectory=held.subdirectory)
        return Pin(line.name, "", hashes, because=where, sdist=sdist)
    check_name(name, line.name, where=line.where)
    return Pin(line.name, name.split("-")[1], hashes, because=where, wheel=Wheel(name, url, hashes[0]))
