"""An event gets its day, another day, or none; what hangs on it follows."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime

import pytest
from sqlalchemy import func, select

from dondoc.database import Database
from dondoc.decision import DecisionRefused, ReasonMissing
from dondoc.errors import DondocError, NotFound
from dondoc.happening import happened, waiting
from dondoc.plan.source import parse_plan
from dondoc.queries import plan_by_code
from dondoc.record import verify
from dondoc.tables import (
    Event,
    EventDay,
    Notice,
    NoticeState,
    Obligation,
    ObligationState,
    Occurrence,
    Submission,
    Unit,
    Version,
)
from schedules.amending.amend import Amendment, amend
from schedules.amending.impact import Impact
from schedules.amending.refusing import AlreadyPast, ChangedMeanwhile, TooSudden
from schedules.happening.refusing import (
    BeforePlan,
    FarAfterPlan,
    HandedIn,
    NoDay,
    NotConcerned,
    OneForEachUnit,
    OneForThePlan,
    SameDay,
    TooLateToAsk,
)
from schedules.happening.setting import Setting, set_day
from tests.cast import hand_in, local
from tests.hanging import PLAN
from tests.office import Office

LAUNCH = local(2024, 3, 29)
EARLY = local(2024, 9, 2)
ANNOUNCED = PLAN.replace("announce: false", "announce: true")
END = Setting(event="ket-thuc", day=date(2024, 9, 10), actor="a", now=EARLY)
CONGRESS = Setting(event="dai-hoi", day=date(2024, 9, 10), actor="a", now=EARLY, units=("p-1",))


@pytest.fixture
def office(database: Database) -> Office:
    office = Office(database)
    office.launch(PLAN, at=LAUNCH)
    return office


def put(office: Office, setting: Setting, **changes: object) -> Impact:
    with office.database.writing() as session:
        plan = plan_by_code(session, "dot-thi-dua")
        return set_day(session, plan, replace(setting, **changes), hours=office.hours)  # type: ignore[arg-type]


def refused(
    office: Office, kind: type[DondocError], setting: Setting, **changes: object
) -> DondocError:
    """Nothing has changed then."""
    before = rows(office)
    with pytest.raises(kind) as wrong:
        put(office, setting, **changes)
    assert rows(office) == before
    return wrong.value


def rows(office: Office) -> list[int]:
    tables = (EventDay, Occurrence, Obligation, Notice, Event, Version)
    with office.database.reading() as session:
        return [session.scalar(select(func.count()).select_from(one)) or 0 for one in tables]


def due(office: Office, milestone: str | None = None) -> dict[str, tuple[str, date, str]]:
    """Milestone and occurrence, date and state of what each unit owes; `unit milestone`."""
    with office.database.reading() as session:
        found = session.scalars(select(Obligation).order_by(Obligation.id))
        return {
            f"{one.unit.code} {one.occurrence.milestone.code}": (
                one.occurrence.key,
                one.due_on,
                one.state.value,
            )
            for one in found
            if milestone in (None, one.occurrence.milestone.code)
        }


def planned(office: Office, unit: str) -> dict[str, tuple[str, str | None]]:
    return {
        step: verdict for step, verdict in office.verdicts(unit).items() if verdict[0] == "planned"
    }


def change(office: Office, unit: str, milestone: str, act: Callable[[Obligation], object]) -> None:
    with office.database.writing() as session:
        for one in session.scalars(select(Obligation)):
            if (one.unit.code, one.occurrence.milestone.code) == (unit, milestone):
                act(one)


def submit(office: Office, unit: str, milestone: str, at: datetime) -> None:
    def deliver(one: Obligation) -> None:
        one.state = ObligationState.SUBMITTED
        hand_in(one, at)

    change(office, unit, milestone, deliver)


def test_first_day_makes_what_hangs_on_it(office: Office) -> None:
    impact = put(office, END)
    assert due(office) == {
        "p-1 ca-nam": ("2024-11-15", date(2024, 11, 15), "open"),
        "p-1 bao-cao": ("ket-thuc", date(2024, 9, 13), "open"),
        "p-2 bao-cao": ("ket-thuc", date(2024, 9, 13), "open"),
        # five working days after that
        "tai-chinh tong-hop": ("ket-thuc", date(2024, 9, 20), "open"),
    }
    assert [(one.which.milestone, one.due.due_on, one.units) for one in impact.added] == [
        ("bao-cao", date(2024, 9, 13), ("p-1", "p-2")),
        ("tong-hop", date(2024, 9, 20), ("tai-chinh",)),
    ]
    assert (impact.moved, impact.dropped, impact.readers) == ([], [], 3)
    # the window opens with the event: T-14 and T-7 lie before it
    assert sorted(planned(office, "p-2")) == [
        *("L1", "L2", "L3", "L4"),
        *("T+1", "T+3+12wd", "T+3+3wd", "T+3+6wd", "T+3+9wd"),
        *("T-0", "T-1", "T-3", "announce"),
    ]


def test_label_tells_the_day_it_is_counted_from(office: Office) -> None:
    put(office, END)
    with office.database.reading() as session:
        labels = session.execute(select(Occurrence.key, Occurrence.label, Occurrence.opens_on))
        assert ("ket-thuc", "tính từ 10/09/2024", date(2024, 9, 10)) in labels.tuples().all()


def test_nobody_waits_any_more(office: Office) -> None:
    put(office, END)
    with office.database.reading() as session:
        plan = plan_by_code(session, "dot-thi-dua")
        assert happened(session, plan) == {"ket-thuc": {None: date(2024, 9, 10)}}
        assert [one.milestone for one in waiting(session, plan, EARLY)] == ["dai-hoi-xong"]


def test_it_is_the_plans_next_version_and_an_entry_of_the_record(office: Office) -> None:
    put(office, END, reason="Thông báo 12/TB-UBND")
    with office.database.reading() as session:
        version = session.scalars(select(Version).where(Version.number == 2)).one()
        assert version.reason == "«Kết thúc đợt thi đua»: ngày 10/09/2024. Thông báo 12/TB-UBND"
        entry = session.scalars(select(Event).where(Event.action == "event_set")).one()
        assert (entry.subject, entry.reason) == ("dot-thi-dua", "Thông báo 12/TB-UBND")
        assert (entry.before, entry.after) == ({"day": None}, {"day": "2024-09-10"})
        assert (entry.facts["event"], entry.facts["plan_version"]) == ("ket-thuc", 2)
        assert verify(session).broken is None


@pytest.mark.parametrize("plan", [PLAN, ANNOUNCED])
def test_announced_whatever_the_launch_did(database: Database, plan: str) -> None:
    office = Office(database)
    office.launch(plan, at=LAUNCH)
    assert put(office, END).readers == 3
    office.beat(local(2024, 9, 4))  # EARLY is a holiday
    told = {address for address, name in office.letters() if name == "announcement"}
    assert told == {"p-1@quan.example", "p-2@quan.example", "tai-chinh@quan.example"}
    (item,) = office.contents("p-2@quan.example")[0].items
    assert (item.occurrence, item.due) == ("tính từ 10/09/2024", date(2024, 9, 13))


def test_day_of_long_ago_is_collected_but_never_pressed(office: Office) -> None:
    impact = put(office, END, day=date(2024, 5, 6))
    assert [one.silent for one in impact.added] == [True, True]
    assert due(office)["p-2 bao-cao"] == ("ket-thuc", date(2024, 5, 9), "open")
    assert planned(office, "p-2") == {}


@pytest.mark.parametrize(
    ("kind", "setting", "day"),
    [
        (BeforePlan, END, date(2024, 3, 28)),
        (FarAfterPlan, END, date(2027, 1, 1)),
        (BeforePlan, CONGRESS, date(2023, 9, 10)),
    ],
)
def test_day_that_does_not_belong_to_the_plan(
    office: Office, kind: type[DecisionRefused], setting: Setting, day: date
) -> None:
    refused(office, kind, setting, day=day)


def test_day_of_issue_and_two_years_after_the_end_are_taken(office: Office) -> None:
    put(office, END, day=date(2024, 3, 29))
    put(office, CONGRESS, day=date(2026, 12, 31))


def test_plan_without_a_date_of_issue_begins_with_its_period(database: Database) -> None:
    office = Office(database)
    office.launch(PLAN.replace("issued: 2024-03-29\n", ""), at=LAUNCH)
    refused(office, BeforePlan, END, day=date(2023, 12, 31))
    put(office, END, day=date(2024, 1, 1))


def test_whose_day_it_is(office: Office) -> None:
    refused(office, OneForThePlan, END, units=("p-1",))
    refused(office, OneForEachUnit, CONGRESS, units=())
    refused(office, NotConcerned, CONGRESS, units=("tai-chinh",))
    refused(office, NotFound, CONGRESS, units=("p-9",))
    assert "ket-thuc" in str(refused(office, NotFound, END, event="ket-thu"))


def test_same_day_again(office: Office) -> None:
    put(office, END)
    refused(office, SameDay, END, reason="lần nữa")


def test_move_needs_a_reason_the_first_day_does_not(office: Office) -> None:
    put(office, END)
    refused(office, ReasonMissing, END, day=date(2024, 9, 17))
    refused(office, ReasonMissing, END, day=None, reason="  ")


def test_what_was_planned_for_the_old_day_is_planned_for_the_new(office: Office) -> None:
    put(office, END)
    impact = put(office, END, day=date(2024, 9, 17), reason="Kéo dài đợt thi đua")
    assert [(one.which.milestone, one.units) for one in impact.moved] == [
        ("bao-cao", 2),
        ("tong-hop", 1),
    ]
    assert due(office)["p-2 bao-cao"] == ("ket-thuc", date(2024, 9, 20), "open")
    assert due(office)["tai-chinh tong-hop"] == ("ket-thuc", date(2024, 9, 27), "open")
    with office.database.reading() as session:
        ahead = select(Notice.planned_at, Notice.step).where(
            Notice.state == NoticeState.PLANNED, Notice.step == "T-0"
        )
        days = {at.date() for at, _ in session.execute(ahead)}
    assert days == {date(2024, 9, 20), date(2024, 9, 27), date(2024, 11, 15)}
    assert impact.readers == 0  # its announcement has not left, and will tell the new one


def test_whoever_was_told_the_old_date_is_told_the_new(office: Office) -> None:
    put(office, END)
    office.beat(local(2024, 9, 4))  # the first working day after
    impact = put(office, END, day=date(2024, 9, 17), reason="Kéo dài", now=local(2024, 9, 10, 15))
    assert [(one.which.milestone, one.units) for one in impact.told] == [
        ("bao-cao", ("p-1", "p-2")),
        ("tong-hop", ("tai-chinh",)),
    ]
    office.beat(local(2024, 9, 11))
    (letter,) = [one for one in office.contents("p-2@quan.example") if one.name == "changed"]
    (item,) = letter.items
    assert (item.was, item.due) == (date(2024, 9, 13), date(2024, 9, 20))
    assert item.changed_why == (
        "«Kết thúc đợt thi đua» chuyển từ ngày 10/09/2024 sang ngày 17/09/2024. Kéo dài"
    )


def test_what_was_handed_in_stays_on_its_date(office: Office) -> None:
    put(office, END)
    submit(office, "p-1", "bao-cao", local(2024, 9, 11))
    put(office, END, day=date(2024, 9, 17), reason="Kéo dài", now=local(2024, 9, 12))
    found = due(office, "bao-cao")
    assert found["p-1 bao-cao"][1:] == (date(2024, 9, 13), "submitted")
    assert found["p-2 bao-cao"][1:] == (date(2024, 9, 20), "open")


def test_earlier_day_leaves_enough_notice_or_is_meant(office: Office) -> None:
    put(office, END)
    sooner = replace(END, day=date(2024, 9, 4), reason="Kết thúc sớm")
    refused(office, TooSudden, sooner)
    refused(office, AlreadyPast, sooner, now=local(2024, 9, 12))
    put(office, sooner, earlier_is_meant=True)
    assert due(office)["p-1 bao-cao"][1] == date(2024, 9, 9)


def test_day_taken_back(office: Office) -> None:
    put(office, END)
    office.beat(local(2024, 9, 10))
    impact = put(office, END, day=None, reason="Hoãn", now=local(2024, 9, 11))
    assert [(one.which.milestone, one.units) for one in impact.dropped] == [
        ("bao-cao", ("p-1", "p-2")),
        ("tong-hop", ("tai-chinh",)),
    ]
    assert planned(office, "tai-chinh").keys() == {"dropped-3"}
    with office.database.reading() as session:
        plan = plan_by_code(session, "dot-thi-dua")
        assert happened(session, plan) == {}
        waits = [one.milestone for one in waiting(session, plan, EARLY)]
    assert waits == ["bao-cao", "tong-hop", "dai-hoi-xong"]
    office.beat(local(2024, 9, 11))
    assert ("p-2@quan.example", "changed") in office.letters()
    refused(office, NoDay, END, day=None, reason="Hoãn")


def test_day_set_again_brings_it_back(office: Office) -> None:
    put(office, END)
    put(office, END, day=None, reason="Hoãn")
    put(office, END, day=date(2024, 10, 1), now=local(2024, 9, 23))
    assert due(office)["p-1 bao-cao"] == ("ket-thuc", date(2024, 10, 4), "open")
    assert len(due(office)) == 4
    assert "T-0" in planned(office, "p-2")


def test_day_set_again_that_is_over_is_not_pressed(office: Office) -> None:
    put(office, END)
    put(office, END, day=None, reason="Hoãn")
    put(office, END, now=local(2024, 10, 1))
    assert due(office)["p-2 bao-cao"] == ("ket-thuc", date(2024, 9, 13), "open")
    assert planned(office, "p-2") == {}


def test_day_is_kept_once_something_was_handed_in(office: Office) -> None:
    put(office, END)
    with office.database.writing() as session:
        owed = session.scalars(select(Obligation).join(Unit).where(Unit.code == "tai-chinh")).one()
        session.add(hand_in(owed, local(2024, 9, 12), complete=False))
    wrong = refused(office, HandedIn, END, day=None, reason="Hoãn")
    assert "tai-chinh" in str(wrong)
    assert "tong-hop" in str(wrong)


def test_second_official_is_told_what_changed_under_her_hands(office: Office) -> None:
    put(office, END, expected=1)
    refused(office, ChangedMeanwhile, CONGRESS, expected=1)
    put(office, CONGRESS, expected=2)


def amended(office: Office, old: str, new: str, *, now: datetime = EARLY) -> Impact:
    assert old in PLAN
    text = PLAN.replace(old, new)
    with office.database.writing() as session:
        plan = plan_by_code(session, "dot-thi-dua")
        change = Amendment(file=parse_plan(text), source=text, actor="b", now=now, reason="CV 7")
        return amend(session, plan, change, hours=office.hours)


def test_amended_rule_counts_from_the_day_that_is_set(office: Office) -> None:
    put(office, END)
    put(office, CONGRESS)
    amended(office, "{after: ket-thuc, working_days: 3}", "{after: ket-thuc, working_days: 5}")
    found = due(office)
    assert found["p-2 bao-cao"] == ("ket-thuc", date(2024, 9, 17), "open")
    assert found["tai-chinh tong-hop"] == ("ket-thuc", date(2024, 9, 24), "open")
    assert found["p-1 dai-hoi-xong"] == ("2024-09-10", date(2024, 9, 20), "open")


def test_milestone_added_to_an_event_that_has_its_day(office: Office) -> None:
    put(office, CONGRESS)
    body = PLAN[PLAN.index("  - code: dai-hoi-xong") : PLAN.index("  - code: ca-nam")]
    fresh = body.replace("code: dai-hoi-xong", "code: nhan-su").replace("days: 10", "days: 20")
    amended(office, body, body + fresh)
    assert due(office)["p-1 nhan-su"] == ("2024-09-10", date(2024, 9, 30), "open")
    assert "p-2 nhan-su" not in due(office)
    congress(office, ("p-2", date(2024, 9, 12)))
    assert due(office)["p-2 nhan-su"] == ("2024-09-12", date(2024, 10, 2), "open")


def test_milestone_that_hangs_on_an_event_is_left_out(office: Office) -> None:
    put(office, END)
    body = PLAN[PLAN.index("  - code: tong-hop") : PLAN.index("  - code: dai-hoi-xong")]
    amended(office, body, "")
    assert due(office)["tai-chinh tong-hop"][2] == "exempt"
    put(office, END, day=date(2024, 9, 17), reason="Kéo dài")
    found = due(office)
    assert (found["tai-chinh tong-hop"][2], found["p-1 bao-cao"][1]) == (
        "exempt",
        date(2024, 9, 20),
    )


def test_printed_date_instead_of_the_event(office: Office) -> None:
    put(office, END)
    amended(office, "{after: ket-thuc, working_days: 3}", "2024-09-30")
    assert due(office)["p-1 bao-cao"][1:] == (date(2024, 9, 30), "open")
    assert due(office)["tai-chinh tong-hop"][1] == date(2024, 10, 7)
    with office.database.reading() as session:
        plan = plan_by_code(session, "dot-thi-dua")
        assert [one.milestone for one in waiting(session, plan, EARLY)] == ["dai-hoi-xong"]


def congress(office: Office, *days: tuple[str, date], now: datetime = EARLY) -> None:
    for unit, day in days:
        put(office, CONGRESS, units=(unit,), day=day, now=now, reason="Đại hội")


def test_days_of_units_make_one_occurrence_a_day(office: Office) -> None:
    put(office, CONGRESS, units=("p-1", "p-3"))
    congress(office, ("p-2", date(2024, 9, 12)))
    assert due(office, "dai-hoi-xong") == {
        "p-1 dai-hoi-xong": ("2024-09-10", date(2024, 9, 20), "open"),
        "p-3 dai-hoi-xong": ("2024-09-10", date(2024, 9, 20), "open"),
        "p-2 dai-hoi-xong": ("2024-09-12", date(2024, 9, 22), "open"),
    }
    assert "T-0" in planned(office, "p-3")
    with office.database.reading() as session:
        entries = session.scalars(select(Event.subject).where(Event.action == "event_set"))
        assert list(entries) == [f"dot-thi-dua/*/{unit}" for unit in ("p-1", "p-3", "p-2")]


def test_unit_comes_to_a_day_that_others_have(office: Office) -> None:
    congress(office, ("p-1", date(2024, 9, 10)), ("p-2", date(2024, 9, 10)))
    assert due(office, "dai-hoi-xong")["p-2 dai-hoi-xong"] == (
        "2024-09-10",
        date(2024, 9, 20),
        "open",
    )
    assert "T-0" in planned(office, "p-2")


def test_one_units_day_moves_alone(office: Office) -> None:
    congress(office, ("p-1", date(2024, 9, 10)), ("p-2", date(2024, 9, 10)))
    office.beat(local(2024, 9, 13))  # T-7
    impact = put(
        office,
        CONGRESS,
        day=date(2024, 9, 17),
        reason="Dời đại hội",
        now=local(2024, 9, 13, 14),
    )
    assert [(one.before.due_on, one.after.due_on, one.units) for one in impact.moved] == [
        (date(2024, 9, 20), date(2024, 9, 27), 1)
    ]
    assert due(office, "dai-hoi-xong") == {
        "p-1 dai-hoi-xong": ("2024-09-17", date(2024, 9, 27), "open"),
        "p-2 dai-hoi-xong": ("2024-09-10", date(2024, 9, 20), "open"),
    }
    office.beat(local(2024, 9, 16))
    assert [one for one in office.letters() if one[1] == "changed"] == [
        ("p-1@quan.example", "changed")
    ]
    assert planned(office, "p-1")["T-0"] == ("planned", None)


def test_day_nobody_has_any_more_is_forgotten(office: Office) -> None:
    congress(office, ("p-1", date(2024, 9, 10)), ("p-1", date(2024, 9, 17)))
    with office.database.reading() as session:
        keys = session.scalars(select(Occurrence.key).order_by(Occurrence.key))
        assert list(keys) == ["2024-09-17", "2024-11-15"]


def test_unit_that_handed_in_keeps_its_date_where_its_day_moves(office: Office) -> None:
    congress(office, ("p-1", date(2024, 9, 10)), ("p-2", date(2024, 9, 10)))
    submit(office, "p-1", "dai-hoi-xong", local(2024, 9, 12))
    congress(office, ("p-1", date(2024, 9, 11)), now=local(2024, 9, 13))
    assert due(office, "dai-hoi-xong")["p-1 dai-hoi-xong"] == (
        "2024-09-11",
        date(2024, 9, 20),
        "submitted",
    )


def test_units_extension_that_runs_longer_holds(office: Office) -> None:
    congress(office, ("p-1", date(2024, 9, 10)))

    def extend(one: Obligation) -> None:
        one.extended_to = one.due_on = one.last_on = date(2024, 10, 15)

    change(office, "p-1", "dai-hoi-xong", extend)
    congress(office, ("p-1", date(2024, 9, 17)), now=local(2024, 9, 12))
    assert due(office, "dai-hoi-xong")["p-1 dai-hoi-xong"][1] == date(2024, 10, 15)
    congress(office, ("p-1", date(2024, 10, 10)), now=local(2024, 9, 13))
    assert due(office, "dai-hoi-xong")["p-1 dai-hoi-xong"][1] == date(2024, 10, 20)


def test_earlier_day_of_a_unit_leaves_enough_notice(office: Office) -> None:
    congress(office, ("p-1", date(2024, 9, 10)))
    sooner = replace(CONGRESS, day=date(2024, 9, 6), reason="Sớm hơn")
    refused(office, TooSudden, sooner, now=local(2024, 9, 12))
    refused(office, AlreadyPast, sooner, now=local(2024, 9, 19))
    put(office, sooner, now=local(2024, 9, 5))


def test_late_word_of_a_day_that_others_kept(office: Office) -> None:
    congress(office, ("p-1", date(2024, 9, 10)))
    wrong = refused(office, TooLateToAsk, CONGRESS, units=("p-2",), now=local(2024, 10, 1))
    assert "p-2" in str(wrong)
    # on a day of its own it is collected, not pressed
    put(office, CONGRESS, units=("p-2",), day=date(2024, 9, 9), now=local(2024, 10, 1))
    assert planned(office, "p-2") == {}


def test_one_units_day_taken_back_and_set_again(office: Office) -> None:
    congress(office, ("p-1", date(2024, 9, 10)), ("p-2", date(2024, 9, 10)))
    put(office, CONGRESS, day=None, reason="Hoãn")
    found = due(office, "dai-hoi-xong")
    assert (found["p-1 dai-hoi-xong"][2], found["p-2 dai-hoi-xong"][2]) == ("exempt", "open")
    assert planned(office, "p-1").keys() & {"T-0"} == set()
    congress(office, ("p-3", date(2024, 9, 12)))
    assert due(office, "dai-hoi-xong")["p-1 dai-hoi-xong"][2] == "exempt"
    congress(office, ("p-1", date(2024, 9, 12)))
    assert due(office, "dai-hoi-xong") == {
        "p-1 dai-hoi-xong": ("2024-09-12", date(2024, 9, 22), "open"),
        "p-2 dai-hoi-xong": ("2024-09-10", date(2024, 9, 20), "open"),
        "p-3 dai-hoi-xong": ("2024-09-12", date(2024, 9, 22), "open"),
    }


def test_all_units_days_taken_back_and_one_set_again(office: Office) -> None:
    put(office, CONGRESS, units=("p-1", "p-2"))
    put(office, CONGRESS, units=("p-1", "p-2"), day=None, reason="Hoãn")
    congress(office, ("p-2", date(2024, 9, 10)))
    found = due(office, "dai-hoi-xong")
    assert (found["p-1 dai-hoi-xong"][2], found["p-2 dai-hoi-xong"][2]) == ("exempt", "open")


def test_unit_that_was_told_its_date_is_told_that_it_is_taken_back(office: Office) -> None:
    congress(office, ("p-1", date(2024, 9, 10)))
    office.beat(local(2024, 9, 13))  # T-7
    impact = put(office, CONGRESS, day=None, reason="Hoãn", now=local(2024, 9, 13, 14))
    assert [one.units for one in impact.dropped] == [("p-1",)]
    office.beat(local(2024, 9, 16))
    assert [one for one in office.letters() if one[1] == "changed"] == [
        ("p-1@quan.example", "changed")
    ]


def test_submission_refuses_only_its_own_units_day(office: Office) -> None:
    congress(office, ("p-1", date(2024, 9, 10)), ("p-2", date(2024, 9, 10)))
    with office.database.writing() as session:
        owed = session.scalars(
            select(Obligation)
            .join(Unit)
            .join(Occurrence)
            .where(Unit.code == "p-1", Occurrence.key == "2024-09-10")
        ).one()
        session.add(hand_in(owed, local(2024, 9, 12)))
    refused(office, HandedIn, CONGRESS, day=None, reason="Hoãn")
    put(office, CONGRESS, units=("p-2",), day=None, reason="Hoãn")
    with office.database.reading() as session:
        assert session.scalar(select(func.count()).select_from(Submission)) == 1


def test_weekly_letters_begin_with_the_first_date(database: Database) -> None:
    office = Office(database)
    text = PLAN.replace("digest: false", "digest: true")
    text = text[: text.index("  - code: ca-nam")]
    launched = office.launch(text, at=LAUNCH)
    assert (launched.obligations, launched.notices) == (0, 0)
    put(office, END)
    with office.database.reading() as session:
        weekly = select(Notice.step).where(Notice.obligation_id.is_(None)).order_by(Notice.step)
        steps = list(session.scalars(weekly))
    assert (steps[0], steps[-1]) == ("D-2024-09-02", "D-2024-10-21")
