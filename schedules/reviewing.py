"""The collector has a deadline too: so many working days to accept or return what came. It is told
before that day and after it, in the plan's own cadence; where it stays silent its superiors are, up
the plan's ladder."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime
from functools import cache
from typing import NamedTuple

from sqlalchemy import (
    ColumnElement,
    Select,
    and_,
    case,
    func,
    insert,
    select,
    update,
)
from sqlalchemy.orm import Session

from dondoc.bulk import among, dialect_of
from dondoc.plan import model
from dondoc.plan.source import parse_plan
from dondoc.planned import Row, planned
from dondoc.tables import (
    IN_REVIEW,
    REVIEWED,
    UNSENT,
    Contact,
    Milestone,
    Notice,
    NoticeState,
    Obligation,
    Occurrence,
    Plan,
    Reason,
    Role,
    Stage,
    Submission,
)
from dondoc.telling import batches
from dondoc.units.chain import Chain, Seat, chain
from schedules.cadence import Rhythm, Step, steps
from schedules.calendar import ONE_DAY, OfficeHours, start_of
from schedules.deadline import deadline

STEP = "review-v{version}-"


class Unreviewed(NamedTuple):
    """What waits for its collector: the last version, when it came, and the working days the plan
    gives."""

    obligation_id: int
    due_version: int
    plan_id: int
    collector_id: int
    within: int
    version: int
    received_at: datetime

    @property
    def step(self) -> str:
        """What its notices' steps begin with."""
        return STEP.format(version=self.version)

    def by(self, hours: OfficeHours) -> date:
        """The last day for the decision."""
        return hours.calendar.shift(hours.today(self.received_at), self.within)


class Reviews(NamedTuple):
    """`late` of those `waiting` are past their day; `next_by` is the earliest day of the others."""

    waiting: int
    late: int
    next_by: date | None


def review_days(
    session: Session, obligations: Collection[int], *, hours: OfficeHours
) -> dict[int, date]:
    """The last day for the decision about each of `obligations` that waits for one."""
    found = unreviewed(session, Obligation.id.in_(obligations))
    return {one.obligation_id: one.by(hours) for one in found}


def reviews(
    session: Session, which: ColumnElement[bool], *, hours: OfficeHours, now: datetime
) -> Reviews:
    """`which` may name milestones and plans."""
    waiting, late, earliest = 0, 0, []
    for days in session.scalars(select(Plan.review_within).distinct()).all():
        waited = _waited(and_(which, Plan.review_within == days), _first_in_time(hours, days, now))
        count, in_time, first = session.execute(waited).one()
        waiting, late = waiting + count, late + count - in_time
        if first is not None:
            earliest.append(hours.calendar.shift(hours.today(first), days))
    return Reviews(waiting, late, min(earliest, default=None))


def _first_in_time(hours: OfficeHours, within: int, now: datetime) -> datetime:
    """What came since then may still be decided today or later."""
    today = day = hours.today(now)
    while hours.calendar.shift(day - ONE_DAY, within) >= today:
        day -= ONE_DAY
    return start_of(day, hours.zone)


def _waited(which: ColumnElement[bool], since: datetime) -> Select[tuple[int, int, datetime]]:
    """How many wait, how many of them came `since`, and when the first of those came. When each
    came is worked out once, in a part that no database takes apart (OFFSET)."""
    occurrences = (
        select(Occurrence.id)
        .join(Milestone, Milestone.id == Occurrence.milestone_id)
        .join(Plan, Plan.id == Milestone.plan_id)
        .where(which)
    )
    received = (
        select(func.max(Submission.received_at))
        .where(Submission.obligation_id == Obligation.id, Submission.withdrawn_at.is_(None))
        .scalar_subquery()
    )
    each = (
        select(received.label("at"))
        .where(Obligation.occurrence_id.in_(occurrences), Obligation.state.in_(IN_REVIEW))
        .offset(0)
        .subquery()
    )
    at = each.c.at
    return select(
        func.count(at),
        func.count(case((at >= since, at))),
        func.min(case((at >= since, at)), type_=at.type),
    )


