"""Notices that have not gone out follow the new dates; what was sent is history."""

from collections import Counter
from collections.abc import Sequence
from datetime import date, datetime
from typing import NamedTuple

from sqlalchemy import ColumnElement, and_, func, or_, select, text, update

from dondoc.fulfilment import LATE
from dondoc.plan import model
from dondoc.tables import (
    CORRECTING,
    OWING,
    UNSENT,
    Letter,
    LetterState,
    Notice,
    NoticeState,
    Obligation,
    ObligationState,
    Occurrence,
    Reason,
    Stage,
)
from schedules.amending.lingering import bring_back
from schedules.cadence import Rhythm, Step, steps
from schedules.deadline import Deadline, deadline
from schedules.digests import digest_rows
from schedules.placing import Placing
from schedules.planning import Sowing, into_notices, taken_up_again

PRESSING = (Stage.REMIND, Stage.DUE, Stage.OVERDUE, Stage.ESCALATE)
ON_DEMAND = "manual-"
"""The steps of what somebody asked for by hand; an amendment leaves them alone."""
CARRIED = "carried"


class Rearmed(NamedTuple):
    """By local date."""

    cancelled: Counter[date]
    armed: Counter[date]

    def __add__(self, other: object) -> "Rearmed":
        if not isinstance(other, Rearmed):
            return NotImplemented
        return Rearmed(self.cancelled + other.cancelled, self.armed + other.armed)


NOTHING = Rearmed(Counter(), Counter())


class Batch(NamedTuple):
    """Obligations of one occurrence with the same date of their own. `received`: with parts
    missing; nobody calls them late. `correcting`: what was returned has a cadence of its own."""

    owing: ColumnElement[bool]
    due: Deadline
    opens: date | None
    units: Sequence[int]
    received: bool
    correcting: bool


def rearm(
    placing: Placing,
    milestone: model.Milestone,
    occurrence: Occurrence,
    *,
    only: Sequence[int] | None = None,
) -> Rearmed:
    """Everything still planned for what is owed ends or is kept, and what the milestone asks for
    from now on is planned; what had been due for the date it has now comes back. `only` limits it
    to these units. Twice the same changes nothing."""
    done = NOTHING
    for batch in _batches(placing, occurrence, only):
        done += _rearm(placing, milestone, batch)
    back = bring_back(placing, _owing(occurrence, only))
    both = back & done.cancelled
    return Rearmed(done.cancelled - both, done.armed + (back - both))


def lingering(now: datetime) -> ColumnElement[bool]:
    """Due, and not out yet; but for what was asked for by hand."""
    return and_(_rhythmic(), unsent(), ~_ahead_of(now))


def rearm_digests(placing: Placing, last_on: date | None) -> Rearmed:
    """The weekly letters of the standing office; without a last date, or where the plan wants
    none, they end."""
    session = placing.session
    planned = and_(
        Notice.plan_id == placing.row.id,
        Notice.obligation_id.is_(None),
        Notice.stage == Stage.DIGEST,
        _ahead_of(placing.now),
    )
    before = days_of(placing, planned)
    end(placing, planned)
    rows = [] if last_on is None else list(digest_rows(placing, last_on))
    ahead = [row for row in rows if row["planned_at"] > placing.now]
    if not placing.file.policies.digest:
        ahead = []
    if ahead:
        made = taken_up_again(
            into_notices(session).values(ahead),
            index=("plan_id", "step", "contact_id"),
            where=text("obligation_id IS NULL"),
        )
        session.execute(made)
    armed = Counter(_day(placing, row["planned_at"]) for row in ahead)
    unchanged = before & armed
    return Rearmed(before - unchanged, armed - unchanged)


def end(placing: Placing, chosen: ColumnElement[bool]) -> None:
    placing.session.execute(
        update(Notice)
        .where(chosen)
        .values(state=NoticeState.SKIPPED, reason=Reason.AMENDED, decided_at=placing.now)
    )


def ended_at(now: datetime) -> ColumnElement[bool]:
    """By this very amendment."""
    return and_(
        Notice.state == NoticeState.SKIPPED,
        Notice.reason == Reason.AMENDED,
        Notice.decided_at == now,
    )


def unsent() -> ColumnElement[bool]:
    """In no letter, or in one that nobody is sending yet."""
    sending = select(Letter.id).where(
        Letter.id == Notice.letter_id, Letter.state == LetterState.SENDING
    )
    queued = and_(Notice.state == NoticeState.QUEUED, ~sending.exists())
    return or_(Notice.state.in_(UNSENT), queued)


