import pytest
from shortener import create_app


@pytest.fixture
def client(monkeypatch):
    monkeypatch.setenv("LINK_LIMIT", "1")
    return create_app().test_client()


def test_health(client):
    answer = client.get("/healthz")
    assert (answer.status_code, answer.json) == (200, {"status": "ok", "links": 0})


def test_a_link_is_followed(client):
    name = client.post("/links", json={"url": "https://example.com/a"}).json["name"]
    answer = client.get(f"/{name}")
    assert (answer.status_code, answer.location) == (302, "https://example.com/a")
    assert "1 link<" in client.get("/").text


def test_what_is_refused(client):
    assert client.post("/links", json={"url": "javascript:alert(1)"}).status_code == 400
    assert client.post("/links", data="no json").status_code == 400
    assert client.get("/none").status_code == 404
    client.post("/links", json={"url": "https://example.com/a"})
    assert (
        client.post("/links", json={"url": "https://example.com/b"}).status_code == 507
    )  # Insufficient Storage
