from datetime import datetime
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from dondoc.database import Database
from dondoc.decision import Decision, DecisionRefused, ReasonMissing
from dondoc.errors import NotFound
from dondoc.fulfilment import fulfil
from dondoc.history import EventLine, NoticeLine, history
from dondoc.hold_words import what_is_held
from dondoc.holds import (
    HoldEnded,
    HoldTooShort,
    Named,
    Span,
    WhatToHold,
    WhichPlan,
    hold_by_id,
    holds,
    place,
    release,
)
from dondoc.queries import unit_by_code
from dondoc.tables import Hold, Notice, Obligation, Unit
from notifications.beat import next_planned
from notifications.demand import Demand, remind
from notifications.parcel import Verdict
from notifications.scope import Scope
from tests.cast import ZONE, hand_in, local
from tests.office import PLAN, Office

LAUNCH = local(2024, 3, 29)
T14, T7, T1 = local(2024, 4, 1, 8), local(2024, 4, 8, 8), local(2024, 4, 12, 8)
T_PLUS_1 = local(2024, 4, 16, 8)
L1, L2, L3 = local(2024, 4, 17, 8), local(2024, 4, 22, 8), local(2024, 4, 24, 8)
FLOOD = "mưa lũ, mất điện"


@pytest.fixture
def office(database: Database) -> Office:
    office = Office(database)
    office.launch(at=LAUNCH)
    return office


def hold(office: Office, now: datetime, *, span: Span | None = None, **named: Any) -> int:
    with office.database.writing() as session:
        covers = Named(**named).covers(session)
        return place(session, covers, span or Span(), decide(now)).id


def let_go(office: Office, number: int, now: datetime) -> int:
    with office.database.writing() as session:
        found = hold_by_id(session, number)
        return release(session, found, decide(now), days=office.hours)


def decide(now: datetime) -> Decision:
    return Decision(actor="an", reason=FLOOD, now=now)


def told(office: Office, unit: str) -> list[NoticeLine | EventLine]:
    with office.database.reading() as session:
        return history(session, unit_by_code(session, unit))


@pytest.mark.parametrize(
    ("named", "reached"),
    [
        ({"everything": True}, []),
        ({"plan": "thi-dua"}, []),
        ({"plan": "thi-dua", "milestone": "dang-ky"}, []),
        ({"unit": "p-1"}, ["p-2@quan.example"]),
        ({"group": "cum-1"}, []),
        ({"group": "cum-2"}, ["p-1@quan.example", "p-2@quan.example"]),
        ({"only_upward": True}, ["p-1@quan.example", "p-2@quan.example"]),
    ],
)
def test_what_a_hold_covers_waits_and_the_rest_leaves(
    office: Office, named: dict[str, Any], reached: list[str]
) -> None:
    hold(office, LAUNCH, **named)
    office.beat(T14)
    assert sorted(office.server.recipients) == reached


def test_other_plans_go_on(office: Office) -> None:
    office.launch(PLAN.replace("code: thi-dua", "code: khac"), at=LAUNCH)
    hold(office, LAUNCH, plan="khac")
    office.beat(T14)
    (content,) = office.contents("p-1@quan.example")
    assert [item.plan_code for item in content.items] == ["thi-dua"]


def test_when_it_ends_what_was_missed_is_one_letter_with_todays_wording(office: Office) -> None:
    number = hold(office, LAUNCH, plan="thi-dua")
    for now in (T14, T7, T1):
        assert not office.beat(now).swept.letters
    assert {state for state, _ in office.verdicts("p-1").values()} == {"planned", "held"}
    assert let_go(office, number, local(2024, 4, 12, 10)) == 6
    office.beat(local(2024, 4, 12, 10))
    assert office.letters() == [("p-1@quan.example", "reminder"), ("p-2@quan.example", "reminder")]
    assert office.contents("p-1@quan.example")[0].items[0].days_left == 3
    steps = office.verdicts("p-1")
    assert [steps[step] for step in ("T-14", "T-7", "T-1")] == [
        ("skipped", "superseded"),
        ("skipped", "superseded"),
        ("sent", None),
    ]


def test_hold_ends_by_itself_on_its_last_day(office: Office) -> None:
    end = local(2024, 4, 9, 0)
    hold(office, LAUNCH, plan="thi-dua", span=Span(end=end))
    office.beat(T7)
    with office.database.reading() as session:
        assert next_planned(session) == end
    office.beat(local(2024, 4, 9, 8))
    assert len(office.letters()) == 2
    with office.database.reading() as session:
        (ended,) = holds(session, ended=True)
        assert (ended.ended_at, holds(session)) == (end, [])


def test_hold_may_begin_later(office: Office) -> None:
    hold(office, LAUNCH, plan="thi-dua", span=Span(start=local(2024, 4, 5, 0)))
    office.beat(T14)
    office.beat(T7)
    assert [name for _, name in office.letters()] == ["reminder", "reminder"]


def test_letter_that_waits_in_the_outbox_is_held_too(office: Office) -> None:
    office.server.answers["p-1@quan.example"] = Verdict.DEFERRED
    office.beat(T14)
    number = hold(office, T14, unit="p-1")
    office.server.answers.clear()
    assert office.beat(local(2024, 4, 1, 9)).drained.dropped == 1
    assert office.verdicts("p-1")["T-14"] == ("held", None)
    let_go(office, number, local(2024, 4, 1, 10))
    office.beat(local(2024, 4, 1, 10))
    assert office.verdicts("p-1")["T-14"] == ("sent", None)