def plan_reviews(
    session: Session, *, hours: OfficeHours, now: datetime, plan: str | None = None
) -> int:
    """Reminders of every version that its collector has none for yet; those of a version before
    it, or of a collector before, end. Returns how many."""
    waiting = unreviewed(session, *(() if plan is None else (Plan.code == plan,)))
    known = _known(session, waiting) if waiting else {}
    fresh = [one for one in waiting if one.step not in known.get(one.obligation_id, ())]
    if not fresh:
        return 0
    for ids in batches([one.obligation_id for one in fresh]):
        _end_earlier(session, ids, now)
    rows = list(_rows(session, fresh, hours, now))
    if rows:
        session.execute(insert(Notice.__table__), rows)  # type: ignore[arg-type]
    return len(rows)


def unreviewed(session: Session, *which: ColumnElement[bool]) -> list[Unreviewed]:
    statement = _waiting().where(*which)
    return [Unreviewed._make(row) for row in session.execute(statement)]


def _waiting() -> Select[tuple[int, int, int, int, int, int, datetime]]:
    return (
        select(
            Obligation.id,
            Obligation.due_version,
            Plan.id,
            Milestone.collector_id,
            Plan.review_within,
            func.max(Submission.version),
            func.max(Submission.received_at),
        )
        .join(Occurrence, Occurrence.id == Obligation.occurrence_id)
        .join(Milestone, Milestone.id == Occurrence.milestone_id)
        .join(Plan, Plan.id == Milestone.plan_id)
        .join(
            Submission,
            and_(
                Submission.obligation_id == Obligation.id,
                Submission.withdrawn_at.is_(None),
            ),
        )
        .where(REVIEWED)
        .group_by(
            Obligation.id,
            Obligation.due_version,
            Plan.id,
            Milestone.collector_id,
            Plan.review_within,
        )
        .order_by(Obligation.id)
    )


def _known(session: Session, waiting: Collection[Unreviewed]) -> dict[int, set[str]]:
    """By obligation, what the steps of its collector's reminders begin with."""
    asked = {"obligations": [one.obligation_id for one in waiting]}
    rows = session.execute(_reminded(dialect_of(session)), asked)
    found: dict[int, set[str]] = defaultdict(set)
    for obligation_id, step in rows:
        if obligation_id is not None:
            found[obligation_id].add("-".join(step.split("-")[:2]) + "-")
    return found


@cache
def _reminded(dialect: str) -> Select[tuple[int | None, str]]:
    """Asked by obligation: there are far more notices than reviews."""
    seat = func.coalesce(Notice.stands_for_id, Notice.contact_id)
    return (
        select(Notice.obligation_id, Notice.step)
        .join(Obligation, Obligation.id == Notice.obligation_id)
        .join(Occurrence, Occurrence.id == Obligation.occurrence_id)
        .join(Milestone, Milestone.id == Occurrence.milestone_id)
        .join(Contact, and_(Contact.id == seat, Contact.unit_id == Milestone.collector_id))
        .where(
            among(dialect, Notice.obligation_id, "obligations"),
            Notice.stage == Stage.REVIEW,
            Notice.level.is_(None),
        )
        .distinct()
    )


def _end_earlier(session: Session, obligations: Sequence[int], now: datetime) -> None:
    session.execute(
        update(Notice)
        .where(
            Notice.obligation_id.in_(obligations),
            Notice.stage == Stage.REVIEW,
            Notice.state.in_(UNSENT),
        )
        .values(state=NoticeState.SKIPPED, reason=Reason.SUPERSEDED, decided_at=now)
    )


