from collections.abc import Mapping
from types import MappingProxyType

import pytest

from bareboat.project import servers
from bareboat.project.application import Candidate
from bareboat.project.frameworks import Kind
from bareboat.project.servers import SERVERS, suggestion

HOST = servers.HOST
NONE: Mapping[str, str] = MappingProxyType({})
SHM = f"--worker-tmp-dir {servers.MEMORY}"
FACTORY = "--interface asgi --factory"


def candidate(kind: Kind, *, is_factory: bool = False) -> Candidate:
    return Candidate(kind, "x", "m", "app", "m.py:1", is_factory=is_factory)


def line(name: str, kind: Kind, *, is_factory: bool = False, packages: Mapping[str, str] = NONE) -> str:
    server = next(server for server in SERVERS if server.name == name)
    return " ".join(server.argv(candidate(kind, is_factory=is_factory), 80, packages))


@pytest.mark.parametrize(
    ("made", "wanted"),
    [
        (line("uvicorn", Kind.ASGI), f"uvicorn m:app --host {HOST} --port 80"),
        (line("uvicorn", Kind.ASGI, is_factory=True), f"uvicorn --factory m:app --host {HOST} --port 80"),
        (line("gunicorn", Kind.WSGI), f"gunicorn m:app --bind {HOST}:80 --worker-tmp-dir /dev/shm"),
        (line("gunicorn", Kind.WSGI, is_factory=True), f"gunicorn m:app() --bind {HOST}:80 {SHM}"),
        (line("granian", Kind.WSGI), f"granian --interface wsgi --host {HOST} --port 80 m:app"),
        (line("granian", Kind.ASGI, is_factory=True), f"granian {FACTORY} --host {HOST} --port 80 m:app"),
        (line("hypercorn", Kind.ASGI, is_factory=True), f"hypercorn asgi:m:app() --bind {HOST}:80"),
        (line("daphne", Kind.ASGI), f"daphne -b {HOST} -p 80 m:app"),
        (line("waitress", Kind.WSGI), f"waitress-serve --listen={HOST}:80 m:app"),
        (line("waitress", Kind.WSGI, is_factory=True), f"waitress-serve --listen={HOST}:80 --call m:app"),
    ],
)  # fmt: skip
def test_command_lines(made: str, wanted: str) -> None:
    assert made == wanted


def test_gunicorn_takes_the_worker_that_is_there() -> None:
    assert line("gunicorn", Kind.ASGI).endswith("--worker-class uvicorn.workers.UvicornWorker")
    packages = {"uvicorn-worker": "0.3"}
    assert line("gunicorn", Kind.ASGI, packages=packages).endswith(
        "--worker-class uvicorn_worker.UvicornWorker"
    )


def test_needs_and_suggestions() -> None:
    gunicorn = next(server for server in SERVERS if server.name == "gunicorn")
    assert gunicorn.needs(Kind.ASGI) == ("gunicorn", "uvicorn")
    assert gunicorn.needs(Kind.WSGI) == ("gunicorn",)
    assert suggestion(candidate(Kind.ASGI)) == "uvicorn"
    assert suggestion(candidate(Kind.WSGI)) == "gunicorn"


@pytest.mark.parametrize(
    ("version", "is_quiet"),
    [("", False), ("x", False), ("23.0.0", False), ("25", False), ("25.1.0", True), ("27", True)],
)
def test_gunicorn_opens_no_control_socket_on_a_read_only_root(version: str, is_quiet: bool) -> None:  # noqa: FBT001
    made = line("gunicorn", Kind.WSGI, packages={"gunicorn": version})
    assert ("--no-control-socket" in made) is is_quiet
