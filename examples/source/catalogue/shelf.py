"""The books, in PostgreSQL."""

import os
from collections.abc import Iterator
from contextlib import closing, contextmanager

import psycopg2
import psycopg2.extensions
import psycopg2.extras

SCHEMA = "CREATE TABLE IF NOT EXISTS books (isbn text PRIMARY KEY, title text NOT NULL)"


def libpq_version() -> str:
    """The version of the libpq that was loaded, such as 17.6."""
    major, minor = divmod(psycopg2.extensions.libpq_version(), 10_000)
    return f"{major}.{minor}"


def database_url() -> str | None:
    return os.environ.get("DATABASE_URL") or None


@contextmanager
def rows() -> Iterator[psycopg2.extras.DictCursor]:
    """A cursor in a transaction of its own; gives up on a silent server."""
    connection = psycopg2.connect(database_url() or "", connect_timeout=3)
    with (
        closing(connection),
        connection,
        connection.cursor(cursor_factory=psycopg2.extras.DictCursor) as cursor,
    ):
        cursor.execute(SCHEMA)
        yield cursor


def add(isbn: str, title: str) -> None:
    with rows() as cursor:
        cursor.execute("INSERT INTO books VALUES (%s, %s) ON CONFLICT DO NOTHING", (isbn, title))


def books() -> list[dict[str, str]]:
    with rows() as cursor:
        cursor.execute("SELECT isbn, title FROM books ORDER BY title")
        return [dict(row) for row in cursor.fetchall()]
