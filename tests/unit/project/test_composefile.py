"""Services of a compose file that are built from the project's folder."""

from pathlib import Path

import pytest

from bareboat.project.composefile import Composed, read
from bareboat.project.texts import Texts
from folders import make

WHOLE = """
    x-base: &base
      build:
        context: .
        dockerfile: ./deploy/Dockerfile
      environment:
        LEVEL: debug
        EMPTY:
        OTHER: ${OTHER}
    services:
      db:
        image: postgres
        command: postgres -c x
      worker:
        <<: *base
        command: celery -A shop worker -l $$LEVEL
      api:
        <<: *base
        ports: ["8080:80/tcp", "${P:-9000}:${P:-9000}", {target: 443}]
        command: ["uvicorn", "shop:app", "--port", "${PORT:-80}"]
      same:
        image: built
        entrypoint: python
        command: x.py "a b"
      built:
        image: built
        build: .
      elsewhere:
        build: ./other
        command: x
"""


def composed(folder: Path, text: str, name: str = "compose.yaml") -> Composed:
    return read(Texts(make(folder, {name: text})))


def test_services_of_this_folder_with_their_commands(tmp_path: Path) -> None:
    found = composed(tmp_path, WHOLE)
    assert [(one.name, one.words) for one in found.services] == [
        ("web", ("uvicorn", "shop:app", "--port", "{port}")),
        ("worker", ("celery", "-A", "shop", "worker", "-l", "$LEVEL")),
        ("same", ("python", "x.py", "a b")),
    ]
    assert [fact.value for fact in found.ports] == [80, 9000, 443]
    assert found.dockerfile == "deploy/Dockerfile"
    assert found.services[0].variables == {"LEVEL": "debug"}
    assert found.services[0].where == "compose.yaml:17"


def test_variables_may_be_a_list(tmp_path: Path) -> None:
    text = "services:\n  a:\n    build: .\n    command: x\n    environment: [A=1, B, C=$X]\n"
    assert composed(tmp_path, text, "docker-compose.yml").services[0].variables == {"A": "1"}


@pytest.mark.parametrize(
    "text",
    [
        "",
        "- a\n",
        "services: 5\n",
        "services:\n  a: 5\n",
        "a: [\n",
        "a: *b\n",
        "services:\n  a:\n    image: x\n",
        "a: 1\na: 2\n",
    ],
)
def test_what_is_none_of_this_says_nothing(tmp_path: Path, text: str) -> None:
    assert composed(tmp_path, text).services == ()


def test_a_command_that_does_not_part_is_told(tmp_path: Path) -> None:
    text = 'services:\n  a:\n    build: .\n    command: "it\'s"\n'
    assert [one.words for one in composed(tmp_path, text).services] == [None]


def test_an_own_file_says_nothing(tmp_path: Path) -> None:
    text = "# Written by `bareboat dockerfile --compose`.\nservices:\n  a:\n    build: .\n    command: x\n"
    assert composed(tmp_path, text).services == ()


def test_a_file_for_production_comes_first(tmp_path: Path) -> None:
    plain = "services:\n  a:\n    build: .\n    command: one\n"
    make(tmp_path, {"docker-compose.prod.yml": plain.replace("one", "two")})
    assert composed(tmp_path, plain).services[0].words == ("two",)


def test_places_of_named_volumes(tmp_path: Path) -> None:
    text = """
    services:
      web:
        build: .
        volumes: [data:/datastore, "./:/app", media:/srv/media/:rw, other:/x, {source: data, target: /y}, 3]
      db:
        image: postgres
        volumes: [data:/var/lib/postgresql/data]
    volumes:
      data:
      media: {}
    """
    make(tmp_path, {"compose.yaml": text})
    found = read(Texts(tmp_path)).volumes
    assert [one.value for one in found] == ["/datastore", "/srv/media", "/y"]
    assert {one.where for one in found} == {"compose.yaml:3"}
