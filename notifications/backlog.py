"""How the outbox stands, for the operator."""

from datetime import datetime, timedelta
from typing import NamedTuple

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from dondoc.pace import Pace
from dondoc.settings import Settings
from dondoc.tables import DROPPED, FAILED, WAITING, Letter, LetterState, Rest
from notifications.domains import Paces
from notifications.pacing import sent_and_first, sent_today
from notifications.post import Hours

WAITS = (LetterState.QUEUED, LetterState.SENDING, LetterState.DEFERRED)
RECENT = timedelta(minutes=10)
"""over which the rate is taken"""
MINUTE = timedelta(minutes=1)


class Backlog(NamedTuple):
    """Counts by state; when the oldest waiting letter was made, and the next try."""

    counts: dict[LetterState, int]
    oldest: datetime | None
    next_try: datetime | None


def backlog(session: Session) -> Backlog:
    """Few letters wait or came to nothing, and indexes know those; the others were sent. Asked at
    once, so that what moves on meanwhile is not counted twice."""
    few = {state: _counted().where(WAITING, Letter.state == state) for state in WAITS}
    few |= {LetterState.FAILED: _counted().where(FAILED)}
    few |= {LetterState.DROPPED: _counted().where(DROPPED)}
    asked = (one.scalar_subquery() for one in (_counted(), *few.values()))
    every, *rest = session.execute(select(*asked)).one()
    counted = dict(zip(few, rest, strict=True))
    counted[LetterState.SENT] = every - sum(rest)
    oldest, next_try = session.execute(
        select(func.min(Letter.created_at), func.min(Letter.retry_at)).where(WAITING)
    ).one()
    return Backlog({state: counted.get(state, 0) for state in LetterState}, oldest, next_try)


def _counted() -> Select[tuple[int]]:
    return select(func.count()).select_from(Letter)


def rate(session: Session, now: datetime) -> float:
    """Letters a minute, of late: since the first of the last ten minutes."""
    count, first = sent_and_first(session, now - RECENT, now=now)
    return count / (max(now - first, MINUTE) / MINUTE) if first else 0.0


def due_now(session: Session, now: datetime) -> int:
    counted = select(func.count()).select_from(Letter).where(WAITING, Letter.retry_at <= now)
    return session.scalar(counted) or 0


def speed(session: Session, settings: Settings, now: datetime) -> float:
    """Letters a minute to be expected: as of late, but no more than the server allows, and as many
    as it allows where nothing has left yet."""
    found, most = rate(session, now), settings.smtp_rate.a_minute
    return min(found, most) if found and most else found or most


class Days(NamedTuple):
    """Of what a day takes: the quota that is left today, and from tomorrow on; 0: no limit."""

    today: int
    each: int


NO_QUOTA = Days(0, 0)


def days(session: Session, settings: Settings, now: datetime) -> Days:
    quota = settings.smtp_quota
    sent = sent_today(session, settings, now) if quota else 0
    return Days(max(0, quota - sent), quota)


def expected_end(
    letters: int,
    a_minute: float,
    *,
    hours: Hours,
    settings: Settings,
    now: datetime,
    quota: Days = NO_QUOTA,
) -> datetime:
    """When so many will have left at that rate, in office hours only."""
    begin, left = hours.next_opening(now), float(letters)
    today = now.astimezone(settings.zone).date()
    while True:
        day = begin.astimezone(settings.zone).date()
        closing = datetime.combine(day, settings.send_until, settings.zone)
        most = (closing - begin) / MINUTE * a_minute
        if quota.each:
            most = min(most, quota.today if day == today else quota.each)
        if left <= most:
            return begin + left / a_minute * MINUTE
        left -= most
        begin = hours.next_opening(closing, after_today=True)


class DomainLine(NamedTuple):
    """A recipient domain that waits for its own reasons."""

    domain: str
    waiting: int
    pace: Pace
    rest: Rest | None


def domain_lines(session: Session, paces: Paces, now: datetime) -> list[DomainLine]:
    """Those that rest, and those with letters waiting that may have only so many in a time."""
    rests = {rest.domain: rest for rest in session.scalars(select(Rest)) if rest.until > now}
    rows = select(Letter.domain, func.count()).where(WAITING).group_by(Letter.domain)
    waiting = dict(session.execute(rows).tuples().all())
    limited = {domain for domain in waiting if paces.of(domain).is_counted}
    return [
        DomainLine(domain, waiting.get(domain, 0), paces.of(domain), rests.get(domain))
        for domain in sorted(limited | rests.keys())
    ]


def latest(session: Session, *, failed: bool, limit: int) -> list[Letter]:
    """The newest first; with `failed`, those that were refused, given up or wait for a retry."""
    chosen = select(Letter).order_by(Letter.id.desc()).limit(limit)
    if failed:
        chosen = chosen.where(Letter.state.in_((LetterState.FAILED, LetterState.DEFERRED)))
    return list(session.scalars(chosen))
