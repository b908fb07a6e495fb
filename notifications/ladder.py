"""Who is overdue, who above them knows of it, and what proves that they were reminded first."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Row, Select, and_, func, or_, select
from sqlalchemy.orm import Session

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
    overdue = _overdue(account, wanted.plan, now, today)
    counts = _counts(session, overdue)
    total = sum(counts.values()) if wanted.level is None else counts.get(wanted.level, 0)
    pages = max(1, -(-total // SHOWN))
    page = min(max(1, wanted.page), pages)
    chosen = overdue.with_only_columns(*_COLUMNS).order_by(Obligation.late_at, Obligation.id)
    if wanted.level is not None:
        chosen = chosen.where(_LEVEL.in_((wanted.level,)))
    rows = session.execute(chosen.limit(SHOWN).offset((page - 1) * SHOWN)).all()
    return Ladder(tuple(_rungs(session, rows)), counts, total, page, pages)


_LEVEL: ColumnElement[Any] = func.coalesce(
    select(func.max(Notice.level))
    .where(TOLD, Notice.obligation_id == Obligation.id)
    .scalar_subquery(),
    0,
)
_COLUMNS = (
    Obligation.id,
    Unit.code,
    Unit.name,
    Plan.code,
    Milestone.code,
    Milestone.name,
    Occurrence.label,
    Obligation.due_on,
    Obligation.late_at,
    Obligation.promised_until,
    _LEVEL.label("level"),
)


def _overdue(account: Account, plan: str, now: datetime, today: date) -> Select[Any]:
    """What `notifications.demand.escalate` would tell of."""
    late = and_(Obligation.state == ObligationState.OPEN, Obligation.late_at <= now)
    uncorrected = and_(Obligation.state == ObligationState.RETURNED, Obligation.correct_by < today)
    chosen = (
        select(Obligation.id)
        .join(Occurrence, Occurrence.id == Obligation.occurrence_id)
        .join(Milestone, Milestone.id == Occurrence.milestone_id)
        .join(Plan, Plan.id == Milestone.plan_id)
        .join(Unit, Unit.id == Obligation.unit_id)
        .where(own(account), or_(late, uncorrected), Occurrence.silent.is_(False))
    )
    return chosen.where(Plan.code == plan) if plan else chosen


def _counts(session: Session, overdue: Select[Any]) -> dict[int, int]:
    levels = overdue.with_only_columns(_LEVEL.label("level")).subquery()
    counted = select(levels.c.level, func.count()).group_by(levels.c.level)
    return dict(session.execute(counted.order_by(levels.c.level)).tuples().all())


def _rungs(session: Session, rows: Sequence[Row[Any]]) -> Iterator[Rung]:
    ids = [row.id for row in rows]
    reminded = told(session, ids)
    upward = _told_at(session, ids)
    coming = _coming(session, ids)
    for row in rows:
        at, level = coming.get(row.id, (None, None))
        yield Rung._make([*row, upward.get(row.id), reminded.get(row.id), at, level])


def _told_at(session: Session, obligations: list[int]) -> dict[int, datetime]:
    rows = session.execute(
        select(Notice.obligation_id, func.max(Notice.decided_at))
        .where(TOLD, Notice.obligation_id.in_(obligations))
        .group_by(Notice.obligation_id)
    )
    return {id_: at for id_, at in rows if id_ is not None and at is not None}


def _coming(session: Session, obligations: list[int]) -> Mapping[int, tuple[datetime, int]]:
    rows = session.execute(
        select(Notice.obligation_id, Notice.planned_at, Notice.level)
        .where(Notice.obligation_id.in_(obligations), PLANNED, Notice.stage == Stage.ESCALATE)
        .order_by(Notice.planned_at.desc(), Notice.level.desc())
    )
    return {id_: (at, level or 0) for id_, at, level in rows if id_ is not None}
