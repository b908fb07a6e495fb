"""The plan file's shape. Keys are English, contents are the office's own language."""

import re
from collections import Counter
from datetime import date, time
from enum import StrEnum
from itertools import pairwise
from typing import Annotated, Literal, Self
from zoneinfo import ZoneInfo, available_timezones

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, field_validator, model_validator

from dondoc.plan.due import (
    Day,
    Due,
    Granularity,
    Period,
    Recurrence,
    month_end,
    opens_late,
    parse_due,
)
from dondoc.plan.mistakes import Twice, Unfit
from dondoc.words import Language, Words

__all__ = ["Due", "Granularity", "Kind", "Milestone", "PlanFile"]

Code = Annotated[str, Field(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$", max_length=60)]
UnitCode = Annotated[str, Field(pattern=r"^[^\s,;]+$", max_length=60)]
CONTROL = r"\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029"
Line = Annotated[str, Field(min_length=1, max_length=1000, pattern=rf"^[^\t\n{CONTROL}]+$")]
Text = Annotated[str, Field(min_length=1, max_length=5000, pattern=rf"^[^{CONTROL}]+$")]


def parse_clock(value: object) -> object:
    """08:00, as text or as a time; what else pydantic takes for a time (seconds) is refused."""
    if isinstance(value, time):
        return value
    written = re.match(r"^(\d{1,2}):(\d\d)(:00)?$", str(value).strip())
    if written is None or int(written[1]) > 23 or int(written[2]) > 59:
        raise Unfit(
            Words(f"không phải là giờ: {value}", f"not a time of day: {value}"),
            Words("Hãy viết giờ:phút, ví dụ 08:00", "Write hour:minute, such as 08:00"),
        )
    return time(int(written[1]), int(written[2]))


Clock = Annotated[time, BeforeValidator(parse_clock)]


class Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True)


def _once_each(codes: list[str]) -> None:
    twice = ", ".join(sorted(code for code, count in Counter(codes).items() if count > 1))
    if twice:
        raise Twice(Words(f"mã dùng hai lần: {twice}", f"code used twice: {twice}"))


FORMAT = 1
"""Of the plan file; a file for a later version is refused."""


class Kind(StrEnum):
    REGISTER = "register"
    REPORT = "report"
    DOSSIER = "dossier"
    EXEMPLAR = "exemplar"
    REVIEW = "review"
    PLAN = "plan"
    OTHER = "other"


class Clause(Part):
    """The exact words a duty comes from, and where they stand ("Mục IV.1.a", "trang 12")."""

    text: Text
    where: Line = ""


class Audience(Part):
    """Who owes. The named sets are joined; what `exceptions` names (units, kinds) is left out.

    `heads_of` names groups whose head for the year owes in the group's name.
    """

    everyone: bool = Field(default=False, alias="all")
    kinds: tuple[Line, ...] = ()
    groups: tuple[UnitCode, ...] = ()
    heads_of: tuple[UnitCode, ...] | Literal["all"] = ()
    units: tuple[UnitCode, ...] = ()
    exceptions: tuple[Line, ...] = Field(default=(), alias="except")

    @model_validator(mode="before")
    @classmethod
    def _all(cls, value: object) -> object:
        return {"all": True} if value == "all" else value

    @model_validator(mode="after")
    def _somebody(self) -> Self:
        if not (self.everyone or self.kinds or self.groups or self.heads_of or self.units):
            raise Unfit(
                Words("không nêu ai phải thực hiện", "names nobody"),
                Words(
                    "Hãy nêu all, kinds, groups, heads_of hoặc units",
                    "Give all, kinds, groups, heads_of or units",
                ),
            )
        return self


class Component(Part):
    """A file, or set of files, of what must be handed in. Sizes in megabytes (10^6 bytes);
    `paper` is the number of signed originals sent beside the files."""

    code: Code
    name: Line
    min_files: int = Field(default=1, ge=0, le=100)
    max_files: int = Field(default=10, ge=1, le=100)
    types: tuple[Annotated[str, Field(pattern=r"^[a-z0-9]{1,8}$")], ...] = ()
    max_mb: float = Field(default=50, gt=0, le=2000)
    paper: int = Field(default=0, ge=0, le=20)
    only: Audience | None = None

    @model_validator(mode="after")
    def _range(self) -> Self:
        if self.min_files > self.max_files:
            raise Unfit(
                Words(
                    f"min_files {self.min_files} lớn hơn max_files {self.max_files}",
                    f"min_files {self.min_files} is above max_files {self.max_files}",
                ),
                at="min_files",
            )
        return self


class FieldType(StrEnum):
    TEXT = "text"
    NUMBER = "number"
    DATE = "date"
    CHOICE = "choice"
    LIST = "list"


class FormField(Part):
    """`min` and `max` bound a number's value or a list's length."""

    code: Code
    name: Line
    type: FieldType = FieldType.TEXT
    required: bool = True
    choices: tuple[Line, ...] = ()
    min: float | None = None
    max: float | None = None

    @model_validator(mode="after")
    def _choices(self) -> Self:
        if (self.type is FieldType.CHOICE) != bool(self.choices):
            raise Unfit(
                Words(
                    "choices chỉ dùng cho type: choice, và ở đó phải có",
                    "choices belong to a field of type choice, which needs them",
                )
            )
        if self.min is not None and self.max is not None and self.min > self.max:
            raise Unfit(
                Words(
                    f"min {self.min:g} lớn hơn max {self.max:g}",
                    f"min {self.min:g} is above max {self.max:g}",
                )
            )
        return self


class HandIn(Part):
    components: tuple[Component, ...] = ()
    fields: tuple[FormField, ...] = ()

    @model_validator(mode="after")
    def _distinct(self) -> Self:
        codes = [component.code for component in self.components]
        codes += [field.code for field in self.fields]
        _once_each(codes)
        return self


class Cadence(Part):
    """Days before the target day (calendar days, moved to an earlier working day) and after the
    last day (moved to a later one), then every `then_every` working days, at most `max_overdue`
    overdue letters, at local time `at`."""

    before: tuple[Annotated[int, Field(ge=0, le=366)], ...] = (14, 7, 3, 1, 0)
    after: tuple[Annotated[int, Field(ge=1, le=366)], ...] = (1, 3)
    then_every: int = Field(default=3, ge=1, le=60)
    max_overdue: int = Field(default=5, ge=0, le=30)
    at: Clock = time(8, 0)


class Level(StrEnum):
    HEAD = "head"
    GROUP_HEAD = "group_head"
    STANDING_OFFICE = "standing_office"
    BOARD = "board"


class Rung(Part):
    """`after`: working days late before this level is told."""

    to: Level
    after: int = Field(ge=1, le=120)


LADDER = (
    Rung(to=Level.HEAD, after=2),
    Rung(to=Level.GROUP_HEAD, after=4),
    Rung(to=Level.STANDING_OFFICE, after=6),
    Rung(to=Level.BOARD, after=10),
)


def _climbs(ladder: tuple[Rung, ...]) -> tuple[Rung, ...]:
    order = list(Level)
    for lower, upper in pairwise(ladder):
        if order.index(upper.to) <= order.index(lower.to) or upper.after < lower.after:
            raise Unfit(
                Words("các cấp phải cao dần và muộn dần", "levels must climb, each later"),
                Words(
                    "Thứ tự: head, group_head, standing_office, board",
                    "In this order: head, group_head, standing_office, board",
                ),
            )
    return ladder


class Policies(Part):
    """`review_within`: working days the collector has to accept or return a submission.
    `digest`: a weekly letter to the standing office, on Mondays."""

    cadence: Cadence = Cadence()
    escalation: tuple[Rung, ...] = LADDER
    review_within: int = Field(default=5, ge=1, le=60)
    announce: bool = True
    digest: bool = True

    _climbing = field_validator("escalation")(_climbs)


class Milestone(Part):
    """One thing due. `due` is a date, a month (2024-11), a quarter (2025-Q1), a year, or a
    recurrence; `inclusive` is false for *trước ngày*."""

    code: Code
    name: Line
    kind: Kind
    opens: Day | None = None
    due: Due
    inclusive: bool = True
    granularity: Granularity | None = None
    audience: Audience
    collector: UnitCode | None = None
    hand_in: HandIn = HandIn()
    data_period: Period | None = None
    clause: Clause
    cadence: Cadence | None = None
    escalation: tuple[Rung, ...] | None = None

    @field_validator("due", mode="before")
    @classmethod
    def _due(cls, value: object) -> object:
        return parse_due(value)

    @field_validator("escalation")
    @classmethod
    def _climbing(cls, value: tuple[Rung, ...] | None) -> tuple[Rung, ...] | None:
        return None if value is None else _climbs(value)

    @model_validator(mode="after")
    def _opens_first(self) -> Self:
        if self.opens is None:
            return self
        if isinstance(self.due, Recurrence):
            raise Unfit(
                Words("mốc lặp lại không dùng opens", "a recurring milestone has no opens"),
                Words("Hãy dùng due.opens_before: số ngày", "Give days in due.opens_before"),
                at="opens",
            )
        late = opens_late(self.opens, self.due.day)
        if late is not None:
            raise late
        return self

    @model_validator(mode="after")
    def _named_period(self) -> Self:
        if self.granularity is None or isinstance(self.due, Recurrence):
            return self
        last = last_day(self.due.day, self.granularity)
        if self.due.day != last:
            raise Unfit(
                Words(
                    f"hạn {self.due.day} không phải ngày cuối của {self.granularity}",
                    f"{self.due.day} is not the last day of its {self.granularity}",
                ),
                Words(f"Ngày cuối là {last}", f"The last day is {last}"),
                at="due",
            )
        return self


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


class UndatedDuty(Part):
    """A duty the document gives no date for; it is listed, never scheduled."""

    name: Line
    responsible: Line = ""
    recipient: Line = ""
    clause: Clause


class ParentPlan(Part):
    """The plan above this one, for which the consolidated report is written."""

    number: Line = ""
    issuer: Line = ""
    code: Code | None = None


class PlanFile(Part):
    dondoc: int = Field(default=FORMAT, json_schema_extra={"const": FORMAT})
    code: Code
    number: Line = ""
    title: Line
    issuer: Line
    issued: Day | None = None
    period: Period
    timezone: str = "Asia/Ho_Chi_Minh"
    language: Language = Language.VI
    parent: ParentPlan | None = None
    standing_office: UnitCode
    board: UnitCode | None = None
    policies: Policies = Policies()
    milestones: tuple[Milestone, ...] = ()
    undated: tuple[UndatedDuty, ...] = ()

    @field_validator("dondoc")
    @classmethod
    def _known_format(cls, value: int) -> int:
        if value != FORMAT:
            raise Unfit(
                Words(
                    f"không đọc được kiểu tệp {value}",
                    f"format {value} cannot be read by this version",
                ),
                Words(f"Phiên bản này đọc kiểu {FORMAT}", f"This version reads format {FORMAT}"),
            )
        return value

    @field_validator("timezone")
    @classmethod
    def _zone(cls, value: str) -> str:
        if value not in available_timezones():
            raise Unfit(
                Words(f"không có múi giờ {value}", f"there is no time zone {value}"),
                Words("Ví dụ: Asia/Ho_Chi_Minh", "Such as Asia/Ho_Chi_Minh"),
            )
        return value

    @model_validator(mode="after")
    def _distinct(self) -> Self:
        _once_each([milestone.code for milestone in self.milestones])
        return self

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.timezone)

    def cadence_of(self, milestone: Milestone) -> Cadence:
        return milestone.cadence or self.policies.cadence

    def ladder_of(self, milestone: Milestone) -> tuple[Rung, ...]:
        ladder = milestone.escalation
        return self.policies.escalation if ladder is None else ladder
