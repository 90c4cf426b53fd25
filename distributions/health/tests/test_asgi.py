"""The ASGI side by its messages; Starlette as the framework that mounts it."""

import json
from typing import Any

import pytest
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.responses import PlainTextResponse
from starlette.routing import Mount, Route

from bareboat_health import Health, check
from bareboat_health.asgi import HealthApp, HealthMiddleware
from health_messages import ask

ILL = Health(check("it", lambda: False))


async def inner(scope: Any, receive: Any, send: Any) -> None:
    await send({"type": "inner", "scope": scope["type"]})


@pytest.mark.parametrize(
    ("path", "root", "status"),
    [
        ("/readyz", "", 503),
        ("/api/readyz", "/api", 503),
        ("/readyz", "/api", 503),
        ("/api/livez", "/api/", 200),
        ("/readyz/", "", None),
        ("/apireadyz", "/api", None),
        ("", "", None),
    ],
)
def test_paths_below_a_root(path: str, root: str, status: "int | None") -> None:
    sent = ask(HealthMiddleware(inner, ILL), path, root_path=root)
    assert sent[0].get("status") == status


@pytest.mark.parametrize("kind", ["websocket", "lifespan", "something-new"])
def test_what_is_no_request_passes_through(kind: str) -> None:
    assert ask(HealthMiddleware(inner, ILL), "/readyz", kind=kind) == [{"type": "inner", "scope": kind}]


def test_an_application_alone_ends_politely() -> None:
    app = HealthApp(ILL)
    assert [message["type"] for message in ask(app, "", kind="lifespan")] == [
        "lifespan.startup.complete",
        "lifespan.shutdown.complete",
    ]
    assert ask(app, "/", kind="websocket") == [{"type": "websocket.close", "code": 1000}]
    assert ask(app, "/other", "HEAD")[0]["status"] == 404
    assert ask(app, "/other", "HEAD")[1]["body"] == b""


def test_headers_are_lower_case_bytes() -> None:
    start, body = ask(HealthMiddleware(inner, ILL), "/readyz")
    assert dict(start["headers"])[b"cache-control"] == b"no-store"
    assert json.loads(body["body"])["checks"]["it"]["detail"] == "the check returned False"


def test_starlette_mounts_it_and_takes_it_as_middleware() -> None:
    mounted = Starlette(routes=[Mount("/health", HealthApp(ILL))])
    assert ask(mounted, "/health/")[0]["status"] == 503
    assert ask(mounted, "/health/live")[0]["status"] == 200
    home = Route("/", lambda request: PlainTextResponse("hello"))
    around = Starlette(routes=[home], middleware=[Middleware(HealthMiddleware, health=ILL, ready="/up")])
    assert ask(around, "/up")[0]["status"] == 503
    assert ask(around, "/")[1]["body"] == b"hello"
