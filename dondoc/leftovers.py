"""Open obligations of units that are no more: nobody is pressed for them until somebody decides."""

from datetime import date
from typing import NamedTuple

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from dondoc.tables import Obligation, ObligationState, Occurrence, Succession, Unit, UnitChange

STILL_OPEN = (ObligationState.OPEN, ObligationState.RETURNED)
"""What is received with parts missing waits for its collector; returned, it is open again."""


class Leftover(NamedTuple):
    """`change` is the number of what ended the unit, None where only the list of units did, on
    `until`."""

    unit: str
    name: str
    until: date
    open: int
    change: int | None


def leftovers(session: Session, today: date) -> list[Leftover]:
    """By unit; `today` is the office's date."""
    change = (
        select(func.max(UnitChange.id))
        .join(Succession, Succession.change_id == UnitChange.id)
        .where(
            Succession.predecessor_id == Unit.id,
            Succession.ends,
            UnitChange.withdrawn_at.is_(None),
        )
        .correlate(Unit)
        .scalar_subquery()
    )
    rows = session.execute(
        select(Unit.code, Unit.name, Unit.valid_to, func.count(Obligation.id), change)
        .join(Obligation, Obligation.unit_id == Unit.id)
        .join(Occurrence, Occurrence.id == Obligation.occurrence_id)
        .where(
            Unit.valid_to < today,
            Obligation.state.in_(STILL_OPEN),
            Occurrence.dropped_in.is_(None),
        )
        .group_by(Unit.id, Unit.code, Unit.name, Unit.valid_to)
        .order_by(Unit.code)
    )
    return [Leftover(*row) for row in rows]
