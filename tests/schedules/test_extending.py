from datetime import date, datetime
from typing import Any

import pytest
from sqlalchemy import select

from dondoc.database import Database
from dondoc.decision import Decision, NothingToExtend
from dondoc.extensions import (
    DayPassed,
    NotAsked,
    NotLater,
    ask,
    asked_for,
    deny,
    extension_by_id,
    extensions,
    granted,
    withdraw,
)
from dondoc.fulfilment import fulfil
from dondoc.history import EventLine, history
from dondoc.queries import group_by_code, milestone_by_code, plan_by_code, unit_by_code
from dondoc.submissions import exempt
from dondoc.tables import Event, Extension, ExtensionState, Notice, Obligation, Stage, Unit
from notifications.content import Content
from schedules.extending import (
    NotExtended,
    Pending,
    TooSudden,
    extend,
    extend_pending,
    grant,
    revoke,
)
from tests.cast import local
from tests.office import PLAN, Office, owed

LAUNCH = local(2024, 3, 29)
PRINTED, UNTIL, LATER = date(2024, 4, 15), date(2024, 4, 22), date(2024, 4, 29)
P1, P2 = "p-1@quan.example", "p-2@quan.example"
CONGRESS = "đang tổ chức đại hội"
EVERYBODY = PLAN.replace("{units: [p-1, p-2]}", "all")


@pytest.fixture
def office(database: Database) -> Office:
    office = Office(database)
    office.launch(at=LAUNCH)
    return office


def decide(now: datetime, reason: str = CONGRESS) -> Decision:
    return Decision(actor="an", reason=reason, now=now)


def prolong(
    office: Office, until: date = UNTIL, now: datetime = LAUNCH, unit: str = "p-1", **facts: Any
) -> None:
    with office.database.writing() as session:
        extend(session, owed(session, unit), until, decide(now), hours=office.hours, **facts)


def take_back(office: Office, now: datetime, **facts: Any) -> None:
    with office.database.writing() as session:
        decision = decide(now, "đại hội đã hoãn")
        revoke(session, owed(session, "p-1"), decision, hours=office.hours, **facts)


def question(office: Office, until: date = UNTIL, now: datetime = LAUNCH) -> int:
    with office.database.writing() as session:
        said = Decision(actor="văn thư phường Một", reason=CONGRESS, now=now)
        return ask(session, owed(session, "p-1"), until, said, today=office.hours.today(now)).id


def states(office: Office) -> list[ExtensionState]:
    with office.database.reading() as session:
        return [one.state for one in session.scalars(extensions())]


def dates(office: Office, unit: str = "p-1") -> tuple[date, date, int]:
    with office.database.reading() as session:
        found = owed(session, unit)
        return found.due_on, found.occurrence.due_on, found.due_version


def last_letter(office: Office, address: str = P1) -> Content:
    return office.contents(address)[-1]


def test_extension_moves_the_units_own_date_and_keeps_the_printed_one(office: Office) -> None:
    prolong(office)
    assert dates(office) == (UNTIL, PRINTED, 2)
    assert dates(office, "p-2") == (PRINTED, PRINTED, 1)
    with office.database.reading() as session:
        assert owed(session, "p-1").late_at == local(2024, 4, 23, 0)
        event = session.scalars(select(Event).where(Event.action == "extend")).one()
        assert (event.reason, event.on_behalf) == (CONGRESS, "noi-vu")
        assert (event.before, event.after) == ({"due_on": "2024-04-15"}, {"due_on": "2024-04-22"})
        found = granted(session, owed(session, "p-1"))
        assert found is not None
        assert (found.before, found.until, found.reason) == (PRINTED, UNTIL, CONGRESS)


def test_unit_is_told_at_once_with_both_dates_and_the_reason(office: Office) -> None:
    prolong(office)
    office.beat(LAUNCH)
    assert office.letters() == [(P1, "extension")]
    (item,) = last_letter(office).items
    assert (item.due, item.extended_from, item.was) == (UNTIL, PRINTED, PRINTED)
    assert (item.changes, item.changed_why) == (("granted",), CONGRESS)


