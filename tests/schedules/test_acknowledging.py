from datetime import date, datetime

import pytest
from sqlalchemy import select, update

from dondoc.database import Database
from dondoc.decision import Decision
from dondoc.extensions import DayPassed
from dondoc.history import EventLine, history
from dondoc.queries import plan_by_code, unit_by_code
from dondoc.standing import standing
from dondoc.tables import Contact, Notice, Obligation, Promise, Role, Stage, Unit
from dondoc.verdicts import Verdict
from notifications.demand import Demand, escalate
from notifications.parcel import Verdict as Answer
from notifications.scope import Scope
from schedules.acknowledging import (
    NobodyThere,
    NotOverdue,
    Promised,
    PromisedBefore,
    TooFar,
    acknowledge,
)
from schedules.extending import extend
from tests.cast import local
from tests.office import PLAN, Office, owed

LAUNCH = local(2024, 3, 29)
T_PLUS_1 = local(2024, 4, 16, 8)
L1, L2, L3 = local(2024, 4, 17, 8), local(2024, 4, 22, 8), local(2024, 4, 24, 8)
MONDAY = date(2024, 4, 22)
HEAD = "head.p-2@quan.example"
EVERYBODY = PLAN.replace("{units: [p-1, p-2]}", "all")


@pytest.fixture
def office(database: Database) -> Office:
    office = Office(database)
    office.launch(at=LAUNCH)
    office.beat(T_PLUS_1)
    return office


def promise(
    office: Office,
    on: date = MONDAY,
    now: datetime = T_PLUS_1,
    *,
    level: int = 0,
    unit: str = "p-2",
) -> None:
    decision = Decision(actor="an", reason="chờ chữ ký", now=now)
    with office.database.writing() as session:
        promised = Promised(on=on, level=level)
        acknowledge(session, owed(session, unit), promised, decision, hours=office.hours)


def told(office: Office, unit: str = "p-2") -> list[tuple[str, int]]:
    """The superiors a unit was reported to, in order, with their level."""
    with office.database.reading() as session:
        rows = session.execute(
            select(Contact.email, Notice.level)
            .join(Contact, Contact.id == Notice.contact_id)
            .join(Obligation, Obligation.id == Notice.obligation_id)
            .join(Unit, Unit.id == Obligation.unit_id)
            .where(Unit.code == unit, Notice.stage == Stage.ESCALATE, Notice.state == "sent")
            .order_by(Notice.decided_at, Notice.id)
        )
        return [(email or "", level or 0) for email, level in rows]


def ahead(office: Office, unit: str = "p-2") -> list[tuple[int, datetime]]:
    with office.database.reading() as session:
        rows = session.execute(
            select(Notice.level, Notice.planned_at)
            .join(Obligation, Obligation.id == Notice.obligation_id)
            .join(Unit, Unit.id == Obligation.unit_id)
            .where(Unit.code == unit, Notice.stage == Stage.ESCALATE, Notice.state == "planned")
            .order_by(Notice.planned_at)
        )
        return [(level or 0, at) for level, at in rows]


def test_while_it_stands_no_superior_is_told_and_the_unit_is(office: Office) -> None:
    promise(office)
    for now in (L1, local(2024, 4, 19, 8), L2):
        office.beat(now)
    assert told(office) == []
    assert told(office, "p-1") == [("head.p-1@quan.example", 1), ("noi-vu@quan.example", 2)]
    assert [name for to, name in office.letters() if to == "p-2@quan.example"] == [
        "overdue",
        "overdue",
    ]
    (item,) = office.contents("p-2@quan.example")[-1].items
    assert item.promised == MONDAY
    assert office.verdicts("p-2")["L1"] == ("skipped", "acknowledged")


def test_once_it_is_broken_the_telling_starts_one_level_higher(office: Office) -> None:
    promise(office)
    assert ahead(office) == [
        (1, local(2024, 4, 23, 8)),
        (2, local(2024, 4, 25, 8)),
        (3, local(2024, 5, 2, 8)),
        (4, local(2024, 5, 7, 8)),
    ]
    office.beat(local(2024, 4, 23, 8))
    assert told(office) == [(HEAD, 1)]
    (pressed,) = office.contents(HEAD)[-1].pressed
    assert pressed.items[0].promised == MONDAY


def test_superior_who_promises_is_passed_over_afterwards(office: Office) -> None:
    office.beat(L1)
    promise(office, date(2024, 4, 19), L1, level=1)
    assert ahead(office)[0] == (2, L2)
    office.beat(local(2024, 4, 19, 8))
    office.beat(L2)
    assert told(office) == [(HEAD, 1), ("head.p-1@quan.example", 2)]


def test_board_that_promises_is_told_again(office: Office) -> None:
    promise(office, level=4)
    assert ahead(office) == [(4, local(2024, 4, 23, 8))]


def test_kept_promise_tells_nobody(office: Office) -> None:
    promise(office)
    office.deliver("p-2")
    office.beat(local(2024, 4, 23, 8))
    assert told(office) == []


def test_escalation_in_the_outbox_waits_too(office: Office) -> None:
    office.server.answers[HEAD] = Answer.DEFERRED
    office.beat(L1)
    promise(office, now=L1)
    office.server.answers.clear()
    assert office.beat(local(2024, 4, 17, 9)).drained.dropped == 1
    assert (told(office), office.verdicts("p-2")["L1"]) == ([], ("skipped", "acknowledged"))


