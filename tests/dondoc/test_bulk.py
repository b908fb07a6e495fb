"""Rows given as one parameter, on both kinds of database."""

from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest
from sqlalchemy import Integer, String, insert, select, update
from sqlalchemy.types import TypeEngine

from dondoc.bulk import ROWS, add_each, among, change_each, given, instant, listed
from dondoc.database import Database
from dondoc.tables import Incident

AT = datetime(2024, 5, 16, 1, 0, tzinfo=UTC)
INCIDENTS: Any = Incident.__table__


@pytest.fixture
def kept(database: Database) -> Database:
    with database.writing() as session:
        rows = [{"id": n, "at": AT, "kind": "old", "text": str(n)} for n in (1, 2, 3)]
        session.execute(insert(Incident), rows)
    return database


def changed(database: Database, rows: list[dict[str, Any]]) -> list[int]:
    dialect = database.engine.dialect.name
    columns = {"id": Integer(), "kind": INCIDENTS.c.kind.type, "at": INCIDENTS.c.at.type}
    new = given(dialect, columns)
    statement = (
        update(INCIDENTS)
        .where(INCIDENTS.c.id == new.c.id)
        .values(kind=new.c.kind, at=new.c.at)
        .returning(INCIDENTS.c.id)
    )
    given_rows = [row | {"at": instant(dialect, row["at"])} for row in rows]
    with database.writing() as session:
        return sorted(session.execute(statement, {ROWS: given_rows}).scalars())


def kinds(database: Database) -> list[tuple[int, str, datetime]]:
    with database.reading() as session:
        chosen = select(Incident.id, Incident.kind, Incident.at).order_by(Incident.id)
        return list(session.execute(chosen).tuples())


def test_every_given_row_changes_its_own(kept: Database) -> None:
    later = datetime(2024, 5, 17, 8, 30, 0, 250, tzinfo=timezone(timedelta(hours=7)))

    found = changed(
        kept, [{"id": 3, "kind": "“ế” \\ '", "at": later}, {"id": 1, "kind": "a", "at": AT}]
    )

    assert found == [1, 3]
    assert kinds(kept) == [(1, "a", AT), (2, "old", AT), (3, "“ế” \\ '", later)]


def test_what_is_the_same_for_all_stands_in_the_statement_letter_by_letter(
    sqlite: Database,
) -> None:
    with sqlite.writing() as session:
        rows = [{"id": n, "text": str(n)} for n in (1, 2, 3)]
        add_each(session, INCIDENTS, ("id", "text"), rows, same={"kind": ODD, "at": AT})
    later, mine = AT + timedelta(days=1), [{"id": 2}, {"id": 3}, {"id": 9}]
    with sqlite.writing() as session:
        same = {"kind": ODD * 2, "at": later}
        assert change_each(session, INCIDENTS, (), mine, same=same, only={"kind": ODD}) == 2
        assert change_each(session, INCIDENTS, (), mine, same=same, only={"kind": ODD}) == 0
        assert change_each(session, INCIDENTS, (), [], same=same, only={"kind": ODD}) == 0

    assert kinds(sqlite) == [(1, ODD, AT), (2, ODD * 2, later), (3, ODD * 2, later)]


ODD = """“ế” ' '' \" ? :at %s %% \\ -- ; DROP"""


def test_rows_that_are_not_there_change_nothing(kept: Database) -> None:
    assert changed(kept, [{"id": 9, "kind": "new", "at": AT}]) == []


def test_no_rows_change_nothing(kept: Database) -> None:
    assert changed(kept, []) == []
    assert [kind for _, kind, _ in kinds(kept)] == ["old"] * 3


def test_thousands_go_in_one_statement(kept: Database) -> None:
    rows = [{"id": n, "kind": str(n), "at": AT} for n in range(5_000)]

    assert changed(kept, rows) == [1, 2, 3]
    assert [kind for _, kind, _ in kinds(kept)] == ["1", "2", "3"]


@pytest.mark.parametrize(
    ("name", "type_", "values", "found"),
    [
        ("id", Integer(), [3, 1, 9], [1, 3]),
        ("id", Integer(), [], []),
        ("id", Integer(), list(range(2, 5_000)), [2, 3]),
        ("text", String(), ["2", "không có", "1'"], [2]),
    ],
)
def test_listed_values_are_looked_for(
    kept: Database, name: str, type_: TypeEngine[Any], values: list[Any], found: list[int]
) -> None:
    wanted = listed(kept.engine.dialect.name, "wanted", type_)
    chosen = select(Incident.id).where(getattr(Incident, name).in_(wanted)).order_by(Incident.id)
    with kept.reading() as session:
        assert session.scalars(chosen, {"wanted": values}).all() == found


@pytest.mark.parametrize("asked", [[], [2], [3, 1, 9, 1]])
def test_a_column_is_among_the_numbers_of_a_list(kept: Database, asked: list[int]) -> None:
    chosen = among(kept.engine.dialect.name, Incident.id, "ids")
    with kept.reading() as session:
        found = session.scalars(select(Incident.id).where(chosen), {"ids": asked}).all()

    assert sorted(found) == sorted({1, 2, 3} & set(asked))
