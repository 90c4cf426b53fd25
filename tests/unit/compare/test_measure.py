"""One form in one turn, with an engine of a script and a server of the test."""

import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest
from msgspec.structs import replace

from bareboat.compare.change import Changed
from bareboat.compare.measure import Bench, Figures, Subject, turn
from bareboat.compare.result import Dependency
from bareboat.engine.find import Engine, Kind
from bareboat.errors import BuildError
from comparisons import saved, tar_of


class _Healthy(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        self.send_response(200 if self.path == "/health" else 404)
        self.end_headers()

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def port() -> Iterator[int]:
    server = HTTPServer(("127.0.0.1", 0), _Healthy)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield server.server_port
    server.shutdown()
    thread.join()
    server.server_close()


@dataclass
class Maker:
    """Notes what it is asked; fails at a step if told to."""

    fails: str = ""
    asked: list[tuple[str, str, str]] = field(default_factory=list)
    forgotten: int = 0
    cleaned: int = 0
    stays: str = ""

    def forget(self) -> None:
        self.forgotten += 1

    def build(self, folder: Path, reference: str) -> float:
        step = reference.rpartition(":")[2]
        self.asked.append((step, (folder / "app.py").read_text(), (folder / "uv.lock").read_text()))
        if step == self.fails:
            raise BuildError("no such\nwheel", where="Dockerfile:3")
        return 1.5

    def clean(self) -> str:
        self.cleaned += 1
        return self.stays


@dataclass
class Yard:
    folder: Path
    bench: Bench
    subject: Subject
    warned: list[str]

    def calls(self, verb: str) -> list[str]:
        lines = (self.folder / "calls").read_text().splitlines()
        return [line for line in lines if line.startswith(verb)]


@pytest.fixture
def yard(tmp_path: Path, port: int) -> Yard:
    state = '[{"State": {"Running": true, "ExitCode": 0}}]'
    program = tmp_path / "docker"
    program.write_text(
        f"""#!/bin/sh
echo "$*" >> {tmp_path}/calls
case "$1" in
  run) echo container ;;
  port) echo 127.0.0.1:{port} ;;
  container) echo '{state}' ;;
  logs) echo last words ;;
  save) cat {tmp_path}/image.tar ;;
esac
"""
    )
    program.chmod(0o755)
    project = tmp_path / "project"
    project.mkdir()
    (project / "app.py").write_text("x = 1\n")
    (project / "uv.lock").write_text("old")
    (tmp_path / "scratch").mkdir()
    engine = Engine(Kind.DOCKER, str(program), "28", environ=(("PATH", "/usr/bin:/bin"),))
    changed = Changed(Dependency("click", "2", "1"), "uv.lock", "new")
    subject = Subject(project, 0, "app.py", changed, 8000, "/health", {"KEY": "value"})
    warned: list[str] = []
    return Yard(tmp_path, Bench(engine, tmp_path / "scratch", lambda _: None, warned.append), subject, warned)


def image_of(yard: Yard, names: str) -> None:
    """Let the saved image bear names."""
    layer = tar_of({"etc/x": b"x" * 100})
    data = saved([(layer, layer)], user="65532", names=names.split())
    (yard.folder / "image.tar").write_bytes(data)


def test_a_form_is_measured_from_cold_to_a_changed_dependency(yard: Yard) -> None:
    image_of(yard, "a:cold a:source a:dependency")
    maker, found = Maker(), Figures()
    turn(maker, yard.subject, yard.bench, found, name="uv-sync")
    assert found.failure == ""
    assert found.missing == {}
    steps = [step for step, _, _ in maker.asked]
    assert steps == ["cold", "source", "dependency"]
    assert ["# edited" in source for _, source, _ in maker.asked] == [False, True, True]
    assert [lock for _, _, lock in maker.asked] == ["old", "old", "new"]
    assert (maker.forgotten, maker.cleaned) == (1, 1)
    assert (found.middle("cold"), found.middle("source"), found.middle("other")) == (1.5, 1.5, None)
    assert len(found.seconds["healthy"]) == 3
    assert found.contents is not None
    assert found.contents.user == "65532"
    assert found.pushed == {"source": 0, "dependency": 0}
    assert (yard.subject.root / "app.py").read_text() == "x = 1\n"
    assert "--read-only" in yard.calls("run")[0]
    assert "KEY=value" in yard.calls("run")[0]
    assert len(yard.calls("rm --force")) == len(yard.calls("run")) == 4
    assert len(yard.calls("image rm")) == 3
    assert list((yard.folder / "scratch").iterdir()) == []


def test_a_second_turn_weighs_nothing(yard: Yard) -> None:
    image_of(yard, "a:cold a:source a:dependency")
    found = Figures()
    for _ in range(2):
        turn(Maker(), yard.subject, yard.bench, found, name="uv-sync")
    assert len(yard.calls("save")) == 1
    assert len(found.seconds["cold"]) == 2


def test_an_image_of_another_name_is_not_taken_for_it(yard: Yard) -> None:
    image_of(yard, "b:other")
    found = Figures()
    turn(Maker(), yard.subject, yard.bench, found, name="x")
    assert found.failure == "saved image: the engine saved it under another name"


def test_kept_images_are_those_of_the_cold_build(yard: Yard) -> None:
    image_of(yard, "a:cold")
    turn(Maker(), replace(yard.subject, keep=True), yard.bench, Figures(), name="x")
    assert [call.rpartition(":")[2] for call in yard.calls("image rm")] == ["source", "dependency"]


def test_a_cold_build_that_fails_is_the_forms_failure(yard: Yard) -> None:
    maker, found = Maker(fails="cold"), Figures()
    turn(maker, yard.subject, yard.bench, found, name="x")
    assert found.failure == "Dockerfile:3: no such wheel"
    assert maker.cleaned == 1
    assert len(yard.calls("image rm")) == 3


def test_a_rebuild_that_fails_is_a_gap(yard: Yard) -> None:
    image_of(yard, "a:cold a:source")
    found = Figures()
    turn(Maker(fails="dependency"), yard.subject, yard.bench, found, name="x")
    assert found.failure == ""
    assert found.missing["dependency"] == found.missing["pushed_dependency"] == "Dockerfile:3: no such wheel"
    assert found.pushed == {"source": 0}


def test_what_cannot_be_changed_is_a_gap_with_its_reason(yard: Yard) -> None:
    image_of(yard, "a:cold")
    none = Changed(Dependency(why="nothing is pinned"))
    found = Figures()
    turn(Maker(), replace(yard.subject, source="", change=none, port=None), yard.bench, found, name="x")
    assert found.missing["dependency"] == "nothing is pinned"
    assert found.missing["pushed_source"] == "no Python file of it is in the image"
    assert found.missing["healthy"] == "it listens on no port"
    assert found.pushed == {}


def test_one_that_does_not_answer_is_a_gap_with_its_last_words(yard: Yard) -> None:
    image_of(yard, "a:cold a:source a:dependency")
    program = Path(yard.bench.engine.program)
    program.write_text(program.read_text().replace('"Running": true', '"Running": false'))
    found = Figures()
    turn(Maker(), replace(yard.subject, probe="/other"), yard.bench, found, name="x")
    assert "ended before it answered last words" in found.missing["healthy"]
    assert found.contents is not None
    assert len(yard.calls("rm --force")) == 1


def test_what_cannot_be_removed_is_warned_of(yard: Yard) -> None:
    image_of(yard, "a:cold a:source a:dependency")
    found = Figures()
    turn(Maker(stays="2 records stay"), yard.subject, yard.bench, found, name="x")
    assert (found.failure, yard.warned) == ("", ["2 records stay"])


def test_an_interrupt_leaves_nothing(yard: Yard) -> None:
    class Interrupted(Maker):
        def build(self, folder: Path, reference: str) -> float:
            raise KeyboardInterrupt

    maker = Interrupted()
    with pytest.raises(KeyboardInterrupt):
        turn(maker, yard.subject, yard.bench, Figures(), name="x")
    assert maker.cleaned == 1
    assert len(yard.calls("image rm")) == 3
    assert list((yard.folder / "scratch").iterdir()) == []


def test_a_project_inside_a_context_is_copied_with_it(yard: Yard) -> None:
    image_of(yard, "a:cold a:source a:dependency")
    root = yard.folder / "mono"
    (root / "libs").mkdir(parents=True)
    (root / "uv.lock").write_text("old")
    yard.subject.root.rename(root / "api")
    seen: list[str] = []

    class Looking(Maker):
        def build(self, folder: Path, reference: str) -> float:
            seen.append((folder.parent / "uv.lock").read_text())
            assert (folder.parent / "libs").is_dir()
            return 1.0

    found = Figures()
    turn(Looking(), replace(yard.subject, root=root / "api", depth=1), yard.bench, found, name="x")
    assert found.failure == ""
    assert seen == ["old", "old", "new"]
