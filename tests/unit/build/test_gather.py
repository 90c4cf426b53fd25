"""All artifacts of one build, side by side: complete, in order, and gone when one of them fails."""

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

import smallbase
from bareboat.build import prepare
from bareboat.build.application import Maker
from bareboat.build.bases import Bases
from bareboat.build.gather import Gathering
from bareboat.build.prepare import Resolved
from bareboat.build.ready import Ready
from bareboat.errors import NetworkError
from bareboat.facts.artifact import Artifact, Role
from bareboat.progress import Kind
from bareboat.tree.tree import Tree


@contextmanager
def gathering(folder: Path, **more: object) -> Iterator[tuple[Gathering, Resolved, Maker]]:
    wanted = smallbase.world().wanted(folder, **more)
    project, settings = prepare.project_of(wanted)
    with prepare.tools_for(wanted) as tools:
        bases = Bases(wanted, settings, tools)
        found = prepare.resolved(wanted, project, settings, bases, tools)
        maker = Maker(project, None, wanted.environ, 0, offline=False)
        with (
            bases.bytecode(found.base) as bytecode,
            Gathering(tools, bases, found.target, bytecode) as held,
        ):
            yield held, found, maker


def threads() -> set[str]:
    return {thread.name for thread in threading.enumerate() if thread.name.startswith(("fetch", "make"))}


def test_everything_is_there_in_the_order_of_the_layers(tmp_path: Path) -> None:
    folder = smallbase.project(tmp_path / "shop")
    with gathering(folder) as (held, found, maker):
        held.begin(found.base, found.lock, maker)
        assert held.project() is None
        complete = held.complete(found.base, (None,))
        ready, base, findings = complete.ready, complete.base, complete.findings
    roles = [one.artifact.role for one in ready]
    assert roles == sorted(roles, key=list(Role).index)
    names = {one.artifact.name for one in ready}
    assert {one.name for one in base.packages} <= names
    assert {"fastapi", "uvicorn", "environment", "users, links, certificates"} <= names
    assert {one.where.rpartition("/")[2] for one in findings} == {"broken.py", "template.py"}
    assert threads() == set()


def test_who_asked_is_told(tmp_path: Path) -> None:
    with gathering(smallbase.project(tmp_path / "shop")) as (held, found, maker):
        held.begin(found.base, found.lock, maker)
        ready = held.complete(found.base, ()).ready
    because = {one.artifact.name: one.artifact.because for one in ready}
    assert because["libc6"] == f"needed by python{smallbase.PYTHON}-minimal"
    assert because["fastapi"] == "pylock.toml"


def test_a_warm_store_gives_the_same_and_fetches_nothing(tmp_path: Path) -> None:
    folder = smallbase.project(tmp_path / "shop")
    results = []
    heard = smallbase.Heard()
    for progress in (smallbase.Heard(), heard):
        with gathering(folder, store=tmp_path / "store", progress=progress) as (held, found, maker):
            held.begin(found.base, found.lock, maker)
            complete = held.complete(found.base, ())
            ready, base, findings = complete.ready, complete.base, complete.findings
            results.append(([one.artifact for one in ready], base, findings))
    assert results[0] == results[1]
    assert {kind for kind, _, _ in heard.began} & {Kind.DOWNLOAD, Kind.UNPACK, Kind.COMPILE} == set()


@pytest.mark.parametrize("flags", [{"packages": ["libextra1"]}, {}])
def test_what_a_package_that_is_brought_in_needs_is_not_held_back(
    tmp_path: Path, flags: dict[str, list[str]]
) -> None:
    folder = smallbase.project(tmp_path / "shop")
    wheel = Artifact(Role.DEPENDENCY, "a", "1", "a", 1, 1, needed=("libextra.so.1",))
    for _ in range(2):  # what is known is told again
        with gathering(folder, flags=flags, store=tmp_path / "store") as (held, found, maker):
            held.begin(found.base, found.lock, maker)
            complete = held.complete(found.base, (Ready(wheel, Tree),))
        one = {each.artifact.name: each for each in complete.ready}
        assert one["libextra1"].artifact.needed == ("libmvec.so.1",)
        libc = one["libc6"]
        assert ("libmvec.so.1" in libc.artifact.provided, libc.artifact.withheld) == (True, ())
        assert any(entry.path.endswith("/libmvec.so.1") for entry in libc.tree())


def test_what_nothing_needs_is_held_back(tmp_path: Path) -> None:
    with gathering(smallbase.project(tmp_path / "shop")) as (held, found, maker):
        held.begin(found.base, found.lock, maker)
        one = {each.artifact.name: each.artifact for each in held.complete(found.base, ()).ready}
    assert one["libc6"].withheld == ("libmvec.so.1",)


def test_a_wheel_that_is_gone_ends_the_build_and_its_threads(tmp_path: Path) -> None:
    folder = smallbase.project(tmp_path / "shop")
    next((folder / "wheels").glob("uvicorn*")).unlink()

    def gather() -> None:
        with gathering(folder, store=tmp_path / "store") as (held, found, maker):
            held.begin(found.base, found.lock, maker)
            held.complete(found.base, ())

    with pytest.raises(NetworkError, match="uvicorn"):
        gather()
    until = time.monotonic() + 30  # those that an error leaves get a moment, and then end by themselves
    while threads() and time.monotonic() < until:
        time.sleep(0.05)
    assert threads() == set()
