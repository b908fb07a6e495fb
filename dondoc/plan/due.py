"""When a milestone is due: one date, a named period, or a rule that gives many dates."""

import re
from calendar import monthrange
from datetime import date, datetime
from enum import StrEnum
from typing import Annotated, Literal, NamedTuple, Self

from pydantic import BeforeValidator, Discriminator, Field, Tag, model_validator

from dondoc.plan.mistakes import Unfit
from dondoc.plan.relative import Relative
from dondoc.plan.values import Part
from dondoc.words import Words

EARLIEST, LATEST = 1990, 2100
ISO = re.compile(r"^(\d{4})-(\d{1,2})-(\d{1,2})$")
PRINTED = re.compile(r"^(\d{1,2})[/.-](\d{1,2})[/.-](\d{4})$")
_NAMED = re.compile(r"^(\d{4})(?:-(?:(Q)([1-4])|(\d{1,2})))?$")
WRITTEN = Words("Hãy viết năm-tháng-ngày: 2024-11-15", "Write year-month-day: 2024-11-15")


def parse_day(value: object) -> date:
    """2024-11-15, as text or as a date. Raises Unfit for one that does not exist."""
    if isinstance(value, date) and not isinstance(value, datetime):
        return value
    text = str(value).strip()
    written = ISO.match(text)
    if written is not None:
        return _existing(int(written[1]), int(written[2]), int(written[3]))
    printed = PRINTED.match(text)
    if printed is None:
        raise Unfit(Words(f"không phải là ngày: {text}", f"not a date: {text}"), WRITTEN)
    meant = _existing(int(printed[3]), int(printed[2]), int(printed[1]))
    raise Unfit(
        Words(f"ngày {text} viết sai kiểu", f"{text} is not how dates are written here"),
        Words(f"Hãy viết: {meant}", f"Write {meant}"),
    )


def month_end(year: int, month: int) -> date:
    """Raises Unfit where the month does not exist."""
    if not 1 <= month <= 12:
        raise Unfit(Words(f"không có tháng {month}", f"there is no month {month}"), WRITTEN)
    if not EARLIEST <= year <= LATEST:
        raise Unfit(
            Words(f"năm {year} quá xa", f"the year {year} is too far away"),
            Words(f"Từ {EARLIEST} đến {LATEST}", f"{EARLIEST} to {LATEST}"),
        )
    return date(year, month, monthrange(year, month)[1])


def _existing(year: int, month: int, day: int) -> date:
    last = month_end(year, month).day
    if not 1 <= day <= last:
        raise Unfit(
            Words(f"không có ngày {day}/{month}/{year}", f"{year}-{month}-{day} does not exist"),
            Words(
                f"Tháng {month}/{year} có {last} ngày",
                f"Month {month} of {year} has {last} days",
            ),
        )
    return date(year, month, day)


Day = Annotated[date, BeforeValidator(parse_day)]


class Granularity(StrEnum):
    """How precisely the document names the date; `due` is then the last day of that period."""

    DAY = "day"
    MONTH = "month"
    QUARTER = "quarter"
    YEAR = "year"


