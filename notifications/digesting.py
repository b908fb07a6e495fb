"""The weekly letter's figures, and what waits for a decision."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from datetime import date, datetime, timedelta
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Date, Integer, Select, and_, bindparam, func, or_, select
from sqlalchemy.orm import Session, aliased

from dondoc.queries import count_where
from dondoc.tables import (
    IN_REVIEW,
    OWING,
    Instant,
    Milestone,
    Obligation,
    ObligationState,
    Occurrence,
    Plan,
    Problem,
    Submission,
    Unit,
    one_of,
)
from dondoc.verdicts import incomplete
from notifications.content import Item, Summary, Waiting
from notifications.facts import ItemMaker, due_columns, due_from
from notifications.post import Hours

LONGEST = 10


def waiting(
    session: Session,
    obligations: Collection[int],
    *,
    hours: Hours,
    now: datetime,
    upward: bool = False,
) -> tuple[Waiting, ...]:
    """`upward`: told to a superior, who is to know whose it is."""
    if not obligations:
        return ()
    today = hours.today(now)
    found: dict[_Kind, list[_Waits]] = defaultdict(list)
    for *kind, unit, received, within in session.execute(_in_review(obligations)):
        by = hours.today(hours.later(received, within))
        found[_Kind(*kind)].append(_Waits(unit, hours.today(received), by))
    return tuple(
        _waiting(kind if upward else kind._replace(collector=""), sorted(units), today)
        for kind, units in found.items()
    )


def _in_review(obligations: Collection[int]) -> Select[Any]:
    collector = aliased(Unit)
    kind = Milestone.code, Milestone.name, Occurrence.label, collector.name
    return (
        select(*kind, Unit.code, func.max(Submission.received_at), Plan.review_within)
        .join(Occurrence, Occurrence.milestone_id == Milestone.id)
        .join(Obligation, Obligation.occurrence_id == Occurrence.id)
        .join(Submission, Submission.obligation_id == Obligation.id)
        .join(Unit, Unit.id == Obligation.unit_id)
        .join(collector, collector.id == Milestone.collector_id)
        .join(Plan, Plan.id == Milestone.plan_id)
        .where(
            Obligation.id.in_(obligations),
            Obligation.state.in_(IN_REVIEW),
            Submission.withdrawn_at.is_(None),
        )
        .group_by(*kind, Unit.code, Plan.review_within)
        .order_by(Milestone.code, Occurrence.label, Unit.code)
    )


class _Kind(NamedTuple):
    milestone: str
    name: str
    occurrence: str
    collector: str


class _Waits(NamedTuple):
    unit: str
    received_on: date
    by: date


def _waiting(kind: _Kind, units: Sequence[_Waits], today: date) -> Waiting:
    by = min(one.by for one in units)
    return Waiting(
        **kind._asdict(),
        count=len(units),
        oldest=min(one.received_on for one in units),
        units=tuple(one.unit for one in units),
        by=by,
        days_left=(by - today).days,
    )


def summary(session: Session, plan_id: int, *, hours: Hours, now: datetime) -> Summary | None:
    """Of what has become due so far; None when nothing has and nothing will within the week."""
    plan = session.get_one(Plan, plan_id)
    today = hours.today(now)
    asked = {"plan": plan_id, "now": now, "today": today, "next_week": today + timedelta(days=7)}
    row = session.execute(_COUNTS, asked).one()
    soon = _items(session, _SOON, asked, hours=hours)
    latest = _items(session, _LATEST, asked, hours=hours)
    if not row[0] and not soon:
        return None
    return Summary(
        plan=plan.title,
        plan_number=plan.number,
        plan_code=plan.code,
        expected=row[0],
        complete=row[1],
        on_time=row[2],
        overdue=row[3],
        waiting=row[4],
        due_this_week=soon,
        latest=latest,
        contact_problems=session.scalar(_PROBLEMS, asked) or 0,
        extended=row[5],
    )


def _items(
    session: Session, chosen: Select[Any], asked: dict[str, Any], *, hours: Hours
) -> tuple[Item, ...]:
    """One line each."""
    dues = [due_from(row) for row in session.execute(chosen, asked).all()]
    maker = ItemMaker(session, dues, hours=hours, now=asked["now"])
    return tuple(maker.item(due) for due in dues)


def _of_plan(*columns: Any) -> Select[Any]:
    return (
        select(*columns)
        .select_from(Obligation)
        .join(Occurrence, Occurrence.id == Obligation.occurrence_id)
        .join(Milestone, Milestone.id == Occurrence.milestone_id)
        .where(Milestone.plan_id == bindparam("plan", type_=Integer), Occurrence.silent.is_(False))
    )


def _oldest(*which: ColumnElement[bool]) -> Select[Any]:
    chosen = _of_plan(*due_columns()).where(*which)
    return chosen.order_by(Obligation.late_at, Obligation.id).limit(LONGEST)


_DUE = Obligation.late_at <= bindparam("now", type_=Instant)
_OWED = and_(_DUE, Obligation.counted, Obligation.state != ObligationState.EXEMPT)
_COMPLETE = and_(_OWED, Obligation.first_complete_at.is_not(None))
_ON_TIME = and_(_COMPLETE, Obligation.first_complete_at < Obligation.late_at)
_FOR_REVIEW = one_of(Obligation.state, IN_REVIEW)
_COUNTS = _of_plan(
    count_where(_OWED),
    count_where(_COMPLETE),
    count_where(_ON_TIME),
    count_where(and_(_OWED, Obligation.first_complete_at.is_(None), ~incomplete())),
    count_where(_FOR_REVIEW),
    count_where(and_(_ON_TIME, Obligation.first_complete_at >= Occurrence.late_at)),
).where(or_(_DUE, _FOR_REVIEW))
_SOON = _oldest(
    Obligation.last_on >= bindparam("today", type_=Date),
    Obligation.last_on < bindparam("next_week", type_=Date),
    one_of(Obligation.state, OWING),
)
_LATEST = _oldest(_DUE, one_of(Obligation.state, OWING), ~incomplete())
_PROBLEMS = select(func.count(func.distinct(Problem.unit_id))).where(
    Problem.closed_at.is_(None),
    _of_plan(Obligation.id).where(Obligation.unit_id == Problem.unit_id).exists(),
)
