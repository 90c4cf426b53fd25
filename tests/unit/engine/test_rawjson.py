"""BuildKit's own output, recorded from real builds (recorded/*.docker.txt), read again."""

import json
from pathlib import Path

import pytest

from bareboat.engine.numbering import Numbering
from bareboat.engine.rawjson import BuildKitLines
from bareboat.engine.stream import plain

RECORDED = Path(__file__).with_name("recorded")


def told(name: str, output: str = "docker") -> tuple[BuildKitLines, list[str]]:
    """Return the reader after a recorded build, and what it said."""
    said: list[str] = []
    lines = BuildKitLines(Numbering.of((RECORDED / f"{name}.Dockerfile").read_bytes()), said.append)
    for line in (RECORDED / f"{name}.{output}.txt").read_bytes().split(b"\n"):
        lines.take(plain(line))
    return lines, said


def test_progress_is_plain_lines() -> None:
    _, said = told("run")
    place = said.index("[build 2/3] WORKDIR /src: cached")
    assert said[place + 1].startswith("[build 3/3] RUN echo one &&")
    assert {"| one", "| two"} <= set(said)
    assert any(line.startswith("| ERROR: No matching distribution found for not-there==1.0") for line in said)
    assert not any("{" in line for line in said)


def test_steps_have_their_lines_and_times() -> None:
    lines, _ = told("ok")
    steps = {step.name: step for step in lines.steps()}
    ran = steps["[one 3/3] RUN echo built > /src/x"]
    assert (ran.line, ran.is_cached) == (4, False)
    assert 0.01 < ran.seconds < 60
    assert steps["[stage-1 3/3] COPY file /file"].line == 7
    assert steps["exporting to image"].line == 0
    assert list(steps).index("[one 2/3] WORKDIR /src") < list(steps).index("exporting to image")


def test_what_is_taken_from_the_cache_says_so() -> None:
    lines, said = told("run")
    held = next(step for step in lines.steps() if step.name == "[build 2/3] WORKDIR /src")
    assert held.is_cached
    assert said.count("[build 2/3] WORKDIR /src: cached") == 1


@pytest.mark.parametrize(
    ("name", "line", "text", "reason"),
    [
        ("run", 7, "RUN echo one && echo two", "exit code: 1"),
        ("copy", 2, "COPY missing.txt /x", '"/missing.txt": not found'),
        ("base", 1, "FROM registry.invalid/none/such:1", "no such host"),
        ("secret", 2, "RUN --mount=type=secret", "secret token: not found"),
        ("disk", 2, "RUN dd if=/dev/zero", "exit code: 1"),
        ("unknown", 2, "FOO bar", "unknown instruction: FOO"),
    ],
)
def test_a_failure_is_found_in_the_file(name: str, line: int, text: str, reason: str) -> None:
    lines, _ = told(name)
    failed = lines.failed(f"{name}.Dockerfile")
    assert failed.line == line
    assert failed.text.startswith(text)
    assert reason in failed.reason


def test_without_a_place_the_step_says_where() -> None:
    lines, _ = told("run")
    assert lines.failed("another.Dockerfile").line == 7


def test_the_words_of_the_step_are_kept() -> None:
    lines, _ = told("disk")
    assert (
        lines.failed("disk.Dockerfile").words[0] == "dd: error writing '/dev/full': No space left on device"
    )


def test_a_terminal_is_read_too() -> None:
    lines, said = told("disk", "tty")
    failed = lines.failed("disk.Dockerfile")
    assert (failed.line, said) == (2, [])
    assert failed.words[0] == "dd: error writing '/dev/full': No space left on device"


def test_what_is_no_progress_is_no_step() -> None:
    said: list[str] = []
    lines = BuildKitLines(Numbering(), said.append)
    odd = [{"logs": [{"vertex": "x", "data": "!"}]}, {"vertexes": [{}]}, {"warnings": [{"short": 1}]}, []]
    for line in ("{not json", *(json.dumps(one) for one in odd), ""):
        lines.take(line)
    assert lines.steps() == ()
    assert said == ["warning: "]
    assert lines.failed("Dockerfile").reason == "[]"
    assert BuildKitLines(Numbering(), said.append).failed("Dockerfile").reason == ""


def test_a_half_line_and_bad_base64_do_no_harm() -> None:
    said: list[str] = []
    lines = BuildKitLines(Numbering(), said.append)
    lines.take('{"vertexes": [{"digest": "d", "name": "n", "started": "2026-01-01T00:00:00Z"}]}')
    lines.take('{"logs": [{"vertex": "d", "data": "aGFsZg=="}]}')
    lines.take('{"logs": [{"vertex": "d", "data": "A"}]}')
    lines.take('{"vertexes": [{"digest": "d", "started": "soon", "completed": "never", "error": "bad"}]}')
    assert said == ["n", "n: bad"]
    failed = lines.failed("Dockerfile")
    assert (failed.words, failed.reason, failed.text) == (("half",), "bad", "n")
