"""What may be tried only so often, by account and by network address."""

from datetime import datetime, timedelta

from sqlalchemy import delete, func, select, text
from sqlalchemy.orm import Session

from dondoc.bulk import dialect_of
from dondoc.errors import DondocError
from dondoc.tables import Attempt

WITHIN = timedelta(minutes=15)
KEPT = timedelta(days=1)
PER_WHOM = 5
PER_ORIGIN = 30
"""an office's computers share one network address"""
ONE_AT_A_TIME = text("SELECT pg_advisory_xact_lock(7366)")
"""SQLite has one writer anyway"""


class TooMany(DondocError):
    """Too many attempts; please wait {minutes} minutes."""

    vi = "Thử quá nhiều lần; xin chờ {minutes} phút."


def too_many(session: Session, kind: str, *, whom: str, origin: str, now: datetime) -> bool:
    """Within the last quarter of an hour."""
    since = now - WITHIN
    tried = select(func.count()).select_from(Attempt).where(Attempt.kind == kind)
    recent = tried.where(Attempt.at > since)
    on_whom = session.scalar(recent.where(Attempt.whom == whom)) or 0
    from_there = session.scalar(recent.where(Attempt.origin == origin)) or 0
    return on_whom >= PER_WHOM or from_there >= PER_ORIGIN


def refuse_too_many(session: Session, kind: str, *, whom: str, origin: str, now: datetime) -> None:
    """Raises TooMany."""
    if too_many(session, kind, whom=whom, origin=origin, now=now):
        raise TooMany(minutes=int(WITHIN.total_seconds()) // 60)


def take(session: Session, kind: str, *, whom: str, origin: str, now: datetime) -> None:
    """Counts before anybody knows what comes of it, in a transaction that is over by then: of many
    tries in one moment no more go through than one after the other. Raises TooMany."""
    if dialect_of(session) == "postgresql":
        session.execute(ONE_AT_A_TIME)
    refuse_too_many(session, kind, whom=whom, origin=origin, now=now)
    note(session, kind, whom=whom, origin=origin, now=now)


def note(session: Session, kind: str, *, whom: str, origin: str, now: datetime) -> None:
    session.execute(delete(Attempt).where(Attempt.at < now - KEPT))
    session.add(Attempt(kind=kind, whom=whom, origin=origin, at=now))


def forget(session: Session, kind: str, whom: str) -> None:
    """After a success."""
    session.execute(delete(Attempt).where(Attempt.kind == kind, Attempt.whom == whom))
