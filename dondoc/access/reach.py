"""Whose units are whose. Whoever may put an address into a unit's seat gets its letters and links,
so an office changes

1. its own unit and all below it,
2. the units that owe to its plans,
3. those that are told when these are late: above them, heads of their groups, boards; but no office
   that has people of its own here,
4. those that owe to nobody, as long as no other office works here: else one could put an address
   there and wait for the other's plan.

The rest is for the office it belongs to, and for administrators.
"""

from collections.abc import Collection
from typing import Any

from sqlalchemy import (
    CTE,
    ColumnElement,
    CompoundSelect,
    Select,
    and_,
    exists,
    or_,
    select,
    true,
    union,
)
from sqlalchemy.orm import Session, aliased

from dondoc.access.scope import NotHere
from dondoc.submissions import still_taken
from dondoc.tables import (
    Account,
    AccountRole,
    GroupHead,
    Membership,
    Milestone,
    Obligation,
    Occurrence,
    Plan,
    Unit,
)


def reachable(account: Account) -> ColumnElement[bool]:
    """A condition on units."""
    if account.role is AccountRole.ADMINISTRATOR:
        return true()
    office = account.office_id
    others = _others(office)
    owes_nobody = ~exists().where(Obligation.unit_id == Unit.id)
    return or_(
        Unit.id.in_(select(_below(office).c.id)),
        _owes_to(office, Unit.id),
        and_(Unit.id.in_(_told_for(office)), Unit.id.not_in(others)),
        and_(owes_nobody, ~others.exists()),
    )


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


def of_others(session: Session, account: Account, codes: Collection[str]) -> list[str]:
    """Of the units with these codes, those beyond the account's reach that are another office's:
    it is that office, is below it, or owes to its plans."""
    if account.role is AccountRole.ADMINISTRATOR:
        return []
    theirs = or_(
        Unit.id.in_(select(_below_any(_others(account.office_id), "below_others").c.id)),
        _owes(Unit.id, _to_others(account.office_id)),
    )
    return _named(session, codes, theirs, ~reachable(account))


def owing_others(session: Session, account: Account, codes: Collection[str]) -> list[str]:
    """Of the units with these codes, those that still owe to plans of another office."""
    if account.role is AccountRole.ADMINISTRATOR:
        return []
    return _named(session, codes, _owes(Unit.id, _to_others(account.office_id), still_taken()))


def _named(session: Session, codes: Collection[str], *conditions: ColumnElement[bool]) -> list[str]:
    chosen = select(Unit.code).where(Unit.code.in_(codes), *conditions)
    return list(session.scalars(chosen.order_by(Unit.code)))


def _others(office: int | None) -> Select[tuple[int]]:
    """Offices with people of their own, or plans, here."""
    one = aliased(Unit)
    people = exists().where(Account.office_id == one.id, Account.closed_at.is_(None))
    plans = exists().where(Plan.standing_office_id == one.id)
    return select(one.id).where(or_(people, plans), one.id.is_distinct_from(office))


def _below(office: int | None) -> CTE:
    """The office and all units below it."""
    one = aliased(Unit)
    return _below_any(select(one.id).where(one.id == office), "below")


def _below_any(offices: Select[tuple[int]], name: str) -> CTE:
    under = aliased(Unit)
    found = offices.cte(name, recursive=True)
    return found.union(select(under.id).join(found, under.parent_id == found.c.id))


def _owes_to(office: int | None, unit: Any) -> ColumnElement[bool]:
    return _owes(unit, Plan.standing_office_id == office)


def _to_others(office: int | None) -> ColumnElement[bool]:
    return Plan.standing_office_id.is_distinct_from(office)


def _owes(unit: Any, *which: ColumnElement[bool]) -> ColumnElement[bool]:
    return (
        select(Obligation.id)
        .join(Occurrence, Occurrence.id == Obligation.occurrence_id)
        .join(Milestone, Milestone.id == Occurrence.milestone_id)
        .join(Plan, Plan.id == Milestone.plan_id)
        .where(Obligation.unit_id == unit, *which)
        .correlate_except(Obligation, Occurrence, Milestone, Plan)
        .exists()
    )


def _told_for(office: int | None) -> CompoundSelect[tuple[int | None]]:
    one, over = aliased(Unit), aliased(Unit)
    above = select(one.parent_id.label("id")).where(_owes_to(office, one.id))
    found = above.cte("above", recursive=True)
    climbed = found.union(select(over.parent_id).join(found, over.id == found.c.id))
    heads = (
        select(GroupHead.unit_id)
        .join(Membership, Membership.group_id == GroupHead.group_id)
        .where(_owes_to(office, Membership.unit_id))
    )
    boards = select(Plan.board_id).where(Plan.standing_office_id == office)
    told = select(climbed.c.id).where(climbed.c.id.is_not(None))
    return union(told, heads, boards.where(Plan.board_id.is_not(None)))