def test_escalation_on_demand_says_that_a_day_was_promised(office: Office) -> None:
    promise(office)
    with office.database.writing() as session:
        demand = Demand(scope=Scope(plan="thi-dua"), actor="binh", now=L1)
        done = escalate(session, demand, hours=office.hours)
    assert [(line.unit, line.verdict, line.reason) for line in done.lines] == [
        ("p-1", "planned", ""),
        ("p-2", "skipped", "promised"),
    ]


def test_status_and_why_show_the_promise(office: Office) -> None:
    promise(office)
    with office.database.reading() as session:
        plan = plan_by_code(session, "thi-dua")
        cells = {line.code: line.cells[0] for line in standing(session, plan, L1).units}
        assert cells == {"p-1": Verdict.OVERDUE, "p-2": Verdict.PROMISED}
        after = standing(session, plan, local(2024, 4, 23, 0))
        assert after.units[1].cells == (Verdict.OVERDUE,)
        lines = history(session, unit_by_code(session, "p-2"))
    (event,) = [line for line in lines if isinstance(line, EventLine)]
    assert (event.action, event.reason, event.on_behalf) == ("acknowledge", "chờ chữ ký", "p-2")
    assert event.after == {"promised_on": "2024-04-22"}


@pytest.mark.parametrize(
    ("on", "wrong"),
    [
        (date(2024, 4, 15), DayPassed),
        (date(2024, 5, 7), TooFar),  # the eleventh working day: 29/4 to 1/5 off, 4/5 worked
    ],
)
def test_promise_reaches_neither_back_nor_too_far(
    office: Office, on: date, wrong: type[Exception]
) -> None:
    with pytest.raises(wrong):
        promise(office, on)
    promise(office, date(2024, 5, 4))
    with office.database.reading() as session:
        assert [one.promised_on for one in session.scalars(select(Promise))] == [date(2024, 5, 4)]


def test_only_what_is_overdue_is_promised(database: Database) -> None:
    office = Office(database)
    office.launch(at=LAUNCH)
    with pytest.raises(NotOverdue):
        promise(office, now=local(2024, 4, 15, 16))
    office.deliver("p-2")
    with pytest.raises(NotOverdue):
        promise(office)


def test_promise_is_tightened_or_taken_over_by_a_higher_level_only(office: Office) -> None:
    promise(office)
    with pytest.raises(PromisedBefore):
        promise(office, date(2024, 4, 23))
    promise(office, date(2024, 4, 19))
    broken = local(2024, 4, 22, 10)
    with pytest.raises(PromisedBefore) as wrong:
        promise(office, date(2024, 4, 22), broken)
    assert "đơn vị đã hẹn ngày 19/04/2024" in wrong.value.text(office.settings.language)
    promise(office, date(2024, 4, 24), broken, level=1)
    assert ahead(office)[0] == (2, local(2024, 4, 25, 8))


def test_extension_voids_a_promise(office: Office) -> None:
    promise(office)
    decision = Decision(actor="an", reason="bão", now=L1)
    with office.database.writing() as session:
        extend(session, owed(session, "p-2"), date(2024, 4, 19), decision, hours=office.hours)
    assert ahead(office)[0] == (1, local(2024, 4, 23, 8))
    promise(office, date(2024, 4, 24), local(2024, 4, 22, 8))


def test_what_a_superior_owes_goes_one_level_above_him(database: Database) -> None:
    """p-1 heads its group: the telling passes over its own head to the standing office, whose own
    item goes to the board; what the board's office owes goes no further than its head."""
    office = Office(database)
    office.launch(EVERYBODY, at=LAUNCH)
    for now in (T_PLUS_1, L1, L2, L3, local(2024, 5, 3, 8)):
        office.beat(now)
    board = "head.ubnd-quan@quan.example"
    assert told(office, "p-1") == [
        ("head.p-1@quan.example", 1),
        ("noi-vu@quan.example", 2),
        ("noi-vu@quan.example", 3),
        (board, 4),
    ]
    assert told(office, "noi-vu") == [
        ("head.noi-vu@quan.example", 1),
        ("head.tai-chinh@quan.example", 2),
        (board, 3),
        (board, 4),
    ]
    assert told(office, "ubnd-quan") == [
        (board, 1),
        ("noi-vu@quan.example", 2),
        ("noi-vu@quan.example", 3),
    ]


def test_head_who_reads_the_units_own_mailbox_is_no_superior(database: Database) -> None:
    office = Office(database)
    with database.writing() as session:
        head = select(Contact.id).join(Unit).where(Unit.code == "p-2", Contact.role == Role.HEAD)
        same = update(Contact).where(Contact.id.in_(head)).values(email="P-2@quan.example")
        session.execute(same.execution_options(synchronize_session=False))
    office.launch(at=LAUNCH)
    office.beat(T_PLUS_1)
    office.beat(L1)
    assert told(office) == [("head.p-1@quan.example", 1)]
    assert office.contents("head.p-1@quan.example")[-1].pressed[-1].note == "head"


def test_nobody_promises_from_a_level_that_is_empty(database: Database) -> None:
    office = Office(database)
    office.launch(EVERYBODY.replace("board: ubnd-quan\n", ""), at=LAUNCH)
    with pytest.raises(NobodyThere):
        promise(office, unit="noi-vu", level=4)
