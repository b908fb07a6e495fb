from datetime import date, time
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st

from dondoc.plan.policies import LADDER, Cadence
from dondoc.tables import Stage
from schedules.cadence import Rhythm, Step, steps
from schedules.calendar import OfficeCalendar
from schedules.deadline import deadline

ZONE = ZoneInfo("Asia/Ho_Chi_Minh")
CALENDAR = OfficeCalendar()


def planned(
    day: date, *, opens: date | None = None, cadence: Cadence | None = None, inclusive: bool = True
) -> list[Step]:
    due = deadline(day, inclusive=inclusive, calendar=CALENDAR, zone=ZONE)
    return steps(due, Rhythm(CALENDAR, ZONE, cadence or Cadence(), LADDER), opens=opens)


def days(found: list[Step]) -> dict[str, str]:
    return {step.name: f"{step.at:%d/%m}" for step in found}


def test_default_cadence_around_a_working_day() -> None:
    """15/4/2024 is a Monday, so T-3 and T-1 are both the Friday before; 18/4 is Giỗ Tổ."""
    assert days(planned(date(2024, 4, 15))) == {
        "T-14": "01/04",
        "T-7": "08/04",
        "T-1": "12/04",
        "T-0": "15/04",
        "T+1": "16/04",
        "T+3": "19/04",
        "T+3+3wd": "24/04",
        "T+3+6wd": "02/05",
        "T+3+9wd": "06/05",
        "L1": "17/04",
        "L2": "22/04",
        "L3": "24/04",
        "L4": "03/05",
    }


def test_reminders_that_fall_on_one_day_become_one() -> None:
    """T-3 and T-1 of a Monday both move to the Friday before; the nearer one stays."""
    assert "T-1" not in days(planned(date(2024, 4, 15), cadence=Cadence(before=(3, 0))))
    assert days(planned(date(2024, 4, 15), cadence=Cadence(before=(2, 1, 0))))["T-1"] == "12/04"
    assert "T-2" not in days(planned(date(2024, 4, 15), cadence=Cadence(before=(2, 1, 0))))


def test_reminders_aim_at_the_last_working_day() -> None:
    """trước ngày 19/5/2024: aimed at Friday the 17th."""
    found = days(planned(date(2024, 5, 19), inclusive=False))
    assert (found["T-7"], found["T-0"], found["T+1"]) == ("10/05", "17/05", "21/05")


def test_no_reminder_before_the_window_opens() -> None:
    found = planned(date(2024, 4, 15), opens=date(2024, 4, 8))
    assert [step.name for step in found if step.stage is Stage.REMIND] == ["T-7", "T-1"]


def test_overdue_letters_are_capped() -> None:
    found = planned(date(2024, 4, 15), cadence=Cadence(max_overdue=2))
    assert [step.name for step in found if step.stage is Stage.OVERDUE] == ["T+1", "T+3"]
    assert not [
        step
        for step in planned(date(2024, 4, 15), cadence=Cadence(max_overdue=0))
        if step.stage is Stage.OVERDUE
    ]


def test_hour_is_the_cadences_own() -> None:
    found = planned(date(2024, 4, 15), cadence=Cadence(at=time(14, 30)))
    assert {step.at.timetz().replace(tzinfo=None) for step in found} == {time(14, 30)}


@given(st.dates(date(2019, 1, 1), date(2027, 3, 1)), st.booleans())
def test_every_step_is_on_a_working_day_on_its_side_of_the_deadline(
    day: date, inclusive: bool
) -> None:
    due = deadline(day, inclusive=inclusive, calendar=CALENDAR, zone=ZONE)
    found = steps(due, Rhythm(CALENDAR, ZONE, Cadence(), LADDER), opens=None)
    assert all(CALENDAR.is_working(step.at.date()) for step in found)
    for step in found:
        if step.stage in (Stage.REMIND, Stage.DUE):
            assert step.at.date() <= due.target_on
        else:
            assert step.at >= due.late_at
    own = [step.at for step in found if step.stage is not Stage.ESCALATE]
    assert len(set(own)) == len(own)
    assert sum(step.stage is Stage.OVERDUE for step in found) == 5
