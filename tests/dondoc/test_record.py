from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta
from pathlib import Path

import pytest
from alembic import command
from alembic.config import Config
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from dondoc.database import Database, open_throw_away
from dondoc.explaining import told
from dondoc.migration import migrate
from dondoc.record import (
    ALTERED,
    FIRST,
    LOOSE,
    UNSEALED,
    Entry,
    enter,
    entries,
    subject_of,
    verify,
)
from dondoc.tables import Event
from tests.cast import local

NOW = local(2024, 3, 29)


def entry(what: str = "extend", **more: object) -> Entry:
    about = {"actor": "an", "subject": subject_of("thi-dua", "dang-ky", "p-1"), **more}
    return Entry(action=what, **about)  # type: ignore[arg-type]


def write(database: Database, count: int = 1, **more: object) -> None:
    for _ in range(count):
        with database.writing() as session:
            enter(session, entry(**more), now=NOW)  # type: ignore[arg-type]


def chain(database: Database) -> list[Event]:
    with database.reading() as session:
        return list(session.scalars(entries()))


@pytest.fixture
def unguarded(database: Database) -> Database:
    """Somebody who may do everything has put the triggers out of the way."""
    write(database, 3)
    with database.writing() as session:
        if database.engine.dialect.name == "postgresql":
            session.execute(text("ALTER TABLE events DISABLE TRIGGER USER"))
        else:
            session.execute(text("DROP TRIGGER events_no_update"))
            session.execute(text("DROP TRIGGER events_no_delete"))
    return database


def test_each_entry_holds_the_hash_of_the_one_before(database: Database) -> None:
    with database.writing() as session:
        enter(session, entry("launch"), now=NOW)
        enter(session, entry("extend", after={"due_on": date(2024, 4, 22)}), now=NOW)
    write(database)
    first, second, third = chain(database)
    assert [one.number for one in (first, second, third)] == [1, 2, 3]
    assert (first.previous, second.previous) == (FIRST, first.hash)
    assert third.previous == second.hash
    assert second.after == {"due_on": "2024-04-22"}
    with database.reading() as session:
        verified = verify(session)
    assert (verified.entries, verified.last, verified.broken) == (3, third.hash, None)


def test_a_decision_rolled_back_leaves_no_entry(database: Database) -> None:
    with database.writing() as session:
        enter(session, entry(), now=NOW)
        session.rollback()
    with database.writing() as session:
        outer = enter(session, entry("accept"), now=NOW)
        with session.begin_nested() as inner:
            enter(session, entry("exempt"), now=NOW)
            session.flush()
            inner.rollback()
    assert [(one.number, one.action) for one in chain(database)] == [(1, "accept")]
    assert outer.hash is not None


def test_entry_is_seen_in_its_own_transaction(database: Database) -> None:
    with database.writing() as session:
        enter(session, entry(), now=NOW)
        assert session.scalars(select(Event.action)).all() == ["extend"]
        enter(session, entry("accept"), now=NOW)
    assert [one.number for one in chain(database)] == [1, 2]


def test_many_writers_make_one_chain(database: Database) -> None:
    with ThreadPoolExecutor(6) as pool:
        list(pool.map(lambda _: write(database, 5), range(6)))
    with database.reading() as session:
        verified = verify(session)
    assert (verified.entries, verified.broken) == (30, None)


@pytest.mark.parametrize("statement", ["UPDATE events SET actor = 'x'", "DELETE FROM events"])
def test_database_refuses_to_change_an_entry(database: Database, statement: str) -> None:
    write(database)
    with pytest.raises(DBAPIError, match="append-only"), database.writing() as session:
        session.execute(text(statement))
    assert [one.actor for one in chain(database)] == ["an"]


@pytest.mark.parametrize(
    ("statement", "number", "why"),
    [
        ("UPDATE events SET reason = 'khác' WHERE number = 2", 2, ALTERED),
        ("UPDATE events SET at = '2024-03-29 00:00:00' WHERE number = 1", 1, ALTERED),
        ("UPDATE events SET previous = hash WHERE number = 3", 3, LOOSE),
        ("UPDATE events SET number = NULL, hash = NULL WHERE number = 3", 3, UNSEALED),
    ],
)
def test_first_broken_link_is_named(
    unguarded: Database, statement: str, number: int, why: object
) -> None:
    with unguarded.writing() as session:
        session.execute(text(statement))
    with unguarded.reading() as session:
        broken = verify(session).broken
    assert broken is not None
    assert (broken.number, broken.why) == (number, why)


