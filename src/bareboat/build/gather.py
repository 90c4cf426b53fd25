"""Artifacts made ready side by side: downloads overlap with unpacking, unpacking with compiling.

What the store knows is neither fetched nor unpacked. Three pools: one waits for the network and
unpacks, one builds sources, one installs and compiles; a task waits for those before it at most, and
never for one that is behind it.
"""

from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, wait
from contextlib import AbstractContextManager
from functools import cache
from types import TracebackType
from typing import TYPE_CHECKING, Any

from msgspec import Struct
from msgspec.structs import replace

from bareboat.build import packages, programs
from bareboat.build.application import BuiltWheel, Maker
from bareboat.build.bases import Bases
from bareboat.build.bytecode import Bytecode
from bareboat.build.natives import find, heavy, held_back
from bareboat.build.reach import reached
from bareboat.build.ready import Ready
from bareboat.build.tools import Tools
from bareboat.build.wheels import fetched, is_known
from bareboat.build.wheels import ready as wheel_ready
from bareboat.debian.package import Unpacked
from bareboat.errors import BuildError
from bareboat.facts.artifact import Role
from bareboat.finding import Finding
from bareboat.lock import BaseLock, DebianPackage, Lock, LockedPackage
from bareboat.project.command import Decision
from bareboat.store.stored import StoredBlob
from bareboat.target import Target
from bareboat.threads import Threads

if TYPE_CHECKING:
    from bareboat.build.sdists import Sdists

__all__ = ["Complete", "Gathering"]

_AT_ONCE = 8


class Complete(Struct, frozen=True):
    """All artifacts of an image in the order of the layers, and the base as it was extended.

    `because` has the packages that were added for libraries, each with its reason.
    """

    ready: tuple[Ready, ...]
    base: BaseLock
    findings: tuple[Finding, ...]
    decisions: tuple[Decision, ...] = ()
    because: dict[str, str] = {}


