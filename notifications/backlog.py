"""How the outbox stands, for the operator."""

from datetime import datetime
from typing import NamedTuple

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from dondoc.tables import WAITING, Letter, LetterState


class Backlog(NamedTuple):
    """Counts by state; when the oldest waiting letter was made, and the next try."""

    counts: dict[LetterState, int]
    oldest: datetime | None
    next_try: datetime | None


def backlog(session: Session) -> Backlog:
    rows = session.execute(select(Letter.state, func.count()).group_by(Letter.state))
    counted = {row[0]: row[1] for row in rows}
    oldest, next_try = session.execute(
        select(func.min(Letter.created_at), func.min(Letter.retry_at)).where(WAITING)
    ).one()
    return Backlog({state: counted.get(state, 0) for state in LetterState}, oldest, next_try)


def latest(session: Session, *, failed: bool, limit: int) -> list[Letter]:
    """The newest first; with `failed`, those that were refused, given up or wait for a retry."""
    chosen = select(Letter).order_by(Letter.id.desc()).limit(limit)
    if failed:
        chosen = chosen.where(Letter.state.in_((LetterState.FAILED, LetterState.DEFERRED)))
    return list(session.scalars(chosen))
