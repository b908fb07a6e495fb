"""Who delivered, when, and how late: the report an office owes upward."""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, NamedTuple

from sqlalchemy import Select, and_, func, select
from sqlalchemy.orm import Session

from dondoc.paper import Sets, sets_from
from dondoc.plan.due import Granularity
from dondoc.remarks import NOTHING, UNREACHED, both, handed_over
from dondoc.standing import Rates, rates
from dondoc.tables import (
    Group,
    Membership,
    Milestone,
    Obligation,
    Occurrence,
    Plan,
    Submission,
    SubmittedFile,
    Unit,
)
from dondoc.tally import days_late
from dondoc.timeliness import Punctual
from dondoc.units.naming import Names
from dondoc.verdicts import Verdict, overdue, unreached, verdict
from dondoc.words import Words

AT_ONCE = 1_000
VERDICTS = {member.value: member for member in Verdict}


class Delivered(NamedTuple):
    """One obligation. `due_on` as printed (`inclusive` false: *trước ngày*); `extended_to` the
    last day of its extension; `received_at` local time of the first complete version, else of the
    last one; `version` and `files` of the last one; `punctual` of the first complete one;
    `days_late` calendar days, still growing while nothing complete came, None where it is not
    late. A unit bears the name it had on its last day to deliver; it is not called late where no
    letter got there: `remark` says so, and who took over from whom."""

    unit: str
    unit_name: str
    groups: str
    milestone: str
    name: str
    occurrence: str
    clause: str
    clause_where: str
    due_on: date
    granularity: Granularity
    inclusive: bool
    extended_to: date | None
    received_at: datetime | None
    version: int | None
    verdict: Verdict
    punctual: Punctual | None
    days_late: int | None
    files: int
    paper: Sets | None = None
    remark: Words = NOTHING


@dataclass(frozen=True, kw_only=True)
class Report:
    """`totals` counts per occurrence, group and plan what `deliveries` lists one by one, `count` of
    them."""

    plan: str
    number: str
    title: str
    issuer: str
    issued: date | None
    counted_at: datetime
    """local time of the plan's zone"""
    milestone: str | None
    count: int
    totals: Rates


@dataclass(frozen=True, kw_only=True)
class Consolidated(Report):
    rows: tuple[Delivered, ...]


def report(
    session: Session, plan: Plan, milestone: Milestone | None = None, *, now: datetime
) -> Report:
    totals = rates(session, plan, now, milestone=milestone)
    listed = Obligation.occurrence_id.in_([column.occurrence_id for column in totals.columns])
    return Report(
        plan=plan.code,
        number=plan.number,
        title=plan.title,
        issuer=plan.issuer,
        issued=plan.issued,
        counted_at=now.astimezone(totals.zone),
        milestone=None if milestone is None else milestone.name,
        count=session.scalars(select(func.count()).where(listed)).one(),
        totals=totals,
    )


def consolidated(
    session: Session, plan: Plan, milestone: Milestone | None = None, *, now: datetime
) -> Consolidated:
    """Rows by due date, milestone and unit; all of them at once."""
    found = report(session, plan, milestone, now=now)
    return Consolidated(**vars(found), rows=tuple(deliveries(session, found.totals)))


class _Sent(NamedTuple):
    version: int
    received_at: datetime
    files: int


class _Owed(NamedTuple):
    """A row of the query below."""

    id: int
    occurrence_id: int
    unit_id: int
    code: str
    name: str
    last_on: date
    printed_on: date
    late_at: datetime
    printed_late_at: datetime
    complete_at: datetime | None
    paper_sets: int | None
    paper_asked: int | None
    paper_on: date | None
    verdict: str
    overdue: bool
    unreached: bool


def deliveries(session: Session, totals: Rates) -> Iterator[Delivered]:
    """One by one, by due date, milestone and unit."""
    ids = [column.occurrence_id for column in totals.columns]
    sent = _sent(session, ids)
    groups = _groups(session)
    remarks = handed_over(session, ids)
    names = Names(session)
    clauses = _clauses(session, ids)
    columns = {column.occurrence_id: column for column in totals.columns}
    for row in session.execute(_owed(totals, ids).execution_options(yield_per=AT_ONCE)):
        one = _Owed(*row)
        latest = sent.get(one.id)
        column = columns[one.occurrence_id]
        clause, where = clauses[one.occurrence_id]
        received = one.complete_at or (latest and latest.received_at)
        yield Delivered(
            unit=one.code,
            unit_name=names.on(one.unit_id, one.last_on, one.name),
            groups=groups.get(one.unit_id, ""),
            milestone=column.milestone,
            name=column.name,
            occurrence=column.label,
            clause=clause,
            clause_where=where,
            due_on=column.due_on,
            granularity=column.granularity,
            inclusive=column.inclusive,
            extended_to=one.last_on if one.last_on > one.printed_on else None,
            received_at=received and received.astimezone(totals.zone),
            version=latest and latest.version,
            verdict=VERDICTS[one.verdict],
            punctual=_punctual(one),
            days_late=_days_late(one, totals),
            files=latest.files if latest else 0,
            paper=sets_from(one.paper_sets, one.paper_asked, one.paper_on),
            remark=_remark(one, remarks),
        )


