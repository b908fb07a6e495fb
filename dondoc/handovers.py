"""What an ended unit owed and another took over: rates count it once, for whoever owed it when it
was due, and know when it came."""

from collections.abc import Collection, Iterable
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import func, literal, select, update
from sqlalchemy.orm import Session, aliased

from dondoc.tables import (
    Handover,
    Milestone,
    Obligation,
    ObligationState,
    Occurrence,
    Plan,
    Unit,
    UnitChange,
)


def credit(session: Session, obligations: Collection[int]) -> None:
    """What was handed over to `obligations` was delivered when the last of those that took it over
    delivered; while one of them has not, it was not. What had come before stays as it is."""
    changed = set(obligations)
    while changed:
        above = _handed_over_to(session, changed)
        changed = {one for one in above if _credited(session, one)}


class Neighbour(NamedTuple):
    """The other side of a handover: who owed it `before`, or owes it now; without an `obligation`
    it was closed."""

    obligation: int | None
    unit: str
    before: bool
    reason: str


def neighbours(session: Session, obligation: Obligation) -> list[Neighbour]:
    """From whom it came, then where it went."""
    came = (
        select(Handover.obligation_id, Unit.name, literal(value=True), Handover.reason)
        .join(Obligation, Obligation.id == Handover.obligation_id)
        .join(Unit, Unit.id == Obligation.unit_id)
        .where(Handover.successor_id == obligation.id)
    )
    went = (
        select(Handover.successor_id, func.coalesce(Unit.name, ""), literal(value=False))
        .add_columns(Handover.reason)
        .outerjoin(Obligation, Obligation.id == Handover.successor_id)
        .outerjoin(Unit, Unit.id == Obligation.unit_id)
        .where(Handover.obligation_id == obligation.id)
    )
    found = [session.execute(chosen.order_by(Unit.code)).all() for chosen in (came, went)]
    return [Neighbour(*row) for rows in found for row in rows]


class InPlan(NamedTuple):
    """What a unit change did to a plan: obligations that `moved`, and that were `closed`."""

    change: UnitChange
    at: datetime
    actor: str
    moved: int
    closed: int


def changes_in(session: Session, plan: Plan) -> list[InPlan]:
    """In the order of time; a change that was settled later stands there once more."""
    moved = func.count(Handover.obligation_id.distinct()).filter(Handover.successor_id.is_not(None))
    closed = func.count(Handover.obligation_id).filter(Handover.successor_id.is_(None))
    rows = session.execute(
        select(Handover.change_id, Handover.decided_at, Handover.decided_by, moved, closed)
        .join(Obligation, Obligation.id == Handover.obligation_id)
        .join(Occurrence, Occurrence.id == Obligation.occurrence_id)
        .join(Milestone, Milestone.id == Occurrence.milestone_id)
        .where(Milestone.plan_id == plan.id)
        .group_by(Handover.change_id, Handover.decided_at, Handover.decided_by)
        .order_by(Handover.decided_at, Handover.change_id)
    )
    return [InPlan(session.get_one(UnitChange, row[0]), *row[1:]) for row in rows.all()]


def _handed_over_to(session: Session, obligations: Iterable[int]) -> set[int]:
    found = select(Handover.obligation_id).where(
        Handover.successor_id.in_(list(obligations)), Handover.follows
    )
    return set(session.scalars(found))


def _credited(session: Session, obligation: int) -> bool:
    """Whether it changed."""
    successor = aliased(Obligation)
    rows = session.execute(
        select(successor.first_complete_at)
        .join(Handover, Handover.successor_id == successor.id)
        .where(Handover.obligation_id == obligation, successor.state != ObligationState.EXEMPT)
    )
    moments = [row[0] for row in rows]
    there = [at for at in moments if at is not None]
    at: datetime | None = max(there) if there and len(there) == len(moments) else None
    known = session.scalar(select(Obligation.first_complete_at).where(Obligation.id == obligation))
    if known == at:
        return False
    session.execute(
        update(Obligation).where(Obligation.id == obligation).values(first_complete_at=at)
    )
    return True
