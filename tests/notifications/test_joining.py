"""A letter that could not leave on its day: one letter a person and day all the same."""

from datetime import datetime, timedelta

import pytest
from sqlalchemy import func, select

from dondoc.database import Database
from dondoc.history import NoticeLine, history
from dondoc.queries import unit_by_code
from dondoc.tables import Letter, LetterState, Notice, NoticeState
from notifications.fate import LEAST_ATTEMPTS
from notifications.ledger import claim
from notifications.parcel import Verdict
from notifications.sweep import sweep
from tests.cast import local
from tests.office import PLAN, Office

LAUNCH = local(2024, 3, 29)
MONDAY, TUESDAY = local(2024, 4, 8, 8), local(2024, 4, 9, 8)
"""of the reminder a week before, and the day after"""
HOUR = timedelta(hours=1)
P1 = "p-1@quan.example"
OTHER = PLAN.replace("code: thi-dua", "code: hai").replace("due: 2024-04-15", "due: 2024-04-16")
"""whose reminder is due a day later"""


@pytest.fixture
def office(database: Database) -> Office:
    office = Office(database)
    office.launch(at=LAUNCH)
    office.launch(OTHER, at=LAUNCH)
    return office


def put_off(office: Office, *, until: datetime) -> None:
    """The first day's letter, from morning on, hour by hour."""
    office.server.answers[P1] = Verdict.DEFERRED
    at = MONDAY
    while at < until:
        office.beat(at)
        at += HOUR


def received(office: Office) -> int:
    return office.server.recipients.count(P1)


def sent(office: Office, step: str) -> list[NoticeState]:
    return [state for state in states(office, step) if state is NoticeState.SENT]


def states(office: Office, step: str) -> list[NoticeState]:
    with office.database.reading() as session:
        found = (
            select(Notice.state)
            .join(Letter, Letter.id == Notice.letter_id)
            .where(Notice.step == step, Letter.address == P1)
            .order_by(Notice.id)
        )
        return list(session.scalars(found))


def test_what_was_put_off_goes_with_the_next_days_letter(office: Office) -> None:
    put_off(office, until=MONDAY + 9 * HOUR)
    del office.server.answers[P1]
    for hours in range(9):
        office.beat(TUESDAY + hours * HOUR)
    assert received(office) == 1
    assert len(sent(office, "T-7")) == 2
    (content,) = office.contents(P1)
    assert [item.plan_code for item in content.items] == ["thi-dua", "hai"]


def test_it_keeps_its_number_its_tries_and_its_message_id(office: Office) -> None:
    """A server that had taken it after all sees the same message again."""
    put_off(office, until=MONDAY + 9 * HOUR)
    with office.database.reading() as session:
        before = session.scalars(select(Letter).where(Letter.address == P1)).one()
    assert before.attempts > 1
    sweep(office.post, TUESDAY)
    with office.database.reading() as session:
        after = session.scalars(select(Letter).where(Letter.address == P1)).one()
    assert (after.id, after.message_id) == (before.id, before.message_id)
    assert (after.attempts, after.created_at) == (before.attempts, before.created_at)
    assert (after.day, after.key) == (TUESDAY.date(), f"day:2024-04-09:{P1}")


def test_why_says_that_it_went_with_another_days_letter(office: Office) -> None:
    put_off(office, until=MONDAY + 9 * HOUR)
    del office.server.answers[P1]
    office.beat(TUESDAY + HOUR)
    with office.database.reading() as session:
        lines = history(session, unit_by_code(session, "p-1"))
        found = {
            one.plan: one.said_why.vi
            for one in lines
            if isinstance(one, NoticeLine) and one.step == "T-7"
        }
    joined = "thư hôm ấy chưa đi được, gửi chung với thư ngày 09/04/2024"
    assert found == {"thi-dua": joined, "hai": ""}


def test_alone_it_is_the_letter_of_the_day_on_which_it_leaves(office: Office) -> None:
    """What is decided later that day waits for tomorrow, as beside any other letter."""
    put_off(office, until=MONDAY + 2 * HOUR)
    third = OTHER.replace("code: hai", "code: ba").replace("2024-04-16", "2024-04-10")
    del office.server.answers[P1]
    wednesday = local(2024, 4, 10, 9)
    office.beat(wednesday)
    office.launch(third, at=wednesday)
    with office.database.reading() as session:
        days = session.scalars(
            select(Letter.day).where(Letter.address == P1, Letter.state == LetterState.SENT)
        ).all()
    assert days == [wednesday.date()]
    office.beat(wednesday + HOUR)
    assert received(office) == 1


def test_where_todays_has_left_already_it_waits_for_tomorrows(office: Office) -> None:
    """It was being sent while today's was made, and is put off only then."""
    office.server.answers[P1] = Verdict.DEFERRED
    office.beat(MONDAY)
    with office.database.writing() as session:
        claim(session, now=MONDAY + HOUR, limit=9, only_urgent=False)  # and the sender dies
    del office.server.answers[P1]
    sweep(office.post, TUESDAY)
    with office.database.writing() as session:
        older = session.scalars(select(Letter).where(Letter.key == f"day:2024-04-08:{P1}")).one()
        older.state, older.retry_at = LetterState.DEFERRED, TUESDAY + HOUR
    office.beat(TUESDAY)
    assert received(office) == 1
    office.beat(TUESDAY + 2 * HOUR)
    assert received(office) == 1
    office.beat(TUESDAY + timedelta(days=1))
    assert received(office) == 2
    assert len(sent(office, "T-7")) == 2


def test_both_waiting_leave_as_one(office: Office) -> None:
    office.server.answers[P1] = Verdict.DEFERRED
    office.beat(MONDAY)
    with office.database.writing() as session:
        claim(session, now=MONDAY + HOUR, limit=9, only_urgent=False)
    sweep(office.post, TUESDAY)
    with office.database.writing() as session:
        older = session.scalars(select(Letter).where(Letter.key == f"day:2024-04-08:{P1}")).one()
        older.state, older.retry_at = LetterState.DEFERRED, TUESDAY
    del office.server.answers[P1]
    office.beat(TUESDAY)
    assert received(office) == 1
    assert len(sent(office, "T-7")) == 2
    with office.database.reading() as session:
        waiting = select(func.count()).where(Letter.state.in_(("queued", "deferred", "sending")))
        assert session.scalar(waiting) == 0


def test_patience_is_not_renewed_every_day(office: Office) -> None:
    """A mailbox that is always put off is given up, though there is something new each day."""
    office.server.answers[P1] = Verdict.DEFERRED
    for day in range(6):
        for hours in range(9):
            office.beat(MONDAY + timedelta(days=day) + hours * HOUR)
    with office.database.reading() as session:
        first, *_ = session.scalars(select(Letter).where(Letter.address == P1)).all()
    assert first.state is LetterState.FAILED
    assert first.attempts >= LEAST_ATTEMPTS
