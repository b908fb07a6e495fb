"""What waits for an official: due today, overdue, handed in, unreachable, not sent."""

from datetime import date, datetime, timedelta
from typing import Any, Generic, NamedTuple, TypeVar

from sqlalchemy import ColumnElement, Select, TextClause, and_, func, select
from sqlalchemy.orm import Session

from dondoc.access.scope import own
from dondoc.extensions import extensions
from dondoc.problems import is_open, problems, said
from dondoc.queries import count_where
from dondoc.replies import count_open, open_for_office
from dondoc.tables import (
    ASKED,
    FAILED,
    REVIEWED,
    Account,
    Extension,
    Letter,
    Milestone,
    Notice,
    Obligation,
    Occurrence,
    Plan,
    Problem,
    Reply,
    Unit,
)
from dondoc.verdicts import Verdict, overdue, verdict
from dondoc.words import Words

Line = TypeVar("Line")

SHOWN = 50
"""lines of a list; the rest is counted"""
AGES = (7, 30)
"""days since lateness began that part the overdue into new, old and oldest"""


class Owed(NamedTuple):
    """One obligation; `due_on` as printed (`inclusive` false: *trước ngày*); `late_at` is when
    lateness began or begins."""

    id: int
    unit_code: str
    unit: str
    plan: str
    plan_number: str
    milestone_code: str
    milestone: str
    label: str
    due_on: date
    inclusive: bool
    late_at: datetime
    verdict: Verdict


class Several(NamedTuple, Generic[Line]):
    """The first of them, and how many there are."""

    lines: tuple[Line, ...]
    total: int


class Unreached(NamedTuple):
    """A seat with an open contact problem, and what is wrong."""

    code: str
    name: str
    since: datetime
    said: Words


class Desk(NamedTuple):
    """`ages`: how many of the overdue are at most 7, at most 30, and more days late."""

    due_today: Several[Owed]
    overdue: Several[Owed]
    ages: tuple[int, int, int]
    review: Several[Owed]
    asked: Several[Extension]
    failed: int
    problems: Several[Unreached]
    replies: Several[Reply]


def desk(session: Session, account: Account, *, now: datetime, today: date) -> Desk:
    """Of the plans the account may see. `today` is the office's date."""
    judged = verdict(now, today)
    came_due = and_(Obligation.first_complete_at.is_(None), Obligation.target_on <= today)
    past = and_(came_due, overdue(now))
    ends_today = and_(came_due, Obligation.late_at > now, judged == Verdict.DUE_TODAY.value)
    ages = _ages(session, account, past, now)
    return Desk(
        due_today=_several(session, account, judged, ends_today),
        overdue=_several(session, account, judged, past, total=sum(ages)),
        ages=ages,
        review=_several(session, account, judged, REVIEWED),
        asked=_asked(session, account),
        failed=_failed(session, account),
        problems=_unreached(session, account),
        replies=_replies(session, account),
    )


def _several(
    session: Session,
    account: Account,
    judged: ColumnElement[str],
    which: ColumnElement[bool] | TextClause,
    *,
    total: int | None = None,
) -> Several[Owed]:
    columns = (
        Obligation.id,
        Unit.code,
        Unit.name,
        Plan.code,
        Plan.number,
        Milestone.code,
        Milestone.name,
        Occurrence.label,
        Obligation.due_on,
        Obligation.inclusive,
        Obligation.late_at,
        judged,
    )
    chosen = _of(select(*columns), account).where(which)
    rows = session.execute(chosen.order_by(Obligation.late_at, Unit.code).limit(SHOWN + 1)).all()
    lines = tuple(Owed._make([*row[:11], Verdict(row[11])]) for row in rows[:SHOWN])
    if len(rows) <= SHOWN:
        return Several(lines, len(lines))
    if total is not None:
        return Several(lines, total)
    counted = session.scalar(_of(select(func.count()), account).where(which))
    return Several(lines, counted or 0)


def _of(chosen: Select[Any], account: Account) -> Select[Any]:
    return (
        chosen.select_from(Obligation)
        .join(Occurrence, Occurrence.id == Obligation.occurrence_id)
        .join(Milestone, Milestone.id == Occurrence.milestone_id)
        .join(Plan, Plan.id == Milestone.plan_id)
        .join(Unit, Unit.id == Obligation.unit_id)
        .where(own(account), Occurrence.dropped_in.is_(None))
    )


def _ages(
    session: Session, account: Account, past: ColumnElement[bool], now: datetime
) -> tuple[int, int, int]:
    week, month = (Obligation.late_at > now - timedelta(days=days) for days in AGES)
    counts = (count_where(week), count_where(and_(~week, month)), count_where(~month))
    new, old, oldest = session.execute(_of(select(*counts), account).where(past)).one()
    return new, old, oldest


def _failed(session: Session, account: Account) -> int:
    """Letters about plans of the account's that did not reach anybody."""
    about = (
        select(Notice.id)
        .join(Plan, Plan.id == Notice.plan_id)
        .where(Notice.letter_id == Letter.id, own(account))
    )
    failed = select(func.count()).select_from(Letter).where(FAILED)
    return session.scalar(failed.where(about.exists())) or 0


def _asked(session: Session, account: Account) -> Several[Extension]:
    """Who asks for a later date, the first first."""
    chosen = extensions(waiting=True).join(Milestone.plan).where(own(account))
    found = session.scalars(chosen.limit(SHOWN + 1)).all()
    if len(found) <= SHOWN:
        return Several(tuple(found), len(found))
    asked = _of(select(func.count()), account).join(
        Extension, Extension.obligation_id == Obligation.id
    )
    counted = session.scalar(asked.where(ASKED))
    return Several(tuple(found[:SHOWN]), counted or 0)


def _replies(session: Session, account: Account) -> Several[Reply]:
    """Answers to letters that nobody could place or understand."""
    found = session.scalars(open_for_office(account).limit(SHOWN + 1)).all()
    if len(found) <= SHOWN:
        return Several(tuple(found), len(found))
    return Several(tuple(found[:SHOWN]), count_open(session, account))


def _unreached(session: Session, account: Account) -> Several[Unreached]:
    """Of units that owe the account's plans anything."""
    owes = (
        select(Obligation.id)
        .join(Occurrence, Occurrence.id == Obligation.occurrence_id)
        .join(Milestone, Milestone.id == Occurrence.milestone_id)
        .join(Plan, Plan.id == Milestone.plan_id)
        .where(Obligation.unit_id == Problem.unit_id, own(account), Occurrence.dropped_in.is_(None))
    )
    found = session.scalars(problems().where(owes.exists()).limit(SHOWN + 1)).all()
    lines = tuple(
        Unreached(one.unit.code, one.unit.name, one.opened_at, said(one)) for one in found[:SHOWN]
    )
    if len(found) <= SHOWN:
        return Several(lines, len(lines))
    counted = select(func.count()).select_from(Problem).where(is_open(), owes.exists())
    return Several(lines, session.scalar(counted) or 0)
