from datetime import date

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from dondoc.database import Database
from dondoc.decision import Decision
from dondoc.errors import NotFound
from dondoc.record import entries
from dondoc.tables import Contact, Leave, Role, Unit
from dondoc.units.checking import PersonWrong
from dondoc.units.export import unit_rows
from dondoc.units.importing import Decided, import_units
from dondoc.units.leaves import (
    LeaveRefused,
    NoDeputy,
    Span,
    deputy_named,
    end_leave,
    leaves,
    set_leave,
    stand_in,
)
from dondoc.units.people import change_person
from dondoc.units.rows import Person
from dondoc.units.seats import seat_named
from dondoc.units.standing_in import Absence, reader_of, readers
from tests.cast import local, make_units

TODAY = date(2024, 5, 6)
SPAN = Span(date(2024, 5, 13), date(2024, 5, 24))
DECISION = Decision(actor="an", reason="thai sản", now=local(2024, 5, 6))


@pytest.fixture
def units(sqlite: Database) -> Database:
    with sqlite.writing() as session:
        make_units(session)
    return sqlite


def ward(session: Session, code: str = "p-1") -> Unit:
    return session.scalars(select(Unit).where(Unit.code == code)).one()


def go(session: Session, span: Span = SPAN, seat: str = "officer", deputy: str = "head") -> Leave:
    unit = ward(session)
    chosen, there = seat_named(session, unit, seat), deputy_named(session, unit, deputy)
    return set_leave(session, chosen, span, there, DECISION, today=TODAY)


@pytest.mark.parametrize(
    ("span", "seat", "deputy", "why"),
    [
        (Span(date(2024, 5, 24), date(2024, 5, 13)), "officer", "head", "is after the last"),
        (Span(date(2024, 5, 1), date(2024, 5, 5)), "officer", "head", "is past"),
        (SPAN, "officer", "officer", "nobody stands in for themselves"),
        (SPAN, "officer", "p-1@quan.example", "nobody stands in for themselves"),
        (Span(date(2024, 5, 24), date(2024, 6, 24)), "head", "officer", "there is a leave already"),
        (Span(date(2024, 5, 24), date(2024, 6, 24)), "officer", "head", "the deputy is on leave"),
    ],
)
def test_impossible_leave_is_refused_with_its_reason(
    units: Database, span: Span, seat: str, deputy: str, why: str
) -> None:
    with units.writing() as session:
        go(session, SPAN, "head", "officer")
    with pytest.raises(LeaveRefused, match=why), units.writing() as session:
        go(session, span, seat, deputy)
    with units.reading() as session:
        assert len(leaves(session, since=TODAY)) == 1


def test_deputy_of_another_unit_has_no_seat_here(units: Database) -> None:
    with units.writing() as session:
        mine, there = (seat_named(session, ward(session, code), "head") for code in ("p-1", "p-2"))
        with pytest.raises(LeaveRefused, match="same unit"):
            set_leave(session, mine, SPAN, there, DECISION, today=TODAY)


def test_unit_without_a_deputy_must_name_one(units: Database) -> None:
    with pytest.raises(NoDeputy), units.writing() as session:
        deputy_named(session, ward(session), None)


def test_unknown_seat_names_those_there_are(units: Database) -> None:
    with pytest.raises(NotFound, match="officer, head"), units.reading() as session:
        seat_named(session, ward(session), "xx")


def test_stand_in_gets_a_seat_once(units: Database) -> None:
    with units.writing() as session:
        unit = ward(session)
        first = stand_in(session, unit, Person("Lan", "lan@quan.example"))
        again = stand_in(session, unit, Person("", "LAN@quan.example"))
        other = stand_in(session, unit, Person("", "cuc@quan.example"))
        assert (first.id, first.role, first.position) == (again.id, Role.STAND_IN, 0)
        assert other.position == 1
        assert stand_in(session, unit, Person("", "p-1@quan.example")).role is Role.OFFICER


@pytest.mark.parametrize("email", ["", "lan", "lan@"])
def test_stand_in_needs_an_address(units: Database, email: str) -> None:
    with pytest.raises(PersonWrong), units.writing() as session:
        stand_in(session, ward(session), Person("Lan", email))


def test_list_of_units_neither_shows_nor_empties_a_stand_ins_seat(units: Database) -> None:
    with units.writing() as session:
        stand_in(session, ward(session), Person("Lan", "lan@quan.example"))
        rows = list(unit_rows(session))
        assert all("lan@quan" not in str(row) for row in rows)
        row = next(row for row in rows if row.code == "p-1")
        import_units(session, [row.model_copy(update={"name": "Phường Một"})])
        lan = session.scalars(select(Contact).where(Contact.role == Role.STAND_IN)).one()
        assert lan.email == "lan@quan.example"