def last_day(day: date, granularity: Granularity) -> date:
    """Of the month, quarter or year the day lies in; the day itself for a day."""
    match granularity:
        case Granularity.DAY:
            return day
        case Granularity.MONTH:
            return month_end(day.year, day.month)
        case Granularity.QUARTER:
            return month_end(day.year, (day.month + 2) // 3 * 3)
        case Granularity.YEAR:
            return month_end(day.year, 12)


class Every(StrEnum):
    MONTH = "month"
    QUARTER = "quarter"
    HALF_YEAR = "half_year"
    YEAR = "year"

    @property
    def months(self) -> int:
        return {"month": 1, "quarter": 3, "half_year": 6, "year": 12}[self.value]


class Period(Part):
    """Both days included."""

    start: Day = Field(alias="from")
    end: Day = Field(alias="to")

    @model_validator(mode="after")
    def _forward(self) -> Self:
        if self.start > self.end:
            raise Unfit(
                Words(
                    f"bắt đầu {self.start} sau khi kết thúc {self.end}",
                    f"starts {self.start} after it ends {self.end}",
                ),
                Words("Ngày from phải trước ngày to", "from must not be after to"),
            )
        return self


class Once(Part):
    """`day` is the date as printed, or the last day of the named month, quarter or year.
    `month_end` tells, where the date does not, what it becomes in another year: 28 February of a
    leap year is no month's end, that of another year is one."""

    day: Day
    granularity: Granularity = Granularity.DAY
    month_end: bool | None = None

    @model_validator(mode="after")
    def _really(self) -> Self:
        last = month_end(self.day.year, self.day.month)
        if self.month_end and self.day != last:
            raise Unfit(
                Words(
                    f"{self.day} không phải ngày cuối tháng", f"{self.day} is no month's last day"
                ),
                Words(f"Ngày cuối là {last}", f"The last day is {last}"),
                at="day",
            )
        return self

    @property
    def ends_month(self) -> bool:
        """Whether the last day of the month is meant."""
        if self.month_end is not None:
            return self.month_end
        return self.day == month_end(self.day.year, self.day.month)


PeriodName = Annotated[
    str, Field(pattern=r"^((\d{4}-)?(Q[1-4]|H[12]|M(0[1-9]|1[0-2]))|\d{4})$", max_length=8)
]


EXCEPTIONS = {
    Every.MONTH: r"(\d{4}-)?M\d\d",
    Every.QUARTER: r"(\d{4}-)?Q\d",
    Every.HALF_YEAR: r"(\d{4}-)?H\d",
    Every.YEAR: r"\d{4}",
}
"""How an exception names its period."""


class Deviation(Part):
    """A period of the recurrence with a date of its own ("riêng quý IV trước ngày 20/11"), or,
    with `skip`, none. `period` is Q4, H1, M07, or of one year only: 2025-Q4; a yearly rule
    names the year: 2025."""

    period: PeriodName
    skip: bool = False
    day: int | Literal["last"] | None = None
    month: int | None = Field(default=None, ge=1, le=12)
    year_offset: int = Field(default=0, ge=0, le=2)
    inclusive: bool | None = None

    @model_validator(mode="after")
    def _dated(self) -> Self:
        if not self.skip and (self.day is None or self.month is None):
            raise Unfit(
                Words(
                    "ngoại lệ cần có day và month, hoặc skip: true",
                    "an exception needs day and month, or skip: true",
                )
            )
        return self


class Recurrence(Part):
    """`day` of `month` of every period: month 1 is the period's first, "last" its last; `of: after`
    counts in the period that follows. For every year, `month` is the calendar month and
    `year_offset: 1` means *năm sau*. A day the month does not have is its last day.

    Only periods whose due date lies in `start`–`end` (default: the plan's period) are dated; for a
    rule that falls after its period, the period itself decides.
    """

    every: Every
    day: Annotated[int, Field(ge=1, le=31)] | Literal["last"]
    month: Annotated[int, Field(ge=1, le=12)] | Literal["first", "last"] = "first"
    of: Literal["period", "after"] = "period"
    year_offset: int = Field(default=0, ge=0, le=2)
    opens_before: int | None = Field(default=None, ge=1, le=366)
    start: Day | None = Field(default=None, alias="from")
    end: Day | None = Field(default=None, alias="to")
    exceptions: tuple[Deviation, ...] = ()

    @model_validator(mode="after")
    def _month_in_period(self) -> Self:
        if isinstance(self.month, int) and self.month > self.every.months:
            raise Unfit(
                Words(
                    f"kỳ {self.every} không có tháng thứ {self.month}",
                    f"a {self.every} has no month {self.month}",
                ),
                Words(f"Từ 1 đến {self.every.months}", f"1 to {self.every.months}"),
            )
        return self

    @model_validator(mode="after")
    def _exceptions_fit(self) -> Self:
        pattern = EXCEPTIONS[self.every]
        for exception in self.exceptions:
            if not re.fullmatch(pattern, exception.period):
                raise Unfit(
                    Words(
                        f"kỳ {self.every} không có {exception.period}",
                        f"every {self.every} has no period {exception.period}",
                    )
                )
        return self


def _shape(value: object) -> str:
    """Of a mapping that is neither, the one it looks like."""
    if not isinstance(value, dict):
        return type(value).__name__.lower()
    if "day" in value and value.keys() <= Once.model_fields.keys():
        return "once"
    recurring = {"every", "day", "month", "of"} & value.keys()
    return "recurrence" if recurring or not value else "relative"


Due = Annotated[
    Annotated[Once, Tag("once")]
    | Annotated[Recurrence, Tag("recurrence")]
    | Annotated[Relative, Tag("relative")],
    Discriminator(_shape),
]


def opens_late(opens: date, due: date) -> Unfit | None:
    """A window that ends before it opens."""
    if opens <= due:
        return None
    wrong = Words(f"mở ngày {opens}, sau hạn {due}", f"opens {opens}, after it is due {due}")
    return Unfit(wrong, at="opens")


class Dated(NamedTuple):
    """One occurrence: `key` sorts and identifies (2024-Q3), `due` as printed, `label` for people
    (quý III/2024), empty where there is only one."""

    key: str
    due: date
    granularity: Granularity
    inclusive: bool
    opens: date | None
    label: str = ""


def parse_due(value: object) -> object:
    """2024-11-15, 2024-11, 2025-Q1 or 2025 (text or YAML's own date or number) → Once;
    a mapping is left to validation. Raises Unfit for a date that does not exist."""
    if isinstance(value, dict | Part):
        return value
    named = _NAMED.match(str(value).strip())
    if named is None:
        return Once(day=parse_day(value))
    year, quarter, month = int(named[1]), named[3], named[4]
    if quarter:
        return Once(day=month_end(year, int(quarter) * 3), granularity=Granularity.QUARTER)
    if month:
        return Once(day=month_end(year, int(month)), granularity=Granularity.MONTH)
    return Once(day=month_end(year, 12), granularity=Granularity.YEAR)


def period_name(day: date, granularity: Granularity) -> str:
    """What parse_due reads again: 2024-11-15, 2024-11, 2025-Q1, 2025."""
    match granularity:
        case Granularity.DAY:
            return day.isoformat()
        case Granularity.MONTH:
            return f"{day.year}-{day.month:02d}"
        case Granularity.QUARTER:
            return f"{day.year}-Q{(day.month + 2) // 3}"
        case Granularity.YEAR:
            return str(day.year)
