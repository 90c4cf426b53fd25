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


ABOVE = """
    services:
      db: {image: postgres}
      site:
        build: ./site
        command: npm start
      jobs:
        build: {context: ./shop/}
        command: python jobs.py
        working_dir: /srv
      api:
        build:
          context: shop
          dockerfile: ./docker/api.Dockerfile
        ports: ["80:8080"]
        entrypoint: [gunicorn]
        command: [shop:app]
"""


def above(folder: Path, text: str, project: str = "shop") -> Composed:
    (folder / ".git").mkdir(exist_ok=True)
    (folder / project).mkdir(parents=True, exist_ok=True)
    return read(Texts(make(folder, {"compose.yaml": text}) / project))


def test_a_file_above_names_the_folder(tmp_path: Path) -> None:
    found = above(tmp_path, ABOVE)
    assert [(one.name, one.words, one.has_entrypoint, one.folder) for one in found.services] == [
        ("web", ("gunicorn", "shop:app"), True, ""),
        ("jobs", ("python", "jobs.py"), False, "/srv"),
    ]
    assert (found.path, found.dockerfile, found.inside) == ("../compose.yaml", "docker/api.Dockerfile", "")
    assert found.services[0].where == "../compose.yaml:11"
    assert [fact.value for fact in found.ports] == [8080]
    assert above(tmp_path, ABOVE, "other").services == ()


def test_a_file_two_folders_above(tmp_path: Path) -> None:
    found = above(tmp_path, "services:\n  a:\n    build: ./apps/shop\n    command: x\n", "apps/shop")
    assert found.services[0].where == "../../compose.yaml:2"


def test_a_dockerfile_of_this_folder_that_is_built_from_above(tmp_path: Path) -> None:
    text = "services:\n  a:\n    build: {context: ., dockerfile: shop/Dockerfile.web}\n    command: x\n"
    found = above(tmp_path, text)
    assert (found.dockerfile, found.inside, len(found.services)) == ("Dockerfile.web", "shop", 1)
    assert above(tmp_path, text.replace("shop/Dockerfile.web", "Dockerfile")).services == ()
    assert above(tmp_path, "services:\n  a:\n    build: https://host/shop\n    command: x\n").services == ()


def test_nothing_above_the_repository_is_read(tmp_path: Path) -> None:
    above(tmp_path, ABOVE)
    (tmp_path / "shop" / ".git").mkdir()
    assert read(Texts(tmp_path / "shop")) == Composed()
    (tmp_path / "shop" / ".git").rmdir()
    (tmp_path / ".git").rmdir()
    assert read(Texts(tmp_path / "shop")) == Composed()


def test_the_folders_own_file_comes_first_where_it_says_anything(tmp_path: Path) -> None:
    own = make(tmp_path, {"shop/compose.yaml": "services:\n  db: {image: x}\n"})
    assert above(own, ABOVE).path == "../compose.yaml"
    make(tmp_path, {"shop/compose.yaml": "services:\n  app: {build: .}\n"})
    assert above(own, ABOVE).services == ()
