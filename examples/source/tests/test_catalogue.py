import re
import socket
from pathlib import Path

import psycopg2
import pytest
from catalogue import shelf
from catalogue.web import app


@pytest.fixture
def client(monkeypatch):
    monkeypatch.delenv("DATABASE_URL", raising=False)
    return app.test_client()


def free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return listener.getsockname()[1]


def test_health_answers_without_a_database(client):
    answer = client.get("/health")
    assert answer.status_code == 200
    assert answer.json == {"status": "ok", "libpq": shelf.libpq_version()}
    assert re.fullmatch(r"\d{2}\.\d+", answer.json["libpq"])


def test_the_driver_was_compiled_here():
    # The wheels called psycopg2-binary bring a libpq of their own in a folder beside.
    assert not (Path(psycopg2.__file__).parent.parent / "psycopg2_binary.libs").exists()


def test_health_fails_with_a_database_that_is_away(client, monkeypatch):
    monkeypatch.setenv("DATABASE_URL", f"postgresql://127.0.0.1:{free_port()}/none")
    answer = client.get("/health")
    assert answer.status_code == 503
    assert answer.json["database"] == "OperationalError"
    assert client.get("/books").status_code == 503


def test_what_is_refused(client):
    assert client.post("/books", json={"isbn": "1"}).status_code == 400
