"""How many letters may leave now: what the mail server allows, counted from the rows, so that
every process and every restart knows the same."""

from datetime import datetime, time, timedelta

from sqlalchemy import func, select, text
from sqlalchemy.orm import Session

from dondoc.settings import Settings
from dondoc.tables import WAITING, Letter, LetterState
from notifications.fate import PATIENCE

MINUTE = timedelta(minutes=1)
ONE_AT_A_TIME = text("SELECT pg_advisory_xact_lock(7365)")
"""SQLite has one writer anyway"""


def paced(settings: Settings) -> bool:
    return bool(settings.smtp_rate or settings.smtp_quota)


def allowed(session: Session, settings: Settings, *, now: datetime, most: int) -> int:
    """At most `most`. What is on its way counts as sent."""
    if not paced(settings):
        return most
    if session.get_bind().dialect.name != "sqlite":
        session.execute(ONE_AT_A_TIME)
    sending = select(func.count()).where(WAITING, Letter.state == LetterState.SENDING)
    under_way = session.scalar(sending) or 0
    midnight = datetime.combine(now.astimezone(settings.zone), time(), settings.zone)
    limits = ((settings.smtp_rate, now - MINUTE), (settings.smtp_quota, midnight))
    left = (
        limit - under_way - sent_since(session, since, now=now) for limit, since in limits if limit
    )
    return max(0, min(most, *left))


def sent_since(session: Session, since: datetime, *, now: datetime) -> int:
    """After that moment. A letter's own day may lie some days back, but not more than it is
    tried."""
    oldest = (min(since, now) - 2 * PATIENCE).date()
    counted = select(func.count()).where(Letter.day >= oldest, Letter.sent_at > since)
    return session.scalar(counted) or 0
