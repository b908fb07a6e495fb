"""A unit is told what was decided about it: beside its reminders, on the day of the decision."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import and_, insert, literal, select
from sqlalchemy.orm import Session

from dondoc.tables import (
    Contact,
    Milestone,
    Notice,
    NoticeState,
    Obligation,
    Occurrence,
    Role,
    Stage,
)

BATCH = 5_000


class Telling(NamedTuple):
    """`step` tells it from others of the same `due_version`; `change` is what changed, as
    `dondoc.changes` writes it, where that is told too."""

    stage: Stage
    step: str
    change: str | None = None


def tell(session: Session, obligations: Sequence[int], told: Telling, *, at: datetime) -> int:
    """One notice for every officer of every obligation's unit. Returns how many."""
    return sum(_tell(session, batch, told, at) for batch in batches(obligations))


def _tell(session: Session, obligations: Sequence[int], told: Telling, at: datetime) -> int:
    table = Notice.__table__
    fixed: dict[str, Any] = {
        "stage": told.stage,
        "step": told.step,
        "change": told.change,
        "planned_at": at,
        "state": NoticeState.PLANNED,
    }
    officers = (
        select(
            Milestone.plan_id,
            Obligation.id,
            Contact.id,
            Obligation.due_version,
            *(literal(value, table.c[name].type) for name, value in fixed.items()),
        )
        .join(Occurrence, Occurrence.id == Obligation.occurrence_id)
        .join(Milestone, Milestone.id == Occurrence.milestone_id)
        .join(Contact, and_(Contact.unit_id == Obligation.unit_id, Contact.role == Role.OFFICER))
        .where(Obligation.id.in_(obligations))
        .order_by(Obligation.id, Contact.position)
    )
    columns = ["plan_id", "obligation_id", "contact_id", "due_version", *fixed]
    made = insert(table).from_select(columns, officers)  # type: ignore[arg-type]
    done = session.execute(made, execution_options={"preserve_rowcount": True})
    return int(done.rowcount)  # type: ignore[attr-defined]


def batches(ids: Sequence[int]) -> Iterator[Sequence[int]]:
    for start in range(0, len(ids), BATCH):
        yield ids[start : start + BATCH]
