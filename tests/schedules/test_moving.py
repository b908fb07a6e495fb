from datetime import date, datetime

import pytest
from sqlalchemy import select

from dondoc.database import Database
from dondoc.decision import Decision, NothingToExtend, NothingToReturn, ReasonMissing
from dondoc.fulfilment import fulfil
from dondoc.tables import Event, Obligation, ObligationState, Unit
from schedules.moving import NotLater, correction_day, extend, give_back
from tests.cast import local
from tests.office import Office

LAUNCH = local(2024, 3, 29)
UNTIL = date(2024, 4, 22)


@pytest.fixture
def office(database: Database) -> Office:
    office = Office(database)
    office.launch(at=LAUNCH)
    return office


def decide(now: datetime) -> Decision:
    return Decision(actor="an", reason="đang tổ chức đại hội", now=now)


def owed(session: object, unit: str) -> Obligation:
    chosen = select(Obligation).join(Unit).where(Unit.code == unit)
    return session.scalars(chosen).one()  # type: ignore[attr-defined,no-any-return]


def grant(office: Office, until: date = UNTIL) -> None:
    with office.database.writing() as session:
        extend(session, owed(session, "p-1"), until, decide(LAUNCH), hours=office.hours)


def test_extension_moves_the_units_own_date_and_keeps_the_printed_one(office: Office) -> None:
    grant(office)
    with office.database.reading() as session:
        obligation = owed(session, "p-1")
        assert (obligation.due_on, obligation.due_version) == (UNTIL, 2)
        assert obligation.occurrence.due_on == date(2024, 4, 15)
        assert obligation.late_at == local(2024, 4, 23, 0)
        assert owed(session, "p-2").due_on == date(2024, 4, 15)
        event = session.scalars(select(Event).where(Event.action == "extend")).one()
        assert (event.actor, event.on_behalf) == ("an", "noi-vu")
        assert event.reason == "đang tổ chức đại hội"
        assert event.before == {"due_on": "2024-04-15"}
        assert event.after == {"due_on": "2024-04-22"}


def test_reminders_follow_the_extension(office: Office) -> None:
    grant(office)
    office.beat(local(2024, 4, 1, 8))  # the old T-14
    assert office.letters() == [("p-2@quan.example", "reminder")]
    office.beat(local(2024, 4, 8, 8))  # the new T-14, p-2's T-7
    (first,) = office.contents("p-1@quan.example")
    assert (first.items[0].due, first.items[0].extended_from) == (UNTIL, date(2024, 4, 15))
    office.beat(local(2024, 4, 16, 8))  # p-2 is overdue, p-1 is not
    assert set(office.letters()[-2:]) == {
        ("p-1@quan.example", "reminder"),
        ("p-2@quan.example", "overdue"),
    }


@pytest.mark.parametrize("until", [date(2024, 4, 14), date(2024, 4, 15)])
def test_extension_must_be_later(office: Office, until: date) -> None:
    with pytest.raises(NotLater):
        grant(office, until)


def test_what_was_delivered_is_not_extended(office: Office) -> None:
    office.deliver("p-1")
    with pytest.raises(NothingToExtend) as wrong:
        grant(office)
    assert "đã nộp" in wrong.value.text(office.settings.language)


def test_decision_needs_a_reason() -> None:
    with pytest.raises(ReasonMissing):
        Decision(actor="an", reason=" ", now=LAUNCH)


def test_return_sets_a_date_of_its_own_and_leaves_timeliness(office: Office) -> None:
    delivered, returned = local(2024, 4, 12), local(2024, 4, 17)
    with office.database.writing() as session:
        fulfil(session, [owed(session, "p-1").id], now=delivered)
    day = correction_day(office.hours, returned)
    assert day == date(2024, 4, 25)  # five working days, 18/4 is Giỗ Tổ
    with office.database.writing() as session:
        give_back(session, owed(session, "p-1"), day, decide(returned), hours=office.hours)
    with office.database.reading() as session:
        obligation = owed(session, "p-1")
        assert obligation.state is ObligationState.RETURNED
        assert obligation.first_complete_at == delivered
        assert obligation.late_at == local(2024, 4, 16, 0)
    office.beat(local(2024, 4, 22, 8))
    (content,) = office.contents("p-1@quan.example")
    assert content.items[0].due == day
    assert content.items[0].returned == "đang tổ chức đại hội"


def test_only_what_waits_for_review_is_returned(office: Office) -> None:
    with pytest.raises(NothingToReturn), office.database.writing() as session:
        give_back(session, owed(session, "p-1"), UNTIL, decide(LAUNCH), hours=office.hours)


def test_what_comes_after_a_return_is_resubmitted_and_may_be_returned_again(
    office: Office,
) -> None:
    delivered, again = local(2024, 4, 12), local(2024, 4, 19)
    with office.database.writing() as session:
        fulfil(session, [owed(session, "p-1").id], now=delivered)
    with office.database.writing() as session:
        give_back(session, owed(session, "p-1"), UNTIL, decide(delivered), hours=office.hours)
    with office.database.writing() as session:
        fulfil(session, [owed(session, "p-1").id], now=again)
    with office.database.writing() as session:
        obligation = owed(session, "p-1")
        assert obligation.state is ObligationState.RESUBMITTED
        assert obligation.first_complete_at == delivered
        give_back(session, obligation, date(2024, 4, 26), decide(again), hours=office.hours)
    with office.database.reading() as session:
        assert owed(session, "p-1").state is ObligationState.RETURNED