class Gathering(AbstractContextManager["Gathering"]):
    """One build's artifacts. `begin` starts the work, `project` and `complete` wait for it."""

    def __init__(
        self,
        tools: Tools,
        bases: Bases,
        target: Target,
        bytecode: Bytecode,
        sdists: "Callable[[], Sdists] | None" = None,
    ) -> None:
        self._sdists = sdists
        self._tools = tools
        self._bases = bases
        self._target = target
        self._bytecode = bytecode
        self._fetching = Threads(_AT_ONCE, "fetch")
        # one more than processors: a wheel is inflated while others wait for the interpreter
        self._making = Threads(max(tools.workers, 1) + 1, "make")
        # builds one wheel at a time: each uses all processors
        self._building = Threads(1, "build")
        self._base: list[Future[Ready]] = []
        self._wheels: list[tuple[LockedPackage, Future[Ready]]] = []
        self._own: Future[Ready] | None = None
        self._unpacked: Future[None] = Future()

    def begin(self, base: BaseLock, lock: Lock, maker: Maker) -> None:
        """Start on everything that the two locks and the project need."""
        tools = self._tools
        unpacking = set(self._unpack(base))
        self._bytecode.after(self._unpacked)
        arriving: dict[Future[StoredBlob], LockedPackage] = {}
        built: set[Future[LockedPackage]] = set()
        for locked in sorted(lock.packages, key=lambda one: -one.size):
            package = self._known(locked, base)
            if package is None:
                built.add(self._building.submit(self._from_sources, locked))
            elif is_known(tools, package, self._target, self._bytecode):
                self._wheels.append((package, self._making.submit(self._wheel, package)))
            else:
                arriving[self._fetching.submit(fetched, tools, package)] = package
        if maker.project.backend is not None:
            building = self._building.submit(self._own_wheel, maker)
            self._own = self._making.submit(self._project, maker, building)
        if not unpacking:
            self._packages(base)
        self._arrive(base, unpacking, arriving, built)

    def _arrive(
        self,
        base: BaseLock,
        unpacking: set[Future[Unpacked]],
        arriving: Mapping[Future[StoredBlob], LockedPackage],
        built: set[Future[LockedPackage]],
    ) -> None:
        """Wait for what is under way, and hand on what has come; the first failure is heard at once."""
        pending: set[Future[Any]] = {*unpacking, *arriving, *built}
        while pending:
            done, pending = wait(pending, return_when=FIRST_COMPLETED)
            for one in done:
                one.result()
            for arrived in sorted(done & arriving.keys(), key=lambda one: -one.result().size):
                package = arriving[arrived]
                self._wheels.append((package, self._making.submit(self._wheel, package)))
            for finished in done & built:
                package = finished.result()
                self._wheels.append((package, self._making.submit(self._wheel, package)))
            if done & unpacking and not pending & unpacking:
                self._packages(base)

    def _packages(self, base: BaseLock) -> None:
        self._bases.roles(base)
        self._unpacked.set_result(None)
        self._base = [self._making.submit(self._package, one, base) for one in base.packages]
        self._base.extend(_done(one) for one in self._own_entries(base))

    def packages(self) -> tuple[LockedPackage, ...]:
        """Return the packages by name, those that were built with their wheels."""
        return tuple(sorted((package for package, _ in self._wheels), key=lambda one: one.name))

    def project(self) -> Ready | None:
        """Return the project's own wheel, None where no backend builds one."""
        return self._own.result() if self._own is not None else None

    def complete(self, base: BaseLock, more: Sequence[Ready | None], argv: Sequence[str] = ()) -> Complete:
        """Return every artifact, and what is to be said of them all; `argv` starts the application.

        Shared libraries that a wheel, the project or its files want and nothing has are looked up
        in the archive; their packages join the base.
        """
        held = [future.result() for future in self._base]
        held += self._made(base)
        above = [_because(future.result(), package.because) for package, future in self._wheels]
        above += [one for one in more if one is not None]

        @cache
        def modules() -> frozenset[str]:
            return reached(self._tools.store, above, argv)

        natives = find(self._bases, base, held, above, modules)
        reasons = {**self._bases.because(natives.base), **natives.because}
        before = {one.name for one in base.packages}
        if natives.base != base:
            held = self._extended(held, natives.base)
        held = self._kept(held, natives.base, natives.kept)
        held = [_because(one, reasons.get(one.artifact.name, one.artifact.because)) for one in held]
        order = {role: number for number, role in enumerate(Role)}
        found = sorted((*held, *above), key=lambda one: (order[one.artifact.role], one.artifact.name))
        names = {one.name for one in natives.base.packages} - before
        added = [one.artifact for one in held if one.artifact.name in names]
        findings = (
            *natives.findings,
            *heavy(added, natives.because),
            *programs.find(self._bases, natives.base, found, self._tools.store, modules),
            *(finding for one in found for finding in one.findings),
        )
        return Complete(tuple(found), natives.base, findings, natives.decisions, natives.because)

    def _extended(self, held: Sequence[Ready], base: BaseLock) -> list[Ready]:
        """Return what is held with the further packages of `base`."""
        present = {one.artifact.name for one in held}
        self._bases.roles(base)
        added = [one for one in base.packages if one.name not in present]
        kept = [one for one in held if one.artifact.name != packages.MADE]
        return [*kept, *self._making.map(lambda one: self._package(one, base), added), *self._made(base)]

    def _kept(self, held: Sequence[Ready], base: BaseLock, wanted: Sequence[str]) -> list[Ready]:
        """Return what is held with the libraries that are `wanted`, or that its own packages need."""
        packages = {one.name: one for one in base.packages}
        withheld = {one.artifact.name: one.artifact.withheld for one in held}
        found = {one.artifact.name: one for one in held}
        kept = set(wanted)

        def remade(name: str) -> Ready:
            return self._package(packages[name], base, tuple(sorted(kept.intersection(withheld[name]))))

        while True:
            kept.update(held_back([one.artifact for one in found.values()]))
            short = [name for name, one in found.items() if not kept.isdisjoint(one.artifact.withheld)]
            if not short:
                return list(found.values())
            found |= zip(short, self._making.map(remade, short), strict=True)

    def _made(self, base: BaseLock) -> list[Ready]:
        roles = self._bases.roles(base)
        native = [one for one in base.packages if roles[one.name] is Role.NATIVE]
        found = packages.made(self._tools, native, self._bases.fetch(base))
        return [found] if found is not None else []

    def _unpack(self, base: BaseLock) -> list[Future[Unpacked]]:
        tools, bytecode = self._tools, self._bytecode
        roles = self._bases.known_roles(base)
        if roles is not None and all(
            packages.is_known(tools, one, roles[one.name], bytecode) for one in base.packages
        ):
            return []
        fetch = self._bases.fetch(base)
        largest = sorted(base.packages, key=lambda one: -one.size)
        return [self._fetching.submit(packages.unpacked, tools, one, fetch) for one in largest]

    def _package(self, one: DebianPackage, base: BaseLock, wanted: tuple[str, ...] = ()) -> Ready:
        fetch = self._bases.fetch(base)
        role = self._bases.roles(base)[one.name]
        return packages.ready(self._tools, one, role, self._bytecode, fetch, wanted=wanted)

    def _own_entries(self, base: BaseLock) -> tuple[Ready, ...]:
        roles = self._bases.roles(base)
        held = [one for one in base.packages if roles[one.name] is Role.BASE]
        python, arch = self._target.python, self._target.arch
        return packages.own(self._tools, held, python, arch, self._bases.fetch(base))

    def _known(self, package: LockedPackage, base: BaseLock) -> LockedPackage | None:
        """Return the package with a wheel, None where one is to be built first."""
        if package.wheel is not None or self._sdists is None:
            return package
        return self._sdists().find(package) if self._bases.known_roles(base) is not None else None

    def _from_sources(self, package: LockedPackage) -> LockedPackage:
        self._unpacked.result()  # the base is part of the root that it is built in
        if self._sdists is None:
            raise BuildError("is locked as sources, and nothing here builds them", where=package.name)
        return self._sdists().build(package)

    def _own_wheel(self, maker: Maker) -> BuiltWheel:
        self._unpacked.result()
        return maker.build(self._tools)

    def _wheel(self, package: LockedPackage) -> Ready:
        return wheel_ready(self._tools, package, self._target, self._bytecode)

    def _project(self, maker: Maker, building: Future[BuiltWheel]) -> Ready:
        return maker.ready(self._tools, building.result(), self._target, self._bytecode)

    def __exit__(
        self,
        kind: type[BaseException] | None,
        value: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if kind is not None:
            self._tools.client.stop()
            if not self._unpacked.done():  # a compiler that waits for the interpreter waits no longer
                self._unpacked.set_exception(BuildError("the packages of the interpreter did not arrive"))
        self._building.__exit__(kind, value, trace)
        self._fetching.__exit__(kind, value, trace)
        if kind is None or issubclass(kind, Exception):
            self._making.shutdown(cancel_futures=True)  # computes only, and not for long
        else:
            self._making.__exit__(kind, value, trace)


def _done(ready: Ready) -> Future[Ready]:
    future: Future[Ready] = Future()
    future.set_result(ready)
    return future


def _because(ready: Ready, reason: str) -> Ready:
    return replace(ready, artifact=replace(ready.artifact, because=reason)) if reason else ready
