from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

import pytest
from sqlalchemy import select

from dondoc.database import Database
from dondoc.decision import Decision, NothingToReturn
from dondoc.errors import NotFound
from dondoc.extensions import DayPassed
from dondoc.history import EventLine, history
from dondoc.queries import plan_by_code, unit_by_code
from dondoc.standing import rates
from dondoc.submissions import accept
from dondoc.tables import Notice, ObligationState, Return, Stage
from dondoc.voiding import NothingToVoid, OnlyVersion, void
from notifications.demand import Demand, escalate
from notifications.scope import Scope
from schedules.returning import Wanted, give_back
from tests.cast import local
from tests.office import PLAN, Office, deliver, owed

LAUNCH = local(2024, 3, 29)
DELIVERED, RETURNED = local(2024, 4, 12), local(2024, 4, 17)
P1 = "p-1@quan.example"
ASKED = PLAN.replace(
    "    clause:",
    "    hand_in:\n"
    "      components: [{code: to-trinh, name: Tờ trình}, {code: danh-sach, name: Danh sách}]\n"
    "    clause:",
)


@pytest.fixture
def office(database: Database) -> Office:
    office = Office(database)
    office.launch(ASKED, at=LAUNCH)
    return office


def decide(at: datetime, reason: str = "thiếu chữ ký") -> Decision:
    return Decision(actor="an", reason=reason, now=at)


def send_back(
    office: Office,
    until: date | None = None,
    at: datetime = RETURNED,
    *,
    parts: Mapping[str, str] | None = None,
    forget: bool = False,
) -> None:
    wanted = Wanted(until=until, parts=parts or {}, void=forget)
    with office.database.writing() as session:
        give_back(session, owed(session), wanted, decide(at), hours=office.hours)


def tally(office: Office, at: datetime) -> Any:
    with office.database.reading() as session:
        return rates(session, plan_by_code(session, "thi-dua"), at).columns[0].tally


def test_return_sets_a_date_of_its_own_and_leaves_timeliness(office: Office) -> None:
    deliver(office, DELIVERED)
    send_back(office)
    with office.database.reading() as session:
        obligation = owed(session)
        assert obligation.state is ObligationState.RETURNED
        assert obligation.correct_by == date(2024, 4, 25)  # five working days, 18/4 is off
        assert obligation.first_complete_at == DELIVERED
        assert obligation.late_at == local(2024, 4, 16, 0)


def test_unit_is_told_at_once_what_is_wrong_with_which_part(office: Office) -> None:
    deliver(office, DELIVERED)
    send_back(office, parts={"danh-sach": "sai mẫu", "to-trinh": "thiếu con dấu"})
    office.beat(RETURNED)
    assert [name for to, name in office.letters() if to == P1] == ["returned"]
    (item,) = office.contents(P1)[0].items
    assert (item.due, item.returned) == (
        date(2024, 4, 25),
        "thiếu chữ ký; Danh sách: sai mẫu; Tờ trình: thiếu con dấu",
    )
    with office.database.reading() as session:
        kept = session.scalars(select(Return)).one()
        assert kept.components == {"danh-sach": "sai mẫu", "to-trinh": "thiếu con dấu"}
        assert kept.submission is not None
        assert kept.submission.version == 1


def test_correction_has_a_cadence_of_its_own(office: Office) -> None:
    deliver(office, DELIVERED)
    send_back(office)
    with office.database.reading() as session:
        own = session.execute(
            select(Notice.step, Notice.planned_at)
            .where(
                Notice.obligation_id == owed(session).id,
                Notice.due_version == 2,
                Notice.stage.in_((Stage.REMIND, Stage.DUE, Stage.OVERDUE)),
            )
            .order_by(Notice.planned_at)
        )
        assert [(step, at) for step, at in own] == [
            ("T-3", local(2024, 4, 22, 8)),
            ("T-1", local(2024, 4, 24, 8)),
            ("T-0", local(2024, 4, 25, 8)),
            ("T+1", local(2024, 4, 26, 8)),
            ("T+3", local(2024, 5, 2, 8)),
            ("T+3+3wd", local(2024, 5, 6, 8)),
        ]
    for day in (22, 24, 25, 26):
        office.beat(local(2024, 4, day, 8))
    assert [name for to, name in office.letters() if to == P1] == [
        "returned",
        "reminder",
        "due_today",
        "overdue",
    ]


