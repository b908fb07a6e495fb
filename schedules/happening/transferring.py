"""Where each unit has a day of its own: a unit whose day moves goes, with what it owes, to the
occurrence of its new date."""

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace

from sqlalchemy import ColumnElement, and_, func, select, update

from dondoc.happening import happened
from dondoc.plan import model
from dondoc.plan.hanging import hanging_on
from dondoc.tables import OWING, Milestone, Obligation, Occurrence, PlanEvent, Unit
from schedules.amending.impact import Printed
from schedules.amending.moving import move, refuse_earlier
from schedules.amending.owing import drop, join
from schedules.amending.rearming import rearm
from schedules.amending.refusing import listed
from schedules.amending.telling import tell_again, withdraw
from schedules.amending.work import Work, printed
from schedules.dating import DueFor, dates
from schedules.deadline import Deadline
from schedules.happening.refusing import TooLateToAsk, said_day


@dataclass(frozen=True, kw_only=True)
class Landing:
    """An occurrence, and the units that come to it: from another date (`before`, how many are
    asked still), or owing it `anew`."""

    milestone: model.Milestone
    occurrence: Occurrence
    found: Deadline
    units: tuple[int, ...]
    before: Counter[Printed] = field(default_factory=Counter)
    anew: tuple[int, ...] = ()


def gather(work: Work, event: PlanEvent, units: Collection[int], *, meant: bool) -> list[Landing]:
    """After the days are written, before dates follow from them. Raises TooSudden, AlreadyPast,
    TooLateToAsk."""
    wanted = _wanted(work)
    _never_press_the_past(work, event, wanted)
    landings = [
        landing
        for milestone in hanging_on(work.new, event.code)
        for due in wanted[milestone.code]
        if due.units is not None and (arriving := due.units & set(units))
        if (landing := _landing(work, milestone, due, arriving, meant=meant)) is not None
    ]
    _forget_empty(work, event)
    return landings


def _wanted(work: Work) -> dict[str, list[DueFor]]:
    days = happened(work.session, work.placing.row)
    return dates(work.new, work.placing.hours.calendar, days)


def _never_press_the_past(
    work: Work, event: PlanEvent, wanted: Mapping[str, Sequence[DueFor]]
) -> None:
    """What was taken back and is over by the new day is collected only, as at a launch."""
    over = {
        (milestone.code, due.dated.key)
        for milestone in hanging_on(work.new, event.code)
        for due in wanted[milestone.code]
        if work.placing.deadline_of(due).late_at <= work.now
    }
    for occurrence in _of_event(work, event):
        gone = occurrence.dropped_in is not None
        if gone and (occurrence.milestone.code, occurrence.key) in over:
            occurrence.silent = True


def leave(work: Work, event: PlanEvent, units: Collection[int]) -> None:
    """Their day was taken back: they are asked for it no longer. A date that nobody has any more
    is left out as a whole, with every other that is."""
    wanted = _wanted(work)
    for occurrence in _of_event(work, event) if units else ():
        keys = {due.dated.key for due in wanted[occurrence.milestone.code]}
        if occurrence.key not in keys:
            continue
        mine = and_(
            Obligation.occurrence_id == occurrence.id,
            Obligation.unit_id.in_(units),
            Obligation.state.in_(OWING),
        )
        leaving = list(work.session.scalars(select(Obligation.unit_id).where(mine)))
        if leaving:
            withdrawn = withdraw(work, occurrence)
            drop(work, occurrence, leaving)
            tell_again(work, occurrence.milestone, withdrawn)


def arrive(work: Work, landings: Sequence[Landing]) -> None:
    """After every other date is settled."""
    for landing in landings:
        occurrence = landing.occurrence
        withdrawn = withdraw(work, occurrence)
        join(work, occurrence, landing.anew)
        if landing.before:
            _move(work, landing)
        owing = and_(_mine(landing), Obligation.state.in_(OWING))
        work.session.execute(update(Obligation).where(owing).values(plan_version=work.version))
        if not occurrence.silent:
            only = list(landing.units)
            work.count(rearm(work.placing, landing.milestone, occurrence, only=only))
        tell_again(work, occurrence.milestone, withdrawn)
        work.session.flush()


