"""Brings a database to the schema this version needs."""

from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module
from typing import Any

from sqlalchemy import Connection, inspect, text

from dondoc.database import Database

HEAD = "0032_letters_ended"
"""The newest revision; a test keeps it equal to Alembic's own answer."""


def revision(database: Database) -> str | None:
    """None for an empty database."""
    with database.engine.connect() as connection:
        if not inspect(connection).has_table("alembic_version"):
            return None
        return connection.execute(text("SELECT version_num FROM alembic_version")).scalar()


def migrate(database: Database) -> bool:
    """Returns whether anything had to be done. Alembic takes longer to load than most commands
    take to run; it is loaded only where there is something to do."""
    if revision(database) == HEAD:
        return False
    upgrading = import_module("dondoc.upgrading")
    engine = database.engine.execution_options(writes=True)
    with engine.connect() as connection, _references_unchecked(connection), connection.begin():
        upgrading.upgrade(connection)
    return True


@contextmanager
def _references_unchecked(connection: Connection) -> Iterator[None]:
    """Where SQLite puts a new table in an old one's place, other tables' references to it are
    missed in between."""
    if connection.dialect.name != "sqlite":
        yield
        return
    raw: Any = connection.connection.dbapi_connection
    raw.execute("PRAGMA foreign_keys=OFF")
    try:
        yield
    finally:
        raw.execute("PRAGMA foreign_keys=ON")
