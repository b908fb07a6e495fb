"""Windows close: who is late is counted, and who must decide is reminded."""

from datetime import date, datetime
from typing import NamedTuple

from sqlalchemy import Integer, and_, bindparam, func, or_, select
from sqlalchemy.orm import Session

from dondoc.queries import count_where
from dondoc.record import SELF, Entry, enter, subject_of
from dondoc.tables import (
    OWING,
    REVIEWED,
    Milestone,
    Obligation,
    ObligationState,
    Occurrence,
    Plan,
    Submission,
    UnitChange,
    one_of,
)
from dondoc.verdicts import delivered, incomplete
from schedules.calendar import ONE_DAY, OfficeHours, start_of
from schedules.reorganising.reorganise import apply_due
from schedules.reviewing import plan_reviews


class Closed(NamedTuple):
    plan: str
    milestone: str
    occurrence: str
    due: date
    expected: int
    received: int
    late: int


class Collected(NamedTuple):
    """`nudges`: notices planned for those who have to accept or return; `changed`: the numbers of
    the unit changes that were carried out."""

    closed: tuple[Closed, ...]
    nudges: int
    changed: tuple[int, ...] = ()


def collect(
    session: Session, *, hours: OfficeHours, now: datetime, plan: str | None = None
) -> Collected:
    """First the changes of units whose day has come; then it freezes what each elapsed occurrence
    expected, so that no rate is ever rewritten."""
    changed = tuple(apply_due(session, hours=hours, now=now)) if plan is None else ()
    closed = tuple(_close(session, now, plan))
    nudges = plan_reviews(session, hours=hours, now=now, plan=plan)
    return Collected(closed=closed, nudges=nudges, changed=changed)


def next_collection(
    session: Session, *, hours: OfficeHours, collected_at: datetime | None, now: datetime
) -> datetime | None:
    """When there is something to collect next: an occurrence closes, a unit change has its day, or,
    while submissions wait for review, the beginning of the day after the last collection."""
    closing: datetime | None
    closing, waiting, change_on = session.execute(_NEXT).one()
    if change_on is not None:
        change_at = start_of(change_on, hours.zone)
        closing = change_at if closing is None else min(closing, change_at)
    if not waiting:
        return closing
    if collected_at is None:
        return min(closing or now, now)
    tomorrow = start_of(hours.today(collected_at) + ONE_DAY, hours.zone)
    return min(closing or tomorrow, tomorrow)


_OCCURRENCES, _OBLIGATIONS = Occurrence.__table__.c, Obligation.__table__.c
_CHANGES, _SUBMISSIONS = UnitChange.__table__.c, Submission.__table__.c
_NEXT = select(
    select(func.min(_OCCURRENCES.late_at))
    .where(_OCCURRENCES.closed_at.is_(None), _OCCURRENCES.dropped_in.is_(None))
    .scalar_subquery(),
    select(_SUBMISSIONS.id)
    .join(Obligation.__table__, _OBLIGATIONS.id == _SUBMISSIONS.obligation_id)
    .where(REVIEWED)
    .exists(),
    select(func.min(_CHANGES.on))
    .where(_CHANGES.applied_at.is_(None), _CHANGES.withdrawn_at.is_(None))
    .scalar_subquery(),
)


_COUNTED = select(
    count_where(Obligation.state != ObligationState.EXEMPT),
    count_where(or_(delivered(), incomplete())),
    count_where(and_(one_of(Obligation.state, OWING), ~incomplete())),
).where(Obligation.occurrence_id == bindparam("occurrence", type_=Integer), Obligation.counted)


def _close(session: Session, now: datetime, plan: str | None) -> list[Closed]:
    statement = (
        select(Occurrence, Milestone, Plan.code)
        .join(Milestone, Milestone.id == Occurrence.milestone_id)
        .join(Plan, Plan.id == Milestone.plan_id)
        .where(
            Occurrence.late_at <= now,
            Occurrence.closed_at.is_(None),
            Occurrence.dropped_in.is_(None),
        )
        .order_by(Occurrence.late_at, Occurrence.id)
        .with_for_update(of=Occurrence, skip_locked=True)
    )
    if plan is not None:
        statement = statement.where(Plan.code == plan)
    return [
        _close_one(session, occurrence, milestone.code, code, now)
        for occurrence, milestone, code in session.execute(statement)
    ]


def _close_one(
    session: Session, occurrence: Occurrence, milestone: str, plan: str, now: datetime
) -> Closed:
    expected, received, late = session.execute(_COUNTED, {"occurrence": occurrence.id}).one()
    occurrence.closed_at = now
    occurrence.expected = expected
    closed = Closed(
        plan=plan,
        milestone=milestone,
        occurrence=occurrence.label or occurrence.key,
        due=occurrence.due_on,
        expected=expected,
        received=received,
        late=late,
    )
    facts = {"occurrence": occurrence.key, "expected": expected, "received": received, "late": late}
    entry = Entry(actor=SELF, action="close", subject=subject_of(plan, milestone), facts=facts)
    enter(session, entry, now=now)
    return closed
