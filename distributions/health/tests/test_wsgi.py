"""The WSGI side under the standard library's validator; Flask as the framework that takes it."""

from collections.abc import Callable, Iterable
from typing import Any
from wsgiref.util import setup_testing_defaults
from wsgiref.validate import validator

import flask
import pytest
from werkzeug.middleware.dispatcher import DispatcherMiddleware

from bareboat_health import Health, check
from bareboat_health.wsgi import Application, HealthApp, HealthMiddleware

ILL = Health(check("it", lambda: False))


def inner(environ: Any, start_response: Any) -> Iterable[bytes]:
    start_response("299 Inner", [("Content-Type", "text/plain")])
    return [environ["PATH_INFO"].encode()]


def ask(app: Application, path: str, method: str = "GET") -> "tuple[str, dict[str, str], bytes]":
    started: list[Any] = []
    environ: dict[str, Any] = {
        "PATH_INFO": path,
        "REQUEST_METHOD": method,
        "QUERY_STRING": "",
        "SCRIPT_NAME": "",
    }
    setup_testing_defaults(environ)

    def start(
        status: str, headers: "list[tuple[str, str]]", error: object = None
    ) -> "Callable[[bytes], None]":
        started.extend((status, headers))
        return lambda written: None

    found: Any = validator(app)(environ, start)
    try:
        body = b"".join(found)
    finally:
        found.close()
    return started[0], dict(started[1]), body


def test_answers_and_what_passes_through() -> None:
    app = HealthMiddleware(inner, ILL)
    status, headers, body = ask(app, "/readyz")
    assert (status, headers["Cache-Control"]) == ("503 Service Unavailable", "no-store")
    assert b"the check returned False" in body
    assert ask(app, "/livez")[0] == "200 OK"
    assert ask(app, "/elsewhere")[2] == b"/elsewhere"
    assert ask(app, "/readyz/x")[0] == "299 Inner"


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "OPTIONS"])
def test_other_methods(method: str) -> None:
    status, headers, _ = ask(HealthMiddleware(inner, ILL), "/livez", method)
    assert (status, headers["Allow"]) == ("405 Method Not Allowed", "GET, HEAD")


def test_head_has_no_body() -> None:
    for path in ("/readyz", "/livez"):
        status, headers, body = ask(HealthMiddleware(inner, ILL), path, "HEAD")
        assert (status[0] in "25", body) == (True, b"")
        assert int(headers["Content-Length"]) > 20


def test_an_application_alone() -> None:
    assert ask(HealthApp(ILL), "/")[0].startswith("503")
    assert ask(HealthApp(ILL), "")[0].startswith("503")
    assert ask(HealthApp(ILL), "/live")[0] == "200 OK"
    assert ask(HealthApp(ILL), "/other")[0] == "404 Not Found"
    assert ask(HealthApp(ILL), "/other", "HEAD")[2] == b""


def test_flask() -> None:
    app = flask.Flask("shop")
    app.add_url_rule("/", view_func=lambda: "hello")
    app.wsgi_app = HealthMiddleware(app.wsgi_app, ILL)  # type: ignore[method-assign]
    client = app.test_client()
    assert client.get("/readyz").status_code == 503
    assert client.get("/").data == b"hello"
    mounted = DispatcherMiddleware(inner, {"/health": HealthApp(ILL)})
    assert ask(mounted, "/health/live")[0] == "200 OK"
    assert ask(mounted, "/health")[0].startswith("503")
