"""Which unit came from which: many to many, and never in a circle."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from sqlalchemy import Date, Select, bindparam, or_, select
from sqlalchemy.orm import Session, joinedload

from dondoc.tables import Succession, Unit, UnitChange

Edges = Mapping[int, set[int]]
"""Successors by the unit they succeed."""


def changes(session: Session) -> list[UnitChange]:
    """In the order of their days, with the units they concern."""
    chosen = (
        select(UnitChange)
        .options(
            joinedload(UnitChange.successions).joinedload(Succession.predecessor),
            joinedload(UnitChange.successions).joinedload(Succession.successor),
        )
        .order_by(UnitChange.on, UnitChange.id)
    )
    return list(session.scalars(chosen).unique())


def changes_due(session: Session, today: date) -> list[UnitChange]:
    """Those that wait and whose day has come, locked: what somebody else carries out just now is
    left to him."""
    chosen = (
        select(UnitChange)
        .where(
            UnitChange.on <= today,
            UnitChange.applied_at.is_(None),
            UnitChange.withdrawn_at.is_(None),
        )
        .order_by(UnitChange.on, UnitChange.id)
        .with_for_update(skip_locked=True)
    )
    return list(session.scalars(chosen))


def changes_of(session: Session, unit: Unit) -> list[UnitChange]:
    """That were applied and concern the unit, whichever side it is on."""
    mine = select(Succession.change_id).where(
        or_(Succession.predecessor_id == unit.id, Succession.successor_id == unit.id)
    )
    chosen = select(UnitChange).where(UnitChange.id.in_(mine), UnitChange.applied_at.is_not(None))
    return list(session.scalars(chosen.order_by(UnitChange.on, UnitChange.id)))


def predecessors(session: Session, unit: Unit) -> list[Unit]:
    """All it came from, however far back, by code."""
    return _reached(session, unit, _turned(_edges(session, applied=True)))


def successors(session: Session, unit: Unit) -> list[Unit]:
    """All that came from it, by code."""
    return _reached(session, unit, _edges(session, applied=True))


def succeeded(session: Session, unit: Unit) -> set[int]:
    """The units it succeeds directly, or will on a day that is still ahead."""
    chosen = select(Succession.predecessor_id).join(Succession.change)
    return set(session.scalars(_standing(chosen).where(Succession.successor_id == unit.id)))


def ended_by(session: Session, unit: Unit) -> UnitChange | None:
    """Also one that still waits for its day."""
    found: UnitChange | None = session.scalar(
        _standing(select(UnitChange).join(UnitChange.successions)).where(
            Succession.predecessor_id == unit.id, Succession.ends
        )
    )
    return found


def ended_units(session: Session, today: date) -> set[int]:
    """Units that are no more on that day."""
    return set(session.scalars(_ENDED, {"today": today}))


_UNITS = Unit.__table__.c
_ENDED = select(_UNITS.id).where(_UNITS.valid_to < bindparam("today", type_=Date))


def circle(session: Session, added: Iterable[tuple[Unit, Unit]]) -> list[str] | None:
    """The way around, by codes, if these units ended in favour of those that succeed them."""
    pairs = list(added)
    edges: dict[int, set[int]] = defaultdict(set)
    for predecessor, successors_ in _edges(session, applied=False).items():
        edges[predecessor] |= successors_
    for unit, to in pairs:
        edges[unit.id].add(to.id)
    for unit, to in pairs:
        path = _path(edges, to.id, unit.id)
        if path is not None:
            around = [unit.id, *path]
            rows = session.execute(select(Unit.id, Unit.code).where(Unit.id.in_(around)))
            codes = dict(rows.tuples().all())
            return [codes[one] for one in around]
    return None


def _path(edges: Edges, start: int, goal: int) -> list[int] | None:
    seen, ways = {start}, [[start]]
    while ways:
        way = ways.pop(0)
        if way[-1] == goal:
            return way
        for following in sorted(edges.get(way[-1], set()) - seen):
            seen.add(following)
            ways.append([*way, following])
    return None


def _edges(session: Session, *, applied: bool) -> Edges:
    """`applied`: of what has happened; else of what is decided, where the predecessor ends."""
    chosen = select(Succession.predecessor_id, Succession.successor_id).join(Succession.change)
    chosen = chosen.where(Succession.successor_id.is_not(None))
    if applied:
        chosen = chosen.where(UnitChange.applied_at.is_not(None))
    else:
        chosen = _standing(chosen).where(Succession.ends)
    edges: dict[int, set[int]] = defaultdict(set)
    for predecessor, successor in session.execute(chosen):
        edges[predecessor].add(successor)
    return edges


def _turned(edges: Edges) -> Edges:
    turned: dict[int, set[int]] = defaultdict(set)
    for predecessor, several in edges.items():
        for successor in several:
            turned[successor].add(predecessor)
    return turned


def _reached(session: Session, unit: Unit, edges: Edges) -> list[Unit]:
    found: set[int] = set()
    ahead = {unit.id}
    while ahead:
        ahead = {to for one in ahead for to in edges.get(one, ())} - found - {unit.id}
        found |= ahead
    return list(session.scalars(select(Unit).where(Unit.id.in_(found)).order_by(Unit.code)))


def _standing(chosen: Select[Any]) -> Select[Any]:
    return chosen.where(UnitChange.withdrawn_at.is_(None))
