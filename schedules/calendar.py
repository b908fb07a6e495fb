"""Working days of Vietnamese public offices: weekends, public holidays, swapped Saturdays.

Source: `holidays` (Labour Code 2019, art. 112, and the yearly swap decisions), corrected by
`DECREED` and by the office's own file. Years the Prime Minister has not decided yet are estimates.
"""

from collections.abc import Iterable
from datetime import date, datetime, time, timedelta
from typing import NamedTuple
from zoneinfo import ZoneInfo

from dondoc.words import Words
from schedules.vietnam import DECIDED, public_holidays

ONE_DAY = timedelta(days=1)
SATURDAY = 5
WEEKEND = (Words("thứ Bảy", "Saturday"), Words("Chủ nhật", "Sunday"))


class Override(NamedTuple):
    """A day decided by a document: off, or (a swapped Saturday) worked."""

    day: date
    works: bool
    name: str


# Decided after the holidays package was last told.
DECREED = (
    Override(date(2026, 1, 2), works=False, name="Ngày nghỉ (thay cho ngày 10/01/2026)"),
    Override(date(2026, 1, 10), works=True, name="Làm bù cho ngày 02/01/2026"),
)


class Year(NamedTuple):
    off: dict[date, str]
    worked: dict[date, str]


class OfficeCalendar:
    """`culture_day`: whether 24/11 (Ngày Văn hóa Việt Nam, from 2026) is a day off."""

    def __init__(self, overrides: Iterable[Override] = (), *, culture_day: bool = False) -> None:
        self._overrides = (*DECREED, *overrides)
        self._own_years = {override.day.year for override in overrides}
        self._culture_day = culture_day
        self._years: dict[int, Year] = {}

    def year(self, number: int) -> Year:
        known = self._years.get(number)
        if known is None:
            known = self._years[number] = self._build(number)
        return known

    def _build(self, number: int) -> Year:
        found = public_holidays(number)
        off = {day: found[day] for day in found if day.year == number}
        if not self._culture_day:
            off = {day: name for day, name in off.items() if "Văn hóa" not in name}
        # A swap may be declared with either year, so the neighbours are asked too.
        near = public_holidays(number - 1, number, number + 1)
        worked = {day: "Làm bù" for day in near.weekend_workdays if day.year == number}
        for override in self._overrides:
            if override.day.year == number:
                off.pop(override.day, None)
                worked.pop(override.day, None)
                (worked if override.works else off)[override.day] = override.name
        return Year(off, worked)

    def is_estimate(self, number: int) -> bool:
        """Whether the year's holidays are computed, not decided."""
        return number > DECIDED and number not in self._own_years

    def is_working(self, day: date) -> bool:
        year = self.year(day.year)
        if day in year.worked:
            return True
        return day.weekday() < SATURDAY and day not in year.off

    def why_off(self, day: date) -> Words | None:
        """The holiday's name or the weekday's; None on a working day."""
        if self.is_working(day):
            return None
        name = self.year(day.year).off.get(day)
        if name is None:
            return WEEKEND[day.weekday() - SATURDAY]
        english = public_holidays(day.year, language="en_US")
        return Words(name, english.get(day, name))

    def on_or_before(self, day: date) -> date:
        while not self.is_working(day):
            day -= ONE_DAY
        return day

    def on_or_after(self, day: date) -> date:
        while not self.is_working(day):
            day += ONE_DAY
        return day

    def shift(self, day: date, count: int) -> date:
        """The count-th working day after `day`, which itself is not counted; before it if < 0."""
        step = ONE_DAY if count > 0 else -ONE_DAY
        for _ in range(abs(count)):
            day += step
            while not self.is_working(day):
                day += step
        return day

    def working_days_between(self, start: date, end: date) -> int:
        """Working days after `start` up to and including `end`."""
        count = 0
        while start < end:
            start += ONE_DAY
            count += self.is_working(start)
        return count


def start_of(day: date, zone: ZoneInfo) -> datetime:
    return datetime.combine(day, time(), zone)


class OfficeHours:
    """When letters may leave: `opens`–`closes` local time on working days."""

    def __init__(
        self, calendar: OfficeCalendar, *, zone: ZoneInfo, opens: time, closes: time
    ) -> None:
        self.calendar = calendar
        self.zone = zone
        self.opens = opens
        self.closes = closes

    def today(self, now: datetime) -> date:
        return now.astimezone(self.zone).date()

    def are_open(self, now: datetime) -> bool:
        local = now.astimezone(self.zone)
        return self.opens <= local.time() < self.closes and self.calendar.is_working(local.date())

    def next_opening(self, now: datetime, *, after_today: bool = False) -> datetime:
        """`now` itself while open, unless `after_today`."""
        local = now.astimezone(self.zone)
        if not after_today:
            if self.are_open(now):
                return now
            if local.time() < self.opens and self.calendar.is_working(local.date()):
                return datetime.combine(local.date(), self.opens, self.zone)
        return datetime.combine(self.calendar.shift(local.date(), 1), self.opens, self.zone)

    def late_days(self, late_at: datetime, now: datetime) -> int:
        """Working days late: 1 on the first late working day, 0 before lateness began."""
        first_late = late_at.astimezone(self.zone).date()
        return self.calendar.working_days_between(first_late - ONE_DAY, self.today(now))

    def working_days(self, start: datetime, end: datetime) -> int:
        """After the day of `start` up to and including the day of `end`."""
        return self.calendar.working_days_between(self.today(start), self.today(end))

    def later(self, at: datetime, working_days: int) -> datetime:
        """The same time of day, that many working days after."""
        local = at.astimezone(self.zone)
        day = self.calendar.shift(local.date(), working_days)
        return datetime.combine(day, local.time(), self.zone)
