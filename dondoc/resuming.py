"""What was held goes on: its notices are planned again, and the ladder climbs on from where it
stopped instead of telling every level in one morning."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Protocol

from sqlalchemy import ColumnElement, and_, func, or_, select, update
from sqlalchemy.orm import Session

from dondoc.tables import UNSENT, Notice, NoticeState, Stage

BATCH = 5_000


class WorkingDays(Protocol):
    """`schedules.calendar.OfficeHours` keeps this promise."""

    def working_days(self, start: datetime, end: datetime) -> int: ...

    def later(self, at: datetime, working_days: int) -> datetime: ...

    def next_opening(self, now: datetime) -> datetime: ...


def upward() -> ColumnElement[bool]:
    """What tells a superior: of a unit that is late, of a collector that has not decided."""
    of_review = and_(Notice.stage == Stage.REVIEW, Notice.level.is_not(None))
    return or_(Notice.stage == Stage.ESCALATE, of_review)


def resume(session: Session, hold_id: int, *, now: datetime, days: WorkingDays) -> int:
    """Returns how many notices are planned again."""
    opens_at = days.next_opening(now)
    for first, obligations in _stopped(session, hold_id).items():
        lost = days.working_days(first, opens_at)
        if lost > 0:
            for batch in _batches(obligations):
                _climb_on(session, batch, first=first, lost=lost, days=days)
    done = session.execute(
        update(Notice)
        .where(Notice.hold_id == hold_id, Notice.state == NoticeState.HELD)
        .values(state=NoticeState.PLANNED)
        .execution_options(synchronize_session=False)
    )
    return int(done.rowcount)  # type: ignore[attr-defined]


def _stopped(session: Session, hold_id: int) -> dict[datetime, list[int]]:
    """Obligations by the time of the first escalation that was held."""
    rows = session.execute(
        select(Notice.obligation_id, func.min(Notice.planned_at))
        .where(
            Notice.hold_id == hold_id,
            Notice.state == NoticeState.HELD,
            upward(),
        )
        .group_by(Notice.obligation_id)
        .order_by(Notice.obligation_id)
    )
    found: dict[datetime, list[int]] = defaultdict(list)
    for obligation, first in rows:
        if obligation is not None:
            found[first].append(obligation)
    return found


def _climb_on(
    session: Session, obligations: Sequence[int], *, first: datetime, lost: int, days: WorkingDays
) -> None:
    """All levels not told yet, by the working days that were lost; the last first, so that no
    notice is moved twice."""
    climbing = (
        Notice.obligation_id.in_(obligations),
        upward(),
        Notice.state.in_(UNSENT),
        Notice.planned_at >= first,
    )
    times = session.scalars(
        select(Notice.planned_at).where(*climbing).distinct().order_by(Notice.planned_at.desc())
    )
    for at in times.all():
        session.execute(
            update(Notice)
            .where(*climbing, Notice.planned_at == at)
            .values(planned_at=days.later(at, lost))
            .execution_options(synchronize_session=False)
        )


def _batches(obligations: Sequence[int]) -> Iterator[Sequence[int]]:
    for start in range(0, len(obligations), BATCH):
        yield obligations[start : start + BATCH]
