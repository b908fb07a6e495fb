"""Remind and escalate because somebody decided to, now."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import NamedTuple

from sqlalchemy import and_, func, select
from sqlalchemy.orm import Session

from dondoc.holds import hold_back
from dondoc.plan.model import Level
from dondoc.planned import Row, insert_rows, planned
from dondoc.record import Entry, enter, subject_of
from dondoc.tables import (
    OWING,
    PLANNED,
    Contact,
    Milestone,
    Notice,
    NoticeState,
    Obligation,
    Occurrence,
    Plan,
    Stage,
    Unit,
)
from dondoc.units.chain import Chain, Seat, chain
from notifications.mailbag import MANUAL
from notifications.post import Hours
from notifications.scope import Line, Scope

NEAR = timedelta(days=30)
FEW = 500
"""units whose superiors are looked up alone; those of more are looked up with everybody's"""
ON_THE_WAY = (NoticeState.QUEUED, NoticeState.PLANNED)

Key = tuple[int, int]
"""Obligation and seat."""


@dataclass(frozen=True, kw_only=True)
class Demanded:
    """`leaves_at`: when the letters will go; later than now outside office hours."""

    lines: tuple[Line, ...]
    leaves_at: datetime

    @property
    def planned(self) -> int:
        return sum(line.verdict == NoticeState.PLANNED for line in self.lines)


WHY = {NoticeState.PLANNED: "", NoticeState.HELD: "held", NoticeState.SKIPPED: "promised"}
"""Why a line was not planned; else whoever it is was told today."""


class Pending(NamedTuple):
    """An obligation somebody is to be told about."""

    obligation: Obligation
    occurrence: Occurrence
    milestone: Milestone
    plan: Plan
    unit: Unit


@dataclass(frozen=True, kw_only=True)
class Demand:
    """One decision: who, when, and what it is limited to."""

    scope: Scope
    actor: str
    now: datetime


def remind(session: Session, demand: Demand, *, hours: Hours) -> Demanded:
    """Plans a notice for every officer of every unit that still owes something within the scope,
    where no milestone is named only what is due within `NEAR` or overdue; whoever was told of it
    today is left in peace. The caller's transaction decides whether it happens (a dry run rolls
    back)."""
    by = hours.today(demand.now) + NEAR
    pending = [
        one
        for one in _pending(session, demand)
        if demand.scope.milestone is not None or one.obligation.last_on <= by
    ]
    chains = _Chains(session, pending)
    aims = [
        Aim(one, Stage.REMIND, None, Seat(seat))
        for one in pending
        for seat in chains.of(one).officers.get(one.unit.id, ())
    ]
    return _plan(session, aims, demand, hours=hours)


def escalate(
    session: Session, demand: Demand, *, hours: Hours, level: int | None = None
) -> Demanded:
    """Plans the telling of a superior of every overdue unit within the scope: at `level` (1 head,
    2 head of group, 3 standing office, 4 board), or one above the highest told so far."""
    today = hours.today(demand.now)
    pending = [
        one for one in _pending(session, demand) if one.obligation.overdue(demand.now, today)
    ]
    reached = _levels_reached(session, [one.obligation.id for one in pending])
    chains = _Chains(session, pending)
    aims = []
    for one in pending:
        rung = level or min(reached.get(one.obligation.id, 0) + 1, len(Level))
        seat = chains.of(one).superior(one.unit.id, list(Level)[rung - 1])
        if seat is not None:
            aims.append(Aim(one, Stage.ESCALATE, rung, seat))
    return _plan(session, aims, demand, hours=hours)


class Aim(NamedTuple):
    pending: Pending
    stage: Stage
    level: int | None
    seat: Seat

    @property
    def key(self) -> Key:
        return self.pending.obligation.id, self.seat.contact_id

    def promised(self, at: datetime) -> bool:
        """No superior is told before the promised day is over."""
        until = self.pending.obligation.promised_until
        return self.stage is Stage.ESCALATE and until is not None and at < until


class _Chains:
    def __init__(self, session: Session, pending: Sequence[Pending]) -> None:
        units = {one.unit.id for one in pending}
        self._session = session
        self._units = units if len(units) <= FEW else None
        self._known: dict[tuple[int, int], Chain] = {}

    def of(self, pending: Pending) -> Chain:
        key = pending.plan.id, pending.obligation.due_on.year
        if key not in self._known:
            self._known[key] = chain(
                self._session,
                standing_office=pending.plan.standing_office_id,
                board=pending.plan.board_id,
                year=key[1],
                units=self._units,
            )
        return self._known[key]


def _pending(session: Session, demand: Demand) -> list[Pending]:
    """A milestone that was past at launch is pressed only when it is named."""
    statement = (
        select(Obligation, Occurrence, Milestone, Plan, Unit)
        .join(Occurrence, Occurrence.id == Obligation.occurrence_id)
        .join(Milestone, Milestone.id == Occurrence.milestone_id)
        .join(Plan, Plan.id == Milestone.plan_id)
        .join(Unit, Unit.id == Obligation.unit_id)
        .where(Obligation.state.in_(OWING))
        .order_by(Plan.code, Occurrence.due_on, Unit.code)
    )
    if demand.scope.milestone is None:
        statement = statement.where(Occurrence.silent.is_(False))
    return [Pending(*row) for row in session.execute(demand.scope.limit(statement))]


