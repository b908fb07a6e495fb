"""What waits for an event, and for whom."""

from datetime import date, datetime

import pytest
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from dondoc.database import Database
from dondoc.errors import NotFound
from dondoc.happening import event_by_code, happened, plan_events, waiting
from dondoc.plan.relative import Per
from dondoc.queries import plan_by_code
from dondoc.tables import EventDay, Milestone, Occurrence, Unit
from tests.cast import local, owe
from tests.hanging import PLAN
from tests.office import Office

LAUNCH = local(2024, 3, 29)


@pytest.fixture
def office(database: Database) -> Office:
    office = Office(database)
    office.launch(PLAN, at=LAUNCH)
    return office


def set_day(office: Office, event: str, day: date, unit: str | None = None) -> None:
    with office.database.writing() as session:
        row = event_by_code(session, plan_by_code(session, "dot-thi-dua"), event)
        whose = None if unit is None else session.scalar(select(Unit.id).where(Unit.code == unit))
        session.add(EventDay(event_id=row.id, unit_id=whose, day=day, set_at=LAUNCH))


def waits(office: Office, now: datetime = LAUNCH) -> dict[str, list[str]]:
    """Unit codes by milestone."""
    with office.database.reading() as session:
        codes = dict(session.execute(select(Unit.id, Unit.code)).tuples().all())
        found = waiting(session, plan_by_code(session, "dot-thi-dua"), now)
        return {one.milestone: sorted(codes[id_] for id_ in one.units) for one in found}


def test_everybody_waits_until_the_event_has_a_day(office: Office) -> None:
    assert waits(office) == {
        "bao-cao": ["p-1", "p-2"],
        "tong-hop": ["tai-chinh"],
        "dai-hoi-xong": ["p-1", "p-2", "p-3"],
    }
    set_day(office, "ket-thuc", date(2024, 9, 10))
    assert waits(office) == {"dai-hoi-xong": ["p-1", "p-2", "p-3"]}


def test_units_stop_waiting_one_by_one(office: Office) -> None:
    set_day(office, "dai-hoi", date(2024, 6, 3), "p-1")
    set_day(office, "dai-hoi", date(2024, 6, 3), "p-3")
    assert waits(office)["dai-hoi-xong"] == ["p-2"]
    set_day(office, "dai-hoi", date(2024, 5, 6), "p-2")
    assert "dai-hoi-xong" not in waits(office)


def test_unit_that_ended_waits_no_more(office: Office) -> None:
    with office.database.writing() as session:
        session.scalars(select(Unit).where(Unit.code == "p-2")).one().valid_to = date(2024, 6, 30)
    assert waits(office, local(2024, 6, 30))["bao-cao"] == ["p-1", "p-2"]
    assert waits(office, local(2024, 7, 1))["bao-cao"] == ["p-1"]


def test_unit_that_took_over_what_another_owed_does_not_wait(office: Office) -> None:
    with office.database.writing() as session:
        row = session.scalars(select(Milestone).where(Milestone.code == "dai-hoi-xong")).one()
        heir = session.scalars(select(Unit).where(Unit.code == "p-3")).one()
        day = session.scalars(select(Occurrence)).one()
        taken = Occurrence(
            milestone=row,
            key="2024-06-03",
            label="",
            granularity=day.granularity,
            inclusive=True,
            due_on=day.due_on,
            last_on=day.last_on,
            target_on=day.target_on,
            late_at=day.late_at,
        )
        session.add(owe(taken, heir))
    assert waits(office)["dai-hoi-xong"] == ["p-1", "p-2"]


def test_waiting_in_words(office: Office) -> None:
    with office.database.reading() as session:
        found = waiting(session, plan_by_code(session, "dot-thi-dua"), LAUNCH)
    assert [(one.event, one.event_name, one.per, one.rule.vi) for one in found] == [
        (
            "ket-thuc",
            "Kết thúc đợt thi đua",
            Per.PLAN,
            "03 ngày làm việc sau «Kết thúc đợt thi đua»",
        ),
        (
            "ket-thuc",
            "Kết thúc đợt thi đua",
            Per.PLAN,
            "05 ngày làm việc sau «Báo cáo kết quả đợt thi đua»",
        ),
        ("dai-hoi", "Đại hội của đơn vị", Per.UNIT, "10 ngày sau «Đại hội của đơn vị»"),
    ]


def test_days_by_event_and_unit(office: Office) -> None:
    set_day(office, "ket-thuc", date(2024, 9, 10))
    set_day(office, "dai-hoi", date(2024, 6, 3), "p-1")
    with office.database.reading() as session:
        p_1 = session.scalar(select(Unit.id).where(Unit.code == "p-1"))
        assert happened(session, plan_by_code(session, "dot-thi-dua")) == {
            "ket-thuc": {None: date(2024, 9, 10)},
            "dai-hoi": {p_1: date(2024, 6, 3)},
        }


@pytest.mark.parametrize("unit", [None, "p-1"])
def test_event_has_one_day(office: Office, unit: str | None) -> None:
    set_day(office, "dai-hoi", date(2024, 6, 3), unit)
    with pytest.raises(IntegrityError):
        set_day(office, "dai-hoi", date(2024, 6, 4), unit)


def test_events_in_the_files_order_and_the_nearest_name(office: Office) -> None:
    with office.database.reading() as session:
        plan = plan_by_code(session, "dot-thi-dua")
        assert [one.code for one in plan_events(session, plan)] == ["ket-thuc", "dai-hoi"]
        with pytest.raises(NotFound, match="event") as wrong:
            event_by_code(session, plan, "ket-thu")
        assert "ket-thuc" in str(wrong.value)


def test_milestones_know_the_event_behind_them(office: Office) -> None:
    with office.database.reading() as session:
        rows = session.scalars(select(Milestone).order_by(Milestone.position))
        assert {one.code: one.event and one.event.code for one in rows} == {
            "bao-cao": "ket-thuc",
            "tong-hop": "ket-thuc",
            "dai-hoi-xong": "dai-hoi",
            "ca-nam": None,
        }
