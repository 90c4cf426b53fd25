"""Roots to build in: what is in them, what names them, when a compiler is."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

import smallbase
from bareboat.build import prepare
from bareboat.build.bases import Bases
from bareboat.build.builder import COMPILERS, HOOKS, LINKS, Builders, _own
from bareboat.errors import ResolveError
from bareboat.target import Arch, Target

TARGET = Target(Arch.AMD64, "3.13.5", (2, 41))


@contextmanager
def builders(tmp_path: Path) -> Iterator[Builders]:
    wanted = smallbase.world().wanted(smallbase.project(tmp_path / "shop"), store=tmp_path / "store")
    project, settings = prepare.project_of(wanted)
    with prepare.tools_for(wanted) as tools:
        bases = Bases(wanted, settings, tools)
        found = prepare.resolved(wanted, project, settings, bases, tools)
        yield Builders(tools, bases, found.base, found.target)


def test_a_plain_root_is_the_base_with_what_a_build_needs(tmp_path: Path) -> None:
    with builders(tmp_path) as held:
        builder = held.plain()
        root = builder.root()
        assert builder.root() == root
        assert held.plain().key == builder.key
        names = {one.name for one in builder.packages.packages}
    assert "libc6" in names
    assert not names & {"gcc", "make"}
    assert (root / HOOKS).is_file()
    assert (root / "usr/lib/bareboat/pyproject_hooks/_in_process/_in_process.py").is_file()
    assert all((root / name).is_dir() for name in ("dev", "proc", "tmp", "work", "opt/venv"))
    assert (root / "usr/bin" / f"python{smallbase.PYTHON}").exists()
    assert root.stat().st_mode & 0o777 == 0o755


def test_packages_join_and_change_the_key(tmp_path: Path) -> None:
    with builders(tmp_path) as held:
        more = held.plain(["libextra1"])
        assert "libextra1" in {one.name for one in more.packages.packages}
        assert more.key != held.plain().key
        assert held.plain(["libextra1"]) is more


def test_a_compiler_that_the_suite_lacks_is_named(tmp_path: Path) -> None:
    with builders(tmp_path) as held, pytest.raises(ResolveError):
        held.compiling(["libextra1"])


def test_links_stand_where_what_they_mean_is_there() -> None:
    held = {"usr/bin/gcc", "usr/bin/mawk", "usr/bin/awk", "usr/bin/python3.13", "usr/lib/x", "usr/sbin/y"}
    entries = {entry.path: entry.link for entry in _own(held, TARGET)}
    assert entries["usr/bin/cc"] == "gcc"
    assert entries["usr/bin/python3"] == "python3.13"
    assert "usr/bin/c++" not in entries
    assert "usr/bin/awk" not in entries
    assert (entries["bin"], entries["lib"]) == ("usr/bin", "usr/lib")
    assert "lib64" not in entries
    assert {"usr/bin/cc", "usr/bin/awk"} <= set(LINKS)
    assert "gcc" in COMPILERS


def test_one_of_several_implementations_stands_where_programs_look() -> None:
    folder = "usr/lib/x86_64-linux-gnu"
    held = {f"{folder}/blas/libblas.so.3", f"{folder}/lapack/liblapack.so.3", f"{folder}/liblapack.so.3"}
    entries = {entry.path: entry.link for entry in _own(held, TARGET)}
    assert entries[f"{folder}/libblas.so.3"] == "blas/libblas.so.3"
    assert f"{folder}/liblapack.so.3" not in entries
