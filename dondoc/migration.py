"""Brings a database to the schema this version needs."""

from importlib import import_module

from sqlalchemy import inspect, text

from dondoc.database import Database

HEAD = "0030_patterns"
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
    with database.engine.execution_options(writes=True).begin() as connection:
        upgrading.upgrade(connection)
    return True
