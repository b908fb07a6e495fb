"""One beat: what is due becomes letters, and letters leave. Run by the clock, by Prefect and by
hand; whoever comes first does the work, the others find nothing."""

from collections.abc import Callable, Iterable, Iterator
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from dondoc.tables import PLANNED, WAITING, Hold, Letter, Notice, Stop
from notifications import ledger, litter
from notifications.outbox import Drained
from notifications.post import Post
from notifications.sending import send_here
from notifications.sweep import Swept, batches, count_due, prepare

MUCH = 20_000
"""letters for which it pays to start more processes"""


class Beat(NamedTuple):
    swept: Swept
    drained: Drained

    @property
    def idle(self) -> bool:
        return not (self.swept.decided or any(self.drained))


def beat(post: Post, now: datetime, *, stopped: Callable[[], bool] = bool) -> Beat:
    """Outside office hours only receipts leave. Where much is due, letters leave while others are
    still made. `stopped` is asked often, by any thread: then what is on its way comes to its end
    within seconds, and the rest waits."""
    with litter.looked_for_seldom():
        open_now = post.hours.are_open(now)
        swept = prepare(post, now) if open_now else Swept()
        if not open_now or swept.stopped:
            return Beat(swept, send_waiting(post, now, stopped=stopped))
        made: list[Swept] = []
        filling = _noted(batches(post, now), made)
        drained = _send(post, now, stopped, filling, coming=True)
        return Beat(sum(made, swept), drained)


def send_waiting(post: Post, now: datetime, *, stopped: Callable[[], bool] = bool) -> Drained:
    """Only what is a letter already, until nothing is left; by several processes where it is
    much."""
    return _send(post, now, stopped, iter(()), coming=False)


def _send(
    post: Post,
    now: datetime,
    stopped: Callable[[], bool],
    filling: Iterator[object],
    *,
    coming: bool,
) -> Drained:
    """What waits, and what `filling` puts beside it where more is `coming`."""
    done = Drained()
    if post.crew is not None and _much(post, now, coming=coming):
        done = post.crew(post, now, stopped, filling)
    for _ in filling:
        if stopped():
            break
    return done + send_here(post, now, stopped=stopped)


def _noted(steps: Iterable[Swept], made: list[Swept]) -> Iterator[Swept]:
    for step in steps:
        made.append(step)
        yield step


def _much(post: Post, now: datetime, *, coming: bool) -> bool:
    """Letters that wait, and `coming` the seats that have something due."""
    with post.database.reading() as session:
        only_urgent = not post.hours.are_open(now)
        waiting = ledger.count_due(session, now=now, most=MUCH, only_urgent=only_urgent)
        return waiting + (count_due(session, now=now, most=MUCH) if coming else 0) >= MUCH


def next_moment(session: Session) -> datetime | None:
    """When something planned or waiting comes due next; it may lie in the past."""
    both = next_planned(session), next_waiting(session)
    return min((at for at in both if at is not None), default=None)


def next_planned(session: Session) -> datetime | None:
    """A notice, or the end of a hold. What a stopped sweep has seen waits for somebody's word."""
    planned, hold_ends, seen = session.execute(_NEXT).one()
    if seen is not None:
        planned = session.scalar(_NEXT_PLANNED.where(_NOTICES.planned_at > seen))
    return min((at for at in (planned, hold_ends) if at is not None), default=None)


def next_waiting(session: Session) -> datetime | None:
    at: datetime | None = session.scalar(_NEXT_WAITING)
    return at


_NOTICES, _LETTERS = Notice.__table__.c, Letter.__table__.c
_HOLDS, _STOPS = Hold.__table__.c, Stop.__table__.c
_NEXT_PLANNED = select(func.min(_NOTICES.planned_at)).where(PLANNED)
_NEXT_WAITING = select(func.min(_LETTERS.retry_at)).where(WAITING)
_NEXT = select(
    _NEXT_PLANNED.scalar_subquery(),
    select(func.min(_HOLDS.until)).where(_HOLDS.ended_at.is_(None)).scalar_subquery(),
    select(func.max(_STOPS.seen_at))
    .where(_STOPS.confirmed_at.is_(None), _STOPS.lifted_at.is_(None))
    .scalar_subquery(),
)
