"""The plan file's shape. Keys are English, contents are the office's own language."""

from collections import Counter
from enum import StrEnum
from typing import Annotated, Literal, Self
from zoneinfo import ZoneInfo, available_timezones

from pydantic import Field, field_validator, model_validator

from dondoc.plan.anchors import loose_ends
from dondoc.plan.due import (
    Day,
    Due,
    Granularity,
    Once,
    Period,
    Recurrence,
    last_day,
    opens_late,
    parse_due,
)
from dondoc.plan.mistakes import Loose, Twice, Unfit
from dondoc.plan.policies import Cadence, Correction, Level, Policies, Rung, climbs
from dondoc.plan.relative import PlanEvent, Relative
from dondoc.plan.values import Code, FileName, Line, Part, Text, UnitCode
from dondoc.words import Language, Words

__all__ = [
    "Cadence",
    "Correction",
    "Due",
    "Granularity",
    "Kind",
    "Level",
    "Milestone",
    "PlanFile",
    "Policies",
    "Rung",
]


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
    `paper` is the number of signed originals sent beside the files, `template` a file beside the
    plan that units fill in."""

    code: Code
    name: Line
    min_files: int = Field(default=1, ge=0, le=100)
    max_files: int = Field(default=10, ge=1, le=100)
    types: tuple[Annotated[str, Field(pattern=r"^[a-z0-9]{1,8}$")], ...] = ()
    max_mb: float = Field(default=50, gt=0, le=2000)
    paper: int = Field(default=0, ge=0, le=20)
    template: FileName | None = None
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


NO_OPENS: dict[type, Words] = {
    Recurrence: Words("mốc lặp lại không dùng opens", "a recurring milestone has no opens"),
    Relative: Words(
        "hạn tính từ sự kiện không dùng opens", "counted from an event it has no opens"
    ),
}


class Milestone(Part):
    """One thing due. `due` is a date, a month (2024-11), a quarter (2025-Q1), a year, a
    recurrence, or counted from an event; `inclusive` is false for *trước ngày*."""

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
        return None if value is None else climbs(value)

    @model_validator(mode="after")
    def _opens_first(self) -> Self:
        if self.opens is None:
            return self
        if not isinstance(self.due, Once):
            raise Unfit(
                NO_OPENS[type(self.due)],
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
        if isinstance(self.due, Relative):
            raise Unfit(
                Words("hạn tính từ sự kiện là một ngày", "counted from an event it is a day"),
                Words("Hãy bỏ granularity", "Leave granularity out"),
                at="granularity",
            )
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
    events: tuple[PlanEvent, ...] = ()
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
        _once_each(self._codes)
        return self

    @property
    def _codes(self) -> list[str]:
        """Of what a date may be counted from."""
        events = [event.code for event in self.events]
        return events + [milestone.code for milestone in self.milestones]

    @model_validator(mode="after")
    def _anchored(self) -> Self:
        anchors = {
            one.code: one.due.anchor for one in self.milestones if isinstance(one.due, Relative)
        }
        for loose in loose_ends(anchors, self._codes).values():
            raise Loose(loose.wrong, loose.right)
        return self

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.timezone)

    def cadence_of(self, milestone: Milestone) -> Cadence:
        return milestone.cadence or self.policies.cadence

    def ladder_of(self, milestone: Milestone) -> tuple[Rung, ...]:
        ladder = milestone.escalation
        return self.policies.escalation if ladder is None else ladder
