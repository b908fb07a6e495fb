"""A sweep that would send far more letters than a usual day is stopped until somebody confirms.

What is usual is asked of the rows, the cheapest question first: what was planned for this very
day (a launch, a due day: expected, however many), the busiest day of the last two months, the
busiest day that is planned for the next month. A clock that jumped, a slip of the keyboard that
makes everything overdue at once, a reminder to everybody out of season are none of these.
Receipts never pass here.
"""

from collections import Counter
from datetime import date, datetime, time, timedelta
from functools import cached_property

from sqlalchemy import Date, and_, bindparam, func, not_, select
from sqlalchemy.orm import Session

from dondoc.stops import lift, standing_stop
from dondoc.tables import (
    PLANNED,
    Contact,
    Incident,
    Instant,
    Letter,
    LetterState,
    Notice,
    Stage,
    Stop,
    one_of,
)
from dondoc.words import Words
from notifications.mailbag import MANUAL
from notifications.post import Post

DECIDED = (Stage.CHANGED, Stage.EXTENSION, Stage.TAKEN_OVER, Stage.RETURNED)
"""What tells a decision is planned for the day it was taken."""
BACK = timedelta(days=60)
AHEAD = timedelta(days=30)

STOPPED = Words(
    "Đã chặn một lượt gửi đến {letters} thư, trong khi ngày nhiều nhất chỉ khoảng {usual} thư. "
    "Nếu đúng ý, hãy chạy: dondoc outbox confirm",
    "A sweep of up to {letters} letters was stopped; the busiest usual day has about {usual}. "
    "If it is meant, run: dondoc outbox confirm",
)


def stops(session: Session, post: Post, now: datetime) -> int:
    """How many letters are kept from leaving; 0 lets the sweep go on. Once there is no reason
    any more, a stop is lifted by itself."""
    letters = session.scalars(_LETTERS, {"now": now}).one()
    usual = _Usual(session, post, now).exceeded_by(letters)
    if usual is None:
        lift(session, now)
        return 0
    stop = standing_stop(session)
    if stop is None:
        stop = Stop(at=now, letters=letters, usual=usual, seen_at=now)
        text = STOPPED.text(post.settings.language, letters=letters, usual=usual)
        session.add_all([stop, Incident(at=now, kind="guard", text=text)])
    stop.letters, stop.usual, stop.seen_at = letters, usual, now
    return letters


class _Usual:
    """What a day may bring without anybody being asked."""

    def __init__(self, session: Session, post: Post, now: datetime) -> None:
        self._session = session
        self._post = post
        self._now = now
        self._today = post.hours.today(now)

    def exceeded_by(self, letters: int) -> int | None:
        """None where `letters` are nothing unusual, else the busiest day they were measured by."""
        settings = self._post.settings
        if not settings.guard_times or letters <= settings.guard_least:
            return None
        gone = self._sent_today
        busiest = 0
        for measure in (
            self._foreseen,
            self._confirmed,
            self._busiest_sent,
            self._busiest_planned,
        ):
            busiest = max(busiest, measure())
            if gone + letters <= settings.guard_times * busiest:
                return None
        return busiest

    def _foreseen(self) -> int:
        """Planned for this day by a plan, not by somebody today; what has left has passed."""
        midnight = datetime.combine(self._today, time(), self._post.settings.zone)
        asked = {"now": self._now, "midnight": midnight}
        return self._sent_today + self._session.scalars(_FORESEEN, asked).one()

    @cached_property
    def _sent_today(self) -> int:
        return self._session.scalars(_SENT_ON, {"day": self._today}).one()

    def _busiest_sent(self) -> int:
        counts = (
            select(func.count())
            .where(Letter.day >= self._today - BACK, Letter.day <= self._today, _REMINDS)
            .group_by(Letter.day)
        )
        return max(self._session.scalars(counts), default=0)

    def _busiest_planned(self) -> int:
        rows = self._session.execute(
            select(Notice.planned_at, func.count(Notice.contact_id.distinct()))
            .where(PLANNED, Notice.planned_at > self._now, Notice.planned_at < self._now + AHEAD)
            .group_by(Notice.planned_at)
        )
        days: Counter[date] = Counter()
        for at, count in rows:
            days[self._post.hours.today(at)] += count
        return max(days.values(), default=0)

    def _confirmed(self) -> int:
        """What somebody confirmed today, or after the last working day's closing time."""
        latest = self._session.scalar(
            select(Stop).where(Stop.confirmed_at.is_not(None)).order_by(Stop.id.desc()).limit(1)
        )
        if latest is None or latest.confirmed_at is None:
            return 0
        hours, at = self._post.hours, latest.confirmed_at
        leaves = (hours.today(at), hours.today(hours.next_opening(at)))
        return latest.letters if self._today in leaves else 0


_REMINDS = and_(Letter.urgent.is_(False), Letter.state != LetterState.DROPPED)
_N, _SEATS = Notice.__table__.c, Contact.__table__.c
_LETTERS = (
    select(func.count(_SEATS.email.distinct()))
    .join(Notice.__table__, _N.contact_id == _SEATS.id)
    .where(PLANNED, _N.planned_at <= bindparam("now", type_=Instant))
)
_FORESEEN = _LETTERS.where(
    _N.planned_at >= bindparam("midnight", type_=Instant),
    not_(_N.step.startswith(MANUAL)),
    not_(one_of(_N.stage, DECIDED)),
)
_SENT_ON = select(func.count()).where(Letter.day == bindparam("day", type_=Date), _REMINDS)
