"""Windows close: who is late is counted, and who must decide is reminded."""

from datetime import date, datetime
from typing import NamedTuple

from sqlalchemy import func, insert, select
from sqlalchemy.orm import Session

from dondoc.queries import count_where
from dondoc.record import SELF, Entry, enter, subject_of
from dondoc.tables import (
    IN_REVIEW,
    OWING,
    Contact,
    Milestone,
    Notice,
    NoticeState,
    Obligation,
    ObligationState,
    Occurrence,
    Plan,
    Role,
    Stage,
    Submission,
)
from schedules.calendar import ONE_DAY, OfficeHours, start_of


class Closed(NamedTuple):
    plan: str
    milestone: str
    occurrence: str
    due: date
    expected: int
    received: int
    late: int


class Collected(NamedTuple):
    """`nudges`: notices planned for those who have to accept or return."""

    closed: tuple[Closed, ...]
    nudges: int


def collect(
    session: Session, *, hours: OfficeHours, now: datetime, plan: str | None = None
) -> Collected:
    """Freezes what each elapsed occurrence expected, so that no rate is ever rewritten."""
    return Collected(
        closed=tuple(_close(session, now, plan)), nudges=_nudge(session, hours, now, plan)
    )


def next_collection(
    session: Session, *, hours: OfficeHours, collected_at: datetime | None, now: datetime
) -> datetime | None:
    """When there is something to collect next: an occurrence closes, or, while submissions wait
    for review, the beginning of the day after the last collection."""
    closing: datetime | None
    closing, waiting = session.execute(_NEXT).one()
    if not waiting:
        return closing
    if collected_at is None:
        return min(closing or now, now)
    tomorrow = start_of(hours.today(collected_at) + ONE_DAY, hours.zone)
    return min(closing or tomorrow, tomorrow)


_NEXT = select(
    select(func.min(Occurrence.late_at))
    .where(Occurrence.closed_at.is_(None), Occurrence.dropped_in.is_(None))
    .scalar_subquery(),
    select(Obligation.id).where(Obligation.state.in_(IN_REVIEW)).exists(),
)


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
    expected, received, late = session.execute(
        select(
            count_where(Obligation.state != ObligationState.EXEMPT),
            count_where(Obligation.first_complete_at.is_not(None)),
            count_where(Obligation.state.in_(OWING)),
        ).where(Obligation.occurrence_id == occurrence.id)
    ).one()
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


class Unreviewed(NamedTuple):
    obligation_id: int
    due_version: int
    plan_id: int
    collector_id: int
    version: int
    received_at: datetime


def _nudge(session: Session, hours: OfficeHours, now: datetime, plan: str | None) -> int:
    """Every `review_within` working days a submission has waited, the collector is told."""
    waiting = _unreviewed(session, plan)
    if not waiting:
        return 0
    seats = _officers(session, {one.collector_id for one in waiting})
    within = _review_within(session, {one.plan_id for one in waiting})
    at = hours.next_opening(now)
    rows = []
    for one in waiting:
        waited = hours.calendar.working_days_between(hours.today(one.received_at), hours.today(now))
        times = waited // within[one.plan_id]
        if times:
            step = f"review-v{one.version}-{times}"
            rows += [_row(one, seat, step, at) for seat in seats.get(one.collector_id, ())]
    known = _known(session, rows)
    fresh = [row for row in rows if (row["obligation_id"], row["step"]) not in known]
    if fresh:
        session.execute(insert(Notice.__table__), fresh)  # type: ignore[arg-type]
    return len(fresh)


def _unreviewed(session: Session, plan: str | None) -> list[Unreviewed]:
    statement = (
        select(
            Obligation.id,
            Obligation.due_version,
            Milestone.plan_id,
            Milestone.collector_id,
            func.max(Submission.version),
            func.max(Submission.received_at),
        )
        .join(Occurrence, Occurrence.id == Obligation.occurrence_id)
        .join(Milestone, Milestone.id == Occurrence.milestone_id)
        .join(Submission, Submission.obligation_id == Obligation.id)
        .where(Obligation.state.in_(IN_REVIEW))
        .group_by(Obligation.id, Obligation.due_version, Milestone.plan_id, Milestone.collector_id)
        .order_by(Obligation.id)
    )
    if plan is not None:
        statement = statement.join(Plan, Plan.id == Milestone.plan_id).where(Plan.code == plan)
    return [Unreviewed(*row) for row in session.execute(statement)]


def _officers(session: Session, units: set[int]) -> dict[int, list[int]]:
    found: dict[int, list[int]] = {}
    for unit_id, contact_id in session.execute(
        select(Contact.unit_id, Contact.id)
        .where(Contact.unit_id.in_(units), Contact.role == Role.OFFICER)
        .order_by(Contact.position)
    ):
        found.setdefault(unit_id, []).append(contact_id)
    return found


def _review_within(session: Session, plans: set[int]) -> dict[int, int]:
    return dict(
        session.execute(select(Plan.id, Plan.review_within).where(Plan.id.in_(plans)))
        .tuples()
        .all()
    )


def _known(session: Session, rows: list[dict[str, object]]) -> set[tuple[object, object]]:
    found = session.execute(
        select(Notice.obligation_id, Notice.step).where(
            Notice.obligation_id.in_([row["obligation_id"] for row in rows]),
            Notice.stage == Stage.REVIEW,
        )
    )
    return set(found.tuples().all())


def _row(one: Unreviewed, seat: int, step: str, at: datetime) -> dict[str, object]:
    return {
        "plan_id": one.plan_id,
        "obligation_id": one.obligation_id,
        "contact_id": seat,
        "stage": Stage.REVIEW,
        "step": step,
        "level": None,
        "due_version": one.due_version,
        "planned_at": at,
        "state": NoticeState.PLANNED,
        "note": None,
    }
