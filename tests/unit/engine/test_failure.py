"""One line for each failure that was recorded from real builds, the same whichever engine it was."""

from pathlib import Path

import pytest

from bareboat.engine.builders import Builder, Tool
from bareboat.engine.failure import Failed, explain
from bareboat.engine.numbering import Numbering
from bareboat.engine.rawjson import BuildKitLines
from bareboat.engine.steplines import StepLines
from bareboat.engine.stream import plain
from bareboat.errors import BuildError

RECORDED = Path(__file__).with_name("recorded")
BUILDERS = {
    "docker": Builder(Tool.DOCKER, "docker", "0.29.1", "default", "docker"),
    "podman": Builder(Tool.PODMAN, "podman", "4.3.1"),
    "buildah": Builder(Tool.BUILDAH, "buildah", "1.28.2"),
}


def error(name: str, program: str, output: str = "") -> BuildError:
    numbering = Numbering.of((RECORDED / f"{name}.Dockerfile").read_bytes())
    raw = (RECORDED / f"{name}.{output or program}.txt").read_bytes().split(b"\n")
    if program == "docker":
        buildkit = BuildKitLines(numbering, lambda _: None)
        for line in raw:
            buildkit.take(plain(line))
        failed = buildkit.failed(f"{name}.Dockerfile")
    else:
        steps = StepLines(numbering, lambda _: None, lambda: 0.0)
        for line in raw:
            steps.take(plain(line))
        failed = steps.failed()
    return explain(BUILDERS[program], failed, shown="Dockerfile")


@pytest.mark.parametrize("program", list(BUILDERS))
@pytest.mark.parametrize(
    ("name", "said", "hint"),
    [
        (
            "run",
            (
                "Dockerfile:7: RUN echo one && echo two >&2 && pip install …: ERROR: Could not find a version"
                " that satisfies the requirement not-there==1.0 (from versions: none);"
                " ERROR: No matching distribution found for not-there==1.0 (exit "
            ),
            "",
        ),
        (
            "copy",
            "Dockerfile:2: COPY missing.txt /x: missing.txt is not in the build context",
            "ignore file",
        ),
        (
            "base",
            (
                "Dockerfile:1: FROM registry.invalid/none/such:1: cannot be pulled: lookup registry.invalid"
                " on 192.0.2.53:53: no such host"
            ),
            "its registry cannot be reached",
        ),
        ("secret", "Dockerfile:2: RUN --mount=type=secret,id=token", "--secret id=token,src=FILE"),
        (
            "disk",
            (
                "Dockerfile:2: RUN dd if=/dev/zero of=/dev/full bs=1k count=1: dd: error writing '/dev/full':"
                " No space left on device (exit "
            ),
            "disk is full",
        ),
        (
            "net",
            "Dockerfile:2: RUN python -c",
            "--build-network host",
        ),
        ("unknown", "Dockerfile:2: FOO bar: ", ""),
    ],
)
def test_the_line_the_instruction_the_reason(program: str, name: str, said: str, hint: str) -> None:
    found = error(name, program)
    assert str(found).startswith(said)
    assert "\n" not in str(found)
    assert hint in found.hint
    assert bool(hint) is bool(found.hint)


def test_a_terminals_words_are_the_same() -> None:
    assert str(error("disk", "docker", "tty")) == str(error("disk", "docker"))


def test_an_output_that_the_engine_cannot_write() -> None:
    lines = BuildKitLines(Numbering(), lambda _: None)
    for line in (RECORDED / "oci.docker.txt").read_text().splitlines():
        lines.take(line)
    found = explain(BUILDERS["docker"], lines.failed("Dockerfile"), shown="Dockerfile")
    assert str(found) == "docker build: OCI exporter is not supported for the docker driver"
    assert "containerd image store" in found.hint


def test_the_last_lines_of_the_step_are_notes() -> None:
    words = (*(f"line {number}" for number in range(50)), "")
    found = explain(BUILDERS["podman"], Failed(3, "RUN make", words, "exit status 2"), shown="Dockerfile")
    assert found.__notes__ == list(words[20:50])
    assert str(found) == "Dockerfile:3: RUN make: line 49 (exit status 2)"


def test_nothing_said_is_still_an_error() -> None:
    assert str(explain(BUILDERS["podman"], Failed(0, "", (), ""), shown="Dockerfile")) == (
        "podman build: it failed"
    )
    found = explain(BUILDERS["podman"], Failed(0, "RUN x", (), "exit status 9"), shown="Dockerfile")
    assert str(found) == "Dockerfile: RUN x: exit status 9"


def test_a_traceback_is_told_by_its_last_line() -> None:
    assert "URLError: <urlopen error [Errno -2] Name or service not known>" in str(error("net", "buildah"))
