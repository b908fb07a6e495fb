from datetime import date, datetime, time
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schedules.calendar import OfficeCalendar, OfficeHours, Override

ZONE = ZoneInfo("Asia/Ho_Chi_Minh")
CALENDAR = OfficeCalendar()
DAYS = st.dates(date(2019, 1, 1), date(2027, 12, 31))


@pytest.mark.parametrize(
    ("day", "works"),
    [
        (date(2024, 4, 29), False),  # swapped: off
        (date(2024, 5, 4), True),  # swapped: a worked Saturday
        (date(2024, 5, 11), False),
        (date(2024, 4, 18), False),  # Giỗ Tổ
        (date(2025, 4, 26), True),
        (date(2025, 5, 2), False),
        (date(2026, 1, 2), False),
        (date(2026, 1, 10), True),
        (date(2026, 8, 22), True),
        (date(2026, 8, 31), False),
        (date(2026, 11, 24), True),
        (date(2026, 11, 16), True),
    ],
)
def test_working_day(day: date, works: bool) -> None:
    assert CALENDAR.is_working(day) is works


def test_culture_day_is_off_where_the_office_says_so() -> None:
    assert OfficeCalendar(culture_day=True).is_working(date(2026, 11, 24)) is False


def test_why_off_names_the_holiday_or_the_weekday() -> None:
    assert CALENDAR.why_off(date(2024, 9, 2)) == ("Quốc khánh", "National Day")
    assert CALENDAR.why_off(date(2024, 11, 30)) == ("thứ Bảy", "Saturday")
    assert CALENDAR.why_off(date(2024, 5, 19)) == ("Chủ nhật", "Sunday")
    assert CALENDAR.why_off(date(2024, 5, 20)) is None


def test_override_wins_both_ways() -> None:
    calendar = OfficeCalendar(
        [
            Override(date(2027, 2, 11), works=False, name="Tết"),
            Override(date(2027, 2, 13), works=True, name="làm bù"),
        ]
    )
    assert calendar.is_working(date(2027, 2, 11)) is False
    assert calendar.is_working(date(2027, 2, 13)) is True
    assert calendar.is_estimate(2027) is False
    assert CALENDAR.is_estimate(2027) is True
    assert CALENDAR.is_estimate(2025) is False


@given(DAYS)
def test_rolling_reaches_a_working_day_in_its_direction(day: date) -> None:
    before, after = CALENDAR.on_or_before(day), CALENDAR.on_or_after(day)
    assert CALENDAR.is_working(before)
    assert CALENDAR.is_working(after)
    assert before <= day <= after
    assert (before == day) is CALENDAR.is_working(day) is (after == day)


@given(DAYS, st.integers(1, 40))
def test_shift_counts_working_days_and_not_the_first(day: date, count: int) -> None:
    shifted = CALENDAR.shift(day, count)
    assert CALENDAR.working_days_between(day, shifted) == count
    assert CALENDAR.is_working(shifted)


HOURS = OfficeHours(CALENDAR, zone=ZONE, opens=time(8), closes=time(16, 30))


@pytest.mark.parametrize(
    ("local", "is_open"),
    [
        ((2024, 5, 20, 7, 59, 59), False),
        ((2024, 5, 20, 8, 0, 0), True),
        ((2024, 5, 20, 16, 29, 59), True),
        ((2024, 5, 20, 16, 30, 0), False),
        ((2024, 5, 18, 9, 0, 0), False),
        ((2024, 5, 4, 9, 0, 0), True),
    ],
)
def test_office_hours(local: tuple[int, ...], is_open: bool) -> None:
    assert HOURS.are_open(datetime(*local, tzinfo=ZONE)) is is_open  # type: ignore[misc,arg-type]


def test_next_opening_is_now_while_open_and_the_next_working_morning_after() -> None:
    monday = datetime(2024, 5, 20, 9, 15, tzinfo=ZONE)
    friday_evening = datetime(2024, 5, 17, 18, 0, tzinfo=ZONE)
    early = datetime(2024, 5, 20, 6, 0, tzinfo=ZONE)
    assert HOURS.next_opening(monday) == monday
    assert HOURS.next_opening(monday, after_today=True) == datetime(2024, 5, 21, 8, tzinfo=ZONE)
    assert HOURS.next_opening(friday_evening) == datetime(2024, 5, 20, 8, tzinfo=ZONE)
    assert HOURS.next_opening(early) == datetime(2024, 5, 20, 8, tzinfo=ZONE)


def test_late_days_begin_with_the_first_late_working_day() -> None:
    late_at = datetime(2024, 5, 21, tzinfo=ZONE)
    assert HOURS.late_days(late_at, datetime(2024, 5, 20, 23, 59, tzinfo=ZONE)) == 0
    assert HOURS.late_days(late_at, late_at) == 1
    assert HOURS.late_days(late_at, datetime(2024, 5, 26, 12, tzinfo=ZONE)) == 4
