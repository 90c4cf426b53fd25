"""The whole of it in real servers: in time when a database hangs, well again when it is."""

import concurrent.futures
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from websockets.sync.client import connect

import health_servers
from health_postgres import Postgres
from health_servers import Server

LIMIT = 0.6
# A busy machine adds to the limit; without a limit an answer would never come.
LATEST = LIMIT + 1.5
PROBES = 50

pytestmark = pytest.mark.core


@pytest.fixture
def postgres() -> Iterator[Postgres]:
    server = Postgres()
    yield server
    server.close()


@pytest.fixture(params=["uvicorn", "gunicorn"])
def server(request: pytest.FixtureRequest, tmp_path: Path, postgres: Postgres) -> Iterator[Server]:
    environ = {"HEALTH_LIMIT": str(LIMIT), "HEALTH_DSN": postgres.dsn, "HEALTH_SLOW": str(tmp_path / "slow")}
    attribute = "asgi" if request.param == "uvicorn" else "wsgi"
    app = f"health_applications:{attribute}"
    with health_servers.running(request.param, app, tmp_path, environ) as found:
        yield found


def test_all_is_well(server: Server) -> None:
    reply = server.ask("/readyz")
    assert reply.status == 200
    assert reply.headers["content-type"] == "application/json"
    assert reply.headers["cache-control"] == "no-store"
    assert reply.document["status"] == "ok"
    assert list(reply.document["checks"]) == ["sqlite", "queue", "disk", "memory", "postgres"]
    assert {found["status"] for found in reply.document["checks"].values()} == {"ok"}


def test_methods_and_paths(server: Server) -> None:
    head = server.ask("/readyz", "HEAD")
    assert (head.status, head.body) == (200, b"")
    assert int(head.headers["content-length"]) > 20
    refused = server.ask("/readyz", "POST")
    assert (refused.status, refused.headers["allow"]) == (405, "GET, HEAD")
    assert server.ask("/livez", "DELETE").status == 405
    assert server.ask("/").body == b"hello"
    assert server.ask("/readyz/").body == b"hello"


def test_a_database_that_hangs_and_comes_back(server: Server, postgres: Postgres) -> None:
    assert server.ask("/readyz").status == 200
    time.sleep(0.3)  # past the time for which an answer is good
    quiet = int(server.ask("/threads").body)
    postgres.hangs = True
    accepted = postgres.accepted
    first = server.ask("/readyz")
    assert first.status == 503
    assert LIMIT * 0.9 < first.seconds < LATEST
    found = first.document["checks"]["postgres"]
    assert found["status"] == "unavailable"
    assert found["detail"].startswith("still running since 2")
    assert first.document["checks"]["sqlite"]["status"] == "ok"
    for _ in range(PROBES):
        again = server.ask("/readyz")
        assert again.status == 503
        assert again.seconds < LIMIT, "a check that is known to hang is not waited for again"
    assert postgres.accepted == accepted + 1
    # the hanging check's thread, and on WSGI those of checks that end meanwhile
    assert int(server.ask("/threads").body) <= quiet + 1 + 4
    live = server.ask("/livez")
    assert (live.status, live.document) == (200, {"status": "ok", "checks": {}})
    postgres.recover()
    assert _until_well(server).document["checks"]["postgres"]["status"] == "ok"


def test_a_slow_sqlite_and_a_slow_coroutine(server: Server, tmp_path: Path) -> None:
    (tmp_path / "slow").touch()
    reply = server.ask("/readyz")
    assert (reply.status, reply.seconds < LATEST) == (503, True)
    assert reply.document["checks"]["sqlite"]["status"] == "unavailable"
    assert reply.document["checks"]["queue"]["status"] == "unavailable"
    assert reply.document["checks"]["postgres"]["status"] == "ok"
    (tmp_path / "slow").unlink()
    _until_well(server)


def test_a_crowd_shares_one_run(server: Server, postgres: Postgres) -> None:
    postgres.hangs = True
    with concurrent.futures.ThreadPoolExecutor(20) as crowd:
        asked = [crowd.submit(server.ask, "/readyz") for _ in range(20)]
        hello = server.ask("/") if server.kind == "uvicorn" else None
        replies = [one.result(30) for one in asked]
    assert {reply.status for reply in replies} == {503}
    assert postgres.accepted == 1
    if hello is not None:
        assert hello.seconds < LIMIT, "the event loop stays free"


def test_lifespan_and_websockets_pass_through(tmp_path: Path) -> None:
    with health_servers.running("uvicorn", "health_applications:asgi", tmp_path, {}) as server:
        assert (tmp_path / "lifespan.startup").exists()
        with connect(f"ws://127.0.0.1:{server.port}/readyz") as socket:
            socket.send("hello")
            assert socket.recv(10) == "HELLO"
    assert (tmp_path / "lifespan.shutdown").exists()


def test_an_application_of_its_own(tmp_path: Path) -> None:
    with health_servers.running("uvicorn", "health_applications:asgi_alone", tmp_path, {}) as server:
        assert server.ask("/").document["status"] == "ok"
        assert server.ask("/live").document == {"status": "ok", "checks": {}}
        assert server.ask("/other").status == 404


@pytest.mark.parametrize(
    ("kind", "app", "path"),
    [("gunicorn", "wsgi", "/readyz"), ("uvicorn", "asgi", "/async-readyz"), ("uvicorn", "asgi", "/readyz")],
)
def test_django(kind: str, app: str, path: str, tmp_path: Path, postgres: Postgres) -> None:
    environ = {"HEALTH_LIMIT": str(LIMIT), "HEALTH_PORT": str(postgres.port)}
    with health_servers.running(kind, f"health_django:{app}", tmp_path, environ) as server:
        assert server.ask("/livez").document == {"status": "ok", "checks": {}}
        well = server.ask(path)
        assert (well.status, well.headers["cache-control"]) == (200, "no-store")
        assert list(well.document["checks"]) == ["sqlite", "postgres"]
        assert server.ask(path, "POST").status == 405
        assert server.ask("/livez", "POST").status == 405
        assert server.ask(path, "HEAD").body == b""
        postgres.hangs = True
        time.sleep(0.3)
        reply = server.ask(path)
        assert (reply.status, reply.seconds < LATEST) == (503, True)
        assert reply.document["checks"]["postgres"]["status"] == "unavailable"
        assert server.ask("/").body == b"hello"
        postgres.recover()
        _until_well(server, path)


def _until_well(server: Server, path: str = "/readyz") -> health_servers.Reply:
    until = time.monotonic() + 20
    while (reply := server.ask(path)).status != 200:
        assert time.monotonic() < until, reply.body
        time.sleep(0.1)
    return reply
