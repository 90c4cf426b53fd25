"""What `cache.explain` foretells against what BuildKit does, and `.dockerignore` against its contexts.

The images hold nothing but a static program of the machine, so no base image is needed.
"""

import json
import os
import random
import re
import shutil
import subprocess
import uuid
from collections.abc import Callable
from pathlib import Path

import pytest

from bareboat.dockerfile.cache import Change, Outcome, explain
from bareboat.dockerfile.ignore import Ignore
from bareboat.dockerfile.parse import parse
from bareboat.engine.find import Engine
from bareboat.errors import InputError

pytestmark = [pytest.mark.core, pytest.mark.engine]

# Each line is one of its kind, so that a step of the builder's log is known by its text.
FILE = """ARG TOP=1
FROM scratch AS tools
COPY id tini /
FROM tools AS build
WORKDIR /one
COPY lock* /lock/
RUN ["/tini", "--version"]
ARG VERSION=1
COPY src /src
RUN --mount=type=bind,source=conf,target=/conf ["/tini", "-h"]
COPY --link static /static
ENV SEEN=$VERSION
WORKDIR /two
FROM tools AS side
COPY . /all
RUN ["/tini", "-s", "-l"]
FROM tools AS other
COPY other/[a-m]* /other/
FROM tools
WORKDIR /final
COPY --link --from=other /other /other
COPY --from=build /src /from-build
RUN --mount=type=bind,from=other,source=/other,target=/o --mount=type=tmpfs,target=/t ["/tini", "-l"]
COPY --exclude=*.md docs /docs
RUN --mount=type=cache,target=/c --mount=type=bind,source=deep/conf,target=/d ["/tini", "-w", "-h"]
"""
PATHS = (
    "lock.a",
    "src/a",
    "src/b",
    "conf/x",
    "static/s",
    "other/a",
    "other/z",
    "docs/a.md",
    "docs/b",
    "deep/conf",
)
CHANGES = [*((path,) for path in PATHS), ("unused",), ("ignored/x",), ("lock.a", "docs/b"), ()]


@pytest.fixture
def context(tmp_path: Path, tool: Callable[[str], str]) -> Path:
    folder = tmp_path / "context"
    for path in (*PATHS, "unused", "ignored/x"):
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_text("first")
    shutil.copy(tool("tini-static"), folder / "tini")
    (folder / ".dockerignore").write_text("ignored\nDockerfile\n.dockerignore\n")
    (folder / "Dockerfile").write_text(FILE)
    (folder / "id").write_text(uuid.uuid4().hex)  # or an earlier run's layers would be found
    return folder


def build(engine: Engine, folder: Path, **arguments: str) -> set[str]:
    """Build and return the instructions that were not cached, as their texts."""
    given = [option for name, value in arguments.items() for option in ("--build-arg", f"{name}={value}")]
    done = subprocess.run(
        [engine.program, "build", "--progress=rawjson", "--output=type=cacheonly", *given, str(folder)],
        check=False,
        capture_output=True,
        text=True,
        env=dict(engine.environ),
        timeout=120,
    )
    assert done.returncode == 0, done.stderr
    vertices: dict[str, dict[str, object]] = {}
    for line in done.stderr.splitlines():
        for vertex in json.loads(line).get("vertexes", ()):
            vertices.setdefault(vertex["digest"], {}).update(vertex)
    ran = [str(vertex["name"]) for vertex in vertices.values() if not vertex.get("cached")]
    found = (re.fullmatch(r"\[[^\]]*\d+/\d+\] (?!LINK )(.*)", name) for name in ran)
    return {match[1] for match in found if match is not None}


def foretold(folder: Path, change: Change, *, merges: bool, **arguments: str) -> tuple[set[str], set[str]]:
    """Return the instructions that run again, and those that may."""
    source = (folder / "Dockerfile").read_bytes()
    ignore = Ignore.parse((folder / ".dockerignore").read_text())
    steps = explain(parse(source).file, change, ignore=ignore, arguments=arguments, merges=merges)
    lines = source.decode().splitlines()
    found: dict[Outcome, set[str]] = {outcome: set() for outcome in Outcome}
    for step in steps:
        if step.instruction.keyword in {"RUN", "COPY", "WORKDIR"}:
            found[step.outcome].add(lines[step.line - 1])
    return found[Outcome.RUNS], found[Outcome.MAYBE]


