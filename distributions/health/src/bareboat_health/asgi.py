"""Health for ASGI: Starlette, FastAPI, Django's asgi.py, or no framework at all.

Spec: ASGI 3.0, HTTP and WebSocket message format 2.5, lifespan 2.0.
"""

from __future__ import annotations

from collections.abc import Awaitable, MutableMapping
from typing import TYPE_CHECKING, Any, Callable

from bareboat_health.answer import ALIVE, METHODS, NO_METHOD, NO_PATH, Answer, answer

if TYPE_CHECKING:
    from bareboat_health.health import Health

__all__ = ["Application", "HealthApp", "HealthMiddleware"]

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]
Application = Callable[[Scope, Receive, Send], Awaitable[None]]


class HealthMiddleware:
    """Answers two paths and hands everything else on, WebSockets and lifespan too.

    `ready` runs the checks; `live` runs none: it says that the process answers at all.
    """

    def __init__(
        self, app: Application, health: Health, *, ready: str = "/readyz", live: str = "/livez"
    ) -> None:
        self._app = app
        self._health = health
        self._ready = ready
        self._live = live

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one connection."""
        path = _path(scope) if scope["type"] == "http" else None
        if path is None or path not in (self._ready, self._live):
            await self._app(scope, receive, send)
        elif scope["method"] not in METHODS:
            await _send(send, NO_METHOD)
        else:
            found = ALIVE if path == self._live else answer(await self._health.report_async())
            await _send(send, found, is_head=scope["method"] == "HEAD")


class HealthApp(HealthMiddleware):
    """An application of its own, to be mounted: readiness at its root, liveness at `/live` below."""

    def __init__(self, health: Health, *, ready: str = "/", live: str = "/live") -> None:
        super().__init__(_nothing_else, health, ready=ready, live=live)


def _path(scope: Scope) -> str:
    """Return the path below the mount point; whether `path` holds that too, servers differ in."""
    path, root = str(scope["path"]), str(scope.get("root_path", "")).rstrip("/")
    if root and (path == root or path.startswith(root + "/")):
        path = path[len(root) :]
    return path or "/"


async def _send(send: Send, found: Answer, *, is_head: bool = False) -> None:
    headers = [(name.lower().encode(), value.encode()) for name, value in found.headers]
    await send({"type": "http.response.start", "status": found.status, "headers": headers})
    await send({"type": "http.response.body", "body": b"" if is_head else found.body})


async def _nothing_else(scope: Scope, receive: Receive, send: Send) -> None:
    """Be the application behind HealthApp, which has nothing but health."""
    if scope["type"] == "lifespan":
        for word in ("startup", "shutdown"):
            await receive()
            await send({"type": f"lifespan.{word}.complete"})
    elif scope["type"] == "websocket":
        await receive()
        await send({"type": "websocket.close", "code": 1000})
    else:
        await _send(send, NO_PATH, is_head=scope["method"] == "HEAD")
