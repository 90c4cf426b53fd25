"""Steps of both families of builders, found again in the file."""

from bareboat.engine.numbering import Numbering

FILE = b"""# syntax=docker/dockerfile:1
ARG BASE=python:3.13-slim
FROM ${BASE} AS Build
WORKDIR /src
ENV A=1 \\
    B=2
RUN echo one && \\
    # a remark
    echo two
FROM build AS tests
RUN echo one && echo two
FROM scratch
COPY --from=build /src /src
COPY --from=build /etc /etc
USER 1
"""
NUMBERS = Numbering.of(FILE)


def line(name: str) -> int:
    found = NUMBERS.of_buildkit(name)
    return found.line if found else 0


def test_buildkit_counts_what_makes_something() -> None:
    assert line("[build 1/3] FROM docker.io/library/python:3.13-slim") == 3
    assert line("[build 2/3] WORKDIR /src") == 4
    assert line("[build 3/3] RUN echo one &&     echo two") == 7
    assert line("[tests 1/1] RUN echo one && echo two") == 11  # a stage on a stage has no FROM to count
    assert line("[stage-2 1/2] COPY --from=build /src /src") == 13
    assert line("[stage-2 2/2] COPY --from=build /etc /etc") == 14
    assert line("[linux/arm64 stage-2  2/2] COPY --from=build /etc /etc") == 14


def test_steps_of_no_instruction_have_no_line() -> None:
    for name in ("[internal] load .dockerignore", "exporting to image", "[auth] library/python:pull", ""):
        assert line(name) == 0


def test_a_single_stage_needs_no_name() -> None:
    numbers = Numbering.of(b"FROM a\nRUN b\nRUN c\n")
    found = numbers.of_buildkit("[ 3/3] RUN c")
    assert found is not None
    assert (found.line, found.text) == (3, "RUN c")


def test_podman_counts_every_instruction() -> None:
    places = [
        ((1, 1, "FROM python:3.13-slim AS Build"), 3),
        ((1, 3, "ENV A=1     B=2"), 5),
        ((1, 4, "RUN echo one &&     echo two"), 7),
        ((3, 1, "FROM scratch"), 12),
        ((3, 4, "USER 1"), 15),
    ]
    for place, expected in places:
        found = NUMBERS.of_step(*place)
        assert found is not None
        assert found.line == expected


def test_a_count_that_does_not_fit_gives_way_to_the_text() -> None:
    found = NUMBERS.of_step(3, 2, "USER 1")
    assert found is not None
    assert found.line == 15
    assert NUMBERS.of_step(9, 9, "RUN nothing like it") is None
    assert line("[stage-2 9/9] COPY --from=build /src /src") == 13


def test_a_line_inside_an_instruction_is_its() -> None:
    found = NUMBERS.at(9)
    assert found is not None
    assert (found.keyword, found.line, found.last_line) == ("RUN", 7, 9)
    assert NUMBERS.at(1) is None


def test_a_file_in_another_language_has_no_numbers() -> None:
    assert Numbering.of(b"FROM a\nRUN <<EOF\n") == Numbering()
    assert Numbering.of(b"\xff\xfe") == Numbering()
