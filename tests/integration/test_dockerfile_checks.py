"""Every golden Dockerfile before two judges that nobody here wrote: BuildKit's own checks, and hadolint."""

import re
import shutil
import subprocess
import sys
import tomllib
from collections.abc import Callable
from pathlib import Path

import pytest

from bareboat.engine.find import Engine
from dockerfiles import GOLDEN, Case, cases

ACCEPTED = GOLDEN.parent / "accepted.toml"
CASES = list(cases())
# Images that no stand-in exists for: the checks of BuildKit want to see a base image's configuration.
ABSENT = re.compile(r"python:\$\{PYTHON_VERSION\}-alpine|registry\.example/python:3\.13-hardened")


def accepted() -> dict[str, str]:
    return tomllib.loads(ACCEPTED.read_text("utf-8"))


@pytest.mark.engine
@pytest.mark.core
def test_buildkit_has_nothing_to_say(
    docker_classic: Engine, standins: Callable[..., None], tmp_path: Path
) -> None:
    standins(docker_classic, "slim", "full", "uv", "distroless")
    said = {}
    for case in CASES:
        file = tmp_path / case.path.name
        file.write_text(ABSENT.sub("python:3.13-slim-trixie", case.path.read_text("utf-8")))
        done = subprocess.run(
            [docker_classic.program, "build", "--check", "-f", file, tmp_path],
            check=False, capture_output=True, text=True, env=dict(docker_classic.environ), timeout=60,
        )  # fmt: skip
        if done.returncode != 0 or "WARNING" in done.stdout + done.stderr:
            said[case.name] = done.stdout + done.stderr
    assert said == {}


@pytest.mark.core
def test_hadolint_says_nothing_but_what_is_accepted() -> None:
    program = hadolint()
    if program is None:
        pytest.skip("hadolint is not installed: `make setup`")
    done = subprocess.run(
        [program, "--no-color", *(case.path for case in CASES)],
        check=False, capture_output=True, text=True, timeout=120,
    )  # fmt: skip
    found: dict[str, list[str]] = {}
    for line in done.stdout.splitlines():
        match = re.search(r"\b(?:DL|SC)\d{4}\b", line)
        found.setdefault(match[0] if match else line, []).append(line)
    assert {code: lines for code, lines in found.items() if code not in accepted()} == {}
    assert set(accepted()) <= set(found), "what is never found needs no excuse"


def hadolint() -> str | None:
    return shutil.which("hadolint", path=str(Path(sys.executable).parent)) or shutil.which("hadolint")


def test_every_excuse_has_a_reason() -> None:
    assert all(len(reason.split()) > 5 for reason in accepted().values())


def test_the_names_of_cases_are_unique() -> None:
    assert len({case.name for case in CASES}) == len(CASES)
    assert all(isinstance(case, Case) for case in CASES)
