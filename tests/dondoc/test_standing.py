from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from dondoc.database import Database
from dondoc.queries import milestone_by_code, obligation_of, unit_by_code
from dondoc.standing import Standing, rates, standing
from dondoc.tables import Obligation, ObligationState, Occurrence, Plan
from dondoc.tally import days_late
from dondoc.verdicts import Verdict
from tests.cast import DUES, ZONE, hand_in, local, make_plan, make_units

# dang-ky is due on Monday 15/4/2024: late from 16/4 00:00
BEFORE, AT = local(2024, 4, 15, 23, 59), local(2024, 4, 16, 0, 0)
REGISTER = DUES[0]


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


def deliver(session: Session, obligation: Obligation, at: datetime) -> None:
    obligation.state = ObligationState.SUBMITTED
    session.add(hand_in(obligation, at))
    session.flush()


def cell(found: Standing, unit: str, column: int = 0) -> Verdict:
    return next(line.cells[column] for line in found.units if line.code == unit)


@pytest.mark.parametrize(
    ("now", "verdict", "overdue"),
    [
        (local(2024, 4, 14), Verdict.OPEN, 0),
        (local(2024, 4, 15, 0), Verdict.DUE_TODAY, 0),
        (BEFORE, Verdict.DUE_TODAY, 0),
        (AT, Verdict.OVERDUE, 4),
        (AT + timedelta(minutes=1), Verdict.OVERDUE, 4),
    ],
)
def test_cell_of_who_sent_nothing(
    session: Session, plan: Plan, now: datetime, verdict: Verdict, overdue: int
) -> None:
    found = standing(session, plan, now)
    assert cell(found, "p-1") is verdict
    assert found.rates.columns[0].tally.overdue == overdue


@pytest.mark.parametrize(
    ("at", "verdict", "late"),
    [
        (AT - timedelta(seconds=1), Verdict.SUBMITTED, 0),
        (AT, Verdict.LATE_SUBMITTED, 1),
        (AT + timedelta(seconds=1), Verdict.LATE_SUBMITTED, 1),
    ],
)
def test_delivery_is_judged_at_the_instant_lateness_begins(
    session: Session, plan: Plan, at: datetime, verdict: Verdict, late: int
) -> None:
    deliver(session, owed(session, plan, "p-1"), at)
    found = standing(session, plan, local(2024, 4, 20))
    tally = found.rates.columns[0].tally
    assert cell(found, "p-1") is verdict
    assert (tally.on_time, tally.late, tally.complete, tally.received) == (1 - late, late, 1, 1)


@pytest.mark.parametrize(
    ("at", "verdict"),
    [
        (AT - timedelta(seconds=1), Verdict.RESUBMITTED),
        (AT, Verdict.LATE_RESUBMITTED),
    ],
)
def test_resubmitted_is_told_from_submitted_and_judged_on_the_first(
    session: Session, plan: Plan, at: datetime, verdict: Verdict
) -> None:
    obligation = owed(session, plan, "p-1")
    deliver(session, obligation, at)
    obligation.state = ObligationState.RESUBMITTED
    session.add(hand_in(obligation, local(2024, 4, 19), version=2))
    session.flush()
    found = standing(session, plan, local(2024, 4, 20))
    assert cell(found, "p-1") is verdict
    assert found.rates.columns[0].tally.waiting == 1


def test_window_that_is_not_open_yet(session: Session) -> None:
    opening = replace(REGISTER, opens=date(2024, 4, 1))
    plan = make_plan(session, make_units(session), dues=[opening])
    before = standing(session, plan, local(2024, 3, 31))
    after = standing(session, plan, local(2024, 4, 1, 0))
    assert (cell(before, "p-1"), cell(after, "p-1")) == (Verdict.UPCOMING, Verdict.OPEN)


def test_extension_that_was_kept_is_on_time(session: Session, plan: Plan) -> None:
    extended = owed(session, plan, "p-1")
    extended.extension_reason = "bão"
    extended.late_at = local(2024, 4, 20, 0)
    extended.last_on = extended.target_on = date(2024, 4, 19)
    assert cell(standing(session, plan, AT), "p-1") is Verdict.EXTENDED
    assert cell(standing(session, plan, local(2024, 4, 19)), "p-1") is Verdict.DUE_TODAY
    assert cell(standing(session, plan, local(2024, 4, 20)), "p-1") is Verdict.OVERDUE
    deliver(session, extended, local(2024, 4, 18))
    tally = rates(session, plan, local(2024, 4, 25)).columns[0].tally
    assert (tally.on_time, tally.on_time_extended, tally.late) == (0, 1, 0)
    assert (tally.timeliness, tally.completeness) == (25.0, 25.0)


def test_exempt_leaves_numerator_and_denominator(session: Session, plan: Plan) -> None:
    for unit in ("p-1", "p-2"):
        deliver(session, owed(session, plan, unit), BEFORE)
    exempt = owed(session, plan, "p-2")
    exempt.state, exempt.exempt_reason = ObligationState.EXEMPT, "giải thể"
    found = standing(session, plan, AT)
    tally = found.rates.columns[0].tally
    assert cell(found, "p-2") is Verdict.EXEMPT
    assert (tally.expected, tally.complete, tally.exempt, tally.overdue) == (3, 1, 1, 2)


def test_exempted_after_the_close_leaves_the_frozen_denominator(
    session: Session, plan: Plan
) -> None:
    occurrence = plan.milestones[0].occurrences[0]
    occurrence.closed_at, occurrence.expected = AT, 4
    exempt = owed(session, plan, "p-2")
    exempt.state, exempt.decided_at = ObligationState.EXEMPT, AT + timedelta(days=2)
    session.flush()
    assert rates(session, plan, AT).columns[0].tally.expected == 3