def test_answer_goes_out_the_same_day_even_after_the_days_letter(office: Office) -> None:
    morning, noon = local(2024, 4, 8, 8), local(2024, 4, 8, 10)
    office.beat(morning)
    prolong(office, now=noon)
    office.beat(noon)
    assert office.letters()[-1] == (P1, "extension")


def test_reminders_follow_the_extension(office: Office) -> None:
    prolong(office)
    office.beat(LAUNCH)
    office.beat(local(2024, 4, 1, 8))  # the old T-14
    assert office.letters()[1:] == [(P2, "reminder")]
    office.beat(local(2024, 4, 8, 8))  # the new T-14, p-2's T-7
    (item,) = last_letter(office).items
    assert (item.due, item.extended_from, item.changed) == (UNTIL, PRINTED, False)
    office.beat(local(2024, 4, 16, 8))  # p-2 is overdue, p-1 is not
    assert set(office.letters()[-2:]) == {(P1, "reminder"), (P2, "overdue")}


def test_nothing_is_added_to_an_extension(office: Office) -> None:
    """A Saturday is the last day that counts; lateness begins after the next working day, as for a
    printed date, and not later because the printed one had rolled already."""
    prolong(office, date(2024, 4, 20))
    with office.database.reading() as session:
        found = owed(session, "p-1")
        assert (found.last_on, found.late_at) == (date(2024, 4, 20), local(2024, 4, 23, 0))


@pytest.mark.parametrize("until", [date(2024, 4, 14), PRINTED])
def test_extension_must_be_later(office: Office, until: date) -> None:
    with pytest.raises(NotLater):
        prolong(office, until)
    with pytest.raises(NotLater):
        question(office, until)
    assert dates(office) == (PRINTED, PRINTED, 1)


def test_day_that_is_over_cannot_be_granted(office: Office) -> None:
    with pytest.raises(DayPassed):
        prolong(office, UNTIL, now=local(2024, 4, 23))
    with pytest.raises(DayPassed):
        question(office, UNTIL, now=local(2024, 4, 23))


def test_what_was_delivered_is_not_extended(office: Office) -> None:
    office.deliver("p-1")
    for refused in (prolong, question):
        with pytest.raises(NothingToExtend) as wrong:
            refused(office)
        assert "đã nộp" in wrong.value.text(office.settings.language)


def test_changed_to_another_date(office: Office) -> None:
    prolong(office)
    prolong(office, LATER, now=local(2024, 4, 2))
    prolong(office, date(2024, 4, 24), now=local(2024, 4, 3))  # earlier, in good time
    assert dates(office) == (date(2024, 4, 24), PRINTED, 4)
    assert states(office) == [
        ExtensionState.CHANGED,
        ExtensionState.CHANGED,
        ExtensionState.GRANTED,
    ]
    office.beat(local(2024, 4, 3))
    (item,) = last_letter(office).items
    assert (item.changes, item.was, item.due) == (("moved",), LATER, date(2024, 4, 24))
    assert [name for to, name in office.letters() if to == P1] == ["extension"]


def test_earlier_date_leaves_time_unless_it_is_said_expressly(office: Office) -> None:
    prolong(office, LATER)
    now = local(2024, 4, 12)
    with pytest.raises(TooSudden) as sudden:
        prolong(office, date(2024, 4, 19), now=now)
    assert sudden.value.facts == {
        "unit": "p-1",
        "until": "19/04/2024",
        "least": 5,
        "left": 4,  # 18/4 is off
    }
    prolong(office, date(2024, 4, 19), now=now, short_notice=True)
    assert dates(office)[0] == date(2024, 4, 19)


