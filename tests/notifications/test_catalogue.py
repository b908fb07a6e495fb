"""What an office looks through, asked of both databases."""

import pytest
from sqlalchemy import select

from dondoc.access.accounts import make_account
from dondoc.access.scope import letters_of, may_read
from dondoc.database import Database
from dondoc.desk import desk
from dondoc.heatmap import Which, heatmap
from dondoc.queries import plan_by_code, unit_by_code
from dondoc.tables import Account, AccountRole, Letter, LetterState, Notice, Occurrence
from notifications.catalogue import Wanted, letters
from notifications.demand import Demand, escalate
from notifications.ladder import Wanted as Looked
from notifications.ladder import ladder
from notifications.links import linker
from notifications.previewing import foresee
from notifications.scope import Scope
from tests.cast import local
from tests.office import Office

LATE = local(2024, 4, 16, 10)


@pytest.fixture
def office(database: Database) -> Office:
    """Both units were reminded, and are late."""
    found = Office(database)
    found.launch(at=local(2024, 4, 1))
    for day in (8, 15, 16):
        found.beat(local(2024, 4, day))
    return found


def _account(office: Office, unit: str) -> Account:
    with office.database.writing() as session:
        return make_account(
            session,
            email=f"{unit}@office.example",
            name="Bà An",
            role=AccountRole.OFFICIAL,
            office=unit_by_code(session, unit),
            actor="test",
            now=LATE,
        )


def test_an_office_finds_its_letters_and_no_others(office: Office) -> None:
    own, other = _account(office, "noi-vu"), _account(office, "tai-chinh")
    with office.database.reading() as session:
        every = letters(session, own, Wanted())
        of_unit = letters(session, own, Wanted(text="p-1"))
        failed = letters(session, own, Wanted(state=LetterState.FAILED))
        foreign = letters(session, other, Wanted())
        row = session.scalars(select(Letter).where(letters_of(own))).first()
        assert row is not None
        readable = may_read(session, own, row), may_read(session, other, row)
    assert len(every.lines) == 6
    assert {line.unit for line in of_unit.lines} == {"Ủy ban nhân dân phường Một"}
    assert (failed.lines, foreign.lines) == ((), ())
    assert readable == (True, False)


def test_the_ladder_counts_by_who_was_told(office: Office) -> None:
    own, other = _account(office, "noi-vu"), _account(office, "tai-chinh")
    today = office.hours.today(LATE)
    with office.database.writing() as session:
        demand = Demand(scope=Scope(plan="thi-dua", unit="p-1"), actor="test", now=LATE)
        escalate(session, demand, hours=office.hours)
    office.beat(LATE)
    with office.database.reading() as session:
        found = ladder(session, own, Looked(), now=LATE, today=today)
        told = ladder(session, own, Looked(level=1), now=LATE, today=today)
        foreign = ladder(session, other, Looked(), now=LATE, today=today)
    assert (found.counts, found.total) == ({0: 1, 1: 1}, 2)
    assert [(rung.unit_code, rung.level) for rung in told.rungs] == [("p-1", 1)]
    assert all(rung.reminded_at is not None for rung in found.rungs)
    assert foreign.total == 0


def test_a_foreseen_letter_leaves_no_trace(office: Office) -> None:
    links = linker(office.settings)
    with office.database.writing() as session:
        demand = Demand(scope=Scope(plan="thi-dua", unit="p-1"), actor="test", now=LATE)
        found = foresee(
            session,
            lambda session, demand: escalate(session, demand, hours=office.hours),
            demand,
            post=office.post,
            linker=links,
        )
        session.rollback()
    with office.database.reading() as session:
        manual = session.scalars(select(Notice).where(Notice.step.startswith("manual"))).all()
    assert (found.demanded.planned, found.unproven, len(found.letters)) == (1, 0, 1)
    assert "phường Một" in found.letters[0].letter.text
    assert manual == []


@pytest.mark.parametrize("by", ["", "group", "tree"])
def test_the_desk_and_the_heat_map_have_both_units(office: Office, by: str) -> None:
    own = _account(office, "noi-vu")
    with office.database.reading() as session:
        waiting = desk(session, own, now=LATE, today=office.hours.today(LATE))
        plan = plan_by_code(session, "thi-dua")
        columns = list(session.scalars(select(Occurrence.id)))
        found = heatmap(session, plan, columns, Which(by=by), now=LATE)
    assert (waiting.overdue.total, waiting.ages, waiting.due_today.total) == (2, (2, 0, 0), 0)
    assert sorted(row.code for row in found.rows) == ["p-1", "p-2"]