def test_missing_entry_is_named(unguarded: Database) -> None:
    with unguarded.writing() as session:
        session.execute(text("DELETE FROM events WHERE number = 2"))
    with unguarded.reading() as session:
        verified = verify(session)
    assert verified.entries == 1
    assert verified.broken is not None
    assert (verified.broken.number, verified.broken.why.en) == (
        2,
        "is missing: number 3 follows 1",
    )


def test_a_hash_noted_earlier_betrays_a_cut_off_end(unguarded: Database) -> None:
    noted = chain(unguarded)[-1].hash or ""
    with unguarded.reading() as session:
        assert verify(session, holds=noted[:16]).known is True
    with unguarded.writing() as session:
        session.execute(text("DELETE FROM events WHERE number = 3"))
    with unguarded.reading() as session:
        verified = verify(session, holds=noted)
    assert (verified.broken, verified.known) == (None, False)


def test_subject_names_what_a_decision_is_limited_to() -> None:
    assert subject_of("a", "b", "c") == "a/b/c"
    assert subject_of("a") == "a"
    assert subject_of(None, None, "c") == "*/*/c"
    assert subject_of("a", None, "c") == "a/*/c"
    assert subject_of() == "*"


def test_entries_of_a_plan_a_unit_and_a_time(database: Database) -> None:
    subjects = ["a", "a/m/p-1", "ab/m/p-1", "*/*/p-1", "a/m/p-11", "a/*/p_1"]
    with database.writing() as session:
        for day, subject in enumerate(subjects):
            enter(session, entry(subject=subject), now=NOW + timedelta(days=day))

    def found(session: Session, **limits: object) -> list[str]:
        return [one.subject for one in session.scalars(entries(**limits))]  # type: ignore[arg-type]

    with database.reading() as session:
        assert found(session, plan="a") == ["a", "a/m/p-1", "a/m/p-11", "a/*/p_1"]
        assert found(session, unit="p-1") == ["a/m/p-1", "ab/m/p-1", "*/*/p-1"]
        assert found(session, unit="p_1") == ["a/*/p_1"]
        assert found(session, since=NOW + timedelta(days=4)) == ["a/m/p-11", "a/*/p_1"]


def test_what_changed_is_told_in_words() -> None:
    row = Event(
        reason="bão",
        before={"due_on": "2024-04-15", "state": "open"},
        after={"due_on": "2024-04-22", "state": "exempt"},
        facts={
            "occurrence": "2024-Q1",
            "notices": 3,
            "empty": None,
            "units": ["p-1", "p-2"],
            "x": 1,
        },
    )
    assert [one.vi for one in told(row)] == [
        "lý do: bão",
        "hạn: 15/04/2024 → 22/04/2024",
        "tình trạng: chưa nộp → được miễn",
        "kỳ: 2024-Q1",
        "số lần nhắc: 3",
        "đơn vị: p-1, p-2",
        "x: 1",
    ]


def test_entries_written_before_there_was_a_chain_are_chained(tmp_path: Path) -> None:
    database = open_throw_away(tmp_path)
    with database.engine.execution_options(writes=True).begin() as connection:
        config = Config()
        config.set_main_option("script_location", "dondoc:migrations")
        config.attributes["connection"] = connection
        command.upgrade(config, "0001_first_schema")
        connection.exec_driver_sql(
            "INSERT INTO events (at, actor, action, subject, facts) VALUES "
            "('2024-03-29 02:00:00.000000', 'dondoc', 'launch', 'a', '{\"notices\":4}'), "
            "('2024-03-30 02:00:00.000000', 'an', 'exempt', 'a/b/c', '{\"reason\":\"bão\"}')"
        )
    migrate(database)
    write(database)
    _, exempted, _ = chain(database)
    assert (exempted.reason, exempted.facts) == ("bão", {})
    with database.reading() as session:
        verified = verify(session)
    assert (verified.entries, verified.broken) == (3, None)
    database.close()
