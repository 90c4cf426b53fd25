"""Where the data is, and the sessions that reach it."""

import os
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from alembic import command
from alembic.config import Config
from sqlalchemy import Engine, create_engine, text
from sqlalchemy.orm import Session

PROJECT = Path(__file__).resolve().parent.parent


def default_url() -> str:
    """SQLite in a folder that stays writable when the root file system does not."""
    for folder in (Path("/tmp"), Path("/dev/shm")):
        if os.access(folder, os.W_OK):
            return f"sqlite:///{folder}/stockroom.db"
    return "sqlite://"


def database_url() -> str:
    return os.environ.get("DATABASE_URL") or default_url()


@cache
def engine() -> Engine:
    return create_engine(database_url(), pool_pre_ping=True)


def migrate() -> None:
    """Bring the schema up to date with the migrations that the image carries."""
    config = Config(PROJECT / "alembic.ini")
    config.set_main_option("script_location", str(PROJECT / "migrations"))
    command.upgrade(config, "head")


def sessions() -> Iterator[Session]:
    with Session(engine()) as session:
        yield session


def revision() -> str:
    """The schema's revision, asked of the database: proof that it answers and is migrated."""
    with engine().connect() as connection:
        return str(connection.execute(text("SELECT version_num FROM alembic_version")).scalar_one())
