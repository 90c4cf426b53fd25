"""A build of python-build-standalone as a package of the base."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from msgspec.structs import replace

import elves
import smallbase
import standalones
from bareboat.build import packages
from bareboat.build.bases import Bases
from bareboat.build.prepare import tools_for
from bareboat.build.standalone import package_name, rules, unpack
from bareboat.build.wishes import Wishes, wishes
from bareboat.debian import lockfile
from bareboat.debian.package import Unpacked
from bareboat.errors import InputError, IntegrityError, NetworkError
from bareboat.facts.artifact import Role
from bareboat.lock import STANDALONE, BaseLock, DebianPackage
from bareboat.plan.settings import Settings
from bareboat.project import read
from bareboat.store.spool import Spool
from bareboat.target import PythonVersion
from bareboat.tree.content import Bytes
from bareboat.tree.tree import Tree
from standalones import Mirror

PYTHON = smallbase.PYTHON


@pytest.fixture(scope="module")
def mirror(tmp_path_factory: pytest.TempPathFactory) -> Mirror:
    return standalones.small(tmp_path_factory.mktemp("mirror") / "releases")


@pytest.fixture
def bases(mirror: Mirror, tmp_path: Path) -> Iterator[Bases]:
    yield from opened(mirror, tmp_path)


def opened(mirror: Mirror, tmp_path: Path, **more: object) -> Iterator[Bases]:
    folder = tmp_path / "shop"
    if not folder.exists():
        smallbase.project(folder)
    world = smallbase.world()
    environ = {**world.environ, **mirror.environ(), "HOME": str(tmp_path)}
    environ.pop("UV_OFFLINE", None)
    wanted = world.wanted(folder, environ=environ, store=tmp_path / "store", **more)
    with tools_for(wanted) as tools:
        yield Bases(wanted, Settings(), tools)


def asked(bases: Bases) -> Wishes:
    project = read.read(bases.folder, environ=smallbase.ENVIRON)
    return wishes(project, python=None, suite=smallbase.SUITE, interpreter="standalone")


def resolved(bases: Bases) -> BaseLock:
    return bases.completed(next(bases.candidates(asked(bases))))


def texts(tree: Tree) -> set[str]:
    return {entry.path for entry in tree}


def test_it_joins_a_base_without_debians_python(bases: Bases) -> None:
    (candidate, *_) = bases.candidates(asked(bases))
    assert candidate.decision.value == f"{smallbase.FULL} (python-build-standalone on Debian trixie)"
    base = bases.completed(candidate)
    held = base.standalone
    assert held is not None
    assert (held.name, held.version, held.archive) == (package_name(PYTHON), smallbase.FULL, STANDALONE)
    assert base.python == smallbase.FULL
    assert not any(one.name.startswith((f"python{PYTHON}-minimal", "libpython")) for one in base.packages)
    assert "libc6" in {one.name for one in base.packages}
    roles = bases.roles(base)
    assert (roles[held.name], roles["libc6"]) == (Role.INTERPRETER, Role.BASE)
    assert bases.because(base)[held.name] == "the interpreter, by python-build-standalone"
    assert bases.extended(base, ["libextra1"]).standalone == held
    assert lockfile.read(lockfile.render([base]))[0] == base


def test_its_interpreter_compiles(bases: Bases) -> None:
    base = resolved(bases)
    with bases.bytecode(base) as bytecode:
        assert bytecode.version == f"{package_name(PYTHON)} {smallbase.FULL}"
        held = packages.ready(
            bases._tools, base.standalone or base.packages[0], Role.INTERPRETER, bytecode, bases.fetch(base)
        )
        tree = held.tree()
    tag = f"cpython-{PYTHON.tag}"
    assert f"usr/lib/python{PYTHON}/__pycache__/os.{tag}.pyc" in texts(tree)
    assert not any(path.startswith("var/lib/dpkg") for path in texts(tree))
    assert {name for name, _ in held.artifact.dropped} >= {"tests", "pip", "Tcl and Tk"}


def test_what_an_image_keeps(bases: Bases) -> None:
    base = resolved(bases)
    assert base.standalone is not None
    kept = texts(packages.kept_of(packages.unpacked(bases._tools, base.standalone, bases.fetch(base))).tree)
    assert {"usr/bin/python3", f"usr/bin/python{PYTHON}", f"usr/lib/python{PYTHON}/os.py"} <= kept
    assert "etc/ssl/cert.pem" in kept
    gone = ("usr/include", "usr/share", "usr/lib/tcl8.6", "usr/lib/libtcl8.6.so", "usr/bin/pip3")
    assert not any(path.startswith(gone) for path in kept)
    assert not any("site-packages" in path or path.endswith(".a") for path in kept)


def test_a_pinned_one_is_fetched_by_its_hash(mirror: Mirror, tmp_path: Path) -> None:
    for bases in opened(mirror, tmp_path):
        base = resolved(bases)
    (tmp_path / "shop/bareboat.lock").write_text(lockfile.render([base]))
    for bases in opened(mirror, tmp_path, locked=True, offline=True):
        assert next(bases.candidates(asked(bases))).decision.reason == "pinned"
        assert base.standalone is not None
        assert bases.fetch(base)(base.standalone).size == base.standalone.size
    for bases in opened(mirror, tmp_path, locked=True, offline=True):
        with pytest.raises(NetworkError, match="not in the cache"):
            bases.fetch(base)(replace(held(base), sha256="1" * 64))
    for bases in opened(mirror, tmp_path, locked=True):
        with pytest.raises(IntegrityError):
            bases.fetch(base)(replace(held(base), sha256="1" * 64))


def held(base: BaseLock) -> DebianPackage:
    assert base.standalone is not None
    return base.standalone


def archive(tmp_path: Path, files: dict[str, Path | bytes | str], full: str = "3.12.4") -> Unpacked:
    made = standalones.mirror(tmp_path / "m", full, files)
    package = DebianPackage("python3.12-standalone", full, "amd64", "0" * 64, made.path, 1, STANDALONE)
    return unpack(Bytes((made.folder / made.path).read_bytes()), package, Spool(tmp_path / "spool").keep)


LIBRARY = "lib/python3.12"
BARE: dict[str, Path | bytes | str] = {"bin/python3.12": b"x", f"{LIBRARY}/os.py": b""}


def test_sysconfig_names_what_is_there(tmp_path: Path) -> None:
    text = (
        "build_time_vars = {'CC': '/usr/bin/clang -pthread', 'LDSHARED': 'clang -shared', 'AR': 'llvm-ar',\n"
        " 'CXX': 'cc-like', 'CFLAGS': '-O3 -fdebug-default-version=4 -g', 'LIBDIR': '/install/lib'}\n"
    )
    found = archive(tmp_path, {**BARE, f"{LIBRARY}/_sysconfigdata__linux_x86_64-linux-gnu.py": text.encode()})
    entry = found.tree.find(f"usr/{LIBRARY}/_sysconfigdata__linux_x86_64-linux-gnu.py")
    assert entry is not None
    assert entry.content is not None
    assert b"".join(entry.content.chunks()).decode() == (
        "build_time_vars = {'CC': 'cc -pthread', 'LDSHARED': 'cc -shared', 'AR': 'ar',\n"
        " 'CXX': 'cc-like', 'CFLAGS': '-O3 -g', 'LIBDIR': '/usr/lib'}\n"
    )


def test_what_is_no_install_only_build_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"has no usr/bin/python3\.12") as caught:
        archive(tmp_path, {"install/bin/python3.12": b"x"})
    assert "install_only" in caught.value.hint


def test_libpython_stays_where_the_program_needs_it(tmp_path: Path) -> None:
    names = {rule.name: rule for rule in rules(archive(tmp_path, BARE).tree, PythonVersion(3, 12))}
    assert "usr/lib/libpython3.12.so*" in names["libpython"].paths
    linked = elves.make(elves.Shape(needed=("libpython3.12.so.1.0",)))
    (tmp_path / "linked").mkdir()
    kept = rules(archive(tmp_path / "linked", {**BARE, "bin/python3.12": linked}).tree, PythonVersion(3, 12))
    assert {rule.name: rule for rule in kept}["libpython"].paths == ("usr/lib/libpython3.so",)