def _levels_reached(session: Session, obligations: Sequence[int]) -> dict[int, int]:
    rows = session.execute(
        select(Notice.obligation_id, func.max(Notice.level))
        .where(
            Notice.obligation_id.in_(obligations),
            Notice.stage == Stage.ESCALATE,
            Notice.state == NoticeState.SENT,
        )
        .group_by(Notice.obligation_id)
    )
    return {obligation: level for obligation, level in rows if obligation and level}


def _plan(session: Session, aims: Sequence[Aim], demand: Demand, *, hours: Hours) -> Demanded:
    leaves_at = hours.next_opening(demand.now)
    already = _told_today(session, aims, demand.now, hours)
    already |= {aim.key: NoticeState.SKIPPED for aim in aims if aim.promised(leaves_at)}
    readers = _reader_codes(session, aims)
    fresh: dict[Key, Row] = {}
    for aim in aims:
        if aim.key not in already:
            fresh.setdefault(aim.key, _row(aim, demand, leaves_at))
    held: set[Key] = set()
    if fresh:
        insert_rows(session, fresh.values())
        held = _held(session, {row["step"] for row in fresh.values()}, demand.now)
        enter(session, _entry(aims, demand, len(fresh)), now=demand.now)
    states = dict.fromkeys(fresh, NoticeState.PLANNED) | dict.fromkeys(held, NoticeState.HELD)
    states |= already
    lines = tuple(_line(aim, readers[aim.seat.contact_id], states[aim.key]) for aim in aims)
    return Demanded(lines=lines, leaves_at=leaves_at)


def _held(session: Session, steps: set[str], now: datetime) -> set[Key]:
    """What is demanded waits too while a hold covers it."""
    demanded = Notice.step.in_(steps)
    if not hold_back(session, and_(PLANNED, demanded), now=now):
        return set()
    rows = session.execute(
        select(Notice.obligation_id, Notice.contact_id).where(
            demanded, Notice.state == NoticeState.HELD
        )
    )
    return {(obligation, contact) for obligation, contact in rows if obligation is not None}


_SEAT = func.coalesce(Notice.stands_for_id, Notice.contact_id)
"""The seat a notice was meant for, whoever got it."""


def _told_today(
    session: Session, aims: Sequence[Aim], now: datetime, hours: Hours
) -> dict[Key, NoticeState]:
    """Sent today, or on its way."""
    stages = {aim.stage for aim in aims}
    upward = Stage.ESCALATE in stages
    rows = session.execute(
        select(Notice.obligation_id, _SEAT, Notice.state, Notice.decided_at)
        .where(
            Notice.obligation_id.in_({aim.pending.obligation.id for aim in aims}),
            (Notice.stage == Stage.ESCALATE) if upward else (Notice.stage != Stage.ESCALATE),
            (Notice.state.in_((NoticeState.SENT, NoticeState.QUEUED)))
            | ((Notice.state == NoticeState.PLANNED) & Notice.step.startswith(MANUAL)),
        )
        .order_by(Notice.id)
    )
    today = hours.today(now)
    return {
        (obligation, contact): NoticeState.QUEUED if state in ON_THE_WAY else state
        for obligation, contact, state, at in rows
        if state in ON_THE_WAY or (at is not None and hours.today(at) == today)
    }


def _reader_codes(session: Session, aims: Iterable[Aim]) -> dict[int, str]:
    seats = {aim.seat.contact_id for aim in aims}
    chosen = (
        select(Contact.id, Unit.code)
        .join(Unit, Unit.id == Contact.unit_id)
        .where(Contact.id.in_(seats))
    )
    return dict(session.execute(chosen).tuples().all())


def _row(aim: Aim, demand: Demand, leaves_at: datetime) -> Row:
    level = "" if aim.level is None else f"L{aim.level}-"
    return planned(
        aim.pending.plan.id,
        aim.pending.obligation.id,
        aim.seat.contact_id,
        stage=aim.stage,
        step=f"{MANUAL}-{level}{demand.now:%Y%m%dT%H%M%S%f}",
        level=aim.level,
        due_version=aim.pending.obligation.due_version,
        at=leaves_at,
        note=aim.seat.note,
    )


def _line(aim: Aim, reader: str, verdict: NoticeState) -> Line:
    one = aim.pending
    return Line(
        plan=one.plan.code,
        milestone=one.milestone.code,
        occurrence=one.occurrence.label,
        unit=one.unit.code,
        due=one.obligation.due_on,
        inclusive=one.obligation.inclusive,
        stage=aim.stage,
        level=aim.level,
        to=reader,
        verdict=verdict.value,
        reason=WHY.get(verdict, "told_today"),
    )


def _entry(aims: Sequence[Aim], demand: Demand, count: int) -> Entry:
    scope = demand.scope
    return Entry(
        actor=demand.actor,
        action=aims[0].stage.value,
        subject=subject_of(scope.plan, scope.milestone, scope.unit),
        facts={"notices": count},
    )
