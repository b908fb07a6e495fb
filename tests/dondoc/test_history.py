from collections.abc import Iterator
from datetime import date, datetime

import pytest
from sqlalchemy.orm import Session

from dondoc.database import Database
from dondoc.explaining import ACTIONS, REASONS, ROLES, STAGES, STATES, noted
from dondoc.history import EventLine, NoticeLine, history
from dondoc.queries import milestone_by_code, obligation_of, seats, unit_by_code
from dondoc.tables import (
    Event,
    Letter,
    LetterState,
    Notice,
    NoticeState,
    Obligation,
    Plan,
    Reason,
    Role,
    Stage,
)
from dondoc.words import Language, Words
from tests.cast import hand_in, local, make_plan, make_units


@pytest.fixture
def session(database: Database) -> Iterator[Session]:
    with database.writing() as session:
        yield session


@pytest.fixture
def plan(session: Session) -> Plan:
    return make_plan(session, make_units(session))


def owed(session: Session, plan: Plan, unit: str, milestone: str = "dang-ky") -> Obligation:
    found = unit_by_code(session, unit)
    return obligation_of(session, milestone_by_code(session, plan, milestone), found)


def notice(obligation: Obligation, at: datetime, **about: object) -> Notice:
    plan_id = obligation.occurrence.milestone.plan_id
    return Notice(plan_id=plan_id, obligation=obligation, planned_at=at, **about)


def letter(at: datetime) -> Letter:
    return Letter(
        key="day:2024-04-08:p-1@quan.example",
        day=date(2024, 4, 8),
        name="reminder",
        address="p-1@quan.example",
        language=Language.VI,
        state=LetterState.SENT,
        message_id="<1@quan.example>",
        created_at=at,
        retry_at=at,
        sent_at=at,
        answer="250 OK",
    )


def test_history_tells_notices_and_decisions_in_order(session: Session, plan: Plan) -> None:
    obligation = owed(session, plan, "p-1")
    unit = obligation.unit
    officer = seats(session, unit, Role.OFFICER)[0]
    above = seats(session, unit_by_code(session, "noi-vu"), Role.OFFICER)[0]
    sent_at = local(2024, 4, 8, 8, 1)
    session.add_all(
        [
            notice(
                obligation,
                local(2024, 4, 24, 8),
                contact=above,
                stage=Stage.ESCALATE,
                step="L3",
                level=3,
                state=NoticeState.SKIPPED,
                reason=Reason.SUBMITTED,
                note="group_head",
            ),
            notice(
                obligation,
                local(2024, 4, 8, 8),
                contact=officer,
                stage=Stage.REMIND,
                step="T-7",
                state=NoticeState.SENT,
                letter=letter(sent_at),
            ),
            hand_in(obligation, local(2024, 4, 20), files=2),
            Event(
                at=local(2024, 4, 15),
                actor="lan",
                action="extend",
                subject="ke-hoach/dang-ky/p-1",
                reason="bão",
                before={"due_on": "2024-04-15"},
                after={"due_on": "2024-04-22"},
                facts={"occurrence": "2024-04-15"},
            ),
            Event(
                at=local(2024, 4, 20),
                actor="x",
                action="submit",
                subject="ke-hoach/dang-ky/p-1",
                facts={},
            ),
        ]
    )
    session.flush()
    told, extended, submitted, skipped = history(session, unit)
    assert isinstance(told, NoticeLine)
    assert isinstance(skipped, NoticeLine)
    assert isinstance(extended, EventLine)
    assert isinstance(submitted, EventLine)
    assert (told.step, told.accepted_at, told.answer) == ("T-7", sent_at, "250 OK")
    assert told.said_why == Words("", "")
    assert (extended.decided_by, extended.facts) == ("lan", {})
    assert [one.vi for one in extended.told] == ["lý do: bão", "hạn: 15/04/2024 → 22/04/2024"]
    assert (submitted.action, submitted.facts) == ("submit", {"version": 1, "files": 2})
    assert (skipped.seat.unit, skipped.level) == ("noi-vu", 3)
    assert skipped.said_why.vi == "đơn vị đã nộp; bỏ qua: trưởng cụm, khối"


def test_history_of_one_milestone_and_of_nobody_else(session: Session, plan: Plan) -> None:
    for code, milestone in (("p-1", "dang-ky"), ("p-1", "so-ket"), ("p-2", "dang-ky")):
        session.add(hand_in(owed(session, plan, code, milestone), local(2024, 4, 1)))
    session.flush()
    unit = unit_by_code(session, "p-1")
    only = history(session, unit, milestone_by_code(session, plan, "so-ket"))
    assert [line.milestone for line in only] == ["so-ket"]
    assert [line.milestone for line in history(session, unit, plan=plan)] == ["dang-ky", "so-ket"]


@pytest.mark.parametrize(
    ("note", "said"),
    [
        ("carried", "chuyển sang ngày làm việc sau"),
        ("vacant: head", "khuyết: thủ trưởng đơn vị"),
        ("head, group_head", "bỏ qua: thủ trưởng đơn vị, trưởng cụm, khối"),
        ("gọi điện ngày 5/4", "gọi điện ngày 5/4"),
    ],
)
def test_note_is_said_for_people(note: str, said: str) -> None:
    assert noted(note).vi == said


def test_every_state_and_reason_has_words() -> None:
    assert set(REASONS) == set(Reason)
    assert set(STATES) == set(NoticeState)
    assert set(STAGES) == set(Stage)
    assert set(ROLES) == set(Role)
    assert ACTIONS["extend"].en == "extended"
