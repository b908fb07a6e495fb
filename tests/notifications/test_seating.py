"""Who gets a letter when somebody is away, gone or cannot be reached."""

from concurrent.futures import ThreadPoolExecutor
from datetime import date, datetime

import pytest
from sqlalchemy import select, update

from dondoc.database import Database
from dondoc.decision import Decision
from dondoc.history import NoticeLine, history
from dondoc.problems import problems
from dondoc.queries import unit_by_code
from dondoc.tables import Cause, Contact, Letter, LetterState, Problem, Role, Unit
from dondoc.units.leaves import Span, end_leave, set_leave, stand_in
from dondoc.units.people import change_person
from dondoc.units.rows import Person
from dondoc.units.seats import seat_named
from notifications.content import StandsFor
from notifications.parcel import Verdict
from notifications.sweep import sweep
from tests.cast import local
from tests.office import PLAN, Office

LAUNCH = local(2024, 3, 29)
T_MINUS_14 = local(2024, 4, 1, 8)
T_MINUS_7 = local(2024, 4, 8, 8)
DUE = local(2024, 4, 15, 8)
T_PLUS_1 = local(2024, 4, 16, 8)
LEVEL_1 = local(2024, 4, 17, 8)
PHO = "pho.p-1@quan.example"


@pytest.fixture
def office(database: Database) -> Office:
    office = Office(database)
    office.launch(at=LAUNCH)
    return office


def away(office: Office, unit: str, seat: str, *days: date, email: str = PHO) -> None:
    with office.database.writing() as session:
        of_unit = unit_by_code(session, unit)
        deputy = stand_in(session, of_unit, Person("ông Phó", email))
        decision = Decision(actor="van-phong", reason="nghỉ phép", now=LAUNCH)
        span = Span(*days)
        chosen = seat_named(session, of_unit, seat)
        set_leave(session, chosen, span, deputy, decision, today=date(2024, 3, 29))


def deputy(office: Office, unit: str, email: str = PHO) -> None:
    with office.database.writing() as session:
        found = unit_by_code(session, unit)
        session.add(Contact(unit_id=found.id, role=Role.DEPUTY, name="Phó", email=email))


def vacate(office: Office, email: str) -> None:
    with office.database.writing() as session:
        session.execute(update(Contact).where(Contact.email == email).values(email=None))


def to_p_1(office: Office) -> list[str]:
    return [one for one in office.server.recipients if "p-1" in one and "head" not in one]


def open_ones(office: Office) -> list[tuple[str, Cause, str | None]]:
    with office.database.reading() as session:
        return [(one.unit.code, one.cause, one.address) for one in session.scalars(problems())]


def test_letters_go_to_the_deputy_while_on_leave_and_return_afterwards(office: Office) -> None:
    away(office, "p-1", "officer", date(2024, 4, 1), date(2024, 4, 8))
    for day in (T_MINUS_14, T_MINUS_7, DUE):
        office.beat(day)
    assert to_p_1(office) == [PHO, PHO, "p-1@quan.example"]


@pytest.mark.parametrize(
    ("first", "last", "reader"),
    [
        (date(2024, 3, 25), date(2024, 3, 31), "p-1@quan.example"),
        (date(2024, 3, 25), date(2024, 4, 1), PHO),
        (date(2024, 4, 1), date(2024, 4, 1), PHO),
        (date(2024, 4, 2), date(2024, 4, 9), "p-1@quan.example"),
    ],
)
def test_both_days_of_a_leave_are_included(
    office: Office, first: date, last: date, reader: str
) -> None:
    away(office, "p-1", "officer", first, last)
    office.beat(T_MINUS_14)
    assert to_p_1(office) == [reader]


