"""Brings a database to the schema this version needs."""

from pathlib import Path

from alembic import command
from alembic.config import Config
from sqlalchemy import inspect, text

from dondoc.database import Database

HEAD = "0006_portal"
"""The newest revision; a test keeps it equal to Alembic's own answer."""


def revision(database: Database) -> str | None:
    """None for an empty database."""
    with database.engine.connect() as connection:
        if not inspect(connection).has_table("alembic_version"):
            return None
        return connection.execute(text("SELECT version_num FROM alembic_version")).scalar()


def migrate(database: Database) -> bool:
    """Returns whether anything had to be done."""
    if revision(database) == HEAD:
        return False
    with database.engine.execution_options(writes=True).begin() as connection:
        config = Config()
        config.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
        config.attributes["connection"] = connection
        command.upgrade(config, "head")
    return True
