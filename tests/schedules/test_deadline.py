from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schedules.calendar import OfficeCalendar
from schedules.deadline import Deadline, deadline

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
