"""One beat: what is due becomes letters, and letters leave. Run by the clock, by Prefect and by
hand; whoever comes first does the work, the others find nothing."""

from datetime import datetime
from typing import NamedTuple

from sqlalchemy import func, select, text
from sqlalchemy.orm import Session

from dondoc.tables import Letter, Notice
from notifications.composing import composer
from notifications.outbox import Drained, drain
from notifications.post import Post
from notifications.sweep import Swept, sweep


class Beat(NamedTuple):
    swept: Swept
    drained: Drained

    @property
    def idle(self) -> bool:
        return not (self.swept.decided or any(self.drained))


def beat(post: Post, now: datetime) -> Beat:
    """Outside office hours only receipts leave."""
    is_open = post.hours.are_open(now)
    swept = sweep(post, now) if is_open else Swept()
    drained = drain(
        post.database,
        post.transport,
        now=now,
        compose=composer(post.hours),
        settings=post.settings,
        only_urgent=not is_open,
    )
    return Beat(swept, drained)


def next_moment(session: Session) -> datetime | None:
    """When something planned or waiting comes due next; it may lie in the past."""
    planned = session.scalar(
        select(func.min(Notice.planned_at)).where(text("notices.state = 'planned'"))
    )
    waiting = session.scalar(
        select(func.min(Letter.retry_at)).where(
            text("letters.state IN ('queued', 'deferred', 'sending')")
        )
    )
    return min((at for at in (planned, waiting) if at is not None), default=None)
