"""Who is overdue, who above them knows of it, and what proves that they were reminded first."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, CompoundSelect, Select, func, select, union_all
from sqlalchemy.orm import Session
from sqlalchemy.sql.elements import SQLCoreOperations

from dondoc.access.scope import own
from dondoc.tables import (
    PLANNED,
    TOLD,
    Account,
    Milestone,
    Notice,
    Obligation,
    ObligationState,
    Occurrence,
    Plan,
    Stage,
    Unit,
)
from notifications.escalating import told

SHOWN = 50
"""lines of a page"""


class Wanted(NamedTuple):
    """`plan` is a code; `level` the highest that knows, 0 nobody; pages count from 1."""

    plan: str = ""
    level: int | None = None
    page: int = 1


class Rung(NamedTuple):
    """`level` is the highest superior that was told, at `told_at`; 0 nobody yet. `reminded_at`:
    when a mail server last accepted a reminder to the unit itself. `next_at`, `next_level`: the
    next telling that is planned."""

    obligation: int
    unit_code: str
    unit: str
    plan: str
    milestone_code: str
    milestone: str
    label: str
    due_on: date
    inclusive: bool
    late_at: datetime
    promised_until: datetime | None
    level: int
    told_at: datetime | None
    reminded_at: datetime | None
    next_at: datetime | None
    next_level: int | None


class Ladder(NamedTuple):
    """`counts` by level, of all that are overdue; `total` are those that were looked for."""

    rungs: tuple[Rung, ...]
    counts: dict[int, int]
    total: int
    page: int
    pages: int


def ladder(
    session: Session, account: Account, wanted: Wanted, *, now: datetime, today: date
) -> Ladder:
    """The longest overdue first."""
    occurrences = session.scalars(_occurrences(account, wanted.plan)).all()
    overdue = _overdue(occurrences, now, today).subquery()
    level = _level(overdue.c.id)
    counts = _counts(session, select(level.label("level")).select_from(overdue))
    total = sum(counts.values()) if wanted.level is None else counts.get(wanted.level, 0)
    pages = max(1, -(-total // SHOWN))
    page = min(max(1, wanted.page), pages)
    chosen = select(overdue.c.id).order_by(overdue.c.late_at, overdue.c.id)
    if wanted.level is not None:
        chosen = chosen.where(level == wanted.level)
    ids = session.scalars(chosen.limit(SHOWN).offset((page - 1) * SHOWN)).all()
    return Ladder(tuple(_rungs(session, ids)), counts, total, page, pages)


def _level(obligation: SQLCoreOperations[int]) -> ColumnElement[int]:
    """The highest that knows of it."""
    highest = select(func.max(Notice.level)).where(TOLD, Notice.obligation_id == obligation)
    return func.coalesce(highest.scalar_subquery(), 0)


def _occurrences(account: Account, plan: str) -> Select[tuple[int]]:
    """Looked up first: with them the database reads what is overdue from one index."""
    chosen = (
        select(Occurrence.id)
        .join(Milestone, Milestone.id == Occurrence.milestone_id)
        .join(Plan, Plan.id == Milestone.plan_id)
        .where(own(account), Occurrence.silent.is_(False))
    )
    return chosen.where(Plan.code == plan) if plan else chosen


def _overdue(
    occurrences: Sequence[int], now: datetime, today: date
) -> CompoundSelect[tuple[int, datetime]]:
    """What `notifications.demand.escalate` would tell of."""
    owed = select(Obligation.id, Obligation.late_at).where(
        Obligation.occurrence_id.in_(occurrences)
    )
    late = owed.where(Obligation.state == ObligationState.OPEN, Obligation.late_at <= now)
    uncorrected = owed.where(
        Obligation.state == ObligationState.RETURNED, Obligation.correct_by < today
    )
    return union_all(late, uncorrected)


def _counts(session: Session, levels: Select[tuple[int]]) -> dict[int, int]:
    each = levels.subquery()
    counted = select(each.c.level, func.count()).group_by(each.c.level)
    return dict(session.execute(counted.order_by(each.c.level)).tuples().all())


def _lines(ids: Sequence[int]) -> Select[Any]:
    """In the order of a Rung."""
    return (
        select(
            Obligation.id,
            Unit.code,
            Unit.name,
            Plan.code,
            Milestone.code,
            Milestone.name,
            Occurrence.label,
            Obligation.due_on,
            Obligation.inclusive,
            Obligation.late_at,
            Obligation.promised_until,
            _level(Obligation.id).label("level"),
        )
        .join(Occurrence, Occurrence.id == Obligation.occurrence_id)
        .join(Milestone, Milestone.id == Occurrence.milestone_id)
        .join(Plan, Plan.id == Milestone.plan_id)
        .join(Unit, Unit.id == Obligation.unit_id)
        .where(Obligation.id.in_(ids))
        .order_by(Obligation.late_at, Obligation.id)
    )


def _rungs(session: Session, ids: Sequence[int]) -> Iterator[Rung]:
    reminded = told(session, ids)
    upward = _told_at(session, ids)
    coming = _coming(session, ids)
    for row in session.execute(_lines(ids)):
        at, level = coming.get(row.id, (None, None))
        yield Rung._make([*row, upward.get(row.id), reminded.get(row.id), at, level])


def _told_at(session: Session, obligations: Sequence[int]) -> dict[int, datetime]:
    rows = session.execute(
        select(Notice.obligation_id, func.max(Notice.decided_at))
        .where(TOLD, Notice.obligation_id.in_(obligations))
        .group_by(Notice.obligation_id)
    )
    return {id_: at for id_, at in rows if id_ is not None and at is not None}


def _coming(session: Session, obligations: Sequence[int]) -> Mapping[int, tuple[datetime, int]]:
    rows = session.execute(
        select(Notice.obligation_id, Notice.planned_at, Notice.level)
        .where(Notice.obligation_id.in_(obligations), PLANNED, Notice.stage == Stage.ESCALATE)
        .order_by(Notice.planned_at.desc(), Notice.level.desc())
    )
    return {id_: (at, level or 0) for id_, at, level in rows if id_ is not None}
