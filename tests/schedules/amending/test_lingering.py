"""What was due and had not left when the plan was amended: held, put off, waiting to be told."""

from datetime import date, datetime, timedelta

import pytest
from sqlalchemy import select

from dondoc.database import Database
from dondoc.decision import Decision
from dondoc.holds import Named, Span, holds, place, release
from dondoc.tables import Notice, NoticeState, ObligationState
from notifications.parcel import Verdict
from schedules.extending import extend
from tests.amended import APRIL, LAUNCH, PLAN, altered, amended, owed, planned, told, without
from tests.cast import local
from tests.office import Office

LATER = altered(("due: 2024-05-15", "due: 2024-05-29"))
OTHERS = altered(("due: 2024-05-15", "due: 2024-05-22"), ("[p-1, p-2]", "[p-2, p-3]"))
DAY = local(2024, 5, 8, 8)
"""of the reminder a week before"""
P1 = "p-1@quan.example"
MINUTE = timedelta(minutes=1)


@pytest.fixture
def office(database: Database) -> Office:
    office = Office(database)
    office.launch(PLAN, at=LAUNCH)
    return office


def decide(at: datetime) -> Decision:
    return Decision(actor="an", reason="mưa lũ", now=at)


def held(office: Office, *, until: datetime | None = None) -> None:
    """On the morning of the reminder."""
    with office.database.writing() as session:
        covers = Named(plan="thi-dua").covers(session)
        place(session, covers, Span(end=until), decide(DAY - MINUTE))
    office.beat(DAY)


def let_go(office: Office, at: datetime) -> None:
    with office.database.writing() as session:
        for one in holds(session):
            release(session, one, decide(at), days=office.hours)


def states(office: Office, step: str, unit: str = "p-1") -> list[NoticeState]:
    """Of every row there is for the reminder of the first milestone."""
    with office.database.reading() as session:
        found = (
            select(Notice.state)
            .where(Notice.obligation_id == owed(session, unit).id, Notice.step == step)
            .order_by(Notice.id)
        )
        return list(session.scalars(found))


def test_what_a_hold_keeps_is_kept_again_once_the_date_is_back(office: Office) -> None:
    held(office)
    amended(office, LATER, at=DAY + MINUTE)
    assert NoticeState.HELD not in states(office, "T-7")
    impact = amended(office, PLAN, at=DAY + 2 * MINUTE)
    assert states(office, "T-7").count(NoticeState.HELD) == 1
    assert impact.armed[DAY.date()] == 2
    let_go(office, DAY + 3 * MINUTE)
    office.beat(DAY + 3 * MINUTE)
    assert office.contents(P1)[-1].name == "reminder"
    assert states(office, "T-7").count(NoticeState.SENT) == 1


def test_it_is_kept_however_often_the_plan_goes_there_and_back(office: Office) -> None:
    held(office)
    for number in range(3):
        amended(office, LATER, at=DAY + (2 * number + 1) * MINUTE)
        amended(office, PLAN, at=DAY + (2 * number + 2) * MINUTE)
    assert states(office, "T-7").count(NoticeState.HELD) == 1


def test_where_the_hold_is_over_by_then_it_goes_out(office: Office) -> None:
    held(office, until=DAY + timedelta(hours=1))
    amended(office, LATER, at=DAY + MINUTE)
    office.beat(DAY + timedelta(hours=1))
    amended(office, PLAN, at=DAY + timedelta(hours=2))
    assert states(office, "T-7").count(NoticeState.PLANNED) == 1
    office.beat(DAY + timedelta(days=1))
    assert states(office, "T-7").count(NoticeState.SENT) == 1
    assert office.contents(P1)[-1].items[0].due == date(2024, 5, 15)


def test_another_date_has_reminders_of_its_own(office: Office) -> None:
    """What was due for the first date does not come back for a third."""
    held(office)
    amended(office, LATER, at=DAY + MINUTE)
    amended(office, altered(("due: 2024-05-15", "due: 2024-05-16")), at=DAY + 2 * MINUTE)
    assert NoticeState.HELD not in states(office, "T-7")


def test_what_is_dropped_while_it_is_held_is_held_when_it_is_asked_again(office: Office) -> None:
    held(office)
    amended(office, without("dang-ky"), at=DAY + MINUTE)
    amended(office, PLAN, at=DAY + 2 * MINUTE)
    assert states(office, "T-7") == [NoticeState.HELD]
    assert told(office) == {}