def _owing(occurrence: Occurrence, only: Sequence[int] | None) -> ColumnElement[bool]:
    owing = and_(Obligation.occurrence_id == occurrence.id, Obligation.state.in_(OWING))
    return owing if only is None else and_(owing, Obligation.unit_id.in_(only))


def _batches(placing: Placing, occurrence: Occurrence, only: Sequence[int] | None) -> list[Batch]:
    of_occurrence = _owing(occurrence, only)
    dates = Obligation.state, Obligation.due_on, Obligation.last_on, Obligation.correct_by
    rows = placing.session.execute(select(*dates).where(of_occurrence).distinct()).all()
    found = []
    for state, due_on, last_on, correct_by in rows:
        same = and_(
            of_occurrence,
            Obligation.state == state,
            Obligation.due_on == due_on,
            Obligation.last_on == last_on,
            Obligation.correct_by.is_(None)
            if correct_by is None
            else Obligation.correct_by == correct_by,
        )
        returned = state in CORRECTING and correct_by is not None
        printed = correct_by if returned else due_on
        due = deadline(
            printed,
            inclusive=returned or due_on == last_on,
            calendar=placing.hours.calendar,
            zone=placing.file.zone,
        )
        own = returned or (due_on, last_on) != (occurrence.due_on, occurrence.last_on)
        units = placing.session.scalars(
            select(Obligation.unit_id).where(same).order_by(Obligation.unit_id)
        ).all()
        received = state is ObligationState.INCOMPLETE
        opens = None if own else occurrence.opens_on
        found.append(Batch(same, due, opens, units, received, returned))
    return found


def _rearm(placing: Placing, milestone: model.Milestone, batch: Batch) -> Rearmed:
    session, now = placing.session, placing.now
    planned = and_(_obligations(batch), *_replaceable(now))
    before = days_of(placing, planned)
    end(placing, planned)
    sowing = Sowing(
        session,
        placing.chain_of(batch.due.due_on.year),
        batch.owing,
        batch.units,
        placing.row.id,
        again=True,
    )
    armed: Counter[date] = Counter()
    for step in _ahead(placing, milestone, batch):
        armed[_day(placing, step.at)] += sowing.plan(step)
    ended = and_(_obligations(batch), Notice.stage.in_(PRESSING), ended_at(now))
    cancelled = days_of(placing, ended)
    unchanged = (before - cancelled) & armed
    return Rearmed(cancelled, armed - unchanged)


def _obligations(batch: Batch) -> ColumnElement[bool]:
    return Notice.obligation_id.in_(select(Obligation.id).where(batch.owing))


def _replaceable(now: datetime) -> list[ColumnElement[bool]]:
    """Planned for a date that has moved, or planned ahead: what is due this minute, or was carried
    over from an earlier day, still belongs to the date it was planned for."""
    moved = (
        select(Obligation.id)
        .where(Obligation.id == Notice.obligation_id, Obligation.due_version != Notice.due_version)
        .exists()
    )
    return [_rhythmic(), or_(_ahead_of(now), and_(moved, unsent()))]


def _rhythmic() -> ColumnElement[bool]:
    return and_(Notice.stage.in_(PRESSING), ~Notice.step.startswith(ON_DEMAND))


def _ahead_of(now: datetime) -> ColumnElement[bool]:
    return and_(
        Notice.state == NoticeState.PLANNED,
        Notice.planned_at > now,
        func.coalesce(Notice.note, "") != CARRIED,
    )


def _ahead(placing: Placing, milestone: model.Milestone, batch: Batch) -> list[Step]:
    file = placing.file
    own = file.cadence_of(milestone)
    cadence = file.policies.correction.cadence if batch.correcting else own
    rhythm = Rhythm(placing.hours.calendar, file.zone, cadence, file.ladder_of(milestone))
    found = steps(batch.due, rhythm, opens=batch.opens)
    ahead = [step for step in found if step.at > placing.now]
    return [step for step in ahead if not (batch.received and step.stage in LATE)]


def days_of(placing: Placing, chosen: ColumnElement[bool]) -> Counter[date]:
    rows = placing.session.execute(
        select(Notice.planned_at, func.count()).where(chosen).group_by(Notice.planned_at)
    )
    days: Counter[date] = Counter()
    for at, count in rows:
        days[_day(placing, at)] += count
    return days


def _day(placing: Placing, at: datetime) -> date:
    return at.astimezone(placing.file.zone).date()