def _landing(
    work: Work, milestone: model.Milestone, due: DueFor, arriving: frozenset[int], *, meant: bool
) -> Landing | None:
    """None where nobody comes from another date and the occurrence is still to be placed."""
    session, found = work.session, work.placing.deadline_of(due)
    row = _row(work, milestone.code)
    mine = _obligations(work, row, arriving)
    live = {one.unit_id for one in mine if one.dropped_in is None}
    anew = set(work.placing.owing(milestone, due)) & arriving - live
    by_key = select(Occurrence).where(
        Occurrence.milestone_id == row.id, Occurrence.key == due.dated.key
    )
    occurrence = session.scalar(by_key)
    if occurrence is None and not mine:
        return None
    if occurrence is None:
        occurrence = work.placing.add_occurrence(milestone, row, due)
        session.expire(row, ["occurrences"])
    elif anew and found.late_at <= work.now and not occurrence.silent:
        codes = session.scalars(select(Unit.code).where(Unit.id.in_(anew)).order_by(Unit.code))
        raise TooLateToAsk(
            milestone=milestone.code, units=listed(list(codes)), due=said_day(found.last_on)
        )
    occurrence.dropped_in = None  # `join` knows who owes it again
    before = _transfer(work, milestone, mine, occurrence, found, meant=meant)
    return Landing(
        milestone=milestone,
        occurrence=occurrence,
        found=found,
        units=tuple(sorted(arriving)),
        before=before,
        anew=tuple(sorted(anew)),
    )


def _transfer(
    work: Work,
    milestone: model.Milestone,
    mine: Sequence[Obligation],
    occurrence: Occurrence,
    found: Deadline,
    *,
    meant: bool,
) -> Counter[Printed]:
    """Rows change their occurrence; their dates follow in `arrive`."""
    before: Counter[Printed] = Counter()
    for one in mine:
        open_ = one.undelivered
        longer = one.extended_to is not None and one.extended_to >= found.last_on
        if open_ and not longer and found.last_on < one.last_on:
            refuse_earlier(work, milestone, one.last_on, found, meant=meant)
        before[printed(one.occurrence)] += open_
        one.occurrence = occurrence
    work.session.flush()
    return before


def _move(work: Work, landing: Landing) -> None:
    move(work, landing.occurrence, landing.found)
    told = work.impact.moved.pop()
    for before, units in landing.before.items():
        if units:
            work.impact.moved.append(replace(told, before=before, units=units))


def _mine(landing: Landing) -> ColumnElement[bool]:
    return and_(
        Obligation.occurrence_id == landing.occurrence.id, Obligation.unit_id.in_(landing.units)
    )


def _row(work: Work, code: str) -> Milestone:
    of_plan = select(Milestone).where(Milestone.plan_id == work.placing.row.id)
    return work.session.scalars(of_plan.where(Milestone.code == code)).one()


def _obligations(work: Work, row: Milestone, units: Collection[int]) -> list[Obligation]:
    """A unit has at most one, whatever day it had."""
    found = (
        select(Obligation)
        .join(Obligation.occurrence)
        .where(Occurrence.milestone_id == row.id, Obligation.unit_id.in_(units))
        .order_by(Obligation.id)
    )
    return list(work.session.scalars(found))


def _of_event(work: Work, event: PlanEvent) -> list[Occurrence]:
    found = (
        select(Occurrence)
        .join(Occurrence.milestone)
        .where(Milestone.event_id == event.id)
        .order_by(Occurrence.id)
    )
    return list(work.session.scalars(found))


def _forget_empty(work: Work, event: PlanEvent) -> None:
    """A date that nobody ever closed and nobody has any more."""
    for occurrence in _of_event(work, event):
        count = select(func.count()).where(Obligation.occurrence_id == occurrence.id)
        if occurrence.closed_at is None and not work.session.scalar(count):
            work.session.expire(occurrence.milestone, ["occurrences"])
            work.session.delete(occurrence)
    work.session.flush()
