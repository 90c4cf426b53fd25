"""Pipfile.lock (Pipenv), read for one Target: the default packages and any further categories.

The lock has versions, markers and hashes, neither names nor addresses of files, and was made for one
Python on one platform: what another would need besides is not in it.
Spec: Pipenv's documentation, "Pipfile & Pipfile.lock"; `pipfile-spec` 6.
"""

import json
from collections.abc import Mapping, Sequence
from hashlib import sha256
from pathlib import Path
from typing import Any

from msgspec import Struct
from packaging.utils import canonicalize_name

from bareboat.errors import InputError
from bareboat.project import direct, markers
from bareboat.project.pinned import File, Picker, Pin, Pinned, digests, expand, needs_build, source_url
from bareboat.project.wheels import Choose, location
from bareboat.target import Target

__all__ = ["STALE", "PipfileLock", "check", "decode", "read"]

STALE = "run `pipenv lock` and commit the result"
_CATEGORIES = {"packages": "default", "dev-packages": "develop", "dev": "develop"}
_SECTIONS = {"source", "packages", "dev-packages", "requires", "scripts", "pipfile", "pipenv"}
_MARKERS = ("os_name", "sys_platform", "platform_machine", "platform_python_implementation",
    "platform_system",
    "platform_release", "platform_version", "python_version", "python_full_version", "implementation_name",
    "implementation_version")  # fmt: skip


class PipfileLock(Struct, frozen=True):
    """The entries of each category by name as written; `hash` is that of the Pipfile."""

    categories: Mapping[str, Mapping[str, Mapping[str, Any]]]
    sources: tuple[Mapping[str, Any], ...]
    hash: str


def decode(text: str, *, where: str) -> PipfileLock:
    """Return what the lock lists. Raises InputError for what is no lock of Pipenv."""
    try:
        table = json.loads(text)
    except (ValueError, RecursionError) as error:
        line = f":{error.lineno}" if isinstance(error, json.JSONDecodeError) else ""
        raise InputError("not valid JSON", where=f"{where}{line}", hint=STALE) from error
    meta = table.get("_meta") if isinstance(table, dict) else None
    sources, hashes = (
        (meta.get("sources", []), meta.get("hash", {})) if isinstance(meta, dict) else (None, None)
    )
    if not isinstance(sources, list) or not isinstance(hashes, dict):
        raise InputError("no lock of Pipenv: it has no _meta", where=where, hint=STALE)
    categories = {name: held for name, held in table.items() if name != "_meta"}
    for name, held in categories.items():
        if not isinstance(held, dict) or not all(isinstance(one, dict) for one in held.values()):
            raise InputError(f"{name!r:.200} is no table of packages", where=where, hint=STALE)
    return PipfileLock(
        categories,
        tuple(one for one in sources if isinstance(one, dict)),
        str(hashes.get("sha256", "")),
    )


def check(text: str, pipfile: Mapping[str, Any], *, where: str) -> None:
    """Raise InputError unless the lock was made from this Pipfile.

    Its hash is the sha256 of the sorted JSON of sources, requires and packages; since 2023 names
    are normalised first. A lock without a hash is taken as it is.
    """
    held = decode(text, where=where).hash
    if held and held not in {_digest(pipfile, is_normal=False), _digest(pipfile, is_normal=True)}:
        raise InputError("older than the Pipfile: the hash of it is another", where=where, hint=STALE)


def _digest(pipfile: Mapping[str, Any], *, is_normal: bool) -> str:
    def section(held: object) -> object:
        if is_normal and isinstance(held, dict):
            return {canonicalize_name(name): one for name, one in held.items()}
        return held

    content = {
        "_meta": {"sources": pipfile.get("source", {}), "requires": pipfile.get("requires", {})},
        "default": section(pipfile.get("packages", {})),
        "develop": section(pipfile.get("dev-packages", {})),
    }
    for name, held in pipfile.items():
        if name not in _SECTIONS and name not in {"default", "develop"}:
            content[name] = section(held)
    text = json.dumps(content, sort_keys=True, separators=(",", ":"), default=str)
    return sha256(text.encode()).hexdigest()


def read(  # noqa: PLR0913 - one keyword for each thing that the choice depends on
    text: str,
    *,
    where: str,
    target: Target,
    choose: Choose,
    folder: Path,
    environ: Mapping[str, str],
    groups: Sequence[str] = (),
) -> Pinned:
    """Return the default packages and those of the categories `groups` for the target, by name.

    Raises InputError for an entry that pins nothing, ResolveError for one that would be built.
    """
    lock = decode(text, where=where)
    picker = Picker(target, choose, where, folder)
    found: dict[str, Pin] = {}
    for group in ("default", *groups):
        category = _CATEGORIES.get(group, group)
        if category not in lock.categories and category != "default":
            held = ", ".join(sorted({*lock.categories} - {"default"})) or "none"
            raise InputError(f"the lock has no category {group!r} (it has: {held})", where=where)
        for name, entry in lock.categories.get(category, {}).items():
            if _is_for(entry, target, where):
                pin = _pin(str(canonicalize_name(name)), entry, lock, picker, environ)
                if pin is not None:
                    _keep(found, pin, where)
    return Pinned(tuple(found[name] for name in sorted(found)), where)


def _keep(found: dict[str, Pin], pin: Pin, where: str) -> None:
    before = found.setdefault(pin.name, pin)
    if before.version != pin.version:
        raise InputError(
            f"{pin.name} is locked at both {before.version} and {pin.version}", where=where, hint=STALE
        )


def _is_for(entry: Mapping[str, Any], target: Target, where: str) -> bool:
    environment = target.marker_environment()
    texts = [str(entry.get("markers", ""))]
    texts += [f"{name} {entry[name]}" for name in _MARKERS if name in entry]
    return all(markers.holds(text, environment, where=where) for text in texts)


def _pin(
    name: str, entry: Mapping[str, Any], lock: PipfileLock, picker: Picker, environ: Mapping[str, str]
) -> Pin | None:
    where = picker.where
    hashes = entry.get("hashes", [])
    if not isinstance(hashes, list):
        raise InputError(f"{name} has no list of hashes", where=where, hint=STALE)
    for kind in ("hg", "svn", "bzr"):
        if kind in entry:
            raise needs_build(name, "", f"a repository of {kind}", str(entry[kind]), where=where)
    inside = str(entry.get("subdirectory", ""))
    if "git" in entry:
        address = expand(str(entry["git"]), environ)
        found = direct.git(address, where=where, reference=str(entry.get("ref", "")), inside=inside)
        return picker.repository(name, "", found)
    address = next((expand(str(entry[key]), environ) for key in ("file", "url", "path") if key in entry), "")
    if address:
        if location(address, picker.folder) == location("", picker.folder):
            return None
        if picker.is_folder(address):
            return picker.place(name, "", address)
        file = address.partition("#")[0].rpartition("/")[2]
        given = (File(file, str(one)) for one in hashes[:1])
        return picker.direct(name, "", address, given, inside=inside)
    version = str(entry.get("version", ""))
    if not version.startswith("==") or "*" in version:
        raise InputError(f"{name} is not pinned ({version or 'no version'})", where=where, hint=STALE)
    # Pipenv asks the first source for what names none.
    named = entry.get("index") or next((one.get("name") for one in lock.sources), "")
    index = source_url(lock.sources, str(named), environ)
    held = digests(map(str, hashes), where=where, name=name)
    return Pin(name, version.lstrip("=").strip(), held, because=where, index=index)
