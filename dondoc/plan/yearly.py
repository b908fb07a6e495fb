"""What becomes of a date, a named period or a year in words, so many years later."""

import re
from datetime import date

from dondoc.plan.due import Granularity, Once, last_day, month_end

_YEAR = re.compile(r"(?<![\d.,])(?:19|20)\d\d(?!\d|[.,]\d|/[^\d\s])")
"""Not where it is part of a longer number, or of a document's (98/2023/NĐ-CP)."""
FEBRUARY = 2


def moved_day(day: date, years: int, *, ends_month: bool | None = None) -> date:
    """The same day of the month, or where the last is meant (None: where it is the last) the last.
    Raises Unfit beyond the years a plan may have."""
    last = month_end(day.year + years, day.month)
    if ends_month is None:
        ends_month = day == month_end(day.year, day.month)
    return last if ends_month else date(last.year, last.month, min(day.day, last.day))


def moved_once(due: Once, years: int, granularity: Granularity | None = None) -> Once:
    """Keeps what was meant: `month_end` is set where the new date alone would tell otherwise."""
    named = granularity or due.granularity
    if named is not Granularity.DAY:
        moved = due.day.replace(day=1, year=due.day.year + years)
        return due.model_copy(update={"day": last_day(moved, named)})
    day = moved_day(due.day, years, ends_month=due.ends_month)
    told = due.month_end
    if told is None and Once(day=day).ends_month != due.ends_month:
        told = due.ends_month
    return due.model_copy(update={"day": day, "month_end": told})


def moved_key(name: str, years: int) -> str:
    """2025-Q4 → 2026-Q4; Q4 stays."""
    year, dash, rest = name.partition("-")
    return f"{int(year) + years}{dash}{rest}" if year.isdigit() else name


def moved_years(text: str, years: int, *, within: range) -> str:
    """Years in words and codes; those that are not `within` (the plan's own) are of history."""

    def moved(found: re.Match[str]) -> str:
        year = int(found[0])
        return str(year + years) if year in within else found[0]

    return _YEAR.sub(moved, text)


def is_leap_matter(before: date, after: date) -> bool:
    """Whether the end of February makes the date worth a look."""
    return before.month == FEBRUARY and before.day >= 28 and before.day != after.day
