"""Selects that more than one place needs, each with a name.

What a person named is looked up by code; a code that is not there raises NotFound with the
nearest one that is.
"""

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from rapidfuzz import fuzz, process
from sqlalchemy import ColumnElement, Select, and_, case, func, or_, select
from sqlalchemy.orm import Session, contains_eager

from dondoc.errors import NotFound
from dondoc.tables import (
    UNDELIVERED,
    Contact,
    Group,
    Milestone,
    Obligation,
    Occurrence,
    Plan,
    Role,
    Unit,
)
from dondoc.words import Words

PLAN = Words("kế hoạch", "plan")
MILESTONE = Words("mốc", "milestone")
OCCURRENCE = Words("kỳ", "occurrence")
UNIT = Words("đơn vị", "unit")
GROUP = Words("cụm, khối", "group")
NOTICE = Words("lần nhắc", "notice")
HOLD = Words("lệnh tạm dừng", "hold")
COMPONENT = Words("thành phần", "component")
EXTENSION = Words("gia hạn", "extension")
UNIT_CHANGE = Words("thay đổi đơn vị số", "unit change no.")
OBLIGATION = Words("đầu việc", "obligation")

NEAR_ENOUGH = 60
SHOWN = 5


def plan_by_code(session: Session, code: str) -> Plan:
    """Raises NotFound."""
    plan = session.scalar(select(Plan).where(Plan.code == code))
    if plan is None:
        raise not_found(PLAN, code, session.scalars(select(Plan.code)))
    return plan


def all_plans(session: Session) -> list[Plan]:
    return list(session.scalars(select(Plan).order_by(Plan.period_from, Plan.code)))


def milestone_by_code(session: Session, plan: Plan, code: str) -> Milestone:
    """Raises NotFound."""
    of_plan = select(Milestone).where(Milestone.plan_id == plan.id)
    milestone = session.scalar(of_plan.where(Milestone.code == code))
    if milestone is None:
        codes = select(Milestone.code).where(Milestone.plan_id == plan.id)
        raise not_found(MILESTONE, code, session.scalars(codes.order_by(Milestone.position)))
    return milestone


def unit_by_code(session: Session, code: str) -> Unit:
    """Raises NotFound."""
    unit = session.scalar(select(Unit).where(Unit.code == code))
    if unit is None:
        raise not_found(UNIT, code, session.scalars(select(Unit.code)))
    return unit


def group_by_code(session: Session, code: str) -> Group:
    """Raises NotFound."""
    group = session.scalar(select(Group).where(Group.code == code))
    if group is None:
        raise not_found(GROUP, code, session.scalars(select(Group.code)))
    return group


def obligations(
    *, plan: Plan | None = None, milestone: Milestone | None = None, unit: Unit | None = None
) -> Select[tuple[Obligation]]:
    """In the order they are due, with occurrence, milestone and unit loaded."""
    chosen = (
        select(Obligation)
        .join(Obligation.occurrence)
        .join(Occurrence.milestone)
        .join(Obligation.unit)
        .options(
            contains_eager(Obligation.occurrence).contains_eager(Occurrence.milestone),
            contains_eager(Obligation.unit),
        )
        .order_by(Occurrence.due_on, Milestone.position, Unit.code)
    )
    if plan is not None:
        chosen = chosen.where(Milestone.plan_id == plan.id)
    if milestone is not None:
        chosen = chosen.where(Occurrence.milestone_id == milestone.id)
    if unit is not None:
        chosen = chosen.where(Obligation.unit_id == unit.id)
    return chosen


def obligation_of(
    session: Session, milestone: Milestone, unit: Unit, *, occurrence: str | None = None
) -> Obligation:
    """Without `occurrence` (its key) the earliest one still owed, or where none is, the last.
    Raises NotFound."""
    owed = list(session.scalars(obligations(milestone=milestone, unit=unit)))
    if occurrence is not None:
        keys = [obligation.occurrence.key for obligation in owed]
        owed = [obligation for obligation in owed if obligation.occurrence.key == occurrence]
        if not owed:
            raise not_found(OCCURRENCE, occurrence, keys)
    if not owed:
        raise not_found(OBLIGATION, f"{milestone.code} · {unit.code}", ())
    return next((one for one in owed if one.state.owing), owed[-1])


def seats(session: Session, unit: Unit, role: Role) -> list[Contact]:
    """A unit's seats of one role, vacant ones too, the first in line first."""
    of_unit = select(Contact).where(Contact.unit_id == unit.id, Contact.role == role)
    return list(session.scalars(of_unit.order_by(Contact.position)))


def unit_like(part: str) -> ColumnElement[bool]:
    """Of units: `part` stands in the code or the name. SQLite knows small letters of ASCII only."""
    small = part.casefold()
    return or_(
        func.lower(Unit.code).contains(small, autoescape=True),
        Unit.name.contains(part, autoescape=True),
        func.lower(Unit.name).contains(small, autoescape=True),
    )


class Fitting(NamedTuple):
    """The first of the units that fit, the one with that very code before all; `total` of them."""

    units: Sequence[Unit]
    total: int


def fitting(session: Session, part: str, *, most: int) -> Fitting:
    """Units with `part` in the code or the name."""
    chosen = select(Unit).where(unit_like(part)).order_by(Unit.code != part, Unit.code)
    found = session.scalars(chosen.limit(most + 1)).all()
    if len(found) <= most:
        return Fitting(found, len(found))
    counted = session.scalar(select(func.count()).select_from(Unit).where(unit_like(part)))
    return Fitting(found[:most], counted or 0)


def undelivered() -> ColumnElement[bool]:
    """As `Obligation.undelivered`."""
    return and_(Obligation.state.in_(UNDELIVERED), Obligation.correct_by.is_(None))


def count_where(condition: ColumnElement[bool]) -> ColumnElement[int]:
    """Of the rows selected, those that fulfil `condition`; 0 where there are none."""
    return func.coalesce(func.sum(case((condition, 1), else_=0)), 0)


def not_found(what: Words, name: str, known: Iterable[str]) -> NotFound:
    """Names the known code nearest to `name`, or where none is near, some of those that are."""
    names = list(known)
    best = process.extractOne(name.lower(), names, scorer=fuzz.WRatio, processor=str.lower)
    near: Words | str = ""
    if best is not None and best[1] >= NEAR_ENOUGH:
        near = Words(f" Có phải {best[0]!r}?", f" Did you mean {best[0]!r}?")
    elif names:
        shown = ", ".join(names[:SHOWN]) + (", …" if len(names) > SHOWN else "")
        near = Words(f" Đang có: {shown}.", f" There are: {shown}.")
    return NotFound(what=what, name=name, near=near)
