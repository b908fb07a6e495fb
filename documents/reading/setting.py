"""What the whole paper says about time: the year a date without one belongs to."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta

from documents.reading.times import Time
from dondoc.words import Words

STANDING_RULES = frozenset(
    {
        "quy chế",
        "quy định",
        "thông tư",
        "nghị định",
        "điều lệ",
        "quyết định",
        "nội quy",
        "quy trình",
    }
)
_YEAR = re.compile(
    r"(?<!\w)(?:nam |thang \d{1,2} ?/ ?|quy (?:iv|i{1,3}|\d) ?/ ?)(?P<y>(?:19|20)\d\d)(?! ?[-–] ?(?:19|20)\d\d)(?!\d)"
)
_SCHOOL_YEAR = re.compile(r"nam hoc (?P<a>20\d\d) ?- ?(?P<b>20\d\d)")
_PAPER_YEAR = re.compile(r"ngay \d{1,2} thang \d{1,2} nam \d{4}")

EVERY = (
    ("half_year", re.compile(r"(?:dinh ky|moi|hang|theo) (?:6|06|sau) thang|(?:6|06|sau) thang (?:mot|1|01) lan|nua nam")),
    ("quarter", re.compile(r"(?:hang|moi|tung|dinh ky|theo) quy(?! dinh| che| trinh| mo)|(?:3|03) thang (?:mot|1) lan|bao cao quy(?! dinh| che| trinh)")),
    ("month", re.compile(r"(?:hang|moi|tung) thang|dinh ky thang|bao cao thang(?! \d)")),
    ("year", re.compile(r"(?:hang|moi|dinh ky|cac) nam(?! \d)|thuong nien|moi nam|hang nam")),
)  # fmt: skip


def every_in(text: str) -> str | None:
    """The recurrence a stretch of folded text names."""
    return next((name for name, pattern in EVERY if pattern.search(text)), None)


def is_yearly(text: str) -> bool:
    return bool(EVERY[-1][1].search(text))


DayOff = Callable[[date], Words | None]
"""Why nobody works on a day; None on a working day."""

_WEEKEND = (Words("thứ Bảy", "Saturday"), Words("Chủ nhật", "Sunday"))
_EVERY_YEAR = {(1, 1), (30, 4), (1, 5), (2, 9)}


def weekends_and_fixed_holidays(day: date) -> Words | None:
    """What is known without the office's calendar: Tết and Giỗ Tổ move with the moon."""
    if (day.day, day.month) in _EVERY_YEAR:
        return Words("ngày lễ", "a public holiday")
    return _WEEKEND[day.weekday() - 5] if day.weekday() >= 5 else None


@dataclass(frozen=True, kw_only=True)
class Setting:
    issued: date | None
    years: tuple[int, int] | None
    type: str | None
    damaged: bool = False
    day_off: DayOff = weekends_and_fixed_holidays

    @property
    def standing(self) -> bool:
        """A regulation that names no year speaks of every year."""
        return self.years is None and (self.type in STANDING_RULES)

    @property
    def year(self) -> int | None:
        if self.years is not None and self.years[0] == self.years[1]:
            return self.years[0]
        if self.issued is not None:
            return self.issued.year
        return self.years[1] if self.years else None


def year_named(text: str, month: int | None) -> int | None:
    """The last year a stretch of folded text names for what it speaks of."""
    text = _PAPER_YEAR.sub(" ", text)
    school = list(_SCHOOL_YEAR.finditer(text))
    if school and month is not None:
        return int(school[-1]["b" if month <= 8 else "a"])
    named = list(_YEAR.finditer(text))
    return int(named[-1]["y"]) if named else None


def later_year(time: Time, year: int, setting: Setting) -> int:
    """A date two months or more before the paper itself belongs to the year after, unless said."""
    year += time.after_years
    if setting.issued is None or time.after_years:
        return year
    return year + (time.last(year) < setting.issued - timedelta(days=60))
