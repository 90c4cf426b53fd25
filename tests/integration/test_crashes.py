"""Death and interruption in the middle of a build: the next build is right, and the same.

Killed at every write point of the store, at seeded moments and again and again; interrupted while it
waits, compiles and writes; eight at once on one empty cache.
"""

import hashlib
import os
import random
import shutil
import signal
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

import killwork
from bareboat.store import points
from bareboat.testing import wheels
from tinybuild import PROJECT, Tiny, Yard, serving, upstream

pytestmark = [pytest.mark.core, pytest.mark.network]

_SEED = 11
_CORE = 10
# not passed by a build: prune and the loss of a damaged blob are killed in tests/unit/store
_ELSEWHERE = {"prune.removed", "blob.dropped"}


@pytest.fixture
def cold(tiny: Tiny, tmp_path: Path) -> Iterator[Yard]:
    """Give ground with an empty cache."""
    with serving() as web:
        made = tiny.yard(tmp_path / "cold", web, warm=False)
        yield made
        for process in made.children():
            os.kill(process, signal.SIGKILL)


def warmed_by_another(yard: Yard) -> Path:
    """Return a cache that has the base, and nothing of the project or its wheel: a small build is left."""
    other = wheels.make("demo", "1.0", {"demo/__init__.py": "answer = 43\n"})
    yard.cache.mkdir()
    yard.project(wheel=other)
    yard.write("hello.py", "import demo\n\nif __name__ == '__main__':\n    print(1 + demo.answer)\n")
    done = yard.build("-q")
    assert done.code == 0, done.err
    shutil.rmtree(yard.cache / "folders")
    yard.project()
    return yard.cache


# Killed


def test_killed_at_every_write_point_of_a_small_build(cold: Yard, tiny: Tiny) -> None:
    template = warmed_by_another(cold)
    found = killwork.report("points", cold.folder / "kills", template, cold.app, cold.environ)
    assert isinstance(found, dict)
    assert [each for each in found["reports"] if each["wrong"]] == []
    assert {each["point"] for each in found["reports"]} == set(points.POINTS) - _ELSEWHERE
    assert found["sha256"] == right(tiny)


def test_killed_again_and_again_a_build_gets_done(cold: Yard, tiny: Tiny) -> None:
    (cold.folder / "empty").mkdir()
    found = killwork.report("stairs", cold.folder, cold.folder / "empty", cold.app, cold.environ)
    assert isinstance(found, dict)
    assert found["deaths"] > 10
    assert found["wrong"] == []
    assert found["sha256"] == right(tiny)


@pytest.mark.parametrize(
    "number",
    [number if number < _CORE else pytest.param(number, marks=pytest.mark.full) for number in range(50)],
)
def test_killed_at_a_seeded_moment(number: int, cold: Yard, tiny: Tiny) -> None:
    moment = random.Random(f"{_SEED} {number}").random() * tiny.took  # noqa: S311 - not for secrets
    process = cold.start("build", cold.app, "-o", cold.out / "app.tar")
    time.sleep(moment)
    process.kill()  # the process alone: its workers must end by themselves
    process.communicate(timeout=20)
    assert within(5, lambda: cold.children() == [])
    assert [path.name for path in cold.out.iterdir() if not path.name.startswith(".")] in ([], ["app.tar"])
    done = cold.build("-q")
    assert (done.code, done.digest) == (0, tiny.digest), done.err
    assert [path.name for path in cold.out.iterdir()] == ["app.tar"]
    assert sha256(cold.out / "app.tar") == right(tiny)
    cold.verified()


# Interrupted


def interrupted(yard: Yard, process: "subprocess.Popen[str]", *, is_late: bool = False) -> None:
    """Press Ctrl-C and hold what follows: an end, one line, nothing left.

    With `is_late` the build may have done its work before.
    """
    os.killpg(process.pid, signal.SIGINT)
    _, err = process.communicate(timeout=60)
    assert "Traceback" not in err
    if is_late and (yard.out / "app.tar").exists():
        assert sha256(yard.out / "app.tar") == right(yard.tiny)
        (yard.out / "app.tar").unlink()
    else:
        assert process.returncode == 130, err
        assert err.splitlines()[-1] == "bareboat: interrupted; the cache and all outputs are whole"
    assert within(5, lambda: yard.children() == [])
    assert list(yard.out.iterdir()) == []
    assert list((yard.cache / "sessions").glob("*")) == []