def test_what_is_delivered_meanwhile_is_not_reminded_afterwards(office: Office) -> None:
    number = hold(office, LAUNCH, plan="thi-dua")
    office.beat(T14)
    with office.database.writing() as session:
        owed = select(Obligation.id).join(Unit).where(Unit.code == "p-1")
        fulfil(session, session.scalars(owed).all(), now=T14)
    assert office.verdicts("p-1")["T-14"] == ("skipped", "submitted")
    assert let_go(office, number, T7) == 1


def test_after_a_flood_the_ladder_climbs_on_level_by_level(office: Office) -> None:
    office.beat(T_PLUS_1)
    hold(office, T_PLUS_1, only_upward=True, span=Span(end=local(2024, 4, 27, 0)))
    for now in (L1, L2, L3):
        office.beat(now)
    assert {name for _, name in office.letters()} == {"overdue"}
    monday = local(2024, 5, 2, 8)  # 29/4 to 1/5 are off
    office.beat(monday)
    assert [to for to, name in office.letters() if name == "escalation"] == [
        "head.p-1@quan.example",
        "head.p-2@quan.example",
    ]
    with office.database.reading() as session:
        planned = session.execute(
            select(Notice.level, Notice.planned_at)
            .join(Obligation, Obligation.id == Notice.obligation_id)
            .join(Unit, Unit.id == Obligation.unit_id)
            .where(Unit.code == "p-2", Notice.level > 1)
            .order_by(Notice.level)
        )
        assert [(level, at) for level, at in planned] == [
            (2, local(2024, 5, 4, 8)),  # a worked Saturday
            (3, local(2024, 5, 7, 8)),
            (4, local(2024, 5, 13, 8)),
        ]


def test_reviewers_are_reminded_while_a_unit_is_on_hold(office: Office) -> None:
    number = hold(office, LAUNCH, unit="p-1")
    with office.database.reading() as session:
        found = hold_by_id(session, number)
        assert what_is_held(found).en == "unit p-1"
    office.deliver("p-1")
    with office.database.writing() as session:
        plan_review(session)
    office.beat(T14)
    assert ("noi-vu@quan.example", "review") in office.letters()


def plan_review(session: Session) -> None:
    """A reminder for the collector about p-1."""
    copied = session.scalars(
        select(Notice).join(Obligation).join(Unit).where(Unit.code == "p-1").limit(1)
    ).one()
    assert copied.obligation is not None
    session.add(hand_in(copied.obligation, LAUNCH))
    session.add(
        Notice(
            plan_id=copied.plan_id,
            obligation_id=copied.obligation_id,
            contact_id=unit_by_code(session, "noi-vu").contacts[0].id,
            stage="review",
            step="review-v1-1",
            planned_at=T14,
        )
    )


def test_manual_reminder_says_that_it_waits(office: Office) -> None:
    hold(office, LAUNCH, unit="p-1")
    with office.database.writing() as session:
        demand = Demand(scope=Scope(plan="thi-dua"), actor="binh", now=T14)
        done = remind(session, demand, hours=office.hours)
    assert [(line.unit, line.verdict, line.reason) for line in done.lines] == [
        ("p-1", "held", "held"),
        ("p-2", "planned", ""),
    ]
    office.beat(T14)
    assert office.server.recipients == ["p-2@quan.example"]


@pytest.mark.parametrize(
    ("named", "wrong"),
    [
        ({}, WhatToHold),
        ({"milestone": "dang-ky"}, WhichPlan),
        ({"plan": "khac"}, NotFound),
        ({"plan": "thi-dua", "milestone": "khac"}, NotFound),
    ],
)
def test_what_to_hold_must_be_said(
    office: Office, named: dict[str, Any], wrong: type[Exception]
) -> None:
    with pytest.raises(wrong):
        hold(office, LAUNCH, **named)


@pytest.mark.parametrize(
    "span",
    [Span(end=LAUNCH), Span(end=local(2024, 3, 1)), Span(start=T7, end=T14)],
)
def test_hold_that_ends_before_it_begins_is_refused(office: Office, span: Span) -> None:
    with pytest.raises(HoldTooShort):
        hold(office, LAUNCH, everything=True, span=span)
    with office.database.reading() as session:
        assert session.scalars(select(Hold)).all() == []


def test_hold_is_released_once_and_needs_a_reason(office: Office) -> None:
    number = hold(office, LAUNCH, everything=True)
    let_go(office, number, T14)
    with pytest.raises(HoldEnded):
        let_go(office, number, T7)
    with pytest.raises(ReasonMissing):
        Decision(actor="an", reason=" ", now=T14)
    with pytest.raises(NotFound):
        let_go(office, 99, T14)
    assert issubclass(HoldEnded, DecisionRefused)


def test_why_says_who_holds_it_why_and_until_when(office: Office) -> None:
    hold(office, LAUNCH, plan="thi-dua", span=Span(end=local(2024, 4, 9, 0).astimezone(ZONE)))
    office.beat(T14)
    lines = told(office, "p-1")
    first = next(line for line in lines if isinstance(line, NoticeLine) and line.step == "T-14")
    assert first.said_state.vi == "đang tạm dừng"
    assert (
        first.said_why.vi == "tạm dừng từ 09:00 29/03/2024 đến hết ngày 08/04/2024: "
        "mưa lũ, mất điện (an)"
    )
    (event,) = [line for line in lines if isinstance(line, EventLine) and line.action == "hold"]
    assert (event.said.vi, event.reason, event.decided_by) == ("tạm dừng gửi", FLOOD, "an")
    assert "đến: 00:00 09/04/2024" in [one.vi for one in event.told]


def test_group_hold_is_told_only_to_its_units(office: Office) -> None:
    hold(office, LAUNCH, group="cum-2")
    assert [line for line in told(office, "p-1") if isinstance(line, EventLine)] == []
