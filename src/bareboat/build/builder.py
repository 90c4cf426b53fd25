"""The root that wheels are built in: the target's interpreter, and compilers where they are needed.

All of it comes from the Debian archive and the suite of the image's base. Maintainer scripts are not
run; what of them matters is made here and listed in LINKS. A root without compilers is the packages
of the base itself, so that what is pure Python is built with nothing fetched.
"""

from collections.abc import Iterable, Iterator
from concurrent.futures import Future
from dataclasses import dataclass, field
from functools import partial
from importlib import metadata
from pathlib import Path
from typing import TYPE_CHECKING

from msgspec.structs import replace

from bareboat.build import packages
from bareboat.build.bases import Bases
from bareboat.build.keys import key
from bareboat.build.root import materialise
from bareboat.build.tools import Tools
from bareboat.debian import interpreter, lockfile, rules
from bareboat.debian.excluded import EXCLUSIONS
from bareboat.debian.package import MERGED, Unpacked
from bareboat.facts.artifact import Role
from bareboat.lock import BaseLock, DebianPackage
from bareboat.progress import Kind
from bareboat.store.folders import folder
from bareboat.target import Arch, PythonVersion, Target
from bareboat.threads import Threads
from bareboat.tree.content import Bytes
from bareboat.tree.entry import Entry, directory, file, symlink

if TYPE_CHECKING:
    from bareboat.debian.archive import Request

__all__ = ["COMPILERS", "HOOKS", "LINKS", "VENV", "WORK", "Builder", "Builders"]

COMPILERS = (
    *("gcc", "libc6-dev", "libcrypt-dev", "make", "mawk", "patch", "pkg-config"),
    # what every Debian machine has, so that nobody depends on it
    *("bash", "coreutils", "dash", "debianutils", "diffutils", "findutils", "grep", "gzip", "hostname"),
    *("libc-bin", "perl-base", "sed", "tar", "util-linux"),
)
"""What every root with a compiler has, beside Python's headers and what a package asks for."""

LINKS = {
    "usr/bin/awk": "mawk",
    "usr/bin/c++": "g++",
    "usr/bin/cc": "gcc",
    "usr/bin/f77": "gfortran",
    "usr/bin/f95": "gfortran",
    "usr/bin/which": "which.debianutils",
}
"""What Debian's alternatives would link, made where the file that is meant is there."""

HOOKS = "usr/lib/bareboat/hooks.py"
WORK = "work"
VENV = "opt/venv"

_FORMAT = "1"
_KIND = "builder"
_LEFT_OUT = frozenset({"documentation", "manuals", "translations", "desktop", "services"})
_AT_ONCE = 8
# Implementations of one library that Debian's alternatives choose from
_ALTERNATIVES = ("blas", "lapack")


@dataclass(frozen=True, slots=True)
class Builder:
    """A root to build in, described; `root` lays it down on disk. `key` names all that is in it."""

    tools: Tools = field(repr=False)
    bases: Bases = field(repr=False)
    packages: BaseLock
    target: Target

    @property
    def key(self) -> str:
        """The name of the root's contents."""
        hashes = sorted(one.sha256 for one in self.packages.packages)
        return key(_KIND, _FORMAT, metadata.version("pyproject-hooks"), _own_hooks(), *hashes)

    def root(self) -> Path:
        """Return the folder, made if it is not in the store; nobody may write to it."""
        return folder(self.tools.store, self.key, self._fill)

    def _fill(self, root: Path) -> None:
        root.chmod(0o755)
        tools = self.tools
        wanted = self.packages.packages
        largest = sorted(wanted, key=lambda one: -one.size)
        held: set[str] = set()
        with (
            tools.progress.begin(Kind.UNPACK, f"builder of {len(wanted)} packages"),
            Threads(_AT_ONCE, "builder") as threads,
        ):
            arriving: list[Future[Unpacked]] = [
                threads.submit(packages.unpacked, tools, one, self.bases.fetch(self.packages))
                for one in largest
            ]
            for future in arriving:
                unpacked = future.result()
                kept = [entry for entry in unpacked.tree if _is_kept(entry, unpacked.package)]
                held.update(entry.path for entry in kept)
                materialise(kept, root)
        materialise(_own(held, self.target), root)