def test_unit_added_after_the_close_cannot_push_a_rate_over_100(
    session: Session, plan: Plan
) -> None:
    occurrence = plan.milestones[0].occurrences[0]
    occurrence.closed_at, occurrence.expected = AT, 3
    for unit in ("tai-chinh", "p-1", "p-2", "p-3"):
        deliver(session, owed(session, plan, unit), BEFORE)
    tally = rates(session, plan, AT).columns[0].tally
    assert (tally.expected, tally.completeness, tally.timeliness) == (4, 100.0, 100.0)


def test_frozen_denominator_stands_when_an_obligation_is_gone(session: Session, plan: Plan) -> None:
    occurrence = plan.milestones[0].occurrences[0]
    occurrence.closed_at, occurrence.expected = AT, 4
    session.delete(owed(session, plan, "p-3"))
    session.flush()
    assert rates(session, plan, AT).columns[0].tally.expected == 4


def test_incomplete_version_is_received_and_not_complete(session: Session, plan: Plan) -> None:
    session.add(hand_in(owed(session, plan, "p-1"), BEFORE, complete=False))
    session.flush()
    tally = rates(session, plan, AT).columns[0].tally
    assert (tally.received, tally.complete, tally.overdue) == (1, 0, 4)


def test_returned_waits_for_correction_then_is_overdue_for_it(session: Session, plan: Plan) -> None:
    returned = owed(session, plan, "p-1")
    deliver(session, returned, BEFORE)
    returned.state, returned.correct_by = ObligationState.RETURNED, date(2024, 4, 22)
    on_the_day = standing(session, plan, local(2024, 4, 22, 23, 59))
    after = standing(session, plan, local(2024, 4, 23, 0, 0))
    assert cell(on_the_day, "p-1") is Verdict.RETURNED
    assert cell(after, "p-1") is Verdict.CORRECTION_OVERDUE
    assert after.rates.columns[0].tally.on_time == 1


@pytest.mark.parametrize(
    ("at", "verdict"), [(BEFORE, Verdict.ACCEPTED), (AT, Verdict.LATE_ACCEPTED)]
)
def test_accepted(session: Session, plan: Plan, at: datetime, verdict: Verdict) -> None:
    accepted = owed(session, plan, "p-1")
    deliver(session, accepted, at)
    accepted.state = ObligationState.ACCEPTED
    assert cell(standing(session, plan, local(2024, 4, 30)), "p-1") is verdict


def test_silent_occurrence_is_shown_and_enters_no_total(session: Session, plan: Plan) -> None:
    plan.milestones[0].occurrences[0].silent = True
    found = standing(session, plan, AT)
    assert cell(found, "p-1") is Verdict.SILENT
    assert (found.rates.columns[0].tally.overdue, found.rates.tally.expected) == (0, 0)
    assert found.rates.tally.completeness is None


def test_total_holds_what_has_elapsed(session: Session, plan: Plan) -> None:
    deliver(session, owed(session, plan, "p-1"), BEFORE)
    deliver(session, owed(session, plan, "p-1", "so-ket"), BEFORE)
    early, late = rates(session, plan, BEFORE).tally, rates(session, plan, AT).tally
    assert (early.expected, late.expected, late.complete, late.completeness) == (0, 4, 1, 25.0)


def test_groups_and_those_without(session: Session, plan: Plan) -> None:
    units = {"p-1": BEFORE, "p-3": AT + timedelta(days=1)}
    for unit, at in units.items():
        deliver(session, owed(session, plan, unit), at)
    loner = unit_by_code(session, "ubnd-quan")
    occurrence = plan.milestones[0].occurrences[0]
    session.add(
        Obligation(
            occurrence=occurrence,
            unit=loner,
            due_on=occurrence.due_on,
            last_on=occurrence.last_on,
            target_on=occurrence.target_on,
            late_at=occurrence.late_at,
        )
    )
    session.flush()
    found = rates(session, plan, local(2024, 4, 30))
    lines = [(g.code, g.units, g.tally.expected, g.tally.complete) for g in found.groups]
    assert lines == [
        ("cum-1", 2, 2, 1),
        ("cum-2", 1, 1, 1),
        ("khoi-nd", 1, 1, 0),
        ("", 1, 1, 0),
    ]
    assert found.groups[1].tally.days == {2: 1}
    assert (found.tally.mean_days_late, found.tally.median_days_late) == (2, 2)


def test_columns_and_lines_are_in_order(session: Session, plan: Plan) -> None:
    found = standing(session, plan, AT)
    assert [column.occurrence for column in found.rates.columns] == sorted(
        day.isoformat() for due in DUES for day in due.dates
    )
    assert [line.code for line in found.units] == ["p-1", "p-2", "p-3", "tai-chinh"]
    assert found.units[0].groups == ("cum-1",)


def test_one_milestone_of_the_plan(session: Session, plan: Plan) -> None:
    found = rates(session, plan, AT, milestone=milestone_by_code(session, plan, "guong"))
    assert [column.milestone for column in found.columns] == ["guong", "guong"]


def test_plan_without_obligations(session: Session) -> None:
    plan = make_plan(session, make_units(session), owing=())
    found = standing(session, plan, AT)
    assert (found.units, found.rates.groups, found.rates.tally.expected) == ((), (), 0)
    assert len(found.rates.columns) == len(session.scalars(select(Occurrence)).all())


@pytest.mark.parametrize(
    ("at", "days"),
    [
        (AT - timedelta(seconds=1), 0),
        (AT, 1),
        (AT + timedelta(hours=23, minutes=59), 1),
        (AT + timedelta(days=1), 2),
    ],
)
def test_days_late(at: datetime, days: int) -> None:
    assert days_late(at, AT, ZONE) == days
