"""One beat: what is due becomes letters, and letters leave. Run by the clock, by Prefect and by
hand; whoever comes first does the work, the others find nothing."""

from datetime import datetime
from typing import NamedTuple

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from dondoc.tables import PLANNED, WAITING, Hold, Letter, Notice, Stop
from notifications import crew, ledger, litter
from notifications.outbox import Drained
from notifications.post import Post
from notifications.sending import send_here
from notifications.sweep import Swept, sweep

MUCH = 20_000
"""letters for which it pays to start more processes"""


class Beat(NamedTuple):
    swept: Swept
    drained: Drained

    @property
    def idle(self) -> bool:
        return not (self.swept.decided or any(self.drained))


def beat(post: Post, now: datetime) -> Beat:
    """Outside office hours only receipts leave."""
    with litter.looked_for_seldom():
        swept = sweep(post, now) if post.hours.are_open(now) else Swept()
        return Beat(swept, send_waiting(post, now))


def send_waiting(post: Post, now: datetime) -> Drained:
    """Only what is a letter already, until nothing is left; by several processes where it is
    much."""
    crowded = post.senders > 1 and _count(post, now) >= MUCH
    done = crew.send(post, now, members=post.senders - 1) if crowded else Drained()
    return done + send_here(post, now)


def _count(post: Post, now: datetime) -> int:
    with post.database.reading() as session:
        only_urgent = not post.hours.are_open(now)
        return ledger.count_due(session, now=now, most=MUCH, only_urgent=only_urgent)


def next_moment(session: Session) -> datetime | None:
    """When something planned or waiting comes due next; it may lie in the past."""
    both = next_planned(session), next_waiting(session)
    return min((at for at in both if at is not None), default=None)


def next_planned(session: Session) -> datetime | None:
    """A notice, or the end of a hold. What a stopped sweep has seen waits for somebody's word."""
    planned, hold_ends, seen = session.execute(_NEXT).one()
    if seen is not None:
        planned = session.scalar(_NEXT_PLANNED.where(Notice.planned_at > seen))
    return min((at for at in (planned, hold_ends) if at is not None), default=None)


def next_waiting(session: Session) -> datetime | None:
    return session.scalar(_NEXT_WAITING)


_NEXT_PLANNED = select(func.min(Notice.planned_at)).where(PLANNED)
_NEXT_WAITING = select(func.min(Letter.retry_at)).where(WAITING)
_NEXT = select(
    _NEXT_PLANNED.scalar_subquery(),
    select(func.min(Hold.until)).where(Hold.ended_at.is_(None)).scalar_subquery(),
    select(func.max(Stop.seen_at))
    .where(Stop.confirmed_at.is_(None), Stop.lifted_at.is_(None))
    .scalar_subquery(),
)