def stalled(yard: Yard, part: str) -> Callable[[], bool]:
    """Let the server fall silent at a path that has `part` in it; return whether it was asked for."""
    asked, forever = threading.Event(), threading.Event()
    held = {path: file.data for path, file in yard.web.files.items()}
    yard.web.files.clear()

    def missing(path: str) -> bytes | None:
        if part in path:
            asked.set()
            forever.wait(30)
        return held.get(path) or upstream(path)

    yard.web.missing = missing
    return asked.is_set


@pytest.mark.parametrize("part", ["/pool/", "/files/demo"])
def test_interrupted_while_a_server_is_silent(part: str, cold: Yard) -> None:
    is_reached = stalled(cold, part)
    process = cold.start("build", cold.app, "-o", cold.out / "app.tar")
    assert within(20, is_reached)
    interrupted(cold, process)
    cold.web.missing = upstream
    cold.clean()


@pytest.mark.parametrize("part", ["InRelease", "/simple/demo"])
def test_interrupted_while_it_resolves(part: str, yard: Yard) -> None:
    (yard.app / ("bareboat.lock" if part == "InRelease" else "pylock.toml")).unlink()
    yard.write("pyproject.toml", PROJECT)
    is_reached = stalled(yard, part)
    process = yard.start("build", yard.app, "-o", yard.out / "app.tar")
    assert within(20, is_reached)
    interrupted(yard, process)
    yard.web.missing = upstream
    yard.clean()


def test_interrupted_while_it_compiles(cold: Yard) -> None:
    process = cold.start("build", cold.app, "-o", cold.out / "app.tar")
    assert within(20, lambda: len(cold.children()) > 1)
    interrupted(cold, process)
    cold.clean()


def test_interrupted_while_it_writes(yard: Yard) -> None:
    process = yard.start("build", yard.app, "-o", yard.out / "app.tar")
    assert within(20, lambda: list(yard.out.iterdir()) != [])
    interrupted(yard, process, is_late=True)
    yard.clean()


@pytest.mark.parametrize(
    "number", [number if number < 3 else pytest.param(number, marks=pytest.mark.full) for number in range(20)]
)
def test_interrupted_at_a_seeded_moment(number: int, cold: Yard, tiny: Tiny) -> None:
    process = cold.start("build", cold.app, "-o", cold.out / "app.tar")
    assert within(20, (cold.cache / "gate").exists)  # before that it is Python that starts, not bareboat
    time.sleep(random.Random(f"{_SEED} {number}").random() * 0.8 * tiny.took)  # noqa: S311 - not for secrets
    interrupted(cold, process, is_late=True)
    cold.clean()


# Together


def test_eight_builds_at_once_on_an_empty_cache(cold: Yard, tiny: Tiny) -> None:
    processes = [cold.start("build", cold.app, "-o", cold.out / f"{number}.tar", "-q") for number in range(8)]
    for process in processes:
        out, err = process.communicate(timeout=200)
        assert process.returncode == 0, err
        assert out.strip().rpartition("@")[2] == tiny.digest
        assert err == ""
    assert {sha256(path) for path in cold.out.iterdir()} == {right(tiny)}
    assert len(list(cold.out.iterdir())) == 8
    cold.verified()


# What the tests use


def right(tiny: Tiny) -> str:
    """Return the sha256 of the right archive."""
    return sha256(tiny.archive)


def sha256(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def within(seconds: float, is_so: Callable[[], bool]) -> bool:
    """Wait until something is so; tell whether it came to be in time."""
    end = time.monotonic() + seconds
    while not is_so():
        if time.monotonic() > end:
            return False
        time.sleep(0.005)
    return True