def test_letter_names_both_and_until_when(office: Office) -> None:
    away(office, "p-1", "officer", date(2024, 4, 1), date(2024, 4, 8))
    office.beat(T_MINUS_14)
    (content,) = office.contents(PHO)
    assert (content.reader, content.unit_name) == ("ông Phó", "Ủy ban nhân dân phường Một")
    assert content.stands_for == (
        StandsFor(
            name="Chuyên viên p-1",
            role="officer",
            unit_name="Ủy ban nhân dân phường Một",
            absence="leave",
            from_on=date(2024, 4, 1),
            to_on=date(2024, 4, 8),
        ),
    )
    data = office.server.received[0].data.decode("utf-8", "replace")
    assert PHO in data


def test_leave_that_ends_while_a_letter_waits_brings_it_back(office: Office) -> None:
    """Queued for the deputy in the evening of the last day; judged again when it is sent."""
    away(office, "p-1", "officer", date(2024, 4, 1), date(2024, 4, 1))
    office.server.answers[PHO] = Verdict.DEFERRED
    office.beat(T_MINUS_14)
    office.server.answers.clear()
    office.beat(local(2024, 4, 2, 9))
    office.beat(local(2024, 4, 2, 9, 1))
    assert to_p_1(office) == ["p-1@quan.example"]
    assert office.verdicts("p-1")["T-14"] == ("sent", None)


def test_leave_that_begins_while_a_letter_waits_sends_it_to_the_deputy(office: Office) -> None:
    away(office, "p-1", "officer", date(2024, 4, 2), date(2024, 4, 9))
    office.server.answers["p-1@quan.example"] = Verdict.DEFERRED
    office.beat(T_MINUS_14)
    office.beat(local(2024, 4, 2, 9))
    office.beat(local(2024, 4, 2, 9, 1))
    assert to_p_1(office) == [PHO]


def test_deputy_of_two_seats_gets_one_letter_a_day(office: Office) -> None:
    """One person for both wards, one of them also in a second plan."""
    office.launch(PLAN.replace("thi-dua", "hai"), at=LAUNCH)
    away(office, "p-1", "officer", date(2024, 4, 1), date(2024, 4, 8))
    away(office, "p-2", "officer", date(2024, 4, 1), date(2024, 4, 8))
    office.beat(T_MINUS_14)
    assert office.server.recipients == [PHO]
    (content,) = office.contents(PHO)
    assert [(item.plan_code, item.unit) for item in content.items] == [
        ("thi-dua", "p-1"),
        ("thi-dua", "p-2"),
        ("hai", "p-1"),
        ("hai", "p-2"),
    ]
    assert [one.name for one in content.stands_for] == ["Chuyên viên p-1", "Chuyên viên p-2"]


def test_two_officers_with_one_deputy_are_told_of_an_item_once(office: Office) -> None:
    """The second officer's notice is superseded by the first's: the reader is the same."""
    with office.database.writing() as session:
        unit = unit_by_code(session, "p-3")
        session.add(
            Contact(unit_id=unit.id, role=Role.OFFICER, position=1, email="hai@p-3.example")
        )
    office.launch(PLAN.replace("thi-dua", "ba").replace("p-1, p-2", "p-3"), at=LAUNCH)
    away(office, "p-3", "officer", date(2024, 4, 1), date(2024, 4, 8))
    away(office, "p-3", "officer:2", date(2024, 4, 1), date(2024, 4, 8))
    office.beat(T_MINUS_14)
    (content,) = office.contents(PHO)
    assert [item.unit for item in content.items] == ["p-3"]
    assert office.server.recipients.count(PHO) == 1


def test_leave_ended_early_returns_the_letters(office: Office) -> None:
    away(office, "p-1", "officer", date(2024, 4, 1), date(2024, 4, 30))
    office.beat(T_MINUS_14)
    with office.database.writing() as session:
        seat = seat_named(session, unit_by_code(session, "p-1"), "officer")
        decision = Decision(actor="van-phong", reason="đi làm lại", now=T_MINUS_7)
        end_leave(session, seat, decision, today=date(2024, 4, 8))
    office.beat(T_MINUS_7)
    assert to_p_1(office) == [PHO, "p-1@quan.example"]