def _rows(
    session: Session, fresh: Sequence[Unreviewed], hours: OfficeHours, now: datetime
) -> Iterator[Row]:
    """To the collector's officers, and past the day up the ladder of its own superiors."""
    seats = _officers(session, {one.collector_id for one in fresh})
    plans = _plans(session, {one.plan_id for one in fresh})
    above = _Above(session, plans, {one.collector_id for one in fresh})
    known: dict[tuple[int, date], list[Step]] = {}
    for one in fresh:
        by = one.by(hours)
        key = one.plan_id, by
        if key not in known:
            known[key] = _steps(plans[one.plan_id].file, by, hours, now)
        for step in known[key]:
            if step.level is None:
                yield from (_row(one, Seat(seat), step) for seat in seats.get(one.collector_id, ()))
        for seat, step in above.told(one, by.year, known[key]):
            yield _row(one, seat, step)


def _steps(file: model.PlanFile, by: date, hours: OfficeHours, now: datetime) -> list[Step]:
    """Those ahead; where the day has come and nobody was told, the last one missed too."""
    policies = file.policies
    rhythm = Rhythm(hours.calendar, file.zone, policies.review_cadence, policies.escalation)
    due = deadline(by, inclusive=True, calendar=hours.calendar, zone=file.zone)
    every = steps(due, rhythm, opens=None)
    ahead = [step for step in every if step.at >= now]
    missed = [step for step in every if step.at < now and step.level is None]
    if missed and by <= hours.today(now):
        ahead.insert(0, missed[-1]._replace(at=hours.next_opening(now)))
    return ahead


class _Pressing(NamedTuple):
    """Of a plan, what decides who presses its collectors."""

    file: model.PlanFile
    standing_office: int
    board: int | None


class _Above:
    """Who stands above the collectors, year by year."""

    def __init__(
        self, session: Session, plans: Mapping[int, _Pressing], collectors: Collection[int]
    ) -> None:
        self._session = session
        self._plans = plans
        self._collectors = collectors
        self._chains: dict[tuple[int, int], Chain] = {}

    def told(
        self, one: Unreviewed, year: int, ladder: Iterable[Step]
    ) -> Iterator[tuple[Seat, Step]]:
        """Each superior once, at the lowest level that is his."""
        chain, known = self._chain(one.plan_id, year), set[int]()
        for step in ladder:
            if step.level is not None:
                seat = chain.superior(one.collector_id, tuple(model.Level)[step.level - 1])
                if seat is not None and seat.contact_id not in known:
                    known.add(seat.contact_id)
                    yield seat, step

    def _chain(self, plan: int, year: int) -> Chain:
        if (plan, year) not in self._chains:
            _, standing_office, board = self._plans[plan]
            self._chains[plan, year] = chain(
                self._session,
                standing_office=standing_office,
                board=board,
                year=year,
                units=self._collectors,
            )
        return self._chains[plan, year]


def _row(one: Unreviewed, seat: Seat, step: Step) -> Row:
    return planned(
        one.plan_id,
        one.obligation_id,
        seat.contact_id,
        stage=Stage.REVIEW,
        step=one.step + step.name,
        level=step.level,
        due_version=one.due_version,
        at=step.at,
        note=seat.note,
    )


def _plans(session: Session, plans: Iterable[int]) -> dict[int, _Pressing]:
    rows = session.execute(
        select(Plan.id, Plan.source, Plan.code, Plan.standing_office_id, Plan.board_id).where(
            Plan.id.in_(plans)
        )
    )
    return {
        id_: _Pressing(parse_plan(source, code), standing_office, board)
        for id_, source, code, standing_office, board in rows
    }


def _officers(session: Session, units: set[int]) -> dict[int, list[int]]:
    found: dict[int, list[int]] = {}
    for unit_id, contact_id in session.execute(
        select(Contact.unit_id, Contact.id)
        .where(Contact.unit_id.in_(units), Contact.role == Role.OFFICER)
        .order_by(Contact.position)
    ):
        found.setdefault(unit_id, []).append(contact_id)
    return found
