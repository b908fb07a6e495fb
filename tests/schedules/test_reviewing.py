"""Friday 12 April 2024, then 15, 16, 17, 19 (18/4 is Giỗ Tổ), 22: the fifth working day."""

from datetime import date, datetime

import pytest
from sqlalchemy import select, true

from dondoc.database import Database
from dondoc.decision import Decision
from dondoc.holds import Named, Span, place
from dondoc.submissions import accept
from dondoc.tables import (
    Contact,
    Milestone,
    Notice,
    NoticeState,
    Obligation,
    Reason,
    Stage,
    Unit,
)
from notifications.parcel import Verdict
from notifications.rendering import render
from schedules.collection import collect
from schedules.returning import Wanted, give_back
from schedules.reviewing import Reviews, review_days, reviews
from tests.cast import local
from tests.office import PLAN, Office, deliver, owed

DELIVERED = local(2024, 4, 12)
COLLECTOR = "noi-vu@quan.example"


@pytest.fixture
def office(database: Database) -> Office:
    office = Office(database)
    office.launch(at=local(2024, 3, 29))
    deliver(office, DELIVERED)
    return office


def run(office: Office, at: datetime) -> int:
    with office.database.writing() as session:
        return collect(session, hours=office.hours, now=at).nudges


def planned(office: Office, *, upward: bool = False) -> dict[str, date]:
    """To the collector itself, or to its superiors."""
    with office.database.reading() as session:
        rows = session.execute(
            select(Notice.step, Notice.planned_at)
            .where(
                Notice.stage == Stage.REVIEW,
                Notice.state == NoticeState.PLANNED,
                Notice.level.is_not(None) if upward else Notice.level.is_(None),
            )
            .order_by(Notice.planned_at)
        )
        return {step: office.hours.today(at) for step, at in rows}


def test_the_collector_is_told_before_its_day_and_after(office: Office) -> None:
    assert run(office, local(2024, 4, 13, 0)) == 8
    assert run(office, local(2024, 4, 14, 0)) == 0
    assert planned(office) == {
        "review-v1-T-1": date(2024, 4, 19),
        "review-v1-T-0": date(2024, 4, 22),
        "review-v1-T+1": date(2024, 4, 23),
        "review-v1-T+1+5wd": date(2024, 5, 3),
        "review-v1-T+1+10wd": date(2024, 5, 9),
    }
    for day in (19, 22, 23):
        office.beat(local(2024, 4, day))
    told = [one for content in office.contents(COLLECTOR) for one in content.waiting]
    assert {one.by for one in told} == {date(2024, 4, 22)}
    assert [one.days_left for one in told] == [3, 0, -1]


def test_the_day_is_shown(office: Office) -> None:
    with office.database.reading() as session:
        id_ = session.scalars(select(Obligation.id).join(Unit).where(Unit.code == "p-1")).one()
        assert review_days(session, [id_], hours=office.hours) == {id_: date(2024, 4, 22)}
        on_day = reviews(session, true(), hours=office.hours, now=local(2024, 4, 22, 23))
        after = reviews(session, true(), hours=office.hours, now=local(2024, 4, 23, 0))
    assert on_day == Reviews(waiting=1, late=0, next_by=date(2024, 4, 22))
    assert after == Reviews(waiting=1, late=1, next_by=None)


def test_a_later_version_gives_the_collector_time_again(office: Office) -> None:
    run(office, local(2024, 4, 13))
    deliver(office, local(2024, 4, 19), version=2)
    assert run(office, local(2024, 4, 20)) == 8
    assert list(planned(office))[:2] == ["review-v2-T-1", "review-v2-T-0"]
    assert planned(office)["review-v2-T-0"] == date(2024, 4, 26)


def test_a_decision_ends_it(office: Office) -> None:
    run(office, local(2024, 4, 13))
    with office.database.writing() as session:
        accept(session, owed(session), actor="an", now=local(2024, 4, 15))
    assert planned(office) == {}


def test_a_return_ends_it_and_what_comes_back_is_new(office: Office) -> None:
    run(office, local(2024, 4, 13))
    decision = Decision(actor="an", reason="thiếu chữ ký", now=local(2024, 4, 15))
    with office.database.writing() as session:
        give_back(session, owed(session), Wanted(), decision, hours=office.hours)
    assert planned(office) == {}
    assert run(office, local(2024, 4, 16)) == 0
    deliver(office, local(2024, 4, 17), version=2)
    run(office, local(2024, 4, 19, 0))
    assert planned(office)["review-v2-T-0"] == date(2024, 4, 25)


def test_what_was_missed_in_an_outage_is_told_once(office: Office) -> None:
    assert run(office, local(2024, 5, 6)) == 3
    assert planned(office)["review-v1-T+1+5wd"] == date(2024, 5, 6)


