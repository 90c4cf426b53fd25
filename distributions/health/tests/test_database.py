import asyncio
import sqlite3
from pathlib import Path

import pytest
import sqlalchemy
from sqlalchemy.ext.asyncio import create_async_engine
from sqlalchemy.orm import sessionmaker

from bareboat_health import Health, Outcome, database


def asked(source: object, sql: str = "SELECT 1") -> Outcome:
    return Health(database(source, sql=sql)).report().outcomes[0]


def test_a_connecting_callable_is_opened_and_closed() -> None:
    opened = []

    class Watched(sqlite3.Connection):
        def close(self) -> None:
            opened.append("closed")
            super().close()

    def connect() -> sqlite3.Connection:
        opened.append("opened")
        return sqlite3.connect(":memory:", factory=Watched)

    assert asked(connect).ok
    assert opened == ["opened", "closed"]
    opened.clear()
    failed = asked(connect, "SELECT nothing")
    assert (failed.ok, failed.detail) == (False, "OperationalError")
    assert opened == ["opened", "closed"]


def test_an_engine_its_connections_and_its_sessions() -> None:
    engine = sqlalchemy.create_engine(
        "sqlite://",
        poolclass=sqlalchemy.QueuePool,
        pool_size=1,
        max_overflow=0,
        connect_args={"check_same_thread": False},  # each run has a thread of its own
    )
    try:
        for source in (engine, engine.connect, sessionmaker(engine), engine.raw_connection):
            for _ in range(3):  # a connection that was not handed back would run the pool dry
                assert asked(source).ok, source
        assert not asked(engine, "SELECT nothing").ok
        assert asked(engine).ok
    finally:
        engine.dispose()


def test_an_asynchronous_engine(tmp_path: Path) -> None:
    async def twice() -> list[bool]:
        engine = create_async_engine(f"sqlite+aiosqlite:///{tmp_path / 'base'}")
        try:
            good = Health(database(engine))
            bad = Health(database(engine, sql="SELECT nothing"))
            return [(await good.report_async()).ok, (await bad.report_async()).ok]
        finally:
            await engine.dispose()

    assert asyncio.run(twice()) == [True, False]


def test_what_is_neither_is_refused() -> None:
    with pytest.raises(TypeError, match="main: an engine or a callable is wanted, seen str"):
        database("postgresql://", name="main")


def test_a_server_that_is_not_there_is_told_by_its_class_alone() -> None:
    def connect() -> None:
        raise ConnectionRefusedError("10.0.0.7:5432")

    assert asked(connect).detail == "ConnectionRefusedError"
    verbose = Health(database(connect), verbose=True).report().outcomes[0]
    assert verbose.detail == "ConnectionRefusedError: 10.0.0.7:5432"