def test_revoked_the_printed_date_holds_and_is_reminded_again(office: Office) -> None:
    prolong(office)
    take_back(office, local(2024, 4, 2))
    assert dates(office) == (PRINTED, PRINTED, 3)
    assert states(office) == [ExtensionState.REVOKED]
    office.beat(local(2024, 4, 2))
    (item,) = last_letter(office).items
    assert (item.due, item.extended_from, item.was) == (PRINTED, None, UNTIL)
    assert (item.changes, item.changed_why) == (("revoked",), "đại hội đã hoãn")
    office.beat(local(2024, 4, 8, 8))
    assert set(office.letters()[-2:]) == {(P1, "reminder"), (P2, "reminder")}


def test_revoking_when_the_printed_date_is_near_must_be_said_expressly(office: Office) -> None:
    prolong(office)
    late = local(2024, 4, 17)
    with pytest.raises(TooSudden):
        take_back(office, late)
    take_back(office, late, short_notice=True)
    office.beat(local(2024, 4, 19, 8))
    assert last_letter(office).name == "overdue"


def test_what_was_never_extended_cannot_be_revoked(office: Office) -> None:
    with pytest.raises(NotExtended):
        take_back(office, LAUNCH)
    prolong(office)
    office.deliver("p-1")
    with pytest.raises(NotExtended):
        take_back(office, LAUNCH)


def test_question_is_granted_with_the_day_it_asks_for_or_another(office: Office) -> None:
    number = question(office, LATER)
    assert dates(office) == (PRINTED, PRINTED, 1)
    with office.database.writing() as session:
        grant(
            session, extension_by_id(session, number), decide(LAUNCH, "đồng ý"), hours=office.hours
        )
    assert dates(office) == (LATER, PRINTED, 2)
    with office.database.reading() as session:
        found = extension_by_id(session, number)
        assert (found.state, found.asked_until, found.until) == (
            ExtensionState.GRANTED,
            LATER,
            LATER,
        )
        assert (found.asked_reason, found.reason) == (CONGRESS, "đồng ý")
    with pytest.raises(NotAsked), office.database.writing() as session:
        deny(session, extension_by_id(session, number), decide(LAUNCH))
    again = question(office, date(2024, 5, 10))
    with office.database.writing() as session:
        found = extension_by_id(session, again)
        grant(session, found, decide(LAUNCH), hours=office.hours, until=date(2024, 5, 6))
    assert states(office) == [ExtensionState.CHANGED, ExtensionState.GRANTED]


def test_denied_the_date_stays_and_the_unit_reads_why(office: Office) -> None:
    number = question(office)
    with office.database.writing() as session:
        deny(session, extension_by_id(session, number), decide(LAUNCH, "đã quá thời gian"))
    office.beat(LAUNCH)
    (item,) = last_letter(office).items
    assert (item.due, item.was, item.changes) == (PRINTED, None, ("denied",))
    assert item.changed_why == "đã quá thời gian"
    assert dates(office) == (PRINTED, PRINTED, 1)
    office.beat(local(2024, 4, 1, 8))
    assert office.letters()[1:] == [(P1, "reminder"), (P2, "reminder")]


def test_denied_twice_and_then_granted_only_the_grant_is_told(office: Office) -> None:
    evening = local(2024, 3, 29, 18)
    for _ in range(2):
        number = question(office, now=evening)
        with office.database.writing() as session:
            deny(session, extension_by_id(session, number), decide(evening, "chưa rõ lý do"))
    prolong(office, now=evening)
    office.beat(local(2024, 4, 1, 8))
    assert last_letter(office).items[0].changes == ("granted",)
    assert office.verdicts("p-1")[f"denied-{number}"] == ("skipped", "extended")


def test_asked_again_the_last_question_counts_and_may_be_withdrawn(office: Office) -> None:
    question(office, UNTIL)
    number = question(office, LATER)
    with office.database.writing() as session:
        found = asked_for(session, owed(session, "p-1"))
        assert found is not None
        assert found.id == number
        withdraw(session, found, decide(LAUNCH, "đã kịp"))
    assert states(office) == [ExtensionState.WITHDRAWN, ExtensionState.WITHDRAWN]


