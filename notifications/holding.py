"""Holds, asked at the last moments: before notices are claimed, and before letters are written."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import and_
from sqlalchemy.orm import Session

from dondoc.database import to_write
from dondoc.holds import end_elapsed, hold_back, some
from dondoc.tables import PLANNED, Notice, NoticeState
from notifications.post import Hours


def keep_due(session: Session, *, hours: Hours, now: datetime) -> int:
    """Returns how many notices that are due wait for the end of a hold."""
    if not some(session):
        return 0
    end_elapsed(session, now=now, days=hours)
    return hold_back(session, and_(PLANNED, Notice.planned_at <= now), now=now)


def keep_written(session: Session, letters: Sequence[int], *, now: datetime) -> int:
    """Of what is in letters already: a hold also stops what waited in the outbox. Raises ReadsOnly
    where there is one."""
    if not some(session):
        return 0
    to_write(session)
    queued = and_(Notice.letter_id.in_(letters), Notice.state == NoticeState.QUEUED)
    return hold_back(session, queued, now=now)
