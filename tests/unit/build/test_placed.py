"""Requirements by place looked at: commits, hashes, and what the sources there require in turn."""

import hashlib
import io
import tarfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import cast

import pytest

import folders
import repositories
import smallbase
from bareboat.build.placed import Placed
from bareboat.build.prepare import tools_for
from bareboat.build.repositories import Repositories
from bareboat.build.sdists import Sdists
from bareboat.build.tools import Tools
from bareboat.errors import InputError
from bareboat.lock import Folder, Repository, Sdist

LIB = '[project]\nname = "lib"\nversion = "1.0"\ndependencies = ["a", "deep @ {deep}"]\n'
DEEP = '[project]\nname = "Deep"\nversion = "2.0"\n'


@dataclass
class Builder:
    """Says what a backend would; knows what it was asked."""

    tools: Tools
    repositories: Repositories
    asked: list[str] = field(default_factory=list)

    def metadata(self, sources: Sdist | Repository | Folder, name: str) -> str:
        self.asked.append(name)
        return f"Name: {name}\nVersion: 3.0\nRequires-Dist: b ; extra == 'x'\nProvides-Extra: x\n"


@contextmanager
def bench(folder: Path) -> Iterator[tuple[Placed, Builder]]:
    with tools_for(smallbase.world().wanted(folder, store=folder.parent / "store")) as tools:
        held = Builder(tools, Repositories(tools, folders.ENVIRON, False, {}))
        yield Placed(lambda: cast("Sdists", held), folder), held


def test_folders_and_what_they_require_from_places(tmp_path: Path) -> None:
    app = folders.make(
        tmp_path / "app",
        {"lib/pyproject.toml": LIB.format(deep="../deep"), "deep/pyproject.toml": DEEP},
    )
    with bench(app) as (placed, builder):
        lines = placed.lines(
            ["lib[fast] @ lib ; os_name == 'posix'", "c>=1", "no requirement"], app, where="r.txt"
        )
    assert lines == ('lib[fast] ; os_name == "posix"', "c>=1", "no requirement")
    assert {name: one.version for name, one in placed.found.items()} == {"deep": "2.0", "lib": "1.0"}
    assert placed.found["lib"].metadata.splitlines() == ["Requires-Dist: a", "Requires-Dist: deep"]
    assert 'directory = { path = "deep" }' in placed.found["deep"].block
    assert builder.asked == []


def test_a_repository_gets_its_commit(tmp_path: Path) -> None:
    home = repositories.repository(tmp_path / "far", {"sub/pyproject.toml": DEEP}, tag="v1")
    app = folders.make(tmp_path / "app", {"x.txt": ""})
    with bench(app) as (placed, _):
        url = f"git+{home.as_uri()}@v1#subdirectory=sub"
        assert placed.lines([f"guessed @ {url}"], app, where="r.txt") == ("deep",)
    block = placed.found["deep"].block
    assert f'requested-revision = "v1", commit-id = "{repositories.git(home, "rev-parse", "HEAD")}"' in block
    assert 'subdirectory = "sub"' in block


def test_an_archive_gets_its_hash_and_its_backend_is_asked(tmp_path: Path) -> None:
    app = folders.make(tmp_path / "app", {"x.txt": ""})
    path = app / "old-3.0.tar.gz"
    with tarfile.open(path, "w:gz") as archive:
        archive.addfile(tarfile.TarInfo("old-3.0/setup.py"), io.BytesIO())
    with bench(app) as (placed, builder):
        assert placed.lines(["old @ ./old-3.0.tar.gz"], app, where="r.txt") == ("old",)
    assert builder.asked == ["old"]
    digest = hashlib.sha256(path.read_bytes()).hexdigest()
    assert (
        f'archive = {{ path = "old-3.0.tar.gz", hashes = {{ sha256 = "{digest}" }} }}'
        in placed.found["old"].block
    )
    assert "Provides-Extra: x" in placed.found["old"].metadata


def test_wheels_are_left_to_the_resolver(tmp_path: Path) -> None:
    line = "a @ https://host/a-1-py3-none-any.whl"
    with bench(folders.make(tmp_path / "app", {"x.txt": ""})) as (placed, _):
        assert placed.lines([line], tmp_path, where="r.txt") == (line,)


def test_two_places_of_one_package(tmp_path: Path) -> None:
    app = folders.make(tmp_path / "app", {"a/pyproject.toml": DEEP, "b/pyproject.toml": DEEP})
    with bench(app) as (placed, _), pytest.raises(InputError, match="deep is asked for from two places"):
        placed.lines(["deep @ a", "deep @ b"], app, where="r.txt")


def test_the_project_itself(tmp_path: Path) -> None:
    app = folders.make(tmp_path / "app", {"setup.py": "from setuptools import setup\nsetup(name=n)\n"})
    with bench(app) as (placed, builder):
        said = placed.own(app)
    assert (said.name, said.extras, builder.asked) == ("app", ("x",), ["app"])
