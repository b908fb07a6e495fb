"""The letter that tells what an amendment changed, from its notice to its wording."""

from datetime import date, datetime

import pytest
from sqlalchemy import select

from dondoc.changes import Change, What
from dondoc.database import Database
from dondoc.tables import (
    Contact,
    Notice,
    NoticeState,
    Obligation,
    ObligationState,
    Plan,
    Role,
    Stage,
    Unit,
    Version,
)
from notifications.rendering import render
from tests.cast import local
from tests.office import Office

LAUNCH = local(2024, 3, 29)
MORNING = local(2024, 4, 1, 8)
"""T-14 of the plan's only milestone."""


@pytest.fixture
def office(database: Database) -> Office:
    office = Office(database)
    office.launch(at=LAUNCH)
    with database.writing() as session:
        plan = session.scalars(select(Plan)).one()
        plan.revision = 2
        row = Version(
            plan_id=plan.id,
            number=2,
            at=LAUNCH,
            actor="an",
            reason="CV 77/UBND",
            source=plan.source,
        )
        session.add(row)
    return office


def tell(
    office: Office, change: Change, *, at: datetime, unit: str = "p-1", step: str = "changed-2"
) -> None:
    with office.database.writing() as session:
        owed = session.scalars(select(Obligation).join(Unit).where(Unit.code == unit)).one()
        seat = session.scalars(
            select(Contact).where(Contact.unit_id == owed.unit_id, Contact.role == Role.OFFICER)
        ).one()
        if change.what == (What.DROPPED,):
            owed.state = ObligationState.EXEMPT
        notice = Notice(
            plan_id=session.scalars(select(Plan.id)).one(),
            obligation=owed,
            contact=seat,
            stage=Stage.CHANGED,
            step=step,
            planned_at=at,
            change=change.text,
        )
        session.add(notice)


def test_a_moved_date_is_told_beside_the_reminder_of_the_day(office: Office) -> None:
    tell(office, Change(was=date(2024, 4, 8)), at=MORNING)
    office.beat(MORNING)
    assert set(office.letters()) == {
        ("p-1@quan.example", "changed"),
        ("p-2@quan.example", "reminder"),
    }
    (content,) = office.contents("p-1@quan.example")
    (item,) = content.items
    assert (item.was, item.changed_why, item.due) == (
        date(2024, 4, 8),
        "CV 77/UBND",
        date(2024, 4, 15),
    )
    text = " ".join(render(content).text.split())
    assert "thời hạn mới thứ Hai, 15/4/2024" in text
    assert "Thay đổi: hạn cũ: 08/4/2024" in text
    assert office.verdicts("p-1")["T-14"] == ("sent", None)
    assert office.verdicts("p-1")["changed-2"] == ("sent", None)


def test_what_is_dropped_is_told_though_nothing_is_owed(office: Office) -> None:
    tell(office, Change(what=(What.DROPPED,)), at=MORNING, step="dropped-2")
    office.beat(MORNING)
    (content,) = office.contents("p-1@quan.example")
    rendered = render(content)
    assert rendered.subject == "Không còn phải nộp: Đăng ký danh hiệu thi đua"
    assert "Hồ sơ nộp" not in rendered.text
    assert "KHÔNG CÒN PHẢI NỘP" in rendered.text
    assert office.verdicts("p-1")["T-14"] == ("skipped", "exempt")


def test_dropped_and_asked_for_again_is_not_told(office: Office) -> None:
    tell(office, Change(what=(What.DROPPED,)), at=MORNING, step="dropped-2")
    with office.database.writing() as session:
        for owed in session.scalars(select(Obligation)):
            owed.state = ObligationState.OPEN
    office.beat(MORNING)
    assert office.verdicts("p-1")["dropped-2"] == ("skipped", "amended")


def test_whoever_delivered_meanwhile_is_not_told(office: Office) -> None:
    tell(office, Change(was=date(2024, 4, 8)), at=MORNING)
    office.deliver("p-1")
    office.beat(MORNING)
    assert office.verdicts("p-1")["changed-2"] == ("skipped", "submitted")


def test_a_change_carried_to_the_next_day_keeps_what_it_tells(office: Office) -> None:
    office.beat(MORNING)  # today's letter has left
    tell(office, Change(was=date(2024, 4, 8)), at=local(2024, 4, 1, 9))
    office.beat(local(2024, 4, 1, 9))
    with office.database.reading() as session:
        notice = session.scalars(select(Notice).where(Notice.step == "changed-2")).one()
        assert (notice.state, notice.note) == (NoticeState.PLANNED, "carried")
        assert Change.read(notice.change).was == date(2024, 4, 8)
    office.beat(local(2024, 4, 2, 8))
    assert office.letters()[-1] == ("p-1@quan.example", "changed")