def test_what_comes_after_a_return_is_resubmitted_and_may_be_returned_again(
    office: Office,
) -> None:
    again = local(2024, 4, 19)
    deliver(office, DELIVERED)
    send_back(office, date(2024, 4, 22), DELIVERED)
    deliver(office, again, version=2)
    with office.database.reading() as session:
        assert owed(session).state is ObligationState.RESUBMITTED
        assert owed(session).first_complete_at == DELIVERED
    send_back(office, date(2024, 4, 26), again)
    with office.database.reading() as session:
        assert owed(session).state is ObligationState.RETURNED
        assert len(session.scalars(select(Return)).all()) == 2


def test_returned_already_gets_another_date(office: Office) -> None:
    deliver(office, DELIVERED)
    send_back(office, date(2024, 4, 22))
    send_back(office, date(2024, 5, 6))
    with office.database.reading() as session:
        assert owed(session).correct_by == date(2024, 5, 6)
    office.beat(RETURNED)
    assert [name for to, name in office.letters() if to == P1] == ["returned"]


def test_what_cannot_be_returned(office: Office) -> None:
    with pytest.raises(NothingToReturn):
        send_back(office)
    deliver(office, DELIVERED)
    with pytest.raises(DayPassed):
        send_back(office, date(2024, 4, 16))
    with pytest.raises(NotFound) as wrong:
        send_back(office, parts={"to-trin": "?"})
    assert "to-trinh" in str(wrong.value)
    with office.database.writing() as session:
        accept(session, owed(session), actor="an", now=RETURNED)
    with pytest.raises(NothingToReturn):
        send_back(office)


def test_late_submission_in_correction_is_no_matter_for_superiors(office: Office) -> None:
    deliver(office, local(2024, 4, 17))
    send_back(office, date(2024, 4, 25), at=local(2024, 4, 19))
    with office.database.writing() as session:
        demand = Demand(scope=Scope(unit="p-1"), actor="binh", now=local(2024, 4, 22))
        assert escalate(session, demand, hours=office.hours).lines == ()
    with office.database.writing() as session:
        demand = Demand(scope=Scope(unit="p-1"), actor="binh", now=local(2024, 4, 26))
        assert len(escalate(session, demand, hours=office.hours).lines) == 1


def test_voided_version_no_longer_counts_as_in_time(office: Office) -> None:
    deliver(office, DELIVERED)
    assert tally(office, RETURNED).on_time == 1
    send_back(office, forget=True)
    counted = tally(office, RETURNED)
    assert (counted.on_time, counted.complete, counted.received, counted.overdue) == (0, 0, 1, 2)
    deliver(office, local(2024, 4, 19), version=2)
    counted = tally(office, local(2024, 4, 20))
    assert (counted.on_time, counted.late, counted.complete) == (0, 1, 1)


def test_void_passes_to_the_next_complete_version_with_its_reason(office: Office) -> None:
    deliver(office, DELIVERED)
    with pytest.raises(OnlyVersion), office.database.writing() as session:
        void(session, owed(session), decide(RETURNED, "tệp trắng"))
    deliver(office, local(2024, 4, 17), version=2)
    with office.database.writing() as session:
        void(session, owed(session), decide(RETURNED, "tệp trắng"))
    assert (tally(office, RETURNED).on_time, tally(office, RETURNED).late) == (0, 1)
    with office.database.reading() as session:
        lines = history(session, unit_by_code(session, "p-1"))
    (event,) = [one for one in lines if isinstance(one, EventLine) and one.action == "void"]
    assert (event.actor, event.reason, event.facts) == ("an", "tệp trắng", {"version": 1})


def test_nothing_complete_nothing_to_void(office: Office) -> None:
    with pytest.raises(NothingToVoid), office.database.writing() as session:
        void(session, owed(session), decide(RETURNED))
