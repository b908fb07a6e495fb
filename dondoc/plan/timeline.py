"""A milestone's dates over a plan's period, each with the name people call it by."""

from calendar import monthrange
from collections.abc import Iterator
from datetime import date, timedelta
from typing import NamedTuple, Self

from dondoc.plan.due import (
    Dated,
    Deviation,
    Every,
    Granularity,
    Once,
    Period,
    Recurrence,
    period_name,
)
from dondoc.plan.model import Milestone
from dondoc.plan.relative import Relative
from dondoc.words import Language, Words

ROMAN = ("I", "II", "III", "IV")
LETTER = {Every.MONTH: "M", Every.QUARTER: "Q", Every.HALF_YEAR: "H"}


BEFORE = Words("trước {day}", "before {day}")
NAMED = {
    Granularity.MONTH: Every.MONTH,
    Granularity.QUARTER: Every.QUARTER,
    Granularity.YEAR: Every.YEAR,
}


class Span(NamedTuple):
    """One period of a recurrence; `number` counts from 1 within the year."""

    every: Every
    year: int
    number: int

    @property
    def name(self) -> str:
        """Q3, H1, M07; the year itself for a yearly rule. Sorts within the year."""
        if self.every is Every.YEAR:
            return str(self.year)
        digits = 2 if self.every is Every.MONTH else 1
        return f"{LETTER[self.every]}{self.number:0{digits}d}"

    @property
    def key(self) -> str:
        return self.name if self.every is Every.YEAR else f"{self.year}-{self.name}"

    @property
    def first_month(self) -> int:
        return (self.number - 1) * self.every.months + 1

    @property
    def last_day(self) -> date:
        return clamped(self.year, self.first_month + self.every.months - 1, 31)

    @property
    def following(self) -> Self:
        if self.first_month + self.every.months > 12:
            return self._replace(year=self.year + 1, number=1)
        return self._replace(number=self.number + 1)


def occurrences(
    milestone: Milestone, period: Period, language: Language = Language.VI
) -> list[Dated]:
    """Sorted by due date; empty for a recurrence without a date in the period, and for what is
    due relative to something else (`schedules.dating` knows its dates)."""
    due = milestone.due
    if isinstance(due, Relative):
        return []
    if isinstance(due, Once):
        return [_once(milestone, due)]
    start, end = due.start or period.start, due.end or period.end
    dated = [_dated(milestone, due, span, language) for span in _kept(due, start=start, end=end)]
    return sorted(dated, key=lambda one: (one.due, one.key))


def label(span: Span, language: Language) -> str:
    """quý III/2024, tháng 7/2024, 6 tháng đầu năm 2024, năm 2024."""
    match span.every:
        case Every.MONTH:
            words = Words("tháng {number}/{year}", "{year}-{number:02d}")
        case Every.QUARTER:
            words = Words("quý {roman}/{year}", "quarter {number}/{year}")
        case Every.HALF_YEAR if span.number == 1:
            words = Words("6 tháng đầu năm {year}", "first half of {year}")
        case Every.HALF_YEAR:
            words = Words("6 tháng cuối năm {year}", "second half of {year}")
        case Every.YEAR:
            words = Words("năm {year}", "{year}")
    roman = ROMAN[min(span.number, 4) - 1]
    return words.text(language, number=span.number, year=span.year, roman=roman)


def named_period(day: date, granularity: Granularity, language: Language) -> str:
    """The month, quarter or year a day lies in; "" for a day."""
    every = NAMED.get(granularity)
    if every is None:
        return ""
    return label(Span(every, day.year, (day.month - 1) // every.months + 1), language)


def as_printed(day: str, language: Language, *, inclusive: bool) -> str:
    """A deadline in whatever words its `day` is: trước 15/11/2024 where that day itself does not
    count."""
    return day if inclusive else BEFORE.text(language, day=day)


def clamped(year: int, month: int, day: int) -> date:
    """The month's last day where it has no such day."""
    return date(year, month, min(day, monthrange(year, month)[1]))


def _once(milestone: Milestone, due: Once) -> Dated:
    granularity = milestone.granularity or due.granularity
    return Dated(
        key=period_name(due.day, granularity),
        due=due.day,
        granularity=granularity,
        inclusive=milestone.inclusive,
        opens=milestone.opens,
    )


def _kept(rule: Recurrence, *, start: date, end: date) -> Iterator[Span]:
    """A date after its period's end is kept or left with its period."""
    for span in _spans(rule.every, start.year, end.year):
        exception = _exception(rule, span)
        if exception is not None and exception.skip:
            continue
        if start <= min(_due(rule, span, exception), span.last_day) <= end:
            yield span


def _spans(every: Every, first: int, last: int) -> Iterator[Span]:
    for year in range(first, last + 1):
        for number in range(1, 12 // every.months + 1):
            yield Span(every, year, number)


def _exception(rule: Recurrence, span: Span) -> Deviation | None:
    """One that names the year goes before one that holds for every year."""
    for name in (span.key, span.name):
        for exception in rule.exceptions:
            if exception.period == name:
                return exception
    return None


def _due(rule: Recurrence, span: Span, exception: Deviation | None) -> date:
    if exception is not None and exception.month is not None:
        return _day(span.year + exception.year_offset, exception.month, exception.day)
    target = span.following if rule.of == "after" else span
    numbers = {"first": 1, "last": rule.every.months}
    number = numbers[rule.month] if isinstance(rule.month, str) else rule.month
    return _day(target.year + rule.year_offset, target.first_month + number - 1, rule.day)


def _day(year: int, month: int, day: int | str | None) -> date:
    return clamped(year, month, day if isinstance(day, int) else 31)


def _dated(milestone: Milestone, rule: Recurrence, span: Span, language: Language) -> Dated:
    exception = _exception(rule, span)
    due = _due(rule, span, exception)
    inclusive = milestone.inclusive
    if exception is not None and exception.inclusive is not None:
        inclusive = exception.inclusive
    before = rule.opens_before
    return Dated(
        key=span.key,
        due=due,
        granularity=milestone.granularity or Granularity.DAY,
        inclusive=inclusive,
        opens=None if before is None else due - timedelta(days=before),
        label=label(span, language),
    )
