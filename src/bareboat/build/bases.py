"""The Debian base of an image: which packages, where they come from, the interpreter among them."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec
from msgspec import Struct
from msgspec.structs import replace

from bareboat.build import packages
from bareboat.build.bytecode import Bytecode
from bareboat.build.choose import choices
from bareboat.build.keys import key
from bareboat.build.obeyed import check
from bareboat.build.root import materialise
from bareboat.build.running import running
from bareboat.build.tools import Tools
from bareboat.build.wanted import Wanted
from bareboat.build.wishes import Wishes
from bareboat.debian import interpreter, lockfile, mirrors, parts
from bareboat.debian.excluded import EXCLUSIONS
from bareboat.debian.keys import shipped
from bareboat.debian.suites import glibc
from bareboat.errors import InputError, ResolveError
from bareboat.facts.artifact import Role
from bareboat.lock import STANDALONE, BaseLock, DebianPackage
from bareboat.oci.blob import Blob
from bareboat.plan.settings import Settings
from bareboat.project.command import Decision
from bareboat.project.toml import read_text
from bareboat.store.folders import folder
from bareboat.target import Arch, PythonVersion, Target
from bareboat.tree.tree import Tree
from bareboat.wheel.bytecode import Interpreter

if TYPE_CHECKING:
    from bareboat.build.standalone import Standalones
    from bareboat.debian.archive import Archive, Request

__all__ = ["Bases", "Candidate", "read_lock", "target_of"]

_ROLES = "roles"


def target_of(lock: BaseLock) -> Target:
    """Return the target that the packages of `lock` make."""
    libc = next((one for one in lock.packages if one.name == "libc6"), None)
    if libc is None or not lock.python:
        raise InputError("the base has no C library or no Python", where=lockfile.NAME)
    return Target(Arch(lock.architecture), lock.python, glibc(libc.version))


def read_lock(folder: Path) -> tuple[BaseLock, ...]:
    """Return every base that bareboat.lock in `folder` pins; none where there is no such file."""
    path = folder / lockfile.NAME
    return lockfile.read(read_text(path, where=str(path)), where=str(path)) if path.is_file() else ()


class Candidate(Struct, frozen=True):
    """A base that fits, and why. `is_given` says that somebody wanted this version."""

    base: BaseLock
    decision: Decision
    is_given: bool = False
    is_standalone: bool = False
    warning: str = ""

    @property
    def target(self) -> Target:
        """What the packages of the base make."""
        return target_of(self.base)


class Bases:
    """Finds the base of one project: pinned by bareboat.lock, or resolved from signed indexes."""

    def __init__(self, wanted: Wanted, settings: Settings, tools: Tools) -> None:
        self._wanted = wanted
        self._settings = settings
        self._tools = tools
        self._opened: Archive | None = None
        self._locked: tuple[BaseLock, ...] | None = None
        self._roles: dict[str, dict[str, Role]] = {}

    @property
    def archive(self) -> "Archive":
        """The Debian archive as the host, the environment and the settings name its mirrors."""
        if self._opened is None:
            from bareboat.debian.archive import Archive  # a build with all packages at hand opens none

            wanted, settings = self._wanted, self._settings
            keys = wanted.keys or shipped()
            found = mirrors.mirrors(
                wanted.environ,
                apt_folder=wanted.apt_folder,
                main=(settings.mirror or "").split(),
                security=(settings.security_mirror or "").split(),
                pinned=keys.pinned,
            )
            self._opened = Archive(
                found,
                self._tools.client,
                self._tools.store,
                now=wanted.now,
                keys=keys,
                allow_expired=bool(settings.allow_expired),
                offline=wanted.offline,
                refresh=wanted.refresh,
                progress=wanted.progress,
            )
        return self._opened

    @property
    def folder(self) -> Path:
        """The project's folder."""
        return self._wanted.folder

    @property
    def standalones(self) -> "Standalones":
        """The builds of python-build-standalone, as uv is configured for the project."""
        from bareboat.build.standalone import Standalones  # most builds have Debian's Python

        wanted = self._wanted
        return Standalones(self._tools, wanted.environ, wanted.folder, wanted.arch, wanted.offline)

    def forget(self) -> None:
        """Let go of the archive's indexes in memory; they are read again when needed."""
        if self._opened is not None:
            self._opened.forget()

    def pinned(self) -> BaseLock | None:
        """Return what bareboat.lock says for this architecture and the suite wished for, or None."""
        if self._wanted.renew:
            return None
        if self._locked is None:
            self._locked = read_lock(self._wanted.folder)
        fitting = (one for one in self._locked if self._settings.suite in {None, one.suite})
        return next((one for one in fitting if one.architecture == self._wanted.arch), None)

    def candidates(self, wishes: Wishes) -> Iterator[Candidate]:
        """Yield bases that fit the wishes, best first; a pinned one is the only candidate.

        Raises InputError where the pinned one contradicts them, or where `locked` finds none;
        ResolveError where no suite fits.
        """
        pinned = self.pinned()
        if pinned is not None:
            path = str(self._wanted.folder / lockfile.NAME)
            check(pinned, wishes, self._settings, where=path)
            source = "python-build-standalone on " if pinned.standalone is not None else ""
            value = f"{pinned.python} ({source}Debian {pinned.suite})"
            yield Candidate(pinned, Decision("python", value, "pinned", lockfile.NAME), is_given=True)
            return
        if self._wanted.locked:
            raise InputError(
                "no base is pinned, and --locked refuses to resolve",
                where=str(self._wanted.folder / lockfile.NAME),
                hint="run `bareboat lock` and commit bareboat.lock",
            )
        arch = self._wanted.arch

        def releases() -> tuple[str, ...]:
            return self.standalones.versions()  # its module is needed here alone

        for choice in choices(wishes, lambda suite: self.archive.pythons(suite, arch), releases):
            python = None if choice.is_standalone else choice.python
            base = self.archive.resolve(self._request(choice.suite, self._names(choice.suite, python)))
            yield Candidate(
                replace(base, python=choice.full),
                choice.decision,
                is_given=choice.met,
                is_standalone=choice.is_standalone,
                warning=choice.warning,
            )

    def completed(self, candidate: Candidate) -> BaseLock:
        """Return the base of the candidate that was taken, with all that its interpreter needs.

        An interpreter that is not Debian's is fetched for that, and the packages of the shared
        libraries that its ELF files name join the base. Raises what fetching raises.
        """
        base = candidate.base
        if not candidate.is_standalone:
            return base
        package = self.standalones.package(base.python)
        held = packages.unpacked(self._tools, package, self.standalones.fetch)
        from bareboat.facts import wheel as facts

        wanted = set(facts.needed(packages.kept_of(held).tree))
        for by_name in (True, False):  # libssl3 has libcrypto, too: what is found by name may be enough
            missing = sorted(wanted - self._libraries(base))
            found = {soname: self.provider(base, soname, by_name=by_name) for soname in missing}
            more = [name for name in found.values() if name is not None]
            if more:
                base = self.archive.resolve(self._request(base.suite, (*base.requested, *more)))
        for soname in sorted(name for name, provider in found.items() if provider is None):
            self._tools.progress.warn(f"{package.name} wants {soname}, which no package of {base.suite} has")
        return _with(base, package)

    def _libraries(self, lock: BaseLock) -> set[str]:
        """Return the names of all files in the packages of `lock`."""
        fetch = self.fetch(lock)
        trees = (packages.unpacked(self._tools, one, fetch).tree for one in lock.packages)
        return {entry.path.rpartition("/")[2] for tree in trees for entry in tree}

    def extended(self, lock: BaseLock, names: Iterable[str]) -> BaseLock:
        """Return the base with the packages called `names` and what they need added."""
        extended = self.archive.resolve(self._request(lock.suite, (*lock.requested, *names)))
        return _with(extended, lock.standalone) if lock.standalone is not None else extended

    def provider(self, lock: BaseLock, soname: str, *, by_name: bool = False) -> str | None:
        """Return the package that has the shared library `soname`, or None.

        With `by_name` only packages that are called after it count.
        """

        def files(one: DebianPackage) -> Iterable[str]:
            return packages.listed(packages.unpacked(self._tools, one, self.fetch(lock)))

        arch = Arch(lock.architecture)
        return self.archive.provider(soname, suite=lock.suite, arch=arch, files=files, by_name=by_name)

    def because(self, lock: BaseLock) -> dict[str, str]:
        """Return why each package is there, in words; packages of a pinned base are just pinned."""
        if self.pinned() is not None:
            return {one.name: "pinned in bareboat.lock" for one in lock.packages}
        request = self._request(lock.suite, lock.requested)
        reasons = {
            name: f"needed by {who}" if who else "" for name, who in self.archive.because(request).items()
        }
        if lock.standalone is not None:
            reasons[lock.standalone.name] = "the interpreter, by python-build-standalone"
        return reasons

    def fetch(self, lock: BaseLock) -> Callable[[DebianPackage], Blob]:
        """Return what brings a package of `lock`."""

        def bring(one: DebianPackage) -> Blob:
            if one.archive == STANDALONE:
                return self.standalones.fetch(one)
            return self.archive.fetch(one, dated=lock.dated)

        return bring

    def known_roles(self, lock: BaseLock) -> Mapping[str, Role] | None:
        """Return the layer of each package by its name if that was ever found, else None."""
        named = _set_key(lock)
        if named not in self._roles:
            held = self._tools.store.recall(_ROLES, named)
            if held is None:
                return None
            self._roles[named] = msgspec.json.decode(held, type=dict[str, Role])
        return self._roles[named]

    def roles(self, lock: BaseLock) -> Mapping[str, Role]:
        """Return the layer of each package by its name; unpacks what is not unpacked."""
        known = self.known_roles(lock)
        if known is not None:
            return known
        python = PythonVersion.parse(lock.python)
        fetch = self.fetch(lock)
        held = [packages.unpacked(self._tools, one, fetch) for one in lock.packages]
        build = (lock.standalone.name,) if lock.standalone is not None else ()
        own = (*interpreter.requested(python, lock.suite), *build)
        found = parts.split(held, own, python=python)
        roles = {name: Role(part.value) for name, part in found.items()}
        self._tools.store.remember(_ROLES, _set_key(lock), msgspec.json.encode(roles))
        self._roles[_set_key(lock)] = roles
        return roles

    def bytecode(self, lock: BaseLock) -> Bytecode:
        """Return the compiler that is the interpreter of `lock`, not started yet."""
        python = PythonVersion.parse(lock.python)
        minimal = next((one for one in lock.packages if interpreter.minor_version(one.name) == python), None)
        if minimal is None:
            raise ResolveError(f"the base has no package of Python {python}", where=lockfile.NAME)
        return Bytecode(self._tools, f"{minimal.name} {minimal.version}", lambda: self._interpreter(lock))

    def _interpreter(self, lock: BaseLock) -> Interpreter:
        roles = self.roles(lock)
        is_whole = lock.standalone is not None  # what its program is linked to came with it
        base = [one for one in lock.packages if is_whole or roles[one.name] is not Role.NATIVE]
        named = key("interpreter alone", *sorted(one.sha256 for one in base))
        python, arch = PythonVersion.parse(lock.python), Arch(lock.architecture)

        def fill(root: Path) -> None:
            held = [packages.unpacked(self._tools, one, self.fetch(lock)) for one in base]
            needed = parts.closure(held, (f"python{python}-minimal",))
            kept_ones = (one for one in held if is_whole or one.package.name in needed)
            whole = Tree().merge(*(packages.kept_of(one).tree for one in kept_ones))
            kept = running(
                whole,
                program=interpreter.executable(python),
                loader=interpreter.loader(arch),
                library=f"usr/lib/python{python}",
            )
            materialise(kept, root)

        root = folder(self._tools.store, named, fill)
        argv, env = interpreter.command(root, python, arch)
        return Interpreter(argv, env, lock.python)

    def _names(self, suite: str, python: PythonVersion | None) -> tuple[str, ...]:
        """Return what a base is asked for; None stands for a Python that is not Debian's."""
        own = interpreter.requested(python, suite) if python is not None else interpreter.without(suite)
        return (*own, *(self._settings.packages or ()))

    def _request(self, suite: str, names: Iterable[str]) -> "Request":
        from bareboat.debian.archive import Request

        return Request(suite, self._wanted.arch, tuple(names), EXCLUSIONS)


def _with(lock: BaseLock, package: DebianPackage) -> BaseLock:
    return replace(lock, python=package.version, packages=tuple(sorted((*lock.packages, package))))


def _set_key(lock: BaseLock) -> str:
    return key(_ROLES, lock.suite, lock.python, *sorted(one.sha256 for one in lock.packages))
