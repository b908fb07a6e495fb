"""Writers of one SQLite file take turns."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Event

import pytest
from sqlalchemy import text
from sqlalchemy.exc import OperationalError

from dondoc import database as module
from dondoc.database import Database, ReadsOnly, open_database, to_write

TURNS = 40


@pytest.fixture
def counted(tmp_path: Path) -> Iterator[Database]:
    database = open_database(f"sqlite:///{tmp_path / 'counted.db'}")
    with database.writing() as session:
        session.execute(text("CREATE TABLE counted (n INTEGER)"))
        session.execute(text("INSERT INTO counted VALUES (0)"))
    yield database
    database.close()


def count(database: Database, begun: Event | None = None) -> None:
    if begun is not None:
        begun.set()
    for _ in range(TURNS):
        with database.writing() as session:
            n = session.scalar(text("SELECT n FROM counted")) or 0
            session.execute(text("UPDATE counted SET n = :n"), {"n": n + 1})


def counted_so_far(database: Database) -> int | None:
    with database.reading() as session:
        n: int | None = session.scalar(text("SELECT n FROM counted"))
        return n


def test_writers_at_once_lose_nothing(counted: Database) -> None:
    with ThreadPoolExecutor(4) as threads:
        list(threads.map(count, [counted] * 4))
    assert counted_so_far(counted) == 4 * TURNS


@pytest.mark.parametrize("looks", [0, 1_000_000])
def test_a_writer_waits_for_the_other(
    counted: Database, looks: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """By looking itself, and by SQLite's own patience where it has looked often enough."""
    monkeypatch.setattr(module, "LOOKS", looks)
    begun = Event()
    with ThreadPoolExecutor(1) as threads:
        with counted.writing() as session:
            session.execute(text("UPDATE counted SET n = 100"))
            other = threads.submit(count, counted, begun)
            begun.wait()
            assert counted_so_far(counted) == 0
        other.result()
    assert counted_so_far(counted) == 100 + TURNS


def test_patience_is_as_before(counted: Database) -> None:
    with counted.writing() as session:
        assert session.scalar(text("PRAGMA busy_timeout")) == module.BUSY_SECONDS * 1000


def test_a_file_nobody_may_write_is_refused(counted: Database) -> None:
    read_only = open_database(f"{counted.engine.url}?mode=ro&uri=true".replace(":///", ":///file:"))
    with pytest.raises(OperationalError, match="readonly"), read_only.writing() as session:
        session.execute(text("UPDATE counted SET n = 1"))
    read_only.close()
    assert counted_so_far(counted) == 0


def test_what_only_reads_is_told_before_it_writes(counted: Database) -> None:
    with counted.reading() as session, pytest.raises(ReadsOnly):
        to_write(session)
    with counted.writing() as session:
        to_write(session)


def test_only_what_need_not_last_does_not_wait_for_the_disk(counted: Database) -> None:
    safety, full, normal = text("PRAGMA synchronous"), 2, 1
    with counted.writing(lasting=False) as session:
        session.execute(text("UPDATE counted SET n = 1"))
        assert session.scalar(safety) == normal
    with counted.writing() as session:
        assert session.scalar(safety) == full
    assert counted_so_far(counted) == 1


def test_postgres_always_waits_for_the_disk(postgres: Database) -> None:
    with postgres.writing(lasting=False) as session:
        assert session.scalar(text("SHOW synchronous_commit")) == "on"