def test_deputy_on_leave_too_is_followed_by_the_units_deputy(office: Office) -> None:
    away(office, "p-1", "officer", date(2024, 4, 1), date(2024, 4, 8), email="a.p-1@quan.example")
    deputy(office, "p-1")
    vacate(office, "a.p-1@quan.example")
    office.beat(T_MINUS_14)
    assert to_p_1(office) == [PHO]


def test_on_leave_and_nobody_else_there_the_seat_itself_gets_it(office: Office) -> None:
    away(office, "p-1", "officer", date(2024, 4, 1), date(2024, 4, 8), email="a.p-1@quan.example")
    vacate(office, "a.p-1@quan.example")
    office.beat(T_MINUS_14)
    assert to_p_1(office) == ["p-1@quan.example"]


def test_head_on_leave_the_escalation_goes_to_the_deputy(office: Office) -> None:
    away(office, "p-1", "head", date(2024, 4, 17), date(2024, 4, 17))
    office.beat(T_PLUS_1)
    office.beat(LEVEL_1)
    (content,) = office.contents(PHO)
    assert (content.name, content.level) == ("escalation", 1)
    assert [one.role for one in content.stands_for] == ["head"]


def test_vacant_officer_is_replaced_by_the_deputy(office: Office) -> None:
    deputy(office, "p-1")
    vacate(office, "p-1@quan.example")
    office.beat(T_MINUS_14)
    assert office.server.recipients == [PHO, "p-2@quan.example"]


def test_second_officers_vacant_seat_is_no_problem_while_the_first_reads(office: Office) -> None:
    with office.database.writing() as session:
        unit = unit_by_code(session, "p-3")
        session.add(
            Contact(unit_id=unit.id, role=Role.OFFICER, position=1, email="hai@p-3.example")
        )
    office.launch(PLAN.replace("thi-dua", "ba").replace("p-1, p-2", "p-3"), at=LAUNCH)
    vacate(office, "hai@p-3.example")
    office.beat(T_MINUS_14)
    assert office.server.recipients.count("p-3@quan.example") == 1
    assert open_ones(office) == []


def test_seat_that_nobody_reads_for_is_a_problem(office: Office) -> None:
    vacate(office, "p-1@quan.example")
    office.beat(T_MINUS_14)
    assert office.verdicts("p-1")["T-14"] == ("skipped", "no_contact")
    assert open_ones(office) == [("p-1", Cause.NO_CONTACT, None)]


def test_vacant_post_skips_upward_with_a_note(office: Office) -> None:
    """p-2's head is vacant; p-1's head leads the group."""
    vacate(office, "head.p-2@quan.example")
    office.beat(T_PLUS_1)
    office.beat(LEVEL_1)
    (content,) = office.contents("head.p-1@quan.example")
    assert [one.unit for one in content.pressed] == ["p-1", "p-2"]
    assert content.pressed[1].note == "vacant: head"
    assert content.stands_for == ()


def test_refused_letter_goes_to_the_deputy_the_same_day(office: Office) -> None:
    deputy(office, "p-1")
    office.server.answers["p-1@quan.example"] = Verdict.REFUSED
    office.beat(T_MINUS_14)
    office.beat(local(2024, 4, 1, 8, 1))
    assert to_p_1(office) == [PHO]
    assert office.verdicts("p-1")["T-14"] == ("sent", None)
    (content,) = office.contents(PHO)
    assert content.stands_for[0].absence == "refused"
    assert open_ones(office) == [("p-1", Cause.REFUSED, "p-1@quan.example")]


