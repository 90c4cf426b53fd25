"""An ASGI application asked by its messages, without a server."""

import asyncio
from typing import Any

from bareboat_health.asgi import Application

__all__ = ["ask"]


def ask(app: Application, path: str, method: str = "GET", kind: str = "http", **more: Any) -> list[Any]:
    sent: list[Any] = []
    asked = iter([{"type": f"{kind}.startup"}, {"type": f"{kind}.shutdown"}])

    async def receive() -> Any:
        return next(asked)

    async def send(message: Any) -> None:
        sent.append(message)

    scope = {"type": kind, "path": path, "method": method, "headers": [], "query_string": b"", **more}

    async def serve() -> None:
        await app(scope, receive, send)

    asyncio.run(serve())
    return sent
