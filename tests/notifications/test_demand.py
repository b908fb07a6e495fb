from datetime import datetime

import pytest
from sqlalchemy import select

from dondoc.database import Database
from dondoc.tables import Problem
from notifications.demand import Demand, Demanded, escalate, remind
from notifications.parcel import Verdict
from notifications.scope import Scope
from tests.cast import local
from tests.office import Office

LAUNCH = local(2024, 3, 29)
CALM = local(2024, 4, 3, 10)
T_PLUS_1 = local(2024, 4, 16, 8)
LATE = local(2024, 4, 16, 14)


@pytest.fixture
def office(database: Database) -> Office:
    office = Office(database)
    office.launch(at=LAUNCH)
    return office


def press(
    office: Office,
    now: datetime,
    *,
    upward: bool = False,
    level: int | None = None,
    dry: bool = False,
    **scope: str,
) -> Demanded:
    demand = Demand(scope=Scope(**scope), actor="an", now=now)
    with office.database.writing() as session:
        if upward:
            done = escalate(session, demand, hours=office.hours, level=level)
        else:
            done = remind(session, demand, hours=office.hours)
        if dry:
            session.rollback()
    if not dry:
        office.beat(now)
    return done


def test_pending_units_are_reminded_now(office: Office) -> None:
    office.deliver("p-2")
    done = press(office, CALM, plan="thi-dua")
    assert [(line.unit, line.to, line.verdict) for line in done.lines] == [
        ("p-1", "p-1", "planned")
    ]
    assert office.letters() == [("p-1@quan.example", "reminder")]


def test_who_was_told_today_is_left_in_peace(office: Office) -> None:
    press(office, CALM, plan="thi-dua")
    again = press(office, local(2024, 4, 3, 11), plan="thi-dua")
    assert again.planned == 0
    assert {line.reason for line in again.lines} == {"told_today"}
    assert len(office.server.received) == 2


def test_dry_run_sends_nothing(office: Office) -> None:
    office.beat(local(2024, 4, 1, 8))
    assert press(office, CALM, dry=True, plan="thi-dua").planned == 2
    assert office.beat(CALM).idle


def test_without_a_milestone_only_what_is_near_is_reminded(office: Office) -> None:
    far = local(2024, 3, 14)
    assert press(office, far, plan="thi-dua").lines == ()
    assert len(press(office, far, plan="thi-dua", milestone="dang-ky").lines) == 2


def test_nothing_overdue_is_escalated_before_it_is_late(office: Office) -> None:
    assert press(office, local(2024, 4, 15, 16), upward=True).lines == ()


def test_escalation_on_demand_goes_one_level_above_the_last(office: Office) -> None:
    office.beat(T_PLUS_1)
    done = press(office, LATE, upward=True)
    assert [(line.unit, line.level, line.to) for line in done.lines] == [
        ("p-1", 1, "p-1"),
        ("p-2", 1, "p-2"),
    ]
    assert ("head.p-1@quan.example", "escalation") in office.letters()
    next_day = press(office, local(2024, 4, 17, 14), upward=True, unit="p-2")
    assert [(line.level, line.to) for line in next_day.lines] == [(2, "p-1")]


def test_level_may_be_named(office: Office) -> None:
    office.beat(T_PLUS_1)
    done = press(office, LATE, upward=True, level=4)
    assert {line.to for line in done.lines} == {"ubnd-quan"}
    (content,) = office.contents("head.ubnd-quan@quan.example")
    assert [one.unit for one in content.pressed] == ["p-1", "p-2"]


def test_even_on_demand_nobody_is_reported_who_was_never_told(office: Office) -> None:
    office.server.answers["p-1@quan.example"] = Verdict.REFUSED
    office.beat(T_PLUS_1)
    press(office, LATE, upward=True)
    addresses = [address for address, name in office.letters() if name == "escalation"]
    assert addresses == ["head.p-2@quan.example"]


def test_outside_office_hours_letters_wait(office: Office) -> None:
    done = press(office, local(2024, 4, 6, 20), plan="thi-dua")
    assert done.leaves_at == local(2024, 4, 8, 8)
    assert office.server.received == []
    office.beat(local(2024, 4, 8, 8))
    assert len(office.server.received) == 2


def test_problem_ends_when_a_letter_arrives(office: Office) -> None:
    office.server.answers["p-1@quan.example"] = Verdict.REFUSED
    office.beat(local(2024, 4, 1, 8))
    office.server.answers.clear()
    office.beat(local(2024, 4, 8, 8))
    with office.database.reading() as session:
        (problem,) = session.scalars(select(Problem))
        assert problem.closed_at == local(2024, 4, 8, 8)