def test_what_a_mail_server_put_off_is_still_in_its_letter(office: Office) -> None:
    office.server.answers[P1] = Verdict.DEFERRED
    office.beat(DAY)
    amended(office, LATER, at=DAY + MINUTE)
    amended(office, PLAN, at=DAY + 2 * MINUTE)
    assert states(office, "T-7").count(NoticeState.QUEUED) == 1
    del office.server.answers[P1]
    office.beat(DAY + timedelta(hours=1))
    assert [one.name for one in office.contents(P1)][-1:] == ["reminder"]


def test_whoever_leaves_while_the_date_moves_comes_back_with_the_date(office: Office) -> None:
    before = planned(office)
    held(office)
    amended(office, OTHERS, at=DAY + MINUTE)
    amended(office, PLAN, at=DAY + 2 * MINUTE)
    assert states(office, "T-7").count(NoticeState.HELD) == 1
    with office.database.reading() as session:
        assert owed(session, "p-1").due_on == date(2024, 5, 15)
    ahead = {one for one in before if one[5] > DAY}
    assert {one for one in planned(office) if one[5] > DAY} == ahead


def test_whoever_was_away_while_the_date_moved_has_the_date_of_the_others(office: Office) -> None:
    fewer = altered(("[p-1, p-2]", "[p-2]"))
    amended(office, fewer)
    amended(
        office, altered(("due: 2024-05-15", "due: 2024-05-22"), text=fewer), at=APRIL + 2 * MINUTE
    )
    amended(office, altered(("due: 2024-05-15", "due: 2024-05-22")), at=APRIL + 3 * MINUTE)
    with office.database.reading() as session:
        assert owed(session, "p-1").due_on == owed(session, "p-2").due_on == date(2024, 5, 22)
    assert {at for code, _, _, step, _, at, *_ in planned(office) if (code, step) == ("p-1", "T-7")}


def test_a_correction_keeps_its_own_cadence(office: Office) -> None:
    with office.database.writing() as session:
        one = owed(session, "p-1")
        one.state, one.correct_by = ObligationState.RETURNED, date(2024, 5, 27)
    policies = "policies: {digest: true, announce: false"
    slow = altered((policies, f"{policies}, cadence: {{before: [3], after: [9]}}"))
    amended(office, slow)
    found = {one[3] for one in planned(office) if one[:2] == ("p-1", "dang-ky")}
    amended(office, PLAN, at=APRIL + MINUTE)
    assert {one[3] for one in planned(office) if one[:2] == ("p-1", "dang-ky")} == found
    assert "T-3" not in found


def test_a_granted_extension_is_told_though_the_plan_went_there_and_back(office: Office) -> None:
    with office.database.writing() as session:
        extend(session, owed(session, "p-1"), date(2024, 5, 17), decide(APRIL), hours=office.hours)
    amended(office, LATER, at=APRIL + MINUTE)
    amended(office, PLAN, at=APRIL + 2 * MINUTE)
    office.beat(APRIL + 2 * MINUTE)
    (item,) = office.contents(P1)[-1].items
    assert (item.changes, item.due) == (("granted",), date(2024, 5, 17))


def test_moved_dropped_and_asked_again_before_anybody_was_told_says_nothing(office: Office) -> None:
    """Whoever is told that it is dropped knew the date before both."""
    before = planned(office)
    amended(office, LATER)
    amended(office, without("dang-ky"), at=APRIL + MINUTE)
    assert told(office)["p-1", "dropped-3"] == "since 1, was 2024-05-15, dropped"
    amended(office, PLAN, at=APRIL + 2 * MINUTE)
    assert told(office) == {}
    assert planned(office) == before


def test_who_knows_it_as_dropped_is_told_that_it_is_asked_again(office: Office) -> None:
    """Whatever becomes of its date meanwhile."""
    amended(office, without("dang-ky"))
    office.beat(APRIL)
    for number, text in enumerate((PLAN, LATER, PLAN), start=1):
        amended(office, text, at=APRIL + number * MINUTE)
    assert told(office)["p-1", "changed-5"] == "since 2, restored"
    amended(office, without("dang-ky"), at=APRIL + 4 * MINUTE)
    assert told(office) == {}
