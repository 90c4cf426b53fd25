"""Wheels fetched, verified, installed and compiled; hostile ones refused with a way out."""

import hashlib
from collections.abc import Iterator
from pathlib import Path

import pytest

import smallbase
from bareboat.build.bases import Bases
from bareboat.build.bytecode import Bytecode
from bareboat.build.prepare import tools_for
from bareboat.build.tools import Tools
from bareboat.build.wheels import fetched, is_known, ready
from bareboat.errors import BareboatError, IntegrityError, NetworkError
from bareboat.facts.artifact import Role
from bareboat.lock import LockedPackage, Wheel
from bareboat.target import Target
from bareboat.testing.wheels import Defect, make, write
from bareboat.wheel.bytecode import Interpreter

TARGET = Target(smallbase.ARCH, smallbase.FULL, (2, 41))


@pytest.fixture
def tools(tmp_path: Path) -> Iterator[Tools]:
    with tools_for(smallbase.world().wanted(tmp_path, store=tmp_path / "store")) as held:
        yield held


def locked(folder: Path, *, defect: Defect | None = None, sha256: str = "") -> LockedPackage:
    wheel = make(
        "demo", "1.0", {"demo/__init__.py": "answer = 42\n"}, commands={"demo": "demo:x"}, defect=defect
    )
    path = write(wheel, folder)
    digest = sha256 or hashlib.sha256(wheel.data).hexdigest()
    return LockedPackage("demo", "1.0", Wheel(wheel.filename, path.as_uri(), digest, len(wheel.data)))


def bytecode(tools: Tools) -> Bytecode:
    import sys

    return Bytecode(tools, "host", lambda: Interpreter((sys.executable,), {}, smallbase.FULL))


def test_a_wheel_becomes_an_artifact(tools: Tools, tmp_path: Path) -> None:
    package = locked(tmp_path)
    with bytecode(tools) as compiler:
        assert not is_known(tools, package, TARGET, compiler)
        made = ready(tools, package, TARGET, compiler)
        assert is_known(tools, package, TARGET, compiler)
    paths = [entry.path for entry in made.tree()]
    site = f"opt/venv/lib/python{smallbase.PYTHON}/site-packages"
    assert f"{site}/demo/__init__.py" in paths
    assert f"{site}/demo/__pycache__/__init__.cpython-{smallbase.PYTHON.tag}.pyc" in paths
    assert "opt/venv/bin/demo" in paths
    artifact = made.artifact
    assert (artifact.role, artifact.name, artifact.version) == (Role.DEPENDENCY, "demo", "1.0")
    assert artifact.modules == ("demo",)
    assert artifact.size == made.tree().size


def test_the_second_time_neither_the_wheel_nor_an_interpreter_is_needed(tools: Tools, tmp_path: Path) -> None:
    package = locked(tmp_path)
    with bytecode(tools) as compiler:
        first = ready(tools, package, TARGET, compiler)
    Path(package.artifact.url.removeprefix("file://")).unlink()
    with Bytecode(tools, "host", no_interpreter) as compiler:
        second = ready(tools, package, TARGET, compiler)
        assert second.artifact == first.artifact
        assert listing(second.tree()) == listing(first.tree())


def no_interpreter() -> Interpreter:
    raise AssertionError("an interpreter was started")


def test_a_wheel_is_fetched_once(tools: Tools, tmp_path: Path) -> None:
    package = locked(tmp_path)
    blob = fetched(tools, package)
    Path(package.artifact.url.removeprefix("file://")).unlink()
    assert fetched(tools, package).digest == blob.digest


def test_other_bytes_than_the_lock_says_are_refused_and_not_kept(tools: Tools, tmp_path: Path) -> None:
    package = locked(tmp_path, sha256="0" * 64)
    with pytest.raises(IntegrityError):
        fetched(tools, package)
    assert not any((tmp_path / "store" / "blobs").rglob("*.*"))


def test_a_wheel_that_is_gone_is_named(tools: Tools, tmp_path: Path) -> None:
    package = locked(tmp_path)
    Path(package.artifact.url.removeprefix("file://")).unlink()
    with pytest.raises(NetworkError) as caught:
        fetched(tools, package)
    assert "demo-1.0" in str(caught.value)


@pytest.mark.parametrize(
    "defect",
    [Defect.ESCAPE, Defect.ABSOLUTE, Defect.DUPLICATE, Defect.TRUNCATED, Defect.HASH, Defect.BOMB_MEMBER],
)
def test_a_hostile_wheel_is_refused_by_name(tools: Tools, tmp_path: Path, defect: Defect) -> None:
    package = locked(tmp_path, defect=defect)
    with bytecode(tools) as compiler:
        with pytest.raises(BareboatError) as caught:
            ready(tools, package, TARGET, compiler)
        assert "demo-1.0" in str(caught.value)
        assert not is_known(tools, package, TARGET, compiler)


def test_the_targets_own_interpreter_gives_the_same_bytes_as_the_hosts(tools: Tools, tmp_path: Path) -> None:
    """The archive's interpreter is the host's here, unpacked and run by its own loader."""
    from bareboat.build.wishes import wishes
    from bareboat.plan.settings import Settings
    from bareboat.project import read

    world = smallbase.world()
    folder = smallbase.project(tmp_path / "shop")
    bases = Bases(world.wanted(folder, store=tmp_path / "store"), Settings(), tools)
    project = read.read(folder, environ=world.environ)
    base = next(bases.candidates(wishes(project, python=None, suite=None))).base
    package = locked(tmp_path)
    with bytecode(tools) as host, bases.bytecode(base) as target:
        assert listing(ready(tools, package, TARGET, host).tree()) == listing(
            ready(tools, package, TARGET, target).tree()
        )


def listing(tree: object) -> list[tuple[str, bytes]]:
    from bareboat.tree.tree import Tree

    assert isinstance(tree, Tree)
    return [
        (entry.path, b"".join(entry.content.chunks()) if entry.content is not None else b"") for entry in tree
    ]
