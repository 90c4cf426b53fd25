"""Everything above the Plan, driven in order: read, lock, fetch, unpack, compile, find facts.

The way of the data is the order of `_prepare`. Debian packages and wheels arrive and are made ready
side by side; nothing here decides what the image looks like, that is `plan.make`.
"""

import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import cache
from typing import TYPE_CHECKING

from msgspec import Struct, field

from bareboat.build import (
    accelerators,
    adding,
    application,
    framework,
    known,
    labels,
    leaks,
    starting,
    writable,
)
from bareboat.build.bases import Bases, Candidate
from bareboat.build.bytecode import Bytecode
from bareboat.build.chosen import said
from bareboat.build.fitting import first, wanting
from bareboat.build.gather import Gathering
from bareboat.build.locks import Locks
from bareboat.build.ready import Ready
from bareboat.build.tools import Tools
from bareboat.build.wanted import Wanted
from bareboat.build.wishes import Wishes, refuse_old, wishes
from bareboat.errors import InputError, NetworkError
from bareboat.facts.artifact import Artifact
from bareboat.index.config import known_urls, uv_environment
from bareboat.lock import BaseLock, Lock
from bareboat.net.client import Client
from bareboat.oci.reference import Reference
from bareboat.plan.make import Gathered, make
from bareboat.plan.plan import Plan
from bareboat.plan.settings import Build, Settings, from_environment, from_table, merge
from bareboat.project import read as reading
from bareboat.project.command import Decision
from bareboat.project.project import Project
from bareboat.store.cas import Store
from bareboat.target import Target

if TYPE_CHECKING:
    from bareboat.build.sdists import Sdists
    from bareboat.build.yard import Yard

__all__ = ["Prepared", "Resolved", "prepared", "project_of", "resolved", "sdists", "tools_for"]


class Prepared(Struct, frozen=True):
    """A Plan, where the files of each of its artifacts come from, and what builds the project."""

    plan: Plan
    ready: Mapping[Artifact, Ready]
    maker: application.Maker


class Resolved(Struct, frozen=True):
    """The two locks of a project and the target that they are for."""

    base: BaseLock
    target: Target
    lock: Lock
    decisions: tuple[Decision, ...]
    logins: Mapping[str, str] = field(default_factory=dict)


@contextmanager
def prepared(wanted: Wanted) -> Iterator[tuple[Prepared, Tools]]:
    """Give the Plan of a folder with all that it takes to carry it out.

    Raises what reading, resolving, fetching and compiling raise. Workers end with the context.
    """
    project, settings = project_of(wanted)
    reference = _reference(project, settings)
    refuse_old(project, python=settings.python)
    starting.check(project, settings)
    leaks.check(project, include=settings.include or ())
    with tools_for(wanted) as tools:
        bases = Bases(wanted, settings, tools)
        found = resolved(wanted, project, settings, bases, tools)
        bases.forget()
        with bases.bytecode(found.base) as bytecode:
            made = _prepare(
                wanted,
                project,
                settings,
                reference=reference,
                bases=bases,
                found=found,
                tools=tools,
                bytecode=bytecode,
            )
            yield made, tools


@contextmanager
def tools_for(wanted: Wanted) -> Iterator[Tools]:
    """Give the store and the network as `wanted` describes them."""
    client = Client(
        uv_environment(wanted.environ, folder=wanted.folder),
        offline=wanted.offline,
        known=known_urls(wanted.environ, folder=wanted.folder),
    )
    with Store(wanted.store) as store:
        yield Tools(store, client, wanted.progress, wanted.workers)


def project_of(wanted: Wanted) -> tuple[Project, Settings]:
    """Return the folder read, and its settings with those of the environment and the flags."""
    if not wanted.folder.is_dir():
        raise InputError("no such folder", where=str(wanted.folder), hint="name the project's folder")
    script = wanted.flags.get("script", "")
    said = reading.metadata(wanted.folder, script).tool.get("bareboat", {})
    if not isinstance(said, dict):
        raise InputError("[tool.bareboat] is no table", where=script or "pyproject.toml")
    settings = merge(
        from_table(said, where=f"{script or 'pyproject.toml'} [tool.bareboat]"),
        from_environment(wanted.environ),
        from_table(wanted.flags, where="flags"),
    )
    project = reading.read(
        wanted.folder,
        environ=wanted.environ,
        include=settings.include or (),
        exclude=settings.exclude or (),
        requirements=settings.requirements or "",
        script=settings.script or "",
    )
    for note in project.notes:
        wanted.progress.note(note)
    return project, settings


def resolved(
    wanted: Wanted,
    project: Project,
    settings: Settings,
    bases: Bases,
    tools: Tools,
) -> Resolved:
    """Return the base and the Python lock for it.

    Raises what the best Python that fits raised when no other works either.
    """
    locks = Locks(project, settings, wanted.environ, offline=wanted.offline, locked=wanted.locked)
    asked = wishes(project, python=settings.python, suite=settings.suite, interpreter=settings.interpreter)
    logins = locks.logins()
    _demand_named(project, bases, asked)

    def attempt(one: Candidate) -> Lock:
        lock = locks.read(
            one.target, tools, lambda: sdists(wanted, settings, bases, one, tools, logins=logins)
        )
        return _served(lock, locks, settings, one.target, tools)

    found, lock = first(bases, asked, attempt, progress=tools.progress, lacks=wanting)
    return Resolved(
        found.base, found.target, lock, (found.decision, _source(project, settings, lock)), logins
    )


