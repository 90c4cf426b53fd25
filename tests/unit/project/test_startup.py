from pathlib import Path

from bareboat.project import startup
from bareboat.project.fact import Fact
from folders import make

DOCKERFILE = """\
# a comment
ARG PYTHON=3.12
FROM python:3.11 AS build
EXPOSE 1234
CMD ["uvicorn", "old:app"]
FROM --platform=linux/amd64 python:${PYTHON:-3.9}-slim
ARG PORT
EXPOSE 8080/tcp ${PORT:-9090} $NONE 99999
# in between
CMD ["gunicorn", \\

     "app.main:app", \\
     "--bind", "0.0.0.0:8081"]
"""


def test_nothing_there_says_nothing(tmp_path: Path) -> None:
    assert startup.read(tmp_path) == startup.Container()


def test_a_dockerfile_gives_versions_ports_and_targets(tmp_path: Path) -> None:
    found = startup.read(make(tmp_path, {"Dockerfile": DOCKERFILE}))
    assert found.pythons == (Fact("3.12", "Dockerfile:6"), Fact("3.11", "Dockerfile:3"))
    assert [fact.value for fact in found.ports] == [8080, 9090, 8081]
    assert found.targets == (Fact("app.main:app", "Dockerfile:10"),)
    assert found.commands[0].value == "gunicorn app.main:app --bind 0.0.0.0:8081"


def test_shell_form_and_odd_lines_are_read(tmp_path: Path) -> None:
    text = "FROM scratch\nFROM\nEXPOSE x\nENTRYPOINT exec uvicorn a:b --port 70000 -p 81\nCMD {\n  \nRUN x \\"
    found = startup.read(make(tmp_path, {"Containerfile": text}))
    assert found.pythons == ()
    assert found.targets == (Fact("a:b", "Containerfile:4"),)
    assert [fact.value for fact in found.ports] == [81]
    assert [fact.value for fact in found.commands] == ["exec uvicorn a:b --port 70000 -p 81", "{"]
    odd = make(tmp_path / "odd", {"Dockerfile": "CMD 5\n"})
    assert [fact.value for fact in startup.read(odd).commands] == ["5"]


def test_bases_of_other_makers_tell_their_python(tmp_path: Path) -> None:
    text = "FROM registry/uv:python3.12-bookworm\nFROM maker/uvicorn-fastapi:python3.10.2\nFROM debian:12\n"
    found = startup.read(make(tmp_path, {"Dockerfile": text}))
    assert [fact.value for fact in found.pythons] == ["3.10.2", "3.12"]


def test_a_procfile_names_its_web_process(tmp_path: Path) -> None:
    text = "release: alembic upgrade head\nweb: gunicorn 'conduit.app:create_app()' -b 0.0.0.0:$PORT\n"
    found = startup.read(make(tmp_path, {"Procfile": text}))
    assert found.targets == (Fact("conduit.app:create_app", "Procfile:2"),)
    assert found.ports == ()
