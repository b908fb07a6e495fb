"""The state of one amendment."""

from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import ColumnElement
from sqlalchemy.orm import Session

from dondoc.plan.model import PlanFile
from dondoc.tables import Occurrence
from schedules.amending.impact import Impact, Printed, Which
from schedules.amending.rearming import Rearmed
from schedules.placing import Placing


@dataclass(frozen=True, kw_only=True)
class Work:
    """`placing` knows the new version; `base` is the version whoever is told knew until now."""

    placing: Placing
    old: PlanFile
    base: int
    impact: Impact
    announced: list[ColumnElement[bool]] = field(default_factory=list)
    """obligations that are owed anew"""

    @property
    def session(self) -> Session:
        return self.placing.session

    @property
    def now(self) -> datetime:
        return self.placing.now

    @property
    def new(self) -> PlanFile:
        return self.placing.file

    @property
    def version(self) -> int:
        return self.impact.version

    def count(self, rearmed: Rearmed) -> None:
        self.impact.cancelled += rearmed.cancelled
        self.impact.armed += rearmed.armed


def which(occurrence: Occurrence) -> Which:
    milestone = occurrence.milestone
    return Which(milestone=milestone.code, name=milestone.name, label=occurrence.label)


def printed(occurrence: Occurrence) -> Printed:
    return Printed(due_on=occurrence.due_on, last_on=occurrence.last_on)
