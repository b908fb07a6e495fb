"""The weekly letter's figures, and what waits for a decision."""

from collections import defaultdict
from collections.abc import Collection
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, func, select
from sqlalchemy.orm import Session

from dondoc.queries import count_where
from dondoc.tables import (
    IN_REVIEW,
    OWING,
    Milestone,
    Obligation,
    ObligationState,
    Occurrence,
    Plan,
    Problem,
    Submission,
    Unit,
)
from notifications.content import Item, Summary, Waiting
from notifications.facts import ItemMaker, due_columns, due_from
from notifications.post import Hours

LONGEST = 10


def waiting(session: Session, obligations: Collection[int], hours: Hours) -> tuple[Waiting, ...]:
    if not obligations:
        return ()
    rows = session.execute(
        select(
            Milestone.code,
            Milestone.name,
            Occurrence.label,
            Unit.code,
            func.max(Submission.received_at),
        )
        .join(Occurrence, Occurrence.milestone_id == Milestone.id)
        .join(Obligation, Obligation.occurrence_id == Occurrence.id)
        .join(Submission, Submission.obligation_id == Obligation.id)
        .join(Unit, Unit.id == Obligation.unit_id)
        .where(Obligation.id.in_(obligations), Obligation.state.in_(IN_REVIEW))
        .group_by(Milestone.code, Milestone.name, Occurrence.label, Unit.code)
        .order_by(Milestone.code, Occurrence.label, Unit.code)
    )
    found: dict[tuple[str, str, str], list[tuple[str, date]]] = defaultdict(list)
    for code, name, label, unit, received in rows:
        found[code, name, label].append((unit, hours.today(received)))
    return tuple(
        Waiting(
            milestone=code,
            name=name,
            occurrence=label,
            count=len(units),
            oldest=min(day for _, day in units),
            units=tuple(unit for unit, _ in units),
        )
        for (code, name, label), units in found.items()
    )


def summary(session: Session, plan_id: int, *, hours: Hours, now: datetime) -> Summary | None:
    """Of what has become due so far; None when nothing has and nothing will within the week."""
    plan = session.get_one(Plan, plan_id)
    today = hours.today(now)
    due = Obligation.late_at <= now
    owed = and_(due, Obligation.state != ObligationState.EXEMPT)
    complete = and_(owed, Obligation.first_complete_at.is_not(None))
    row = session.execute(
        _of_plan(
            select(
                count_where(owed),
                count_where(complete),
                count_where(and_(complete, Obligation.first_complete_at < Obligation.late_at)),
                count_where(and_(owed, Obligation.first_complete_at.is_(None))),
                count_where(Obligation.state.in_(IN_REVIEW)),
                count_where(
                    and_(
                        complete,
                        Obligation.first_complete_at < Obligation.late_at,
                        Obligation.first_complete_at >= Occurrence.late_at,
                    )
                ),
            ),
            plan_id,
        )
    ).one()
    soon = _items(
        session,
        plan_id,
        and_(
            Obligation.last_on >= today,
            Obligation.last_on < today + timedelta(days=7),
            Obligation.state.in_(OWING),
        ),
        hours=hours,
        now=now,
    )
    latest = _items(session, plan_id, and_(due, Obligation.state.in_(OWING)), hours=hours, now=now)
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
        contact_problems=_problems(session, plan_id),
        extended=row[5],
    )


def _of_plan(statement: Select[Any], plan_id: int) -> Select[Any]:
    return (
        statement.select_from(Obligation)
        .join(Occurrence, Occurrence.id == Obligation.occurrence_id)
        .join(Milestone, Milestone.id == Occurrence.milestone_id)
        .where(Milestone.plan_id == plan_id, Occurrence.silent.is_(False))
    )


def _items(
    session: Session, plan_id: int, which: ColumnElement[bool], *, hours: Hours, now: datetime
) -> tuple[Item, ...]:
    """The ten oldest, one line each."""
    rows = session.execute(
        _of_plan(select(*due_columns()), plan_id)
        .where(which)
        .order_by(Obligation.late_at, Obligation.id)
        .limit(LONGEST)
    ).all()
    dues = [due_from(row) for row in rows]
    maker = ItemMaker(session, dues, hours=hours, now=now)
    return tuple(maker.item(due) for due in dues)


def _problems(session: Session, plan_id: int) -> int:
    owing = _of_plan(select(Obligation.unit_id), plan_id)
    return (
        session.scalar(
            select(func.count(func.distinct(Problem.unit_id))).where(
                Problem.closed_at.is_(None), Problem.unit_id.in_(owing)
            )
        )
        or 0
    )
