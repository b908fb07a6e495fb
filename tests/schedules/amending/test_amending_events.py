"""Amending a plan whose milestones wait for events."""

from datetime import date

import pytest
from sqlalchemy import select

from dondoc.database import Database
from dondoc.happening import plan_events, waiting
from dondoc.plan.source import parse_plan
from dondoc.queries import plan_by_code
from dondoc.tables import EventDay, Milestone, Occurrence
from schedules.amending.amend import Amendment, amend
from schedules.amending.impact import Impact
from tests.cast import local
from tests.hanging import PLAN
from tests.office import Office

LAUNCH = local(2024, 3, 29)
NOW = local(2024, 4, 2, 10)


@pytest.fixture
def office(database: Database) -> Office:
    office = Office(database)
    office.launch(PLAN, at=LAUNCH)
    return office


def amended(office: Office, text: str) -> Impact:
    with office.database.writing() as session:
        plan = plan_by_code(session, "dot-thi-dua")
        amendment = Amendment(file=parse_plan(text), source=text, actor="an", now=NOW)
        return amend(session, plan, amendment, hours=office.hours)


def due(office: Office) -> dict[str, date]:
    with office.database.reading() as session:
        rows = session.execute(
            select(Milestone.code, Occurrence.due_on)
            .join(Occurrence)
            .where(Occurrence.dropped_in.is_(None))
        )
        return dict(rows.tuples().all())


def happens(office: Office, day: date) -> None:
    with office.database.writing() as session:
        plan = plan_by_code(session, "dot-thi-dua")
        event = next(one for one in plan_events(session, plan) if one.code == "ket-thuc")
        session.add(EventDay(event_id=event.id, unit_id=None, day=day, set_at=NOW))


def test_a_rule_that_still_waits_is_amended_without_rows(office: Office) -> None:
    impact = amended(office, PLAN.replace("working_days: 3", "working_days: 7"))
    assert [one.code for one in impact.differences.altered] == ["bao-cao"]
    assert (impact.moved, impact.added, impact.dropped, impact.told) == ([], [], [], [])
    assert due(office) == {"ca-nam": date(2024, 11, 15)}
    with office.database.reading() as session:
        found = waiting(session, plan_by_code(session, "dot-thi-dua"), NOW)
    assert "07 ngày làm việc sau" in next(
        one.rule.vi for one in found if one.milestone == "bao-cao"
    )


def test_a_printed_date_takes_the_place_of_the_event(office: Office) -> None:
    impact = amended(office, PLAN.replace("{after: ket-thuc, working_days: 3}", "2024-06-28"))
    assert {(one.which.milestone, one.units) for one in impact.added} == {
        ("bao-cao", ("p-1", "p-2")),
        ("tong-hop", ("tai-chinh",)),
    }
    assert due(office)["bao-cao"] == date(2024, 6, 28)
    assert due(office)["tong-hop"] == date(2024, 7, 5)
    with office.database.reading() as session:
        found = waiting(session, plan_by_code(session, "dot-thi-dua"), NOW)
    assert {one.milestone for one in found} == {"dai-hoi-xong"}


def test_a_new_milestone_may_hang_on_a_new_event(office: Office) -> None:
    text = PLAN.replace(
        "milestones:\n",
        "  - {code: so-ket, name: Hội nghị sơ kết}\nmilestones:\n"
        "  - code: bien-ban\n    name: Biên bản\n    kind: other\n"
        "    due: {after: so-ket, days: 2}\n    audience: all\n    clause: {text: x}\n",
    )
    impact = amended(office, text)
    assert impact.added == []
    with office.database.reading() as session:
        found = waiting(session, plan_by_code(session, "dot-thi-dua"), NOW)
    assert "bien-ban" in {one.milestone for one in found}


def test_what_hangs_on_a_day_that_is_set_moves_with_its_rule(office: Office) -> None:
    printed = PLAN.replace("{after: ket-thuc, working_days: 3}", "2024-06-28")
    amended(office, printed)
    happens(office, date(2024, 6, 28))
    impact = amended(office, PLAN)
    assert {one.which.milestone: one.after.due_on for one in impact.moved} == {
        "bao-cao": date(2024, 7, 3),
        "tong-hop": date(2024, 7, 10),
    }
    assert impact.added == []
