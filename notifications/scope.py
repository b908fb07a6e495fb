"""What a sending is limited to, and the lines that tell what it did."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, NamedTuple

from sqlalchemy import Select, select
from sqlalchemy.orm import Session, aliased

from dondoc.tables import (
    Contact,
    Letter,
    Milestone,
    Notice,
    NoticeState,
    Obligation,
    Occurrence,
    Plan,
    Reason,
    Stage,
    Unit,
)


@dataclass(frozen=True, kw_only=True)
class Scope:
    """Codes as the plan file and the unit list write them; None means all."""

    plan: str | None = None
    milestone: str | None = None
    unit: str | None = None

    def limit(self, statement: Select[Any]) -> Select[Any]:
        """`statement` must select from Plan, Milestone and Unit."""
        if self.plan is not None:
            statement = statement.where(Plan.code == self.plan)
        if self.milestone is not None:
            statement = statement.where(Milestone.code == self.milestone)
        if self.unit is not None:
            statement = statement.where(Unit.code == self.unit)
        return statement


class Line(NamedTuple):
    """One notice and what became of it; codes only, never an address. `due` as printed
    (`inclusive` false: *trước ngày*)."""

    plan: str
    milestone: str
    occurrence: str
    unit: str
    due: date | None
    inclusive: bool
    stage: Stage
    level: int | None
    to: str
    verdict: str
    reason: str


def lines(session: Session, *, day: date, since: datetime, most: int = 1000) -> list[Line]:
    """What letters of `day` came to since `since`."""
    reader = aliased(Unit)
    rows = session.execute(
        select(
            Plan.code,
            Milestone.code,
            Occurrence.label,
            Unit.code,
            Obligation.due_on,
            Obligation.inclusive,
            Notice.stage,
            Notice.level,
            reader.code,
            Notice.state,
            Notice.reason,
        )
        .join(Letter, Letter.id == Notice.letter_id)
        .join(Plan, Plan.id == Notice.plan_id)
        .join(Contact, Contact.id == Notice.contact_id)
        .join(reader, reader.id == Contact.unit_id)
        .outerjoin(Obligation, Obligation.id == Notice.obligation_id)
        .outerjoin(Unit, Unit.id == Obligation.unit_id)
        .outerjoin(Occurrence, Occurrence.id == Obligation.occurrence_id)
        .outerjoin(Milestone, Milestone.id == Occurrence.milestone_id)
        .where(Letter.day == day, Notice.decided_at >= since)
        .order_by(Plan.code, Notice.id)
        .limit(most)
    )
    return [_line(row) for row in rows]


def _line(row: Any) -> Line:
    *head, state, reason = row
    plan, milestone, occurrence, unit, due, inclusive, stage, level, to = head
    return Line(
        plan=plan,
        milestone=milestone or "",
        occurrence=occurrence or "",
        unit=unit or "",
        due=due,
        inclusive=inclusive is not False,
        stage=stage,
        level=level,
        to=to,
        verdict=NoticeState(state).value,
        reason=Reason(reason).value if reason else "",
    )
