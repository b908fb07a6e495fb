"""How instants and words are kept, on both kinds of database."""

from datetime import UTC, datetime, timedelta, timezone

import pytest
from sqlalchemy import insert, select, text, update
from sqlalchemy.exc import StatementError

from dondoc.database import Database
from dondoc.tables import Contact, Incident, Role
from dondoc.words import Language
from tests.cast import make_units

HANOI = timezone(timedelta(hours=7))


def kept(database: Database, at: datetime) -> datetime:
    with database.writing() as session:
        session.execute(insert(Incident), [{"id": 1, "at": at, "kind": "k", "text": ""}])
    with database.reading() as session:
        return session.scalars(select(Incident.at)).one()


@pytest.mark.parametrize("microsecond", [0, 1, 250_000])
def test_an_instant_comes_back_in_utc(database: Database, microsecond: int) -> None:
    found = kept(database, datetime(2024, 5, 17, 6, 30, 0, microsecond, HANOI))
    assert found == datetime(2024, 5, 16, 23, 30, 0, microsecond, UTC)
    assert found.tzinfo is UTC


def test_a_naive_instant_is_refused(sqlite: Database) -> None:
    with pytest.raises(StatementError, match="NaiveInstant"):
        kept(sqlite, datetime(2024, 5, 17, 6, 30))  # noqa: DTZ001  # that is the point


def test_a_word_comes_back_as_its_state(database: Database) -> None:
    with database.writing() as session:
        make_units(session)
    with database.reading() as session:
        heads = select(Contact.role, Contact.language).where(Contact.role == Role.HEAD).distinct()
        assert session.execute(heads).tuples().all() == [(Role.HEAD, Language.VI)]
        words = session.scalars(text("SELECT DISTINCT role FROM contacts ORDER BY role"))
        assert words.all() == ["head", "officer"]


def test_a_word_that_is_none_of_the_states_is_refused(sqlite: Database) -> None:
    with pytest.raises(StatementError, match="boss"), sqlite.writing() as session:
        session.execute(update(Contact).values(role="boss"))


def test_a_word_this_program_does_not_know_is_not_read_as_something_else(sqlite: Database) -> None:
    with sqlite.writing() as session:
        make_units(session)
        session.execute(text("UPDATE contacts SET role = 'boss' WHERE role = 'head'"))
    with sqlite.reading() as session, pytest.raises(LookupError, match="boss"):
        session.execute(select(Contact.role)).all()
