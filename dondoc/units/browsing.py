"""The list of units a page at a time: as a tree, or what somebody looks for."""

from collections.abc import Sequence
from datetime import date
from typing import Any, NamedTuple

from sqlalchemy import Select, exists, func, or_, select
from sqlalchemy.orm import Session, aliased

from dondoc.problems import is_open
from dondoc.queries import unit_like
from dondoc.tables import Contact, Group, GroupHead, Membership, Problem, Role, Unit

PER_PAGE = 50


class Looked(NamedTuple):
    """What is looked for: part of a code or name, a group's code, a kind; else what stands
    directly below the unit `below`, or on top. Units that have ended are left out unless asked
    for. Pages count from 1."""

    text: str = ""
    group: str = ""
    kind: str = ""
    below: int | None = None
    ended: bool = False
    page: int = 1

    @property
    def searches(self) -> bool:
        return bool(self.text or self.group or self.kind)


class UnitLine(NamedTuple):
    """`below` counts the units that stand directly below; `vacant`: no officer has an address;
    `troubled`: letters do not reach somebody."""

    id: int
    code: str
    name: str
    kind: str
    valid_to: date | None
    below: int
    vacant: bool
    troubled: bool


class UnitPage(NamedTuple):
    lines: tuple[UnitLine, ...]
    total: int
    page: int
    pages: int


class GroupLine(NamedTuple):
    """`head` leads it in the year asked for."""

    code: str
    name: str
    members: int
    head: Unit | None


def browse(session: Session, looked: Looked, *, today: date) -> UnitPage:
    chosen = _chosen(looked, today)
    total = session.scalar(select(func.count()).select_from(chosen.subquery())) or 0
    pages = max(1, -(-total // PER_PAGE))
    page = min(max(1, looked.page), pages)
    ids = chosen.order_by(Unit.code).limit(PER_PAGE).offset((page - 1) * PER_PAGE)
    return UnitPage(_lines(session, list(session.scalars(ids)), today), total, page, pages)


def above(session: Session, unit: Unit) -> list[Unit]:
    """From the top down to the one directly above; a circle ends where it began."""
    found: list[Unit] = []
    while unit.parent_id is not None and all(one.id != unit.parent_id for one in found):
        unit = session.get_one(Unit, unit.parent_id)
        found.append(unit)
    return found[::-1]


def kinds(session: Session) -> list[str]:
    return list(session.scalars(select(Unit.kind).distinct().order_by(Unit.kind)))


def groups(session: Session, year: int) -> list[GroupLine]:
    counted = select(Membership.group_id, func.count().label("n")).group_by(Membership.group_id)
    members = counted.subquery()
    rows = session.execute(
        select(Group.code, Group.name, func.coalesce(members.c.n, 0), Unit)
        .outerjoin(members, members.c.group_id == Group.id)
        .outerjoin(GroupHead, (GroupHead.group_id == Group.id) & (GroupHead.year == year))
        .outerjoin(Unit, Unit.id == GroupHead.unit_id)
        .order_by(Group.code)
    )
    return [GroupLine(*row) for row in rows.tuples()]


def group_name(session: Session, code: str) -> str:
    """The code itself where no group has it."""
    return session.scalar(select(Group.name).where(Group.code == code)) or code


def groups_of(session: Session, unit: Unit) -> list[Group]:
    chosen = select(Group).join(Membership, Membership.group_id == Group.id)
    return list(session.scalars(chosen.where(Membership.unit_id == unit.id).order_by(Group.code)))


def leads(session: Session, unit: Unit) -> list[tuple[str, int]]:
    """Groups by name, with the years."""
    chosen = select(Group.name, GroupHead.year).join(Group, Group.id == GroupHead.group_id)
    rows = session.execute(chosen.where(GroupHead.unit_id == unit.id).order_by(GroupHead.year))
    return list(rows.tuples())


def _chosen(looked: Looked, today: date) -> Select[Any]:
    chosen = select(Unit.id)
    if not looked.ended:
        chosen = chosen.where(or_(Unit.valid_to.is_(None), Unit.valid_to >= today))
    if looked.text:
        chosen = chosen.where(unit_like(looked.text))
    if looked.kind:
        chosen = chosen.where(Unit.kind == looked.kind)
    if looked.group:
        member = select(Membership.unit_id).join(Group, Group.id == Membership.group_id)
        chosen = chosen.where(Unit.id.in_(member.where(Group.code == looked.group)))
    if not looked.searches:
        chosen = chosen.where(Unit.parent_id == looked.below)
    return chosen


def _lines(session: Session, ids: Sequence[int], today: date) -> tuple[UnitLine, ...]:
    """Of one page."""
    child = aliased(Unit)
    valid = or_(child.valid_to.is_(None), child.valid_to >= today)
    counted = dict(
        session.execute(
            select(child.parent_id, func.count())
            .where(child.parent_id.in_(ids), valid)
            .group_by(child.parent_id)
        )
        .tuples()
        .all()
    )
    manned = exists().where(
        Contact.unit_id == Unit.id, Contact.role == Role.OFFICER, Contact.email.is_not(None)
    )
    troubled = exists().where(Problem.unit_id == Unit.id, is_open())
    rows = session.execute(
        select(Unit.id, Unit.code, Unit.name, Unit.kind, Unit.valid_to, ~manned, troubled)
        .where(Unit.id.in_(ids))
        .order_by(Unit.code)
    )
    return tuple(
        UnitLine(id_, code, name, kind, until, counted.get(id_, 0), bool(vacant), bool(trouble))
        for id_, code, name, kind, until, vacant, trouble in rows
    )
