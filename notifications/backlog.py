"""How the outbox stands, for the operator."""

from datetime import datetime, timedelta
from typing import NamedTuple

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from dondoc.settings import Settings
from dondoc.tables import WAITING, Letter, LetterState
from notifications.pacing import sent_since
from notifications.post import Hours

RECENT = timedelta(minutes=10)
"""over which the rate is taken"""
MINUTE = timedelta(minutes=1)


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


def rate(session: Session, now: datetime) -> float:
    """Letters a minute, of late."""
    return sent_since(session, now - RECENT, now=now) / (RECENT / MINUTE)


def due_now(session: Session, now: datetime) -> int:
    counted = select(func.count()).select_from(Letter).where(WAITING, Letter.retry_at <= now)
    return session.scalar(counted) or 0


def expected_end(
    letters: int, a_minute: float, *, hours: Hours, settings: Settings, now: datetime
) -> datetime:
    """When so many will have left at that rate, in office hours only."""
    needed = letters / a_minute * MINUTE
    begin = hours.next_opening(now)
    while True:
        today = begin.astimezone(settings.zone)
        closing = datetime.combine(today.date(), settings.send_until, settings.zone)
        if begin + needed <= closing:
            return begin + needed
        needed -= closing - begin
        begin = hours.next_opening(closing, after_today=True)


def latest(session: Session, *, failed: bool, limit: int) -> list[Letter]:
    """The newest first; with `failed`, those that were refused, given up or wait for a retry."""
    chosen = select(Letter).order_by(Letter.id.desc()).limit(limit)
    if failed:
        chosen = chosen.where(Letter.state.in_((LetterState.FAILED, LetterState.DEFERRED)))
    return list(session.scalars(chosen))