def _demand_named(project: Project, bases: Bases, asked: Wishes) -> None:
    """Raise InputError for a project that imports packages and names none, with what it could name."""
    from bareboat.build import proposal

    lacks = proposal.lacking(project)
    if lacks is None:
        return
    candidate = next(iter(bases.candidates(asked)))
    suite, arch = candidate.base.suite, candidate.target.arch

    def distributions(module: str) -> tuple[str, ...]:
        try:
            return bases.archive.distributions(module, suite=suite, arch=arch)
        except NetworkError:  # then every line is a guess, and says so
            return ()

    raise proposal.refusal(lacks, distributions)


def sdists(  # noqa: PLR0913 - what a place to build in is made of
    wanted: Wanted,
    settings: Settings,
    bases: Bases,
    candidate: Candidate,
    tools: Tools,
    *,
    logins: Mapping[str, str],
) -> "Sdists":
    """Return what builds sources before the lock is known, in a root of the base that is being tried."""
    from bareboat.build import compiling

    yard = compiling.yard(wanted, settings, bases, bases.completed(candidate), candidate.target, tools)
    return compiling.sdists(wanted, yard, tools, logins=logins)


def _served(lock: Lock, locks: Locks, settings: Settings, target: Target, tools: Tools) -> Lock:
    """Return the lock with the server that was asked for."""
    requirement = adding.needed(locks.project, settings, {one.name: one.version for one in lock.packages})
    return adding.with_server(lock, requirement, locks, target, tools) if requirement else lock


def _source(project: Project, settings: Settings, lock: Lock) -> Decision:
    ignored = "; ".join(f"{fact.where} is ignored: {fact.value}" for fact in project.source.ignored)
    parts = (project.source.reason, said(project, settings), ignored)
    return Decision("packages", lock.origin, "; ".join(filter(None, parts)))


def _prepare(  # noqa: PLR0913 - the values of one build, each made by a step before
    wanted: Wanted,
    project: Project,
    settings: Settings,
    *,
    reference: str,
    bases: Bases,
    found: Resolved,
    tools: Tools,
    bytecode: Bytecode,
) -> Prepared:
    names = {package.name: package.version for package in found.lock.packages}
    starting.start(project, settings, names, ())
    pinned = bases.pinned()

    @cache
    def yard() -> "Yard":
        from bareboat.build import compiling  # a build of wheels alone needs none of it

        return compiling.yard(wanted, settings, bases, found.base, found.target, tools)

    def sources() -> "Sdists":
        from bareboat.build import compiling

        return compiling.sdists(wanted, yard(), tools, logins=found.logins)

    maker = application.Maker(
        project,
        pinned.build if pinned is not None and pinned.build else None,
        wanted.environ,
        wanted.created,
        offline=wanted.offline,
        yard=yard if wanted.sandboxed else None,
        given=(settings.build or Build()).env,
    )
    maker.check(locked=wanted.locked)
    heavy = accelerators.large(found.lock, [fact.value for fact in project.dependencies])
    for finding in heavy:
        tools.progress.warn(f"{finding.where} {finding.message}; {finding.hint}")
    with Gathering(tools, bases, found.target, bytecode, cache(sources)) as gathering:
        gathering.begin(found.base, found.lock, maker)
        own = gathering.project()
        modules = own.artifact.modules if own is not None else ()
        started = starting.start(project, settings, names, modules)
        entries = starting.carried(project, started.start, has_wheel=own is not None)
        leaks.check_wheel(project, own, entries, include=settings.include or (), store=tools.store)
        may_write, reasons = writable.folders(project, settings)
        source = application.source(tools, entries, bytecode, may_write)
        complete = gathering.complete(found.base, (own, source), started.start.argv)
        packages = gathering.packages()
    known.remember(tools.store, project, complete)
    kind = framework.read(project, settings, names)
    collected = kind.collected(
        wanted,
        project,
        settings,
        start=started.start,
        ready=complete.ready,
        target=found.target,
        tools=tools,
    )
    ready = (*complete.ready, *filter(None, [collected.ready]))
    version = application.version_of(own, project)
    gathered = Gathered(
        reference=reference,
        target=found.target,
        base=complete.base,
        lock=Lock(packages, found.lock.origin),
        start=started.start,
        artifacts=tuple(one.artifact for one in ready),
        labels=labels.labels(project, version, wanted.environ),
        decisions=(*found.decisions, *started.decisions, *reasons, *complete.decisions, *collected.decisions),
        findings=(*heavy, *started.findings, *complete.findings, *collected.findings),
        created=wanted.created,
        env=kind.env,
    )
    return Prepared(make(gathered, settings), {one.artifact: one for one in ready}, maker)


def _reference(project: Project, settings: Settings) -> str:
    """Return the image's name; InputError where the name setting is none that an image can have."""
    own = re.sub(r"[^a-z0-9._-]+", "-", project.name.value.lower()) if project.name is not None else ""
    reference = Reference.parse(settings.name or own.strip("._-") or "app")
    if reference.digest is not None:
        raise InputError(
            f"an image cannot be named by a digest, seen {settings.name!r}", where="name setting"
        )
    return reference.tagged.familiar