def test_another_collector_is_told_instead(office: Office) -> None:
    run(office, local(2024, 4, 13))
    with office.database.writing() as session:
        other = session.scalars(select(Unit).where(Unit.code == "tai-chinh")).one()
        session.scalars(select(Milestone)).one().collector_id = other.id
    assert run(office, local(2024, 4, 14)) == 8
    office.beat(local(2024, 4, 19))
    assert office.contents(COLLECTOR) == []
    assert [one.name for one in office.contents("tai-chinh@quan.example")] == ["review"]
    with office.database.reading() as session:
        gone = session.scalars(
            select(Notice.id).where(
                Notice.stage == Stage.REVIEW, Notice.reason == Reason.SUPERSEDED
            )
        ).all()
    assert len(gone) == 8


def test_the_plan_says_how_long_and_how_often(database: Database) -> None:
    office = Office(database)
    text = PLAN.replace(
        "announce: false",
        "announce: false, review_within: 2, "
        "review_cadence: {before: [0], after: [], max_overdue: 0}",
    )
    office.launch(text, at=local(2024, 3, 29))
    deliver(office, DELIVERED)
    run(office, local(2024, 4, 13))
    assert planned(office) == {"review-v1-T-0": date(2024, 4, 16)}


HEAD, GROUP_HEAD = "head.noi-vu@quan.example", "head.tai-chinh@quan.example"
BOARD = "head.ubnd-quan@quan.example"


def verdicts(office: Office, step: str) -> tuple[str, str | None]:
    with office.database.reading() as session:
        one = session.scalars(select(Notice).where(Notice.step == f"review-v1-{step}")).one()
        return one.state.value, one.reason and one.reason.value


def test_superiors_of_a_silent_collector_are_told_level_by_level(office: Office) -> None:
    """As they are of a unit: after two working days its head, then the others, each once."""
    run(office, local(2024, 4, 13))
    assert planned(office, upward=True) == {
        "review-v1-L1": date(2024, 4, 24),
        "review-v1-L2": date(2024, 4, 26),
        "review-v1-L3": date(2024, 5, 3),
    }
    for day in (19, 22, 23, 24, 26):
        office.beat(local(2024, 4, day))
    office.beat(local(2024, 5, 3))
    for address in (HEAD, GROUP_HEAD, BOARD):
        (content,) = office.contents(address)
        (told,) = content.waiting
        assert (told.collector, told.units) == ("Phòng Nội vụ", ("p-1",))
    letter = render(office.contents(HEAD)[0])
    assert letter.subject == "01 bài nộp quá hạn xem xét – Phòng Nội vụ"
    assert "Phòng Nội vụ còn 01 bài nộp đã quá hạn xem xét." in " ".join(letter.text.split())
    own = office.contents(COLLECTOR)[-1].waiting
    assert {one.collector for one in own} == {""}


def test_no_superior_is_told_once_the_collector_has_decided(office: Office) -> None:
    run(office, local(2024, 4, 13))
    office.beat(local(2024, 4, 19))
    with office.database.writing() as session:
        accept(session, owed(session), actor="an", now=local(2024, 4, 23))
    office.beat(local(2024, 4, 24))
    assert office.contents(HEAD) == []
    assert planned(office, upward=True) == {}


def test_a_superior_is_told_only_what_the_collector_was_told_before(office: Office) -> None:
    office.server.answers[COLLECTOR] = Verdict.REFUSED
    run(office, local(2024, 4, 13))
    for day in (19, 22, 23, 24):
        office.beat(local(2024, 4, day))
    assert office.contents(HEAD) == []
    assert verdicts(office, "L1") == ("skipped", "contact_problem")


def test_a_vacant_superior_passes_it_on(office: Office) -> None:
    run(office, local(2024, 4, 13))
    with office.database.writing() as session:
        session.scalars(select(Contact).where(Contact.email == HEAD)).one().email = None
    for day in (19, 22, 23, 24):
        office.beat(local(2024, 4, day))
    (content,) = office.contents(GROUP_HEAD)
    assert content.waiting[0].collector == "Phòng Nội vụ"


def test_a_hold_of_escalations_keeps_it_too(office: Office) -> None:
    run(office, local(2024, 4, 13))
    with office.database.writing() as session:
        covers = Named(plan="thi-dua", only_upward=True).covers(session)
        decision = Decision(actor="an", reason="mưa lũ", now=local(2024, 4, 15))
        place(session, covers, Span(), decision)
    for day in (19, 22, 23, 24):
        office.beat(local(2024, 4, day))
    assert office.contents(HEAD) == []
    assert verdicts(office, "L1") == ("held", None)
    assert verdicts(office, "T+1") == ("sent", None)
