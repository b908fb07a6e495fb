"""When a milestone is due: one date, a named period, or a rule that gives many dates."""

import re
from calendar import monthrange
from datetime import date
from enum import StrEnum
from typing import Annotated, Literal, NamedTuple, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator


class Granularity(StrEnum):
    """How precisely the document names the date; `due` is then the last day of that period."""

    DAY = "day"
    MONTH = "month"
    QUARTER = "quarter"
    YEAR = "year"


class Every(StrEnum):
    MONTH = "month"
    QUARTER = "quarter"
    HALF_YEAR = "half_year"
    YEAR = "year"

    @property
    def months(self) -> int:
        return {"month": 1, "quarter": 3, "half_year": 6, "year": 12}[self.value]


class Rule(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True)


class Period(Rule):
    """Both days included."""

    start: date = Field(alias="from")
    end: date = Field(alias="to")

    @model_validator(mode="after")
    def _forward(self) -> Self:
        if self.start > self.end:
            raise ValueError(f"starts {self.start} after it ends {self.end}")
        return self


class Once(Rule):
    """`day` is the date as printed, or the last day of the named month, quarter or year."""

    day: date
    granularity: Granularity = Granularity.DAY


PeriodName = Annotated[str, Field(pattern=r"^(\d{4}-)?(Q[1-4]|H[12]|M(0[1-9]|1[0-2]))$")]


class Deviation(Rule):
    """A period of the recurrence with a date of its own ("riêng quý IV trước ngày 20/11"), or,
    with `skip`, none. `period` is Q4, H1, M07, or of one year only: 2025-Q4; a yearly rule
    names the year: 2025."""

    period: PeriodName | Annotated[str, Field(pattern=r"^\d{4}$")]
    skip: bool = False
    day: int | Literal["last"] | None = None
    month: int | None = Field(default=None, ge=1, le=12)
    year_offset: int = Field(default=0, ge=0, le=2)
    inclusive: bool | None = None

    @model_validator(mode="after")
    def _dated(self) -> Self:
        if not self.skip and (self.day is None or self.month is None):
            raise ValueError("an exception needs day and month, or skip: true")
        return self


class Recurrence(Rule):
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
    start: date | None = Field(default=None, alias="from")
    end: date | None = Field(default=None, alias="to")
    exceptions: tuple[Deviation, ...] = ()

    @model_validator(mode="after")
    def _month_in_period(self) -> Self:
        if isinstance(self.month, int) and self.month > self.every.months:
            raise ValueError(f"a {self.every} has no month {self.month}")
        return self


Due = Once | Recurrence


class Dated(NamedTuple):
    """One occurrence: `key` sorts and identifies (2024-Q3), `due` as printed, `label` for people
    (quý III/2024), empty where there is only one."""

    key: str
    due: date
    granularity: Granularity
    inclusive: bool
    opens: date | None
    label: str = ""


_NAMED = re.compile(r"^(\d{4})(?:-(?:(Q)([1-4])|(\d{1,2})))?$")


def parse_due(value: object) -> object:
    """2024-11-15, 2024-11, 2025-Q1 or 2025 (text or YAML's own date or number) → Once;
    a mapping is left to validation. Raises ValueError for a date that does not exist."""
    if isinstance(value, date):
        return Once(day=value)
    if isinstance(value, dict | Rule):
        return value
    text = str(value).strip()
    named = _NAMED.match(text)
    if named is None:
        return Once(day=date.fromisoformat(text))
    year, quarter, month = int(named[1]), named[3], named[4]
    if quarter:
        return Once(day=month_end(year, int(quarter) * 3), granularity=Granularity.QUARTER)
    if month:
        return Once(day=month_end(year, int(month)), granularity=Granularity.MONTH)
    return Once(day=date(year, 12, 31), granularity=Granularity.YEAR)


def month_end(year: int, month: int) -> date:
    """Raises ValueError where the month does not exist."""
    if not 1 <= month <= 12:
        raise ValueError(f"there is no month {month}")
    return date(year, month, monthrange(year, month)[1])
