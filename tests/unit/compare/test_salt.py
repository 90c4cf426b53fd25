"""A marked file differs where builders look, and is the same file otherwise."""

import pytest

import blueprints
from bareboat.compare.salt import salted
from bareboat.dockerfile.parse import parse
from bareboat.dockerfile.render import render
from bareboat.forms import registry

FILE = """\
FROM python:3.13-slim AS Builder
RUN --mount=type=cache,target=/root/.cache/pip,sharing=locked \\
    --mount=type=bind,from=builder,source=/a,target=/b \\
    pip install x && \\
    rm -r /y
FROM builder AS more
RUN ["true"]
COPY --from=ghcr.io/astral-sh/uv:1 /uv /uv
FROM python:3.13-slim
COPY --from=builder /opt /opt
COPY --from=0 /etc /etc
"""


def mark(text: str, *, has_buildkit: bool = False) -> str:
    return render(salted(parse(text.encode()).file, "salt1", has_buildkit=has_buildkit))


def test_stages_caches_and_commands_bear_the_mark() -> None:
    made = mark(FILE)
    assert "FROM python:3.13-slim AS Builder-salt1" in made
    assert "FROM builder-salt1 AS more-salt1" in made
    assert "type=cache,target=/root/.cache/pip,sharing=locked,id=salt1-root-.cache-pip" in made
    assert "type=bind,from=builder-salt1,source=/a,target=/b" in made
    assert "rm -r /y # salt1\n" in made
    assert "COPY --from=builder-salt1 /opt /opt" in made


def test_what_is_no_stage_stays() -> None:
    made = mark(FILE)
    assert "COPY --from=ghcr.io/astral-sh/uv:1 /uv /uv" in made
    assert "COPY --from=0 /etc /etc" in made
    assert 'RUN ["true"]' in made
    assert made.endswith("COPY --from=0 /etc /etc\n")


def test_an_id_is_kept_apart() -> None:
    made = mark("FROM a\nRUN --mount=type=cache,id=own,target=/c true\n")
    assert "type=cache,target=/c,id=salt1-own" in made


APART = """\
ARG VERSION=3
FROM scratch AS empty
FROM python:$VERSION AS app
ENV A=b
WORKDIR /app
COPY x ./
FROM app AS more
COPY y ./
FROM python:$VERSION AS builder
RUN true
COPY --from=empty / /e
FROM python:$VERSION
RUN ["true"]
"""


def test_no_first_layer_of_a_stage_is_shared_in_buildkit() -> None:
    made = mark(APART, has_buildkit=True).splitlines()
    assert made.count("COPY salt1* /") == 2
    assert made[made.index("WORKDIR /app") - 1] == "COPY salt1* /"
    assert made[made.index('RUN ["true"]') - 1] == "COPY salt1* /"
    assert "COPY salt1" not in mark(APART)


def test_an_only_stage_is_named_in_buildkit() -> None:
    made = mark("ARG A=1\nFROM base AS final\nWORKDIR /app\n", has_buildkit=True)
    assert made.splitlines()[1:3] == ["FROM scratch AS none-salt1", "FROM base AS final-salt1"]
    assert "FROM base AS only-salt1" in mark("FROM base\nWORKDIR /app\n", has_buildkit=True)


@pytest.mark.parametrize("form", registry.NAMES)
def test_every_form_can_be_marked(form: str) -> None:
    made = [
        registry.find(form).write(project, blueprints.options())
        for project in blueprints.ALL.values()
        if registry.find(form).fits(project, blueprints.options().base) is None
    ]
    assert made
    for file in made:
        marked = salted(file, "salt1", has_buildkit=True)
        assert parse(render(marked).encode()).file == marked
        caches = [
            value for item in marked.instructions() for value in item.values("mount") if "=cache" in value
        ]
        assert all("id=salt1-" in value for value in caches)
        runs = [item for item in marked.instructions() if item.keyword == "RUN"]
        assert all(item.arguments[0].endswith("# salt1") for item in runs)