class Builders:
    """Finds the root for what a build needs; `base` is the image's own."""

    def __init__(self, tools: Tools, bases: Bases, base: BaseLock, target: Target) -> None:
        self._tools = tools
        self._bases = bases
        self._base = base
        self._target = target
        self._found: dict[tuple[str, ...], Builder] = {}

    def plain(self, names: Iterable[str] = ()) -> Builder:
        """Return a root without a compiler: the base and its interpreter, with the packages `names`."""
        asked = tuple(names)
        if asked:
            return self._resolved(asked, ())
        roles = self._bases.roles(self._base)
        is_whole = self._base.standalone is not None  # its libraries are no part of Debian's base
        kept = tuple(one for one in self._base.packages if is_whole or roles[one.name] is not Role.NATIVE)
        return Builder(self._tools, self._bases, replace(self._base, packages=kept), self._target)

    def compiling(self, names: Iterable[str]) -> Builder:
        """Return a root with compilers and the packages called `names`, from the suite of the base.

        What was resolved once for a base is used for it again. Raises as the archive does.
        """
        python = PythonVersion.parse(self._base.python)
        has_headers = self._base.standalone is not None
        return self._resolved(tuple(names), COMPILERS if has_headers else (f"python{python}-dev", *COMPILERS))

    def _resolved(self, names: tuple[str, ...], common: tuple[str, ...]) -> Builder:
        asked = tuple(sorted({*names, *common}))
        if asked not in self._found:
            self._found[asked] = Builder(self._tools, self._bases, self._lock(asked), self._target)
        return self._found[asked]

    def _lock(self, names: tuple[str, ...]) -> BaseLock:
        base, store = self._base, self._tools.store
        hashes = sorted(one.sha256 for one in base.packages)
        named = key(_KIND, _FORMAT, "resolved", base.suite, base.python, *names, "", *hashes)
        held = store.recall(_KIND, named)
        if held is None:
            lock = self._bases.archive.resolve(self._request(names))
            if base.standalone is not None:
                whole = (*lock.packages, base.standalone)
                lock = replace(lock, python=base.python, packages=tuple(sorted(whole)))
            held = lockfile.render([lock]).encode()
            store.remember(_KIND, named, held)
        (lock,) = lockfile.read(held.decode())
        return lock

    def _request(self, names: tuple[str, ...]) -> "Request":
        from bareboat.debian.archive import Request

        python = PythonVersion.parse(self._base.python)
        own = interpreter.requested(python, self._base.suite)
        if self._base.standalone is not None:
            own = self._base.requested
        asked = (*own, *names)
        return Request(self._base.suite, Arch(self._base.architecture), asked, EXCLUSIONS)


def _is_kept(entry: Entry, package: DebianPackage) -> bool:
    rule = rules.find(entry.path, package.name)
    return rule is None or rule.name not in _LEFT_OUT


def _own(held: set[str], target: Target) -> Iterator[Entry]:
    """Yield what no package ships: folders to mount on, users, links, the hooks."""
    for path in ("dev", "etc", "proc", "tmp", WORK, "opt", VENV, "root", "run", "var", "var/tmp"):
        yield directory(path)
    for path in MERGED:
        if any(name.startswith(f"usr/{path}/") for name in held):
            yield symlink(path, f"usr/{path}")
    yield file("etc/passwd", b"root:x:0:0:root:/root:/bin/sh\nbuilder:x:65532:65532:builder:/work:/bin/sh\n")
    yield file("etc/group", b"root:x:0:\nbuilder:x:65532:\n")
    yield file("etc/hosts", b"127.0.0.1 localhost bareboat\n")
    yield file("etc/nsswitch.conf", b"passwd: files\ngroup: files\nhosts: files\n")
    links = {**LINKS, "usr/bin/python3": f"python{target.python}"}
    for path, link in links.items():
        if f"usr/bin/{link}" in held and path not in held:
            yield symlink(path, link)
    yield from _alternatives(held, target)
    yield from _hooks()


def _alternatives(held: set[str], target: Target) -> Iterator[Entry]:
    libraries = f"usr/lib/{target.arch.multiarch}"
    for name in _ALTERNATIVES:
        for path in sorted(held):
            inside, _, last = path.rpartition("/")
            if inside == f"{libraries}/{name}" and f"{libraries}/{last}" not in held and ".so" in last:
                yield symlink(f"{libraries}/{last}", f"{name}/{last}")


def _hooks() -> Iterator[Entry]:
    """Yield the driver of the build and pyproject_hooks, as they are installed here."""
    import pyproject_hooks

    above = HOOKS.rpartition("/")[0]
    yield from (directory("usr/lib"), directory(above))
    yield file(HOOKS, Path(__file__).with_name("hooks.py").read_bytes())
    home = Path(pyproject_hooks.__file__).parent
    found = partial(_python_file, home, f"{above}/pyproject_hooks")
    yield directory(f"{above}/pyproject_hooks")
    yield directory(f"{above}/pyproject_hooks/_in_process")
    yield from (found(path) for path in sorted(home.rglob("*.py")))


def _python_file(home: Path, above: str, path: Path) -> Entry:
    return file(f"{above}/{path.relative_to(home).as_posix()}", path.read_bytes())


def _own_hooks() -> str:
    from bareboat.oci.digest import Digest

    return Digest.of(Bytes(Path(__file__).with_name("hooks.py").read_bytes()).chunks()).hex
