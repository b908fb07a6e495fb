"""Units × dates of one plan, a page of units at a time."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from sqlalchemy import Select, func, literal, select
from sqlalchemy.orm import Session, aliased

from dondoc.queries import unit_like
from dondoc.tables import (
    Group,
    Membership,
    Milestone,
    Obligation,
    Occurrence,
    Plan,
    Unit,
)
from dondoc.verdicts import Verdict, verdict

UNITS = 50
"""of a page"""


class Cell(NamedTuple):
    """`obligation` is None where nothing is owed."""

    obligation: int | None
    verdict: Verdict


class Row(NamedTuple):
    """`heading` names what the unit stands under, where the rows are ordered by that."""

    code: str
    name: str
    cells: tuple[Cell, ...]
    heading: str = ""


class Which(NamedTuple):
    """The units looked for: part of a code or name, a group's code; pages count from 1. `by` is
    the order: "group", or "tree" for the unit above; else by code."""

    text: str = ""
    group: str = ""
    page: int = 1
    by: str = ""


class Heatmap(NamedTuple):
    """`rows` are those of this page, with cells in the order of `occurrences`; `units` counts all
    that were looked for."""

    rows: tuple[Row, ...]
    units: int
    pages: int


NOTHING = Cell(None, Verdict.NOT_OWED)


def heatmap(
    session: Session, plan: Plan, occurrences: Sequence[int], which: Which, *, now: datetime
) -> Heatmap:
    """Of those units that owe the plan anything."""
    owing = _ordered(_owing(plan, which), which)
    count = session.scalar(select(func.count()).select_from(owing.order_by(None).subquery())) or 0
    pages = max(1, -(-count // UNITS))
    page = min(max(1, which.page), pages)
    units = session.execute(owing.limit(UNITS).offset((page - 1) * UNITS)).all()
    place = {occurrence: n for n, occurrence in enumerate(occurrences)}
    cells = {unit.id: [NOTHING] * len(place) for unit in units}
    today = now.astimezone(ZoneInfo(plan.time_zone)).date()
    rows = session.execute(
        select(Obligation.unit_id, Obligation.occurrence_id, Obligation.id, verdict(now, today))
        .join(Occurrence, Occurrence.id == Obligation.occurrence_id)
        .where(Obligation.unit_id.in_(cells), Occurrence.id.in_(place))
    )
    for unit_id, occurrence_id, obligation_id, word in rows:
        cells[unit_id][place[occurrence_id]] = Cell(obligation_id, Verdict(word))
    found = tuple(
        Row(unit.code, unit.name, tuple(cells[unit.id]), unit.heading or "") for unit in units
    )
    return Heatmap(found, count, pages)


def _ordered(owing: Select[Any], which: Which) -> Select[Any]:
    """A unit in two groups stands in both; what has no group, or nothing above it, comes last."""
    if which.by == "group":
        return (
            owing.add_columns(Group.name.label("heading"))
            .outerjoin(Membership, Membership.unit_id == Unit.id)
            .outerjoin(Group, Group.id == Membership.group_id)
            .order_by(Group.code.is_(None), Group.code, Unit.code)
        )
    if which.by == "tree":
        above = aliased(Unit)
        return (
            owing.add_columns(above.name.label("heading"))
            .outerjoin(above, above.id == Unit.parent_id)
            .order_by(above.code.is_(None), above.code, Unit.code)
        )
    return owing.add_columns(literal("").label("heading")).order_by(Unit.code)


def _owing(plan: Plan, which: Which) -> Select[Any]:
    owes = (
        select(Obligation.id)
        .join(Occurrence, Occurrence.id == Obligation.occurrence_id)
        .join(Milestone, Milestone.id == Occurrence.milestone_id)
        .where(Milestone.plan_id == plan.id, Obligation.unit_id == Unit.id)
    )
    chosen = select(Unit.id, Unit.code, Unit.name).where(owes.exists())
    if which.text:
        chosen = chosen.where(unit_like(which.text))
    if which.group:
        member = select(Membership.unit_id).join(Group, Group.id == Membership.group_id)
        chosen = chosen.where(Unit.id.in_(member.where(Group.code == which.group)))
    return chosen
