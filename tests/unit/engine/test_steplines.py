"""Output of Podman and buildah, recorded from real builds (recorded/*), read again."""

from itertools import count
from pathlib import Path

import pytest

from bareboat.engine.numbering import Numbering
from bareboat.engine.steplines import StepLines

RECORDED = Path(__file__).with_name("recorded")


def told(name: str, program: str) -> tuple[StepLines, list[str]]:
    said: list[str] = []
    ticks = count()
    numbering = Numbering.of((RECORDED / f"{name}.Dockerfile").read_bytes())
    lines = StepLines(numbering, said.append, lambda: float(next(ticks)))
    for line in (RECORDED / f"{name}.{program}.txt").read_text().splitlines():
        lines.take(line)
    return lines, said


@pytest.mark.parametrize("program", ["podman", "buildah"])
def test_steps_have_their_lines(program: str) -> None:
    lines, said = told("ok", program)
    assert [step.line for step in lines.steps()] == [1, 2, 3, 4, 5, 6, 7, 8, 9, 10]
    assert lines.steps()[0].seconds == 1.0
    assert any(step.is_cached for step in lines.steps())
    assert not lines.steps()[0].is_cached
    assert "[1/2] STEP 4/4: RUN echo built > /src/x" in said


@pytest.mark.parametrize("program", ["podman", "buildah"])
@pytest.mark.parametrize(
    ("name", "line", "text", "reason"),
    [
        ("run", 7, "RUN echo one && echo two", "exit status 1"),
        ("copy", 2, "COPY missing.txt /x", 'copier: stat: "/missing.txt": no such file or directory'),
        ("base", 1, "FROM registry.invalid/none/such:1", "no such host"),
        ("secret", 2, "RUN --mount=type=secret", "no secret with id token found"),
        ("disk", 2, "RUN dd if=/dev/zero", "exit status 1"),
        ("net", 2, "RUN python -c", "exit status 1"),
        ("unknown", 2, "FOO bar", 'Unknown instruction: "FOO"'),
    ],
)
def test_a_failure_is_found_in_the_file(program: str, name: str, line: int, text: str, reason: str) -> None:
    lines, _ = told(name, program)
    failed = lines.failed()
    assert failed.line == line
    assert failed.text.startswith(text)
    assert reason in failed.reason
    assert not any(word.startswith(("time=", "subprocess exited")) for word in failed.words)


def test_the_words_of_the_step_are_kept() -> None:
    lines, _ = told("disk", "buildah")
    assert lines.failed().words[0] == "dd: error writing '/dev/full': No space left on device"


def test_a_program_that_says_nothing_has_no_reason() -> None:
    lines = StepLines(Numbering(), lambda _: None, lambda: 0.0)
    assert lines.failed().reason == ""
    lines.take("flag needs an argument")
    assert lines.failed().reason == "flag needs an argument"


def test_a_failure_after_the_last_step_is_not_the_steps() -> None:
    lines = StepLines(Numbering.of(b"FROM a\n"), lambda _: None, lambda: 0.0)
    for line in ("STEP 1/1: FROM a", "COMMIT x", "Error: no space left on device"):
        lines.take(line)
    assert lines.failed().reason == "no space left on device"
