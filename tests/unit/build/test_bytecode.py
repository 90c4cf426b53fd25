"""Bytecode kept in the store: made once by a real interpreter, and then by none."""

import platform
import sys
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

import pytest

import smallbase
from bareboat.build.bytecode import Bytecode
from bareboat.build.prepare import tools_for
from bareboat.build.tools import Tools
from bareboat.errors import BuildError
from bareboat.finding import Finding
from bareboat.tree.entry import file
from bareboat.tree.tree import Tree
from bareboat.wheel.bytecode import SKIPPED, Interpreter

HOST = Interpreter((sys.executable,), {}, platform.python_version())
TREE = Tree.of(
    [
        file("opt/venv/lib/a.py", b"answer = 42\n"),
        file("opt/venv/lib/b.py", b"answer = 43\n"),
        file("opt/venv/lib/broken.py", b"def :\n"),
        file("opt/venv/lib/data.txt", b"x"),
    ]
).with_parents()


class Started:
    """Counts how often an interpreter was wanted."""

    def __init__(self) -> None:
        self.count = 0

    def __call__(self) -> Interpreter:
        self.count += 1
        return HOST


@contextmanager
def tools(folder: Path) -> Iterator[Tools]:
    with tools_for(smallbase.world().wanted(folder, store=folder / "store")) as held:
        yield held


def names(made: list[tuple[str, bytes]]) -> list[str]:
    return [path.rpartition("/")[2].partition(".")[0] for path, _ in made]


def test_an_artifact_is_compiled_once(tmp_path: Path) -> None:
    with tools(tmp_path) as held:
        started, first_said, second_said = Started(), list[Finding](), list[Finding]()
        with Bytecode(held, "v1", started) as bytecode:
            first = bytecode.of_artifact("demo", "inputs", TREE, findings=first_said)
        with Bytecode(held, "v1", started) as bytecode:
            second = bytecode.of_artifact("demo", "inputs", TREE, findings=second_said)
    assert started.count == 1
    assert first == second
    assert names(first) == ["a", "b"]
    assert first_said == second_said
    assert [(one.code, one.where) for one in first_said] == [(SKIPPED, "opt/venv/lib/broken.py")]


def test_another_interpreter_compiles_again(tmp_path: Path) -> None:
    with tools(tmp_path) as held:
        started = Started()
        for version in ("v1", "v2"):
            with Bytecode(held, version, started) as bytecode:
                bytecode.of_artifact("demo", "inputs", TREE, findings=[])
    assert started.count == 2


def test_of_files_only_the_changed_one_is_compiled(tmp_path: Path) -> None:
    changed = TREE.merge(Tree.of([file("opt/venv/lib/b.py", b"answer = 44\n")]))
    with tools(tmp_path) as held:
        with Bytecode(held, "v1", Started()) as bytecode:
            first = dict(bytecode.of_files("app", TREE, findings=[]))
        heard = smallbase.Heard()
        with Bytecode(Tools(held.store, held.client, heard, held.workers), "v1", Started()) as bytecode:
            second = dict(bytecode.of_files("app", changed, findings=[]))
    assert [total for _, _, total in heard.began] == [1]
    assert [path for path in first if first[path] != second[path]] == [
        path for path in first if "/b." in path
    ]


def test_of_files_findings_are_remembered_and_no_interpreter_starts(tmp_path: Path) -> None:
    with tools(tmp_path) as held:
        started, first, second = Started(), list[Finding](), list[Finding]()
        with Bytecode(held, "v1", started) as bytecode:
            made = bytecode.of_files("app", TREE, findings=first)
        with Bytecode(held, "v1", started) as bytecode:
            again = bytecode.of_files("app", TREE, findings=second)
    assert started.count == 1
    assert made == again
    assert first == second
    assert [one.where for one in first] == ["opt/venv/lib/broken.py"]


def test_both_ways_give_the_same_bytes(tmp_path: Path) -> None:
    with tools(tmp_path) as held, Bytecode(held, "v1", Started()) as bytecode:
        assert bytecode.of_files("a", TREE, findings=[]) == bytecode.of_artifact("b", "i", TREE, findings=[])


def test_nothing_to_compile_starts_nothing(tmp_path: Path) -> None:
    with tools(tmp_path) as held:
        started = Started()
        with Bytecode(held, "v1", started) as bytecode:
            assert bytecode.of_artifact("x", "i", Tree.of([file("a.txt", b"")]), findings=[]) == []
            assert bytecode.of_files("x", Tree(), findings=[]) == []
    assert started.count == 0


def test_an_interpreter_of_another_version_is_refused(tmp_path: Path) -> None:
    other = Interpreter((sys.executable,), {}, "3.8.1")
    with (
        tools(tmp_path) as held,
        Bytecode(held, "v1", lambda: other) as bytecode,
        pytest.raises(BuildError, match=r"not 3\.8"),
    ):
        bytecode.of_artifact("x", "i", TREE, findings=[])


def test_the_interpreter_waits_for_its_files(tmp_path: Path) -> None:
    arrived: Future[None] = Future()
    with tools(tmp_path) as held, Bytecode(held, "v1", lambda: HOST) as bytecode:
        bytecode.after(arrived)
        with ThreadPoolExecutor(1) as pool:
            made = pool.submit(bytecode.of_artifact, "demo", "inputs", TREE, findings=[])
            with pytest.raises(TimeoutError):
                made.result(0.2)
            arrived.set_result(None)
            assert names(made.result(60)) == ["a", "b"]


def test_files_that_do_not_arrive_are_why_nothing_is_compiled(tmp_path: Path) -> None:
    failed: Future[None] = Future()
    failed.set_exception(BuildError("no such package"))
    with tools(tmp_path) as held, Bytecode(held, "v1", lambda: HOST) as bytecode:
        bytecode.after(failed)
        with pytest.raises(BuildError, match="no such package"):
            bytecode.of_artifact("demo", "inputs", TREE, findings=[])
