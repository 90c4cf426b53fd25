import pytest

from bareboat.dockerfile.cache import Change, Outcome, explain
from bareboat.dockerfile.ignore import Ignore
from bareboat.dockerfile.parse import parse
from bareboat.errors import InputError

FILE = parse(
    b"""ARG PY=3.13
FROM python:${PY}-slim AS build
ENV A=1
WORKDIR /app
COPY pyproject.toml uv.lock ./
RUN --mount=type=cache,target=/c pip install .
COPY --link static /static
COPY . .
RUN make
FROM alpine AS lint
COPY . .
FROM python:${PY}-slim
USER 65532
COPY --from=build --link /opt/venv /opt/venv
RUN --mount=type=bind,source=src,target=/s x
CMD ["a"]
"""
).file


def ran(change: Change, **options: object) -> list[int]:
    return [step.line for step in explain(FILE, change, **options) if step.outcome is Outcome.RUNS]  # type: ignore[arg-type]


def may_run(change: Change) -> list[int]:
    return [step.line for step in explain(FILE, change) if step.outcome is Outcome.MAYBE]


def test_source_changed() -> None:
    assert ran(Change.files("src/app.py")) == [8, 9, 15]
    assert may_run(Change.files("src/app.py")) == [14]
    assert ran(Change.files("README")) == [8, 9]
    assert may_run(Change.files("README")) == [14, 15]


def test_dependencies_changed() -> None:
    assert ran(Change.files("./uv.lock")) == [5, 6, 8, 9]


def test_base_changed() -> None:
    everything = [2, 4, 5, 6, 8, 9, 12, 15]
    assert ran(Change.base()) == everything
    assert ran(Change.base("python:3.13-slim")) == everything
    assert ran(Change.base("python:3.14-slim")) == []
    assert ran(Change.base("python:3.14-slim"), arguments={"PY": "3.14"}) == everything


def test_an_argument_changed() -> None:
    assert ran(Change.argument("PY")) == [2, 4, 5, 6, 8, 9, 12, 15]
    assert may_run(Change.argument("PY")) == [14]
    assert ran(Change.argument("NONE")) == []


def test_nothing_changed() -> None:
    assert ran(Change()) == []


def test_what_is_ignored_changes_nothing() -> None:
    assert ran(Change.files("src/app.py"), ignore=Ignore.parse("src")) == []


def test_a_builder_that_cannot_merge() -> None:
    assert ran(Change.files("uv.lock"), merges=False) == [5, 6, 7, 8, 9]


def test_a_target() -> None:
    assert ran(Change.files("a"), target="lint") == [11]
    with pytest.raises(InputError, match="no stage"):
        ran(Change(), target="none")


def test_steps_say_why() -> None:
    steps = {step.line: step for step in explain(FILE, Change.files("uv.lock"))}
    assert steps[5].reason == "copies uv.lock, which changed"
    assert steps[6].reason == "stands on line 5 (COPY), which runs again"
    assert steps[6].cause == steps[5].instruction
    assert steps[7].reason == "--link: its layer does not depend on what is below"
    assert steps[7].outcome is Outcome.CACHED
    assert steps[11].outcome is Outcome.SKIPPED
    assert steps[14].reason == "takes files from stage build, if they came out different"
    assert steps[14].cause == steps[5].instruction
    assert steps[15].reason == "stands on line 14 (COPY), which may run again"
    assert steps[16].outcome is Outcome.FREE
    assert [step.stage for step in explain(FILE, Change())] == [0] * 8 + [1] * 2 + [2] * 5
