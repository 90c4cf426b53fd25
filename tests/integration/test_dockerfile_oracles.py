"""Our parser and check against BuildKit's own: the `dockerfile` package and `docker build --check`.

The package is BuildKit's parser of some years ago; where BuildKit has changed since, a file is in the
corpus's section `newer` and goes to Docker alone.
"""

import json
import re
import subprocess
from pathlib import Path

import dockerfile
import pytest

import dockerfilecorpus
from bareboat.dockerfile import check, parse
from bareboat.dockerfile.arguments import keyword_of
from bareboat.dockerfile.syntax import Form, Instruction
from bareboat.engine.find import Engine
from bareboat.errors import InputError

CORPUS = dockerfilecorpus.corpus()
OLDER = [case for case in CORPUS if not case.is_newer]
# Every thirteenth in CI, all that are newer among them; the whole corpus in the full run.
SAMPLE = [case for place, case in enumerate(CORPUS) if case.is_newer or place % 13 == 0]
# What Docker says of an image that cannot be reached: nothing about the file.
UNREACHABLE = re.compile(
    r"failed to resolve|pull access denied|dial tcp|no such host|failed to do request|lookup "
)
# Flags that only newer frontends take without their labs channel.
LABS = re.compile(r"unknown flag: --(parents|security|device)|device feature is only supported")

Shown = tuple[object, ...]


def ours(source: bytes) -> list[Shown]:
    found: list[Shown] = []
    for item in parse.parse(source).file.instructions():
        inner = item.inner or item
        span = item.span
        assert span is not None
        found.append(
            (
                (span.line, span.end_line),
                item.keyword,
                item.inner.keyword if item.inner else None,
                inner.form is Form.EXEC,
                tuple(
                    f"--{flag.name}" + ("" if flag.value is None else f"={flag.value}") for flag in item.flags
                ),
                values(inner),
                # The package leaves out those of ONBUILD.
                () if item.inner else tuple((doc.delimiter, doc.fd, doc.body) for doc in item.heredocs),
            )
        )
    return found


def values(item: Instruction) -> tuple[str, ...]:
    if item.keyword in {"ENV", "LABEL"}:
        return tuple(text for pair in item.pairs for text in pair if text is not None)
    if item.form is Form.UNKNOWN or item.form is Form.NESTED:
        # The package looks no further than one ONBUILD.
        return () if item.form is Form.NESTED and item.inner is None else ("",)
    return item.arguments


def theirs(source: bytes) -> list[Shown]:
    found: list[Shown] = []
    for command in dockerfile.parse_string(source.decode()):
        docs = tuple((doc.name, doc.file_descriptor, doc.content) for doc in command.heredocs)
        found.append(
            (
                (command.start_line, command.end_line),
                keyword_of(command.cmd),
                command.sub_cmd.upper() if command.sub_cmd else None,
                command.json,
                tuple(command.flags),
                tuple(command.value),
                () if command.sub_cmd else docs,
            )
        )
    return found


@pytest.mark.core
def test_the_corpus_is_large_enough() -> None:
    assert len(CORPUS) >= 300
    assert len({case.source for case in CORPUS}) >= 300


@pytest.mark.core
@pytest.mark.parametrize("case", OLDER, ids=str)
def test_as_the_package_reads_it(case: dockerfilecorpus.Case) -> None:
    try:
        expected = theirs(case.source)
    except dockerfile.GoParseError:
        with pytest.raises(InputError):
            parse.parse(case.source)
        return
    assert ours(case.source) == expected


@pytest.mark.core
@pytest.mark.parametrize("case", CORPUS, ids=str)
def test_no_byte_is_lost(case: dockerfilecorpus.Case) -> None:
    try:
        parsed = parse.parse(case.source)
    except InputError:
        return
    assert "".join(token.text for token in parsed.tokens).encode() == case.source
    for token in parsed.tokens:
        assert case.source[token.start : token.end].decode() == token.text


def docker_says(engine: Engine, source: bytes, folder: Path) -> str:
    """Return Docker's error about a file, empty where it takes it."""
    done = subprocess.run(
        [engine.program, "build", "--check", "--file", "-", str(folder)],
        check=False,
        capture_output=True,
        input=source,
        env=dict(engine.environ),
        timeout=60,
    )
    said = (done.stdout + done.stderr).decode(errors="replace")
    found = re.search(r"^ERROR: (.*)$", said, re.MULTILINE)
    return found[1] if found else ""


def agree(engine: Engine, case: dockerfilecorpus.Case, folder: Path) -> str:
    """Return what is wrong with our judgment of a file, empty where Docker has the same."""
    said = docker_says(engine, case.source, folder)
    if UNREACHABLE.search(said) or LABS.search(said):
        return ""
    try:
        found = [str(error) for error in check.check(parse.parse(case.source).file)]
    except InputError as error:
        found = [str(error)]
    return "" if bool(said) is bool(found) else f"{case}: {case.source!r}: Docker {said!r}, we {found}"


@pytest.mark.core
@pytest.mark.engine
def test_as_docker_judges_a_sample(docker_classic: Engine, tmp_path: Path) -> None:
    assert [wrong for case in SAMPLE if (wrong := agree(docker_classic, case, tmp_path))] == []


@pytest.mark.full
@pytest.mark.engine
@pytest.mark.timeout(900)
def test_as_docker_judges_all(docker_classic: Engine, tmp_path: Path) -> None:
    assert [wrong for case in CORPUS if (wrong := agree(docker_classic, case, tmp_path))] == []


@pytest.mark.core
def test_every_error_says_where_and_how() -> None:
    for case in CORPUS:
        try:
            errors = list(check.check(parse.parse(case.source, where="Dockerfile").file))
        except InputError as error:
            errors = [error]
        for found in errors:
            assert found.where.startswith("Dockerfile"), case
            assert "\n" not in str(found), case
            assert found.hint, (case, found)


def test_the_corpus_is_the_same_each_time() -> None:
    again = dockerfilecorpus.corpus()
    assert json.dumps([case.source.decode() for case in again]) == json.dumps(
        [case.source.decode() for case in CORPUS]
    )