def test_leave_that_began_ends_yesterday_and_one_to_come_is_gone(units: Database) -> None:
    with units.writing() as session:
        leave = go(session)
        seat = seat_named(session, ward(session), "officer")
        end_leave(session, seat, DECISION, today=date(2024, 5, 15))
        assert (leave.from_on, leave.to_on) == (date(2024, 5, 13), date(2024, 5, 14))
        go(session, Span(date(2024, 6, 3), date(2024, 6, 7)))
        end_leave(session, seat, DECISION, today=date(2024, 5, 16))
        assert leaves(session, since=date(2024, 5, 16)) == []
        with pytest.raises(LeaveRefused, match="no leave"):
            end_leave(session, seat, DECISION, today=date(2024, 5, 16))


def test_everything_is_in_the_record(units: Database) -> None:
    with units.writing() as session:
        go(session)
    with units.writing() as session:
        seat = seat_named(session, ward(session), "officer")
        change_person(session, seat, Person("Cúc", "cuc@quan.example"), DECISION, today=TODAY)
    with units.reading() as session:
        found = session.scalars(entries(unit="p-1")).all()
    assert [(one.action, one.subject, one.reason) for one in found] == [
        ("leave", "*/*/p-1", "thai sản"),
        ("leave_end", "*/*/p-1", "thai sản"),
        ("contact", "*/*/p-1", "thai sản"),
    ]
    assert found[2].before == {"name": "Chuyên viên p-1", "email": "p-1@quan.example"}
    assert found[2].after == {"name": "Cúc", "email": "cuc@quan.example"}


@pytest.mark.parametrize(
    ("person", "left"),
    [
        (Person("Chuyên viên p-1", "moi@quan.example"), 1),
        (Person("Cúc", "p-1@quan.example"), 0),
        (Person("", None), 0),
    ],
)
def test_leave_belongs_to_the_person_not_to_the_seat(
    units: Database, person: Person, left: int
) -> None:
    with units.writing() as session:
        go(session)
        seat = seat_named(session, ward(session), "officer")
        change_person(session, seat, person, DECISION, today=TODAY)
        assert len(leaves(session, since=TODAY)) == left


def test_import_of_another_person_is_a_decision_too(units: Database) -> None:
    with units.writing() as session:
        go(session)
        row = next(row for row in unit_rows(session) if row.code == "p-1")
        moved = row.model_copy(update={"officers": (Person("Cúc", "cuc@quan.example"),)})
        import_units(session, [moved], decided=Decided(DECISION, TODAY))
        assert leaves(session, since=TODAY) == []
    with units.reading() as session:
        found = session.scalars(entries(unit="p-1")).all()
        assert [one.action for one in found] == ["leave", "leave_end", "contact"]


def test_wrong_address_changes_nothing(units: Database) -> None:
    with units.writing() as session:
        seat = seat_named(session, ward(session), "officer")
        with pytest.raises(PersonWrong):
            change_person(session, seat, Person("Cúc", "cuc"), DECISION, today=TODAY)
    with units.reading() as session:
        assert seat_named(session, ward(session), "officer").email == "p-1@quan.example"


def test_reader_of_a_unit_is_whoever_reads_for_its_officer(units: Database) -> None:
    with units.writing() as session:
        go(session)
        unit = ward(session)
        before = reader_of(session, unit.id, today=date(2024, 5, 12))
        during = reader_of(session, unit.id, today=date(2024, 5, 13))
        assert before is not None
        assert during is not None
        assert [before.role, during.role] == [Role.OFFICER, Role.HEAD]


def test_two_away_for_each_other_in_the_end_read_their_own(units: Database) -> None:
    """Set one after the other such a pair is refused; rows that hold one all the same do not go
    round in circles."""
    with units.writing() as session:
        unit = ward(session)
        officer, head = (seat_named(session, unit, name) for name in ("officer", "head"))
        for mine, other in ((officer, head), (head, officer)):
            session.add(Leave(contact_id=mine.id, deputy_id=other.id, from_on=TODAY, to_on=TODAY))
        session.flush()
        found = readers(session, [officer.id, head.id], today=TODAY)
        assert {one.contact_id for one in found.values()} == {officer.id, head.id}
        assert {one.absence for one in found.values()} == {Absence.LEAVE}
        assert not any(one.instead for one in found.values())
