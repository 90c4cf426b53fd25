"""The applications that the real servers of the tests serve; what is checked is told by the environment."""

import asyncio
import os
import sqlite3
import threading
import time
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import psycopg2

from bareboat_health import Health, check, database, disk, memory
from bareboat_health import asgi as asgi_health
from bareboat_health import wsgi as wsgi_health

LIMIT = float(os.environ.get("HEALTH_LIMIT", "1"))
SLOW = Path(os.environ.get("HEALTH_SLOW", "slow"))  # while this file exists, sqlite sleeps
DSN = os.environ.get("HEALTH_DSN", "")
GREETING = b"hello"


def is_slow() -> bool:
    return SLOW.exists()


def note(word: str) -> None:
    Path(word).touch()


def sqlite() -> sqlite3.Connection:
    connection = sqlite3.connect(":memory:")
    if is_slow():
        connection.create_function("sleep", 1, time.sleep)
        connection.execute("SELECT sleep(3)")
    return connection


async def queue() -> None:
    """Be an asynchronous check."""
    await asyncio.sleep(3 if is_slow() else 0)


def tell() -> bytes:
    return str(threading.active_count()).encode()


checks = [database(sqlite, name="sqlite"), check("queue", queue)]
checks += [disk("/", min_bytes=1), memory(min_bytes=1)]
if DSN:
    checks.append(database(lambda: psycopg2.connect(DSN), name="postgres"))
health = Health(*checks, timeout=LIMIT, ttl=0.2)


async def asgi_inner(scope: Any, receive: Any, send: Any) -> None:
    if scope["type"] == "lifespan":
        while True:
            message = await receive()
            note(message["type"])
            await send({"type": message["type"] + ".complete"})
            if message["type"] == "lifespan.shutdown":
                return
    if scope["type"] == "websocket":
        await receive()
        await send({"type": "websocket.accept"})
        while (message := await receive())["type"] == "websocket.receive":
            await send({"type": "websocket.send", "text": message["text"].upper()})
        return
    body = tell() if scope["path"] == "/threads" else GREETING
    await send({"type": "http.response.start", "status": 200, "headers": []})
    await send({"type": "http.response.body", "body": body})


def wsgi_inner(environ: Any, start_response: Any) -> Iterable[bytes]:
    start_response("200 OK", [("Content-Type", "text/plain")])
    return [tell() if environ["PATH_INFO"] == "/threads" else GREETING]


asgi = asgi_health.HealthMiddleware(asgi_inner, health)
wsgi = wsgi_health.HealthMiddleware(wsgi_inner, health)
asgi_alone = asgi_health.HealthApp(health)
