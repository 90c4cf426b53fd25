"""A web server that no lock names, added with the user's consent: which one, and with what versions.

It is resolved under the locked versions as constraints, so that it comes with what it needs and moves
nothing; what is locked already is not asked for again.
"""

import re
from collections.abc import Collection, Mapping, Sequence
from pathlib import Path

from msgspec.structs import replace
from packaging.requirements import InvalidRequirement, Requirement
from packaging.utils import canonicalize_name

from bareboat.build import starting
from bareboat.build.keys import key
from bareboat.build.locks import Locks
from bareboat.build.tools import Tools
from bareboat.errors import InputError
from bareboat.index.config import uv_environment
from bareboat.lock import Lock
from bareboat.plan.settings import Settings
from bareboat.project import command, pylock
from bareboat.project.adopt import DEVELOPMENT
from bareboat.project.process import WEB
from bareboat.project.project import Project
from bareboat.project.serverline import SERVERS
from bareboat.project.servers import suggestion, usable
from bareboat.target import Target
from bareboat.wheel.tags import choose

__all__ = ["appended", "names", "needed", "pins", "with_server"]

_KIND = "added-server"
_BLOCK = re.compile(r"^\[\[packages\]\]$", re.MULTILINE)


def needed(project: Project, settings: Settings, packages: Collection[str]) -> str:
    """Return the requirement of the server to add, empty where none is needed or nobody consented.

    `packages` are the normalised names of the lock. A server that the setting names is added wherever
    the lock has it not.
    """
    asked = settings.add_server
    if isinstance(asked, str):
        try:
            name = str(canonicalize_name(Requirement(asked).name))
        except InvalidRequirement as error:
            raise InputError(f"add-server {asked!r} is no requirement", where="add-server") from error
        return asked if name not in packages else ""
    if not asked or settings.command is not None:
        return ""
    try:
        started = starting.start(project, settings, packages, ())
    except InputError:
        return _proposed(project, settings, packages)
    is_weak = any(one.code == DEVELOPMENT for one in started.findings)
    return _proposed(project, settings, packages) if is_weak else ""


def _proposed(project: Project, settings: Settings, packages: Collection[str]) -> str:
    """Return the server that a stated command names, else the usual one for what would be served."""
    for process in project.container.processes:
        program = process.line.words[0].rpartition("/")[2] if process.line.words else ""
        if process.name == WEB and program in SERVERS and SERVERS[program].package not in packages:
            return SERVERS[program].package
    candidate, _ = command.choose(
        project.application, app=settings.app or "", where="app setting", packages=packages
    )
    if not candidate.kind.is_served:
        served = [one for one in project.application.candidates if one.path == candidate.path]
        candidate = next((one for one in served if one.kind.is_served), candidate)
    is_wanted = candidate.kind.is_served and not usable(candidate, packages)
    return suggestion(candidate) if is_wanted else ""


def with_server(lock: Lock, requirement: str, locks: Locks, target: Target, tools: Tools) -> Lock:
    """Return the lock with the server and what it needs beside its own packages, none of which changes.

    Raises InputError with `locked`, ResolveError where no version of the server fits the locked ones.
    """
    if locks.locked:
        raise InputError(
            f"add-server would resolve {requirement}, and --locked refuses to",
            where="add-server",
            hint=f"add {requirement} to the dependencies and renew the lock, or run `bareboat lock`",
        )
    known = {one.name: one.version for one in lock.packages}
    text = _resolved(locks, requirement, known, target, tools)
    more = _read(text, target, locks)
    new = tuple(one for one in more.packages if one.name not in known)
    tools.progress.note(f"added by add-server: {', '.join(f'{one.name} {one.version}' for one in new)}")
    packages = tuple(sorted((*lock.packages, *new), key=lambda one: one.name))
    return replace(lock, packages=packages, origin=f"{lock.origin}, and {requirement} by add-server")


def _resolved(locks: Locks, requirement: str, known: Mapping[str, str], target: Target, tools: Tools) -> str:
    """Return the text of a pylock.toml of the server, recalled where it was ever asked for like this."""
    from bareboat.index import resolve as index

    environ = uv_environment(locks.environ, folder=locks.project.folder)
    bounds = [f"{name}=={version}" for name, version in sorted(known.items()) if version]
    named = key(_KIND, requirement, repr(bounds), repr(target))
    held = tools.store.recall(_KIND, named)
    if held is not None:
        return held.decode()
    text = index.resolve(
        [requirement],
        target,
        environ=environ,
        progress=tools.progress,
        selection=index.Selection(folder=locks.project.folder),
        offline=locks.offline,
        constraints=bounds,
    )
    tools.store.remember(_KIND, named, text.encode())
    return text


def _read(text: str, target: Target, locks: Locks) -> Lock:
    return pylock.read(
        text,
        where="add-server",
        target=target,
        choose=lambda names: choose(names, target),
        folder=Path(locks.project.folder),
        origin="add-server",
    )


def pins(
    requirement: str, known: Mapping[str, str], locks: Locks, target: Target, tools: Tools
) -> tuple[tuple[str, str], ...]:
    """Return name and version of the server and of what it needs, those left out that `known` has."""
    more = _read(_resolved(locks, requirement, known, target, tools), target, locks)
    return tuple((one.name, one.version) for one in more.packages if one.name not in known)


def appended(text: str, requirement: str, locks: Locks, target: Target, tools: Tools) -> str:
    """Return a pylock.toml with the server and what it needs behind the packages that it has."""
    known = names(text)
    more = _resolved(locks, requirement, known, target, tools)
    blocks = [block for block in _blocks(more) if _name(block) not in known]
    return text.rstrip("\n") + "\n\n" + "\n".join(f"[[packages]]{block.rstrip()}\n" for block in blocks)


def names(text: str) -> dict[str, str]:
    """Return the normalised names of the packages of a pylock.toml, each with its version."""
    return {_name(block): _version(block) for block in _blocks(text)}


def _blocks(text: str) -> Sequence[str]:
    return _BLOCK.split(text)[1:]


def _name(block: str) -> str:
    match = re.search(r'^name = "([^"]+)"', block, re.MULTILINE)
    return str(canonicalize_name(match[1])) if match is not None else ""


def _version(block: str) -> str:
    match = re.search(r'^version = "([^"]+)"', block, re.MULTILINE)
    return match[1] if match is not None else ""