@pytest.mark.parametrize("store", ["docker_classic", "docker_containerd"])
def test_files_that_change(store: str, context: Path, request: pytest.FixtureRequest) -> None:
    engine = request.getfixturevalue(store)
    assert len(build(engine, context)) == 15
    for number, paths in enumerate(CHANGES):
        for path in paths:
            (context / path).write_text(f"change {number}")
        sure, possible = foretold(context, Change.files(*paths), merges=engine.has_containerd_store)
        ran = build(engine, context)
        assert sure <= ran <= sure | possible, paths


@pytest.mark.parametrize("store", ["docker_classic", "docker_containerd"])
def test_arguments_that_change(store: str, context: Path, request: pytest.FixtureRequest) -> None:
    engine = request.getfixturevalue(store)
    build(engine, context)
    for name, value in (("VERSION", "2"), ("TOP", "2")):
        sure, possible = foretold(
            context, Change.argument(name), merges=engine.has_containerd_store, **{name: value}
        )
        ran = build(engine, context, **{name: value})
        assert sure <= ran <= sure | possible, name
        assert bool(sure) is (name == "VERSION")


NAMES = ("", "a/", "b/", "a/b/", "a/ab/x/", "x/", ".e2/")
FILES = tuple(folder + name for folder in NAMES for name in ("c.txt", "d.md", ".env", "f"))
PARTS = (
    *("*", "**", "?", "a", "b", "ab", "c.txt", "*.txt", ".e*", "[a-c]", "[^a]*", "x", "..", ".", "a*", "*b"),
    *("**.md", "\\*", "\\a", ".env", "f"),
)


def patterns(chance: random.Random) -> str:
    def one() -> str:
        parts = "/".join(chance.choice(PARTS) for _ in range(chance.randint(1, 3)))
        return chance.choice(("", "", "", "!", "!", "/", "./")) + parts + chance.choice(("", "", "/", "/**"))

    return "\n".join(one() for _ in range(chance.randint(1, 6))) + "\n"


def compare_contexts(engine: Engine, folder: Path, text: str) -> None:
    context, out = folder / "context", folder / "out"
    shutil.rmtree(out, ignore_errors=True)
    for path in FILES:
        (context / path).parent.mkdir(parents=True, exist_ok=True)
        (context / path).write_text("")
    (context / ".dockerignore").write_text(text)
    done = subprocess.run(
        [engine.program, "build", "--quiet", "--file=-", f"--output=type=local,dest={out}", str(context)],
        check=False,
        capture_output=True,
        input=b"FROM scratch\nCOPY . /\n",
        env=dict(engine.environ),
        timeout=60,
    )
    try:
        ignore = Ignore.parse(text)
        expected = {path for path in (*FILES, ".dockerignore") if not ignore.excludes(path)}
    except InputError:
        expected = set()
    if done.returncode != 0:
        # A malformed pattern, or nothing is left to copy.
        assert expected == set(), (text, done.stderr)
        return
    found = {os.path.relpath(path, out) for path in out.rglob("*") if path.is_file()}
    assert found == expected, text


def test_ignored_files_in_a_few_contexts(docker_classic: Engine, tmp_path: Path) -> None:
    chance = random.Random(7)  # noqa: S311 the same patterns each time
    for _ in range(8):
        compare_contexts(docker_classic, tmp_path, patterns(chance))


@pytest.mark.full
@pytest.mark.timeout(600)
def test_ignored_files_in_many_contexts(docker_classic: Engine, tmp_path: Path) -> None:
    chance = random.Random(8)  # noqa: S311 the same patterns each time
    for _ in range(150):
        compare_contexts(docker_classic, tmp_path, patterns(chance))
