"""Health for WSGI: Flask, Django's wsgi.py, or no framework at all.

Spec: PEP 3333.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any, Callable

from bareboat_health.answer import ALIVE, METHODS, NO_METHOD, NO_PATH, answer

if TYPE_CHECKING:
    from bareboat_health.health import Health

__all__ = ["Application", "HealthApp", "HealthMiddleware"]

Environ = dict[str, Any]
Start = Callable[..., Any]
Application = Callable[[Environ, Start], Iterable[bytes]]


class HealthMiddleware:
    """Answers two paths and hands everything else on.

    `ready` runs the checks; `live` runs none: it says that the process answers at all.
    """

    def __init__(
        self, app: Application, health: Health, *, ready: str = "/readyz", live: str = "/livez"
    ) -> None:
        self._app = app
        self._health = health
        self._ready = ready
        self._live = live

    def __call__(self, environ: Environ, start_response: Start) -> Iterable[bytes]:
        """Serve one request; blocks for the longest limit of the checks at most."""
        path = environ.get("PATH_INFO") or "/"
        if path not in (self._ready, self._live):
            return self._app(environ, start_response)
        method = environ["REQUEST_METHOD"]
        if method not in METHODS:
            found = NO_METHOD
        else:
            found = ALIVE if path == self._live else answer(self._health.report())
        start_response(found.line, list(found.headers))
        return [b"" if method == "HEAD" else found.body]


class HealthApp(HealthMiddleware):
    """An application of its own, to be mounted: readiness at its root, liveness at `/live` below."""

    def __init__(self, health: Health, *, ready: str = "/", live: str = "/live") -> None:
        super().__init__(_nothing_else, health, ready=ready, live=live)


def _nothing_else(environ: Environ, start_response: Start) -> Iterable[bytes]:
    start_response(NO_PATH.line, list(NO_PATH.headers))
    return [b"" if environ["REQUEST_METHOD"] == "HEAD" else NO_PATH.body]
