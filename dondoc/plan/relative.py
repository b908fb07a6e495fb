"""A due date that is counted from something else: an event, or another milestone's due date."""

from enum import StrEnum
from typing import Self

from pydantic import Field, model_validator

from dondoc.plan.mistakes import Unfit
from dondoc.plan.values import Code, Line, Part
from dondoc.words import Words


class Per(StrEnum):
    """Whether an event has one date for the plan, or a date for each unit."""

    PLAN = "plan"
    UNIT = "unit"


class PlanEvent(Part):
    """Something whose day is not known when the plan is written: the end of a campaign, a
    congress. Milestones that are due relative to it wait until somebody sets its day."""

    code: Code
    name: Line
    per: Per = Per.PLAN


class Counted(StrEnum):
    DAYS = "days"
    WORKING_DAYS = "working_days"
    WEEKS = "weeks"
    MONTHS = "months"


class Relative(Part):
    """So many days, working days, weeks or months `after` or `before` the named event, or the
    last day on which the named milestone is due. The day counted from is not counted itself
    (Civil Code 2015, art. 147); a day that is none is moved as every deadline is (art. 148.5).

    Without `opens_before` the window of an `after` opens on the day counted from.
    """

    after: Code | None = None
    before: Code | None = None
    days: int | None = Field(default=None, ge=0, le=1000)
    working_days: int | None = Field(default=None, ge=1, le=500)
    weeks: int | None = Field(default=None, ge=1, le=150)
    months: int | None = Field(default=None, ge=1, le=60)
    opens_before: int | None = Field(default=None, ge=1, le=366)

    @model_validator(mode="after")
    def _one_anchor(self) -> Self:
        if (self.after is None) is (self.before is None):
            raise Unfit(
                Words("cần đúng một trong after và before", "needs one of after and before"),
                Words("Hãy nêu mã sự kiện hoặc mã mốc", "Give the code of an event or milestone"),
            )
        return self

    @model_validator(mode="after")
    def _one_count(self) -> Self:
        if len(self._counts) != 1:
            names = ", ".join(Counted)
            raise Unfit(
                Words(f"cần đúng một trong {names}", f"needs one of {names}"),
                Words("Ví dụ {after: …, working_days: 3}", "Such as {after: …, working_days: 3}"),
            )
        return self

    @property
    def _counts(self) -> list[Counted]:
        return [unit for unit in Counted if getattr(self, unit) is not None]

    @property
    def anchor(self) -> str:
        """The code of the event or milestone."""
        return self.after or self.before or ""

    @property
    def counted(self) -> Counted:
        return self._counts[0]

    @property
    def count(self) -> int:
        """Negative where it is counted back."""
        number = int(getattr(self, self.counted))
        return number if self.before is None else -number


SAID = {
    Counted.DAYS: Words("ngày", "day"),
    Counted.WORKING_DAYS: Words("ngày làm việc", "working day"),
    Counted.WEEKS: Words("tuần", "week"),
    Counted.MONTHS: Words("tháng", "month"),
}


def said(rule: Relative, name: str) -> Words:
    """03 ngày làm việc sau «Kết thúc đợt thi đua»."""
    if rule.count == 0:
        return Words(f"đúng ngày «{name}»", f"on the day of “{name}”")
    count, words = abs(rule.count), SAID[rule.counted]
    several = "" if count == 1 else "s"
    vi, en = ("sau", "after") if rule.count > 0 else ("trước", "before")
    return Words(
        f"{count:02d} {words.vi} {vi} «{name}»", f"{count} {words.en}{several} {en} “{name}”"
    )
