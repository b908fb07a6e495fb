"""Databases that tests start from: migrated once in a process, then copied."""

from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

from sqlalchemy import make_url

from dondoc.database import Database, open_database
from dondoc.migration import migrate
from dondoc.settings import load


def own_database() -> Database:
    """The one the commands open, as the settings name it."""
    return database_at(Path(make_url(load().url).database or ""))


def database_at(path: Path) -> Database:
    """What is there already stays."""
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(migrated())
    return open_database(f"sqlite:///{path}")


@cache
def migrated() -> bytes:
    """An SQLite file without rows."""
    with TemporaryDirectory(prefix="dondoc-migrated-") as folder:
        path = Path(folder) / "dondoc.db"
        database = open_database(f"sqlite:///{path}")
        migrate(database)
        database.close()
        return path.read_bytes()