def test_address_that_refuses_is_left_alone_while_a_deputy_reads(office: Office) -> None:
    deputy(office, "p-1")
    office.server.answers["p-1@quan.example"] = Verdict.REFUSED
    for day in (T_MINUS_14, local(2024, 4, 1, 8, 1), T_MINUS_7, DUE, T_PLUS_1):
        office.beat(day)
    assert to_p_1(office) == [PHO] * 4
    with office.database.reading() as session:
        failed = session.scalars(select(Letter).where(Letter.state == LetterState.FAILED)).all()
        assert [letter.address for letter in failed] == ["p-1@quan.example"]


def test_deputy_who_was_reminded_lets_the_superior_be_told(office: Office) -> None:
    deputy(office, "p-1")
    office.server.answers["p-1@quan.example"] = Verdict.REFUSED
    for day in (T_PLUS_1, local(2024, 4, 16, 8, 1), LEVEL_1):
        office.beat(day)
    assert office.verdicts("p-1")["L1"] == ("sent", None)


def test_without_a_deputy_nobody_is_told_that_the_unit_is_late(office: Office) -> None:
    office.server.answers["p-1@quan.example"] = Verdict.REFUSED
    for day in (T_PLUS_1, LEVEL_1, local(2024, 4, 22, 8), local(2024, 4, 24, 8)):
        office.beat(day)
    told = [content for letter in office.letters() for content in office.contents(letter[0])]
    assert {one.unit for content in told for one in content.pressed} == {"p-2"}


def test_new_address_ends_the_problem_and_gets_what_is_planned(office: Office) -> None:
    office.server.answers["p-1@quan.example"] = Verdict.REFUSED
    office.beat(T_MINUS_14)
    _change(office, Person("Người mới", "moi.p-1@quan.example"), at=local(2024, 4, 2))
    assert open_ones(office) == []
    office.beat(T_MINUS_7)
    assert to_p_1(office) == ["moi.p-1@quan.example"]


def test_address_changed_in_the_list_ends_the_problem_too(office: Office) -> None:
    office.server.answers["p-1@quan.example"] = Verdict.REFUSED
    office.beat(T_MINUS_14)
    with office.database.writing() as session:
        moved = update(Contact).where(Contact.email == "p-1@quan.example")
        session.execute(moved.values(email="moi.p-1@quan.example"))
    office.beat(T_MINUS_7)
    assert open_ones(office) == []


def test_letter_that_waits_for_a_person_who_left_goes_to_the_successor(office: Office) -> None:
    office.server.answers["p-1@quan.example"] = Verdict.DEFERRED
    office.beat(T_MINUS_14)
    _change(office, Person("Người mới", "moi.p-1@quan.example"), at=local(2024, 4, 1, 9))
    office.beat(local(2024, 4, 1, 14))
    office.beat(local(2024, 4, 1, 14, 1))
    assert to_p_1(office) == ["moi.p-1@quan.example"]


def test_old_letters_keep_their_reader_in_the_history(office: Office) -> None:
    office.beat(T_MINUS_14)
    _change(office, Person("Người mới", "moi.p-1@quan.example"), at=local(2024, 4, 2))
    office.beat(T_MINUS_7)
    with office.database.reading() as session:
        lines = history(session, unit_by_code(session, "p-1"))
    told = [one.seat for one in lines if isinstance(one, NoticeLine) and one.letter_id]
    assert [(seat.name, seat.address) for seat in told] == [
        ("Chuyên viên p-1", "p-1@quan.example"),
        ("Người mới", "moi.p-1@quan.example"),
    ]


def test_sweeps_at_once_open_one_problem(office: Office) -> None:
    vacate(office, "p-1@quan.example")
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda _: sweep(office.post, T_MINUS_14), range(4)))
    with office.database.reading() as session:
        assert len(session.scalars(select(Problem)).all()) == 1


def _change(office: Office, person: Person, *, at: datetime) -> None:
    with office.database.writing() as session:
        unit = session.scalars(select(Unit).where(Unit.code == "p-1")).one()
        decision = Decision(actor="van-phong", reason="chuyển công tác", now=at)
        seat = seat_named(session, unit, "officer")
        change_person(session, seat, person, decision, today=at.date())
