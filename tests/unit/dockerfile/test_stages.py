import pytest

from bareboat.dockerfile.parse import parse
from bareboat.dockerfile.stages import Stages, platform_variables, read
from bareboat.errors import InputError


def stages(text: str, **arguments: str) -> Stages:
    return read(parse(text.encode()).file, arguments=arguments, platform="linux/arm64/v8")


GRAPH = stages(
    """ARG TAG=3
ARG IMAGE=python:$TAG
FROM $IMAGE AS Base
ONBUILD COPY --from=tools /t /t
FROM alpine AS tools
FROM base AS build
COPY --from=1 a b
COPY --from=docker.io/x/y a b
COPY c d
RUN --mount=type=cache,target=/c --mount=from=TOOLS,target=/t --mount=from=$x,target=/y z
FROM --platform=$TARGETARCH scratch
COPY --from=build /a /b
"""
)


def test_names_and_bases() -> None:
    assert [(stage.index, stage.name, stage.image, stage.base) for stage in GRAPH.stages] == [
        (0, "base", "python:3", None),
        (1, "tools", "alpine", None),
        (2, "build", "base", 0),
        (3, "", "scratch", None),
    ]
    assert [stage.shown for stage in GRAPH.stages] == ["base", "tools", "build", "3"]
    assert GRAPH.stages[3].platform == "arm64"


def test_what_each_takes() -> None:
    build = GRAPH.stages[2]
    assert [(use.stage, use.name) for use in build.uses] == [
        (1, "tools"),
        (1, "1"),
        (None, "docker.io/x/y"),
        (1, "TOOLS"),
    ]
    assert build.needs == {0, 1}
    assert GRAPH.stages[0].needs == frozenset()


def test_triggers_run_first() -> None:
    build = GRAPH.stages[2]
    assert [item.keyword for item in build.triggers] == ["COPY"]
    assert len(build.instructions) == 4


def test_targets() -> None:
    assert GRAPH.target().index == 3
    assert GRAPH.target("BUILD").index == 2
    assert GRAPH.target("1").index == 1
    assert GRAPH.find("9") is GRAPH.find("x") is GRAPH.find("") is None
    assert GRAPH.needed(GRAPH.target()) == {0, 1, 2, 3}
    assert GRAPH.needed(GRAPH.target("tools")) == {1}
    with pytest.raises(InputError, match="no stage 'x'") as caught:
        GRAPH.target("x")
    assert caught.value.hint == "the stages are base, tools, build, 3"
    with pytest.raises(InputError, match="has no stage"):
        stages("ARG a").target()


def test_the_last_of_two_names_counts() -> None:
    twice = stages("FROM a AS x\nFROM b AS x\nFROM x")
    assert twice.stages[2].base == 1
    assert twice.find("x") is twice.stages[1]


def test_from_looks_for_a_name_as_it_is_written() -> None:
    assert stages("FROM a AS Build\nFROM Build").stages[1].base is None


def test_arguments_of_the_build() -> None:
    given = stages("ARG A=x\nARG B=$A\nFROM $B-$TARGETOS", A="y", TARGETOS="windows")
    assert given.stages[0].image == "y-windows"
    assert given.globals["B"] == "y"
    assert stages("ARG A\nFROM a$A").stages[0].image == "a"


def test_a_copy_from_nothing_is_from_the_context() -> None:
    assert (
        stages("FROM a\nCOPY --from= a b\nCOPY --from=5 a b\nRUN --mount= a").stages[0].uses[0].stage is None
    )


def test_platform_variables() -> None:
    found = platform_variables("linux/arm/v7", "t")
    assert (found["TARGETPLATFORM"], found["BUILDARCH"], found["TARGETVARIANT"], found["TARGETSTAGE"]) == (
        "linux/arm/v7",
        "arm",
        "v7",
        "t",
    )


@pytest.mark.parametrize(
    ("text", "where"), [("ARG A=${\nFROM a", "Dockerfile:1"), ("FROM a\nFROM ${", "Dockerfile:2")]
)
def test_refused(text: str, where: str) -> None:
    with pytest.raises(InputError) as caught:
        stages(text)
    assert caught.value.where == where


def test_a_thousand_stages_are_enough() -> None:
    with pytest.raises(InputError, match="more than 1000"):
        stages("FROM a\n" * 1001)
