"""What comes: each planned stage of each milestone as one moment an operator can see."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, NamedTuple

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from dondoc.tables import PLANNED, Milestone, Notice, Obligation, Occurrence, Plan, Stage

CLOSING = "collect"
PLACE = (
    Plan.code,
    Plan.title,
    Plan.revision,
    Milestone.code,
    Milestone.name,
    Occurrence.key,
)
"""What a moment belongs to; beside it stand its stage and its time."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Moment:
    """`stage` is a notice's stage, or "collect" where an occurrence closes; `count` how many
    notices (or expected submissions) it concerns. `at` is UTC."""

    plan: str
    plan_title: str
    revision: int
    milestone: str
    milestone_name: str
    occurrence: str
    stage: str
    step: str
    at: datetime
    count: int

    @property
    def key(self) -> str:
        """Another time is another moment; the plan's revision makes it new after an amendment."""
        parts = (self.plan, self.milestone, self.occurrence, self.stage, self.step)
        return ":".join((*parts, f"{self.at:%Y%m%dT%H%M%SZ}", f"r{self.revision}"))


class Coming(NamedTuple):
    """The moments of some days as they were counted `at`."""

    moments: tuple[Moment, ...]
    at: datetime


def coming(session: Session, *, now: datetime, days: int) -> Coming:
    return Coming(tuple(upcoming(session, now=now, until=now + timedelta(days=days))), now)


def upcoming(session: Session, *, now: datetime, until: datetime) -> list[Moment]:
    """In order of time."""
    found = [*_notices(session, now, until), *_closings(session, now, until)]
    return sorted(found, key=lambda moment: (moment.at, moment.key))


def _notices(session: Session, now: datetime, until: datetime) -> list[Moment]:
    """Counted before they are named: there are thousands of notices to each moment."""
    each = (
        select(
            Notice.plan_id,
            Obligation.occurrence_id,
            Notice.stage,
            Notice.step,
            Notice.planned_at,
            func.count().label("count"),
        )
        .outerjoin(Obligation, Obligation.id == Notice.obligation_id)
        .where(PLANNED, Notice.planned_at >= now, Notice.planned_at < until)
        .group_by(
            Notice.planned_at,
            Notice.plan_id,
            Obligation.occurrence_id,
            Notice.stage,
            Notice.step,
        )
        .subquery()
    )
    rows = session.execute(
        select(
            Plan.code,
            Plan.title,
            Plan.revision,
            func.coalesce(Milestone.code, "-"),
            func.coalesce(Milestone.name, ""),
            func.coalesce(Occurrence.key, "-"),
            each.c.stage,
            each.c.step,
            each.c.planned_at,
            each.c.count,
        )
        .select_from(each)
        .join(Plan, Plan.id == each.c.plan_id)
        .outerjoin(Occurrence, Occurrence.id == each.c.occurrence_id)
        .outerjoin(Milestone, Milestone.id == Occurrence.milestone_id)
    )
    return [_moment(row[:6], Stage(row[6]).value, *row[7:]) for row in rows]


def _closings(session: Session, now: datetime, until: datetime) -> list[Moment]:
    rows = session.execute(
        select(
            *PLACE,
            Occurrence.late_at,
            func.count(Obligation.id),
        )
        .join(Milestone, Milestone.plan_id == Plan.id)
        .join(Occurrence, Occurrence.milestone_id == Milestone.id)
        .join(Obligation, Obligation.occurrence_id == Occurrence.id)
        .where(
            Occurrence.closed_at.is_(None),
            Occurrence.dropped_in.is_(None),
            Occurrence.late_at >= now,
            Occurrence.late_at < until,
        )
        .group_by(
            *PLACE,
            Occurrence.late_at,
        )
    )
    return [_moment(row[:6], CLOSING, CLOSING, *row[6:]) for row in rows]


def _moment(place: Sequence[Any], stage: str, step: str, at: datetime, count: int) -> Moment:
    plan, title, revision, milestone, name, occurrence = place
    return Moment(
        plan=plan,
        plan_title=title,
        revision=revision,
        milestone=milestone,
        milestone_name=name,
        occurrence=occurrence,
        stage=stage,
        step=step,
        at=at.astimezone(UTC),
        count=count,
    )
