"""What waits for an official: due today, overdue, handed in, unreachable, not sent."""

from datetime import date, datetime, timedelta
from typing import Any, Generic, NamedTuple, TypeVar

from sqlalchemy import ColumnElement, Select, and_, func, select
from sqlalchemy.orm import Session

from dondoc.access.scope import own
from dondoc.extensions import extensions
from dondoc.problems import is_open, problems, said
from dondoc.queries import count_where
from dondoc.replies import count_open, open_for_office
from dondoc.tables import (
    ASKED,
    FAILED,
    IN_REVIEW,
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
from dondoc.verdicts import Verdict, lacking, verdict
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
    ends_today = and_(
        Obligation.first_complete_at.is_(None),
        Obligation.target_on <= today,
        Obligation.late_at > now,
        judged == Verdict.DUE_TODAY.value,
    )
    asked = _within(_occurrences(account, ~Occurrence.silent))
    in_review = _within(_occurrences(account))
    ages = _ages(session, asked, now)
    return Desk(
        due_today=_several(session, judged, and_(own(account), NOT_DROPPED, ends_today)),
        overdue=_several(session, judged, and_(asked, lacking(now)), total=sum(ages)),
        ages=ages,
        review=_several(
            session, judged, and_(in_review, REVIEWED), total=_in_review(session, in_review)
        ),
        asked=_asked(session, account),
        failed=_failed(session, account),
        problems=_unreached(session, account),
        replies=_replies(session, account),
    )


def _several(
    session: Session,
    judged: ColumnElement[str],
    which: ColumnElement[bool],
    *,
    total: int | None = None,
) -> Several[Owed]:
    """The first are found before the rest of their columns is worked out; only those who know a
    short way to count them say the `total`."""
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
    order = Obligation.late_at, Unit.code
    first = _joined(select(Obligation.id)).where(which).order_by(*order).limit(SHOWN + 1)
    ids = session.scalars(first).all()
    rows = session.execute(_joined(select(*columns)).where(Obligation.id.in_(ids)).order_by(*order))
    lines = tuple(Owed._make([*row[:11], Verdict(row[11])]) for row in rows)[:SHOWN]
    if len(ids) <= SHOWN:
        return Several(lines, len(ids))
    if total is None:
        total = session.scalar(_joined(select(func.count())).where(which))
    return Several(lines, total or 0)


def _joined(chosen: Select[Any]) -> Select[Any]:
    return (
        chosen.select_from(Obligation)
        .join(Occurrence, Occurrence.id == Obligation.occurrence_id)
        .join(Milestone, Milestone.id == Occurrence.milestone_id)
        .join(Plan, Plan.id == Milestone.plan_id)
        .join(Unit, Unit.id == Obligation.unit_id)
    )


NOT_DROPPED = Occurrence.dropped_in.is_(None)


def _within(occurrences: Select[tuple[int]]) -> ColumnElement[bool]:
    """There are few occurrences: what is counted of each is read from ix_obligations_standing
    alone."""
    return Obligation.occurrence_id.in_(occurrences)


def _occurrences(account: Account, *which: ColumnElement[bool]) -> Select[tuple[int]]:
    return (
        select(Occurrence.id)
        .join(Milestone, Milestone.id == Occurrence.milestone_id)
        .join(Plan, Plan.id == Milestone.plan_id)
        .where(own(account), NOT_DROPPED, *which)
    )


def _in_review(session: Session, within: ColumnElement[bool]) -> int:
    counted = select(func.count()).select_from(Obligation)
    return session.scalar(counted.where(within, Obligation.state.in_(IN_REVIEW))) or 0


def _ages(session: Session, within: ColumnElement[bool], now: datetime) -> tuple[int, int, int]:
    week, month = (Obligation.late_at > now - timedelta(days=days) for days in AGES)
    counts = (count_where(week), count_where(and_(~week, month)), count_where(~month))
    new, old, oldest = session.execute(select(*counts).where(within, lacking(now))).one()
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
    asked = _joined(select(func.count())).join(Extension, Extension.obligation_id == Obligation.id)
    counted = session.scalar(asked.where(ASKED, own(account), NOT_DROPPED))
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
