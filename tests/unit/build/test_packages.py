"""Debian packages of a real archive: fetched once, cut down by rule, compiled, with scanners' records."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from msgspec.structs import replace

import smallbase
from bareboat.build import packages
from bareboat.build.bases import Bases
from bareboat.build.prepare import tools_for
from bareboat.build.tools import Tools
from bareboat.build.wishes import wishes
from bareboat.debian.package import Unpacked
from bareboat.errors import IntegrityError
from bareboat.facts.artifact import Role
from bareboat.lock import BaseLock, DebianPackage
from bareboat.oci.blob import Blob
from bareboat.plan.settings import Settings
from bareboat.project import read
from bareboat.tree.entry import file
from bareboat.tree.tree import Tree


class Archive:
    """The small world with a store of its own."""

    def __init__(self, folder: Path, tools: Tools) -> None:
        world = smallbase.world()
        project = smallbase.project(folder / "shop")
        self.tools = tools
        self.bases = Bases(world.wanted(project, store=folder / "store"), Settings(), tools)
        found = read.read(project, environ=world.environ)
        self.lock: BaseLock = next(self.bases.candidates(wishes(found, python=None, suite=None))).base
        self.fetched: list[str] = []

    def package(self, name: str) -> DebianPackage:
        return next(one for one in self.lock.packages if one.name == name)

    def fetch(self, one: DebianPackage) -> Blob:
        self.fetched.append(one.name)
        return self.bases.fetch(self.lock)(one)


@pytest.fixture
def archive(tmp_path: Path) -> Iterator[Archive]:
    with tools_for(smallbase.world().wanted(tmp_path, store=tmp_path / "store")) as tools:
        yield Archive(tmp_path, tools)


def test_a_package_is_fetched_and_unpacked_once(archive: Archive) -> None:
    one = archive.package("netbase")
    first = packages.unpacked(archive.tools, one, archive.fetch)
    second = packages.unpacked(archive.tools, one, archive.fetch)
    assert archive.fetched == ["netbase"]
    assert [entry.path for entry in first.tree] == [entry.path for entry in second.tree]
    assert first.package == second.package == one


def test_the_interpreters_packages_are_compiled(archive: Archive) -> None:
    one = archive.package(f"libpython{smallbase.PYTHON}-stdlib")
    with archive.bases.bytecode(archive.lock) as bytecode:
        assert not packages.is_known(archive.tools, one, Role.INTERPRETER, bytecode)
        made = packages.ready(archive.tools, one, Role.INTERPRETER, bytecode, archive.fetch)
        assert packages.is_known(archive.tools, one, Role.INTERPRETER, bytecode)
        again = packages.ready(archive.tools, one, Role.INTERPRETER, bytecode, archive.fetch)
    stem = f"usr/lib/python{smallbase.PYTHON}/__pycache__/os.cpython-{smallbase.PYTHON.tag}"
    paths = {entry.path for entry in made.tree()}
    assert f"{stem}.pyc" in paths
    assert "var/lib/dpkg/status.d" in {path.rpartition("/")[0] for path in paths}
    broken = f"usr/lib/python{smallbase.PYTHON}/broken.py"
    assert [one.where for one in made.findings] == [broken]
    assert again.findings == made.findings
    assert again.artifact == made.artifact


def test_packages_below_are_not_compiled(archive: Archive) -> None:
    one = archive.package("libc6")
    with archive.bases.bytecode(archive.lock) as bytecode:
        made = packages.ready(archive.tools, one, Role.BASE, bytecode, archive.fetch)
    assert "libc.so.6" in made.artifact.provided
    assert made.artifact.role is Role.BASE
    assert made.findings == ()


def test_what_a_rule_drops_is_counted(archive: Archive) -> None:
    one = archive.package("ca-certificates")
    with archive.bases.bytecode(archive.lock) as bytecode:
        made = packages.ready(archive.tools, one, Role.BASE, bytecode, archive.fetch)
    assert [rule for rule, _ in made.artifact.dropped] == ["single certificates"]
    assert not any(entry.path.endswith(".crt") for entry in made.tree())


def test_our_own_entries_hold_users_certificates_and_the_environment(archive: Archive) -> None:
    base = [one for one in archive.lock.packages if "python" not in one.name]
    below, above = packages.own(archive.tools, base, smallbase.PYTHON, smallbase.ARCH, archive.fetch)[:2]
    paths = {entry.path for entry in below.tree()}
    assert {"etc/passwd", "etc/ssl/certs/ca-certificates.crt", "tmp"} <= paths
    assert (below.artifact.role, above.artifact.role) == (Role.BASE, Role.INTERPRETER)
    assert "opt/venv/pyvenv.cfg" in {entry.path for entry in above.tree()}


def test_a_package_with_other_bytes_is_refused(archive: Archive) -> None:
    from msgspec.structs import replace

    forged = replace(archive.package("netbase"), sha256="0" * 64)
    with pytest.raises(IntegrityError):
        packages.unpacked(archive.tools, forged, archive.fetch)


def test_what_scripts_would_have_made_is_made_or_told(archive: Archive) -> None:
    assert packages.made(archive.tools, [], archive.fetch) is None
    assert packages.made(archive.tools, [archive.package("netbase")], archive.fetch) is None
    one = archive.package("netbase")
    lib = "usr/lib/x86_64-linux-gnu"
    tree = Tree.of([
        file("usr/share/fontconfig/conf.avail/a.conf", b""),
        file(f"{lib}/blas/libblas.so.3", b""),
        file(f"{lib}/gdk-pixbuf-2.0/2.10.0/loaders/libsvg.so", b""),
    ]).with_parents()  # fmt: skip
    script = f"update-alternatives --install /{lib}/libblas.so.3 libblas /{lib}/blas/libblas.so.3 10"
    held = Unpacked(one, tree, "", "", (("postinst", script),))
    archive.tools.unpacked[one.sha256] = held
    assert f"{lib}/libblas.so.3" in packages.listed(held)
    changed = replace(one, sha256="1" * 64)
    archive.tools.unpacked[changed.sha256] = replace(held, package=changed)
    made = packages.made(archive.tools, [changed], archive.fetch)
    assert made is not None
    assert made.artifact.provided == ("libblas.so.3",)
    assert made.tree().find("etc/fonts/conf.d/05-bareboat-cache.conf") is not None
    assert [finding.where for finding in made.findings] == ["loaders.cache"]
