import pytest
from app import database
from app.main import app
from fastapi.testclient import TestClient


@pytest.fixture
def client(tmp_path, monkeypatch):
    monkeypatch.setenv("DATABASE_URL", f"sqlite:///{tmp_path}/test.db")
    database.engine.cache_clear()
    with TestClient(app) as client:
        yield client
    database.engine.cache_clear()


def test_health_tells_the_schema(client):
    answer = client.get("/health")
    assert answer.status_code == 200
    assert answer.json() == {"status": "ok", "schema": "0002"}


def test_health_fails_with_the_database(client, monkeypatch):
    monkeypatch.setenv("DATABASE_URL", "sqlite:////nowhere/at/all.db")
    database.engine.cache_clear()
    answer = client.get("/health")
    assert answer.status_code == 503
    assert answer.json()["database"] == "OperationalError"


def test_stock_moves(client):
    assert client.post("/items", json={"sku": "ROPE-10", "name": "Rope"}).status_code == 201
    assert client.post("/items/ROPE-10/movements", json={"change": 5}).json()["quantity"] == 5
    assert client.post("/items/ROPE-10/movements", json={"change": -2}).json()["quantity"] == 3
    assert client.post("/items/ROPE-10/movements", json={"change": -4}).status_code == 409
    assert client.get("/items").json() == [{"sku": "ROPE-10", "name": "Rope", "quantity": 3}]


def test_what_is_refused(client):
    client.post("/items", json={"sku": "A", "name": "a"})
    assert client.post("/items", json={"sku": "A", "name": "b"}).status_code == 409
    assert client.post("/items", json={"sku": "a b", "name": "b"}).status_code == 422
    assert client.post("/items/NONE/movements", json={"change": 1}).status_code == 404
