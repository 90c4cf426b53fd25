"""Health for Django: views for URL patterns, and a check of a configured database.

A view lies behind Django's middleware: ALLOWED_HOSTS and SECURE_SSL_REDIRECT apply to a probe too.
`bareboat_health.wsgi.HealthMiddleware` around `get_wsgi_application()` answers before them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Callable

from bareboat_health.answer import ALIVE, METHODS, NO_METHOD, Answer, answer
from bareboat_health.check import Check, check
from bareboat_health.database import select

if TYPE_CHECKING:
    from bareboat_health.health import Health

__all__ = ["async_ready", "database", "live", "ready"]


def ready(health: Health) -> Callable[..., Any]:
    """Return a view that runs the checks, for WSGI: `path("readyz", django.ready(health))`."""

    def view(request: Any) -> Any:
        if request.method not in METHODS:
            return _response(request, NO_METHOD)
        return _response(request, answer(health.report()))

    return _exempt(view)


def async_ready(health: Health) -> Callable[..., Any]:
    """Return the same view for ASGI, where it leaves the event loop free."""

    async def view(request: Any) -> Any:
        if request.method not in METHODS:
            return _response(request, NO_METHOD)
        return _response(request, answer(await health.report_async()))

    return _exempt(view)


def live(request: Any) -> Any:
    """Be a view that runs no check: it says that the process answers at all."""
    return _response(request, ALIVE if request.method in METHODS else NO_METHOD)


def database(
    alias: str = "default",
    *,
    name: str = "database",
    sql: str = "SELECT 1",
    timeout: float | None = None,
    ttl: float | None = None,
) -> Check:
    """Return a check of one of Django's DATABASES, over a connection of its own."""

    def ask() -> None:
        from django.db import connections

        connection = connections[alias]  # that of the check's thread, which nobody else sees
        try:
            select(connection, sql)
        finally:
            connection.close()

    return check(name, ask, timeout=timeout, ttl=ttl)


def _response(request: Any, found: Answer) -> Any:
    from django.http import HttpResponse

    body = b"" if request.method == "HEAD" else found.body
    return HttpResponse(body, status=found.status, headers=dict(found.headers))


def _exempt(view: Callable[..., Any]) -> Callable[..., Any]:
    """Spare a POST the complaint about a missing CSRF token: 405 says what is wrong."""
    view.__dict__["csrf_exempt"] = True  # as Django's own decorator does
    return view


_exempt(live)
