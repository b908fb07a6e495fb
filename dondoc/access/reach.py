"""Whose units are whose: an office changes its own, those that owe to it, and those that owe to
nobody yet. What owes to another office alone is that office's business."""

from collections.abc import Collection

from sqlalchemy import ColumnElement, exists, or_, select, true
from sqlalchemy.orm import Session

from dondoc.access.scope import NotHere
from dondoc.tables import Account, AccountRole, Milestone, Obligation, Occurrence, Plan, Unit


def reachable(account: Account) -> ColumnElement[bool]:
    """A condition on units."""
    if account.role is AccountRole.ADMINISTRATOR:
        return true()
    owes = exists().where(Obligation.unit_id == Unit.id)
    to_mine = (
        select(Obligation.id)
        .join(Occurrence, Occurrence.id == Obligation.occurrence_id)
        .join(Milestone, Milestone.id == Occurrence.milestone_id)
        .join(Plan, Plan.id == Milestone.plan_id)
        .where(Obligation.unit_id == Unit.id, Plan.standing_office_id == account.office_id)
    )
    own = or_(Unit.id == account.office_id, Unit.parent_id == account.office_id)
    return or_(own, to_mine.exists(), ~owes)


def unit_for(session: Session, account: Account, unit_id: int) -> Unit:
    """Raises NotHere."""
    unit = session.scalar(select(Unit).where(Unit.id == unit_id, reachable(account)))
    if unit is None:
        raise NotHere
    return unit


def beyond_reach(session: Session, account: Account, codes: Collection[str]) -> list[str]:
    """Of the units with these codes, those the account may not change; unknown ones are new."""
    reached = set(session.scalars(select(Unit.code).where(reachable(account))))
    known = set(session.scalars(select(Unit.code)))
    return sorted(code for code in codes if code in known and code not in reached)
