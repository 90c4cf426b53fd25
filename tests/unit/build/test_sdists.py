"""Packages locked as sources: built once, by whatever builds, and wheels from then on."""

import hashlib
import io
import tarfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pytest

import folders
import smallbase
from bareboat.build import prepare
from bareboat.build.bases import Bases
from bareboat.build.builder import Builder, Builders
from bareboat.build.repositories import Repositories
from bareboat.build.sdists import BuildSystem, Sdists, build_system
from bareboat.build.tools import Tools
from bareboat.build.workshop import Job, Made
from bareboat.build.yard import Yard
from bareboat.errors import BuildError, InputError, IntegrityError
from bareboat.lock import LockedPackage, Sdist
from bareboat.testing.wheels import make


@dataclass
class Bench:
    """Builds by handing out a wheel that was made before."""

    tools: Tools
    version: str = "1.0"
    epoch: int = 0
    jobs: list[Job] = field(default_factory=list)

    def build(self, job: Job, builder: Builder) -> Made:
        self.jobs.append(job)
        held = make("evil", self.version)
        return Made(self.tools.store.put([held.data]), held.filename, "evil", self.version)

    def wants(self, job: Job, builder: Builder) -> tuple[str, ...]:
        return ()


@contextmanager
def bench(tmp_path: Path) -> Iterator[tuple[Sdists, Bench]]:
    wanted = smallbase.world().wanted(smallbase.project(tmp_path / "shop"), store=tmp_path / "store")
    project, settings = prepare.project_of(wanted)
    with prepare.tools_for(wanted) as tools:
        bases = Bases(wanted, settings, tools)
        found = prepare.resolved(wanted, project, settings, bases, tools)
        works = Bench(tools)
        yard = Yard(Builders(tools, bases, found.base, found.target), works)
        yield Sdists(tools, yard, Repositories(tools, folders.ENVIRON, False, {})), works


def package(folder: Path, text: str = "", *, sha256: str = "") -> LockedPackage:
    path = folder / "evil-1.0.tar.gz"
    with tarfile.open(path, "w:gz") as archive:
        info = tarfile.TarInfo("evil-1.0/pyproject.toml")
        info.size = len(text)
        archive.addfile(info, io.BytesIO(text.encode()))
    digest = sha256 or hashlib.sha256(path.read_bytes()).hexdigest()
    return LockedPackage("evil", "1.0", None, sdist=Sdist(path.name, path.as_uri(), digest))


def test_it_is_built_once_and_found_again(tmp_path: Path) -> None:
    with bench(tmp_path) as (sdists, works):
        locked = package(tmp_path, '[build-system]\nrequires = ["a"]\nbuild-backend = "b"\n')
        assert sdists.find(locked) is None
        built = sdists.build(locked)
        assert built.wheel is not None
        assert built.sdist == locked.sdist
        assert sdists.find(locked) == built
        assert sdists.build(locked) == built
        assert len(works.jobs) == 1
        assert (works.jobs[0].requires, works.jobs[0].backend) == (("a",), "b")
        assert works.jobs[0].laid.folder.name == "source"


def test_another_version_than_the_locked_is_refused(tmp_path: Path) -> None:
    with bench(tmp_path) as (sdists, works):
        works.version = "2.0"
        with pytest.raises(BuildError, match=r"the sources build evil 2\.0"):
            sdists.build(package(tmp_path))


def test_other_bytes_than_the_locked_are_refused(tmp_path: Path) -> None:
    with bench(tmp_path) as (sdists, _), pytest.raises(IntegrityError):
        sdists.build(package(tmp_path, sha256="0" * 64))


def test_nothing_to_build_from(tmp_path: Path) -> None:
    with bench(tmp_path) as (sdists, _), pytest.raises(BuildError, match="without sources"):
        sdists.build(LockedPackage("evil", "1.0", None))


def test_the_build_system_with_what_stands_in_for_it(tmp_path: Path) -> None:
    legacy = BuildSystem()
    assert legacy.backend == "setuptools.build_meta:__legacy__"
    assert build_system(tmp_path, where="x") == legacy
    file = folders.make(tmp_path, {"pyproject.toml": "[project]\n"}) / "pyproject.toml"
    assert build_system(tmp_path, where="x") == legacy
    file.write_text('[build-system]\nrequires = []\nbuild-backend = "b"\nbackend-path = ["."]\n')
    assert build_system(tmp_path, where="x") == BuildSystem((), "b", (".",))
    file.write_text("[build-system]\nrequires = 1\n")
    with pytest.raises(InputError, match=r"x: \[build-system\]"):
        build_system(tmp_path, where="x")
    file.write_text("= 1\n")
    with pytest.raises(InputError, match="cannot be read as TOML"):
        build_system(tmp_path, where="x")