def _owed(totals: Rates, occurrences: list[int]) -> Select[Any]:
    """In the order of `_Owed`."""
    today = totals.now.astimezone(totals.zone).date()
    return (
        select(
            Obligation.id,
            Obligation.occurrence_id,
            Obligation.unit_id,
            Unit.code,
            Unit.name,
            Obligation.last_on,
            Occurrence.last_on,
            Obligation.late_at,
            Occurrence.late_at,
            Obligation.first_complete_at,
            Obligation.paper_sets,
            Obligation.paper_asked,
            Obligation.paper_on,
            verdict(totals.now, today),
            overdue(totals.now),
            and_(unreached(), Obligation.late_at <= totals.now),
        )
        .join(Occurrence, Occurrence.id == Obligation.occurrence_id)
        .join(Milestone, Milestone.id == Occurrence.milestone_id)
        .join(Unit, Unit.id == Obligation.unit_id)
        .where(Occurrence.id.in_(occurrences))
        .order_by(Occurrence.due_on, Milestone.position, Occurrence.key, Unit.code)
    )


def _remark(one: _Owed, remarks: Mapping[int, Words]) -> Words:
    said = remarks.get(one.id, NOTHING)
    late = one.complete_at is None or one.complete_at >= one.late_at
    free = one.verdict in (Verdict.EXEMPT, Verdict.DROPPED, Verdict.SILENT)
    return both(said, UNREACHED) if one.unreached and late and not free else said


def _punctual(one: _Owed) -> Punctual | None:
    if one.complete_at is None:
        received = one.verdict in (Verdict.INCOMPLETE, Verdict.ACCEPTED_INCOMPLETE)
        return Punctual.INCOMPLETE if received else None
    if one.complete_at >= one.late_at:
        return Punctual.LATE
    extended = one.complete_at >= one.printed_late_at
    return Punctual.ON_TIME_EXTENDED if extended else Punctual.ON_TIME


def _days_late(one: _Owed, totals: Rates) -> int | None:
    delivered_late = one.complete_at is not None and one.complete_at >= one.late_at
    free = one.verdict in (Verdict.EXEMPT, Verdict.DROPPED, Verdict.UNREACHED)
    if free or not (one.overdue or delivered_late):
        return None
    return days_late(one.complete_at or totals.now, one.late_at, totals.zone)


def _sent(session: Session, occurrences: list[int]) -> dict[int, _Sent]:
    last = (
        select(Submission.obligation_id, func.max(Submission.version).label("version"))
        .join(Obligation, Obligation.id == Submission.obligation_id)
        .where(Obligation.occurrence_id.in_(occurrences), Submission.withdrawn_at.is_(None))
        .group_by(Submission.obligation_id)
        .subquery()
    )
    rows = session.execute(
        select(
            Submission.obligation_id,
            Submission.version,
            Submission.received_at,
            func.count(SubmittedFile.id),
        )
        .join(
            last,
            (last.c.obligation_id == Submission.obligation_id)
            & (last.c.version == Submission.version),
        )
        .outerjoin(SubmittedFile, SubmittedFile.submission_id == Submission.id)
        .group_by(Submission.obligation_id, Submission.version, Submission.received_at)
    )
    return {row[0]: _Sent(*row[1:]) for row in rows}


def _groups(session: Session) -> Mapping[int, str]:
    names: dict[int, list[str]] = defaultdict(list)
    for unit_id, name in session.execute(
        select(Membership.unit_id, Group.name)
        .join(Group, Group.id == Membership.group_id)
        .order_by(Group.code)
    ):
        names[unit_id].append(name)
    return {unit_id: "; ".join(several) for unit_id, several in names.items()}


def _clauses(session: Session, occurrences: list[int]) -> dict[int, tuple[str, str]]:
    rows = session.execute(
        select(Occurrence.id, Milestone.clause, Milestone.clause_where)
        .join(Milestone, Milestone.id == Occurrence.milestone_id)
        .where(Occurrence.id.in_(occurrences))
    )
    return {id_: (clause, where) for id_, clause, where in rows}
