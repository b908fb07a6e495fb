from collections.abc import Iterator
from datetime import date

import pytest
from sqlalchemy.orm import Session

from dondoc.consolidation import Consolidated, Delivered, consolidated
from dondoc.database import Database
from dondoc.queries import milestone_by_code, obligation_of, unit_by_code
from dondoc.tables import Obligation, ObligationState, Plan
from dondoc.verdicts import Verdict
from tests.cast import hand_in, local, make_plan, make_units

NOW = local(2024, 4, 25)


@pytest.fixture
def session(database: Database) -> Iterator[Session]:
    with database.writing() as session:
        yield session


@pytest.fixture
def plan(session: Session) -> Plan:
    return make_plan(session, make_units(session))


def owed(session: Session, plan: Plan, unit: str) -> Obligation:
    milestone = milestone_by_code(session, plan, "dang-ky")
    return obligation_of(session, milestone, unit_by_code(session, unit))


def row(report: Consolidated, unit: str) -> Delivered:
    return next(one for one in report.rows if (one.unit, one.milestone) == (unit, "dang-ky"))


def test_a_row_for_every_obligation_in_order(session: Session, plan: Plan) -> None:
    report = consolidated(session, plan, now=NOW)
    assert len(report.rows) == 16
    assert [one.unit for one in report.rows[:4]] == ["p-1", "p-2", "p-3", "tai-chinh"]
    assert [one.due_on for one in report.rows] == sorted(one.due_on for one in report.rows)


def test_late_delivery(session: Session, plan: Plan) -> None:
    late = owed(session, plan, "p-1")
    late.state = ObligationState.SUBMITTED
    session.add(hand_in(late, local(2024, 4, 17, 8), version=1, complete=False))
    session.add(hand_in(late, local(2024, 4, 18, 14), version=2, files=3))
    session.flush()
    found = row(consolidated(session, plan, now=NOW), "p-1")
    assert (found.received_at, found.version, found.files) == (local(2024, 4, 18, 14), 2, 3)
    assert (found.verdict, found.days_late) == (Verdict.LATE_SUBMITTED, 3)
    assert found.received_at is not None
    assert found.received_at.hour == 14
    assert found.groups == "Cụm thi đua số 1"


def test_timeliness_stays_that_of_the_first_complete_version(session: Session, plan: Plan) -> None:
    returned = owed(session, plan, "p-1")
    returned.state = ObligationState.SUBMITTED
    session.add(hand_in(returned, local(2024, 4, 15), version=1))
    session.add(hand_in(returned, local(2024, 4, 20), version=2))
    session.flush()
    found = row(consolidated(session, plan, now=NOW), "p-1")
    assert (found.received_at, found.version, found.days_late) == (local(2024, 4, 15), 2, None)


def test_who_sent_nothing_is_later_every_day(session: Session, plan: Plan) -> None:
    days = [
        row(consolidated(session, plan, now=now), "p-2").days_late
        for now in (local(2024, 4, 15, 23, 59), local(2024, 4, 16, 0), NOW)
    ]
    assert days == [None, 1, 10]


def test_exempt_and_extended(session: Session, plan: Plan) -> None:
    exempt, extended = owed(session, plan, "p-2"), owed(session, plan, "p-3")
    exempt.state = ObligationState.EXEMPT
    extended.extension_reason, extended.last_on = "bão", date(2024, 4, 30)
    extended.due_on, extended.late_at = date(2024, 4, 30), local(2024, 5, 1, 0)
    session.flush()
    report = consolidated(session, plan, now=NOW)
    assert (row(report, "p-2").verdict, row(report, "p-2").days_late) == (Verdict.EXEMPT, None)
    found = row(report, "p-3")
    assert (found.due_on, found.extended_to) == (date(2024, 4, 15), date(2024, 4, 30))
    assert found.days_late is None
    assert report.totals.columns[0].tally.expected == 3


def test_one_milestone(session: Session, plan: Plan) -> None:
    report = consolidated(session, plan, milestone_by_code(session, plan, "guong"), now=NOW)
    assert {one.milestone for one in report.rows} == {"guong"}
    assert report.milestone == "Gương điển hình tiên tiến"
