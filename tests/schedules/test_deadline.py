from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dondoc.plan.relative import Relative
from schedules.calendar import OfficeCalendar
from schedules.deadline import Deadline, counted_from, deadline

ZONE = ZoneInfo("Asia/Ho_Chi_Minh")
CALENDAR = OfficeCalendar()


def due(day: date, *, inclusive: bool) -> Deadline:
    return deadline(day, inclusive=inclusive, calendar=CALENDAR, zone=ZONE)


@pytest.mark.parametrize(
    ("printed", "inclusive", "last", "target", "late"),
    [
        # chậm nhất ngày 15/11, on a Saturday and on a Sunday: late after the Monday
        (date(2025, 11, 15), True, date(2025, 11, 15), date(2025, 11, 14), date(2025, 11, 18)),
        (date(2026, 11, 15), True, date(2026, 11, 15), date(2026, 11, 13), date(2026, 11, 17)),
        # trước ngày 15/11: the 14th is the last day
        (date(2024, 11, 15), False, date(2024, 11, 14), date(2024, 11, 14), date(2024, 11, 15)),
        # trước ngày 19/5/2024 (a Sunday): the Saturday counts, Friday is aimed at
        (date(2024, 5, 19), False, date(2024, 5, 18), date(2024, 5, 17), date(2024, 5, 21)),
        # chậm nhất 30/11/2024, a Saturday
        (date(2024, 11, 30), True, date(2024, 11, 30), date(2024, 11, 29), date(2024, 12, 3)),
        # over the long break of 30/4: 29/4 is swapped off, 4/5 is worked
        (date(2024, 4, 30), True, date(2024, 4, 30), date(2024, 4, 26), date(2024, 5, 3)),
        (date(2024, 5, 4), True, date(2024, 5, 4), date(2024, 5, 4), date(2024, 5, 5)),
    ],
)
def test_printed_date(printed: date, inclusive: bool, last: date, target: date, late: date) -> None:
    found = due(printed, inclusive=inclusive)
    assert found.last_on == last
    assert found.target_on == target
    assert found.late_at == datetime(late.year, late.month, late.day, tzinfo=ZONE)


@given(st.dates(date(2019, 1, 1), date(2027, 6, 30)), st.booleans())
def test_order_of_days(printed: date, inclusive: bool) -> None:
    found = due(printed, inclusive=inclusive)
    assert found.target_on <= found.last_on <= found.rolled_on
    assert found.last_on == (printed if inclusive else printed - timedelta(days=1))
    assert CALENDAR.is_working(found.target_on)
    assert CALENDAR.is_working(found.rolled_on)
    assert found.late_at.astimezone(ZONE).date() == found.rolled_on + timedelta(days=1)


@pytest.mark.parametrize(
    ("start", "rule", "due"),
    [
        # «03 ngày làm việc kể từ ngày»: a Tuesday is not counted, Friday is the third day
        (date(2024, 9, 10), Relative(after="a", working_days=3), date(2024, 9, 13)),
        # from a Friday, and from the Sunday after it, the same three days
        (date(2024, 9, 13), Relative(after="a", working_days=3), date(2024, 9, 18)),
        (date(2024, 9, 15), Relative(after="a", working_days=3), date(2024, 9, 18)),
        # over 29/4–1/5/2024, a swapped Monday among them; Saturday 4/5 is worked instead
        (date(2024, 4, 26), Relative(after="a", working_days=3), date(2024, 5, 4)),
        # «10 ngày»: days off count too; what ends on one is nominal until the deadline rolls
        (date(2024, 9, 10), Relative(after="a", days=10), date(2024, 9, 20)),
        (date(2024, 9, 12), Relative(after="a", days=10), date(2024, 9, 22)),
        (date(2024, 9, 10), Relative(after="a", days=0), date(2024, 9, 10)),
        (date(2024, 9, 10), Relative(after="a", weeks=2), date(2024, 9, 24)),
        # the corresponding day, or the month's last where there is none
        (date(2024, 1, 31), Relative(after="a", months=1), date(2024, 2, 29)),
        (date(2024, 11, 30), Relative(after="a", months=3), date(2025, 2, 28)),
        (date(2024, 9, 10), Relative(before="a", working_days=5), date(2024, 8, 30)),
        (date(2024, 3, 31), Relative(before="a", months=1), date(2024, 2, 29)),
        (date(2024, 1, 15), Relative(before="a", weeks=3), date(2023, 12, 25)),
    ],
)
def test_counted_from(start: date, rule: Relative, due: date) -> None:
    assert counted_from(start, rule, CALENDAR) == due


@given(st.dates(date(2019, 1, 1), date(2026, 6, 30)), st.integers(1, 40))
def test_working_days_counted_from_a_day_are_those_between(start: date, count: int) -> None:
    after = counted_from(start, Relative(after="a", working_days=count), CALENDAR)
    assert CALENDAR.working_days_between(start, after) == count
    before = counted_from(start, Relative(before="a", working_days=count), CALENDAR)
    assert CALENDAR.working_days_between(before, start - timedelta(days=1)) == count - 1
    assert CALENDAR.is_working(after)
    assert CALENDAR.is_working(before)
