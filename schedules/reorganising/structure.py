"""Who stands above whom, and in which group, once units have ended."""

from collections.abc import Iterable
from datetime import date
from typing import NamedTuple

from sqlalchemy import select
from sqlalchemy.orm import Session

from dondoc.tables import Group, GroupHead, Membership, Unit
from dondoc.units.lineage import succeeded
from dondoc.units.reorganisation import Concerned


class Reparented(NamedTuple):
    """`parent` is None where it stands on its own from now on."""

    unit: str
    before: str
    parent: str | None


class Joined(NamedTuple):
    """A successor joins the group of the unit it succeeds."""

    unit: str
    group: str


class Led(NamedTuple):
    """`head` is None where somebody has to name one: the list of units does."""

    group: str
    year: int
    before: str
    head: str | None


class Structure(NamedTuple):
    parents: tuple[Reparented, ...] = ()
    groups: tuple[Joined, ...] = ()
    heads: tuple[Led, ...] = ()


def structure(session: Session, found: Concerned, on: date) -> Structure:
    """What follows from the units that end; writes nothing."""
    ending = found.ending
    if not ending:
        return Structure()
    return Structure(
        parents=tuple(_parents(session, found, on)),
        groups=tuple(_groups(session, found)),
        heads=tuple(_heads(session, found, on)),
    )


def restructure(session: Session, found: Concerned, on: date) -> Structure:
    """Raises nothing: it was drawn up from the same rows."""
    planned = structure(session, found, on)
    units = {unit.code: unit for unit in session.scalars(select(Unit))}
    groups = {group.code: group for group in session.scalars(select(Group))}
    for unit, _, parent in planned.parents:
        units[unit].parent_id = None if parent is None else units[parent].id
    for unit, group in planned.groups:
        session.add(Membership(group_id=groups[group].id, unit_id=units[unit].id))
    for group, year, _, head in planned.heads:
        row = session.get_one(GroupHead, (groups[group].id, year))
        if head is None:
            session.delete(row)
        else:
            row.unit_id = units[head].id
    session.flush()
    return planned


def _parents(session: Session, found: Concerned, on: date) -> Iterable[Reparented]:
    """A sole successor stands where the ended unit stood; else what stood above it does."""
    ended = {unit.id: unit for unit in found.ending}
    below = session.scalars(
        select(Unit)
        .where(Unit.parent_id.in_(ended), Unit.id.not_in(ended))
        .where((Unit.valid_to.is_(None)) | (Unit.valid_to >= on))
        .order_by(Unit.code)
    )
    for unit in below:
        before = ended[unit.parent_id or 0]
        yield Reparented(unit.code, before.code, _above(found, ended, unit, before))


def _above(found: Concerned, ended: dict[int, Unit], unit: Unit, before: Unit) -> str | None:
    if len(found.into) == 1 and unit not in _line_of(found.into[0]):
        return found.into[0].code
    above = before.parent
    while above is not None and above.id in ended:
        above = above.parent
    return None if above is None else above.code


def _line_of(unit: Unit) -> list[Unit]:
    """With all that stands above it."""
    line = [unit]
    while line[-1].parent is not None and line[-1].parent not in line:
        line.append(line[-1].parent)
    return line


def _groups(session: Session, found: Concerned) -> Iterable[Joined]:
    """A successor of the same kind that was given no group of its own."""
    for unit in found.into:
        theirs = _groups_of(session, [one.id for one in found.units if one.kind == unit.kind])
        mine = _groups_of(session, [unit.id])
        if not mine - _groups_of(session, succeeded(session, unit)):
            yield from (Joined(unit.code, code) for code in sorted(theirs - mine))


def _groups_of(session: Session, units: Iterable[int]) -> set[str]:
    chosen = select(Group.code).join(Membership, Membership.group_id == Group.id)
    return set(session.scalars(chosen.where(Membership.unit_id.in_(list(units)))))


def _heads(session: Session, found: Concerned, on: date) -> Iterable[Led]:
    """Of the year of the change and of later ones; earlier years are history."""
    ended = {unit.id: unit for unit in found.ending}
    rows = session.execute(
        select(Group.code, GroupHead.year, GroupHead.unit_id)
        .join(Group, Group.id == GroupHead.group_id)
        .where(GroupHead.unit_id.in_(ended), GroupHead.year >= on.year)
        .order_by(Group.code, GroupHead.year)
    ).tuples()
    for group, year, unit_id in rows:
        yield Led(group, year, ended[unit_id].code, _head(session, found, group))


def _head(session: Session, found: Concerned, group: str) -> str | None:
    """A sole successor, if it is or will be a member."""
    if len(found.into) != 1:
        return None
    (to,) = found.into
    joins = any(one == Joined(to.code, group) for one in _groups(session, found))
    return to.code if joins or group in _groups_of(session, [to.id]) else None
