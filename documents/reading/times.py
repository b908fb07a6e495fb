"""What a date phrase means before its year is known."""

from __future__ import annotations

import calendar
from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, kw_only=True)
class Time:
    """One named day, month, quarter, week or year; or, with `rule`, a recurrence or a relative
    period as the JSON of the reader prints it. `start` opens a window. `after_years` is 1 for
    *năm sau*; `yearly` where the phrase itself says *hằng năm*."""

    granularity: str = "day"
    day: int | None = None
    month: int | None = None
    quarter: int | None = None
    week: int | None = None
    year: int | None = None
    after_years: int = 0
    yearly: bool = False
    rule: dict[str, object] | None = None
    start: Time | None = None

    @property
    def needs_year(self) -> bool:
        return self.rule is None and self.year is None

    def exists(self) -> bool:
        try:
            self.last(self.year or 2024)
        except ValueError:
            return False
        return self.start is None or self.start.exists()

    def first(self, year: int) -> date:
        """Raises ValueError for a day the month does not have."""
        if self.granularity == "month":
            return date(year, self.month or 1, 1)
        if self.granularity == "quarter":
            return date(year, (self.quarter or 1) * 3 - 2, 1)
        if self.granularity == "year":
            return date(year, 1, 1)
        if self.granularity == "week":
            return date(year, self.month or 1, min(7 * ((self.week or 1) - 1) + 1, 28))
        return date(year, self.month or 1, self.day or 1)

    def last(self, year: int) -> date:
        if self.granularity == "month":
            return _month_end(year, self.month or 12)
        if self.granularity == "quarter":
            return _month_end(year, (self.quarter or 4) * 3)
        if self.granularity == "year":
            return date(year, 12, 31)
        if self.granularity == "week":
            end = _month_end(year, self.month or 12)
            return min(end, end.replace(day=min(7 * (self.week or 1), end.day)))
        return date(year, self.month or 1, self.day or 1)

    def as_rule(self) -> dict[str, object]:
        """The same moment of every year."""
        every: dict[str, object] = {"every": "year"}
        if self.quarter:
            every["quarter"] = self.quarter
        if self.month:
            every["month"] = self.month
        if self.day:
            every["day"] = self.day
        if self.after_years:
            every["year_offset"] = self.after_years
        return every


def _month_end(year: int, month: int) -> date:
    return date(year, month, calendar.monthrange(year, month)[1])