def test_question_lapses_with_the_delivery_or_an_exemption(office: Office) -> None:
    question(office)
    with office.database.writing() as session:
        fulfil(session, [owed(session, "p-1").id], now=LAUNCH)
        said = Decision(actor="p-2", reason=CONGRESS, now=LAUNCH)
        ask(session, owed(session, "p-2"), UNTIL, said, today=office.hours.today(LAUNCH))
        exempt(session, owed(session, "p-2"), "giải thể", actor="an", now=LAUNCH)
    assert states(office) == [ExtensionState.LAPSED, ExtensionState.LAPSED]


def pending(office: Office, until: date, *, group: str | None = None) -> list[str]:
    with office.database.writing() as session:
        milestone = milestone_by_code(session, plan_by_code(session, "thi-dua"), "dang-ky")
        whom = Pending(
            milestone=milestone, group=None if group is None else group_by_code(session, group)
        )
        return extend_pending(session, whom, until, decide(LAUNCH, "bão"), hours=office.hours)


def test_all_pending_or_a_group_are_extended_together(database: Database) -> None:
    office = Office(database)
    office.launch(EVERYBODY, at=LAUNCH)
    office.deliver("p-3")
    prolong(office, LATER, unit="p-1")
    assert pending(office, UNTIL, group="cum-1") == ["p-2"]
    assert pending(office, UNTIL) == ["noi-vu", "tai-chinh", "ubnd-quan"]
    assert pending(office, UNTIL) == []
    assert [dates(office, unit)[0] for unit in ("p-1", "p-2", "p-3", "tai-chinh")] == [
        LATER,
        UNTIL,
        PRINTED,
        UNTIL,
    ]
    office.beat(LAUNCH)
    assert sorted(to for to, name in office.letters() if name == "extension") == sorted(
        f"{unit}@quan.example" for unit in ("p-1", "p-2", "noi-vu", "tai-chinh", "ubnd-quan")
    )


def test_together_or_alone_the_same_notices_lie_ahead(database: Database) -> None:
    office = Office(database)
    office.launch(EVERYBODY, at=LAUNCH)
    prolong(office, unit="p-1")
    pending(office, UNTIL, group="cum-1")
    with database.reading() as session:
        planned = {
            unit: session.execute(
                select(Notice.step, Notice.planned_at, Notice.level)
                .join(Obligation, Obligation.id == Notice.obligation_id)
                .join(Unit, Unit.id == Obligation.unit_id)
                .where(Unit.code == unit, Notice.due_version == 2, Notice.stage != Stage.EXTENSION)
                .order_by(Notice.planned_at, Notice.step)
            ).all()
            for unit in ("p-1", "p-2")
        }
    assert planned["p-1"] == planned["p-2"]
    assert len(planned["p-1"]) > 10


def test_questions_are_answered_when_everybody_is_extended(office: Office) -> None:
    question(office)
    pending(office, LATER)
    assert states(office) == [ExtensionState.GRANTED, ExtensionState.GRANTED]
    with office.database.reading() as session:
        assert session.scalars(select(Extension.until)).all() == [LATER, LATER]


def test_day_that_is_over_is_refused_for_everybody(office: Office) -> None:
    with office.database.writing() as session:
        milestone = milestone_by_code(session, plan_by_code(session, "thi-dua"), "dang-ky")
        late = decide(local(2024, 4, 30))
        with pytest.raises(DayPassed):
            extend_pending(session, Pending(milestone=milestone), UNTIL, late, hours=office.hours)


def test_why_tells_of_an_extension_for_all_to_those_it_is_for(database: Database) -> None:
    office = Office(database)
    office.launch(EVERYBODY, at=LAUNCH)
    pending(office, UNTIL, group="cum-1")
    with database.reading() as session:
        told = {
            unit: [
                (line.action, line.reason)
                for line in history(session, unit_by_code(session, unit))
                if isinstance(line, EventLine)
            ]
            for unit in ("p-1", "p-3")
        }
    assert told == {"p-1": [("extend", "bão")], "p-3": []}
