"""The database: a new connection, one statement, closed again."""

from __future__ import annotations

from contextlib import closing
from typing import Any, Callable

from bareboat_health.check import Check, check

__all__ = ["database", "select"]


def database(
    source: Any,
    *,
    name: str = "database",
    sql: str = "SELECT 1",
    timeout: float | None = None,
    ttl: float | None = None,
) -> Check:
    """Return a check that opens a connection, runs `sql` and closes the connection.

    `source` is an SQLAlchemy engine (asynchronous ones too), or a callable that gives a DB-API
    connection, an SQLAlchemy connection or a session: `lambda: psycopg.connect(dsn)`, a sessionmaker,
    `pool.connect`. What it gives is closed, which hands a pooled connection back.
    """
    if hasattr(source, "sync_engine"):
        return check(name, _asynchronous(source, sql), timeout=timeout, ttl=ttl)
    opening = source if callable(source) else getattr(source, "connect", None)
    if opening is None:
        raise TypeError(f"{name}: an engine or a callable is wanted, seen {type(source).__name__}")

    def ask() -> None:
        with closing(opening()) as connection:
            select(connection, sql)

    return check(name, ask, timeout=timeout, ttl=ttl)


def select(connection: Any, sql: str) -> None:
    """Run one statement on a DB-API or SQLAlchemy connection or session, and read its first row."""
    if hasattr(connection, "cursor"):
        with closing(connection.cursor()) as cursor:
            cursor.execute(sql)
            cursor.fetchone()
        return
    if not hasattr(connection, "exec_driver_sql"):  # a session
        connection = connection.connection()
    connection.exec_driver_sql(sql).fetchone()


def _asynchronous(engine: Any, sql: str) -> Callable[[], Any]:
    async def ask() -> None:
        async with engine.connect() as connection:
            (await connection.exec_driver_sql(sql)).fetchone()

    return ask
