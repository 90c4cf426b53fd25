"""What an existing Dockerfile starts, from its last stage and those below it."""

from pathlib import Path

import pytest

from bareboat.project.dockerstart import Stated, read
from bareboat.project.fact import Fact
from bareboat.project.texts import Texts
from folders import make

WHOLE = """
    ARG PY=3.13
    FROM python:$PY AS base
    ENV PORT=9000 NAME=shop
    WORKDIR /code
    COPY docker/start /start
    COPY scripts/go.sh more.sh /usr/bin/
    ENTRYPOINT ["/start"]
    FROM base AS test
    CMD ["pytest"]
    FROM base
    ARG EXTRA=$NAME
    CMD ["gunicorn", "a:b"]
"""


def stated(folder: Path, text: str, other: str = "") -> Stated | None:
    return read(Texts(make(folder, {other or "Dockerfile": text})), other)


def test_the_last_stage_and_those_it_stands_on(tmp_path: Path) -> None:
    found = stated(tmp_path, WHOLE)
    assert found is not None
    assert found.given == ("/start", "gunicorn", "a:b")
    assert found.variables["PORT"] == "9000"
    assert "EXTRA" not in found.variables  # ARG is gone when the command runs
    assert found.copies["/start"] == "docker/start"
    assert found.copies["/usr/bin/go.sh"] == "scripts/go.sh"
    assert (found.folder, found.where) == ("/code", "Dockerfile:8")


@pytest.mark.parametrize(
    ("lines", "given"),
    [
        ("CMD gunicorn a:b", "gunicorn a:b"),
        ('ENTRYPOINT exec gunicorn a:b\nCMD ["x"]', "exec gunicorn a:b"),
        ('ENTRYPOINT ["go"]\nCMD a b', ("go", "/bin/sh", "-c", "a b")),
        ('CMD ["x"]\nENTRYPOINT ["go"]', ("go",)),
        ('ENTRYPOINT []\nCMD ["x"]', ("x",)),
    ],
)
def test_entrypoint_and_command_go_together(tmp_path: Path, lines: str, given: str | tuple[str, ...]) -> None:
    found = stated(tmp_path, f"FROM scratch\n{lines}\n")
    assert found is not None
    assert found.given == given


@pytest.mark.parametrize(
    "text",
    [
        "# Written by `bareboat dockerfile`, form x.\nFROM x\nCMD a\n",
        "nonsense here\n",
    ],
)
def test_what_says_nothing_is_none(tmp_path: Path, text: str) -> None:
    assert stated(tmp_path, text) is None


def test_another_file_counts_where_no_usual_one_is(tmp_path: Path) -> None:
    found = stated(tmp_path, "FROM x\nCMD a\n", "deploy/app.Dockerfile")
    assert found is not None
    assert found.path == "deploy/app.Dockerfile"
    assert read(Texts(tmp_path / "none")) is None


@pytest.mark.parametrize(
    "text", ["FROM scratch\n", 'FROM x\nCMD ["python3"]\n', "FROM\n", "FROM x\nWORKDIR /a\n"]
)
def test_one_that_starts_nothing_tells_of_the_image(tmp_path: Path, text: str) -> None:
    found = stated(tmp_path, text)
    assert found is not None
    assert (found.given, found.entry) == ("", ())


def test_the_entrypoint_is_kept_for_other_commands(tmp_path: Path) -> None:
    found = stated(tmp_path, 'FROM x\nENTRYPOINT ["/start", "-x"]\nCMD ["a"]\n')
    assert found is not None
    assert found.entry == ("/start", "-x")
    below = read(Texts(make(tmp_path, {"Dockerfile": "FROM x\nCOPY web/a b /c/\n"})), inside="web")
    assert below is not None
    assert below.copies == {"/c/a": "a"}


def test_volumes_and_ports_are_those_of_the_last_stage(tmp_path: Path) -> None:
    text = (
        "FROM x AS build\nVOLUME /gone\nEXPOSE 1\nFROM y AS base\nENV D=/dat PORT=8000\nENV DATA ${D}a\n"
        'FROM base\nVOLUME ["$DATA", "/srv/app/media/"]\nVOLUME logs / $GIVEN\nVOLUME \\\n  /var/lib/x\n'
        "EXPOSE $PORT/tcp 99999 x\n"
    )
    make(tmp_path, {"Dockerfile": text})
    found = read(Texts(tmp_path))
    assert found is not None
    assert found.volumes == (
        Fact("/data", "Dockerfile:8"),
        Fact("/srv/app/media", "Dockerfile:8"),
        Fact("/var/lib/x", "Dockerfile:10"),
    )
    assert found.exposed == (Fact(8000, "Dockerfile:12"),)
