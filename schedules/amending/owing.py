"""Who owes a date anew, and who no longer."""

from collections.abc import Collection, Iterable

from sqlalchemy import ColumnElement, and_, case, or_, select, update
from sqlalchemy.orm import Session

from dondoc.changes import DROPPED, Change, What
from dondoc.plan import model
from dondoc.tables import (
    OWING,
    Notice,
    NoticeState,
    Obligation,
    ObligationState,
    Occurrence,
    Reason,
    Stage,
    Unit,
)
from dondoc.units.audience import audience
from dondoc.verdicts import incomplete
from dondoc.words import Words
from schedules.amending.impact import Owed
from schedules.amending.lingering import remember, revive
from schedules.amending.rearming import ON_DEMAND, PRESSING, days_of, end, lingering, unsent
from schedules.amending.telling import tell
from schedules.amending.work import Work, printed, which
from schedules.cadence import Step
from schedules.calendar import start_of
from schedules.dating import DueFor
from schedules.planning import Sowing

TOLD_ONCE = (Stage.ANNOUNCE, Stage.EXTENSION, Stage.TAKEN_OVER, Stage.RETURNED)
BY_VERSION = Words("kế hoạch điều chỉnh, phiên bản {version}", "plan amended, version {version}")


def drop(work: Work, occurrence: Occurrence, units: Collection[int] | None = None) -> None:
    """Whoever owes it still, or of them `units`, is asked for it no longer. What was handed in
    stays; nothing is deleted."""
    owing = _of(occurrence, units, and_(Obligation.state.in_(OWING), ~incomplete()))
    codes = _codes(work.session, owing)
    if not occurrence.silent:
        tell(work, owing, Change(what=(What.DROPPED,)))
    _end(work, owing)
    work.session.execute(
        update(Obligation)
        .where(owing)
        .values(
            state=ObligationState.EXEMPT,
            exempt_reason=BY_VERSION.vi.format(version=work.version),
            decided_at=work.now,
            dropped_in=work.version,
        )
    )
    if units is None:
        occurrence.dropped_in = work.version
    if codes or units is None:
        work.impact.dropped.append(_owed(occurrence, codes, whole=units is None))


def restore(work: Work, occurrence: Occurrence, gone: ColumnElement[bool]) -> None:
    """What an earlier version dropped is owed again, as it was; a returned submission is still to
    be corrected."""
    mine = _of(occurrence, None, gone)
    codes, whole = _codes(work.session, mine), occurrence.dropped_in is not None
    ids = list(work.session.scalars(select(Obligation.id).where(mine)))
    returned = and_(Obligation.first_complete_at.is_not(None), Obligation.correct_by.is_not(None))
    work.session.execute(
        update(Obligation)
        .where(mine)
        .values(
            state=case((returned, ObligationState.RETURNED), else_=ObligationState.OPEN),
            exempt_reason=None,
            decided_at=None,
            dropped_in=None,
        )
    )
    occurrence.dropped_in = None
    if not occurrence.silent:
        back = Obligation.id.in_(ids)
        _announce_after_all(work, back)
        tell(work, back, Change(what=(What.RESTORED,)))
    work.impact.added.append(_owed(occurrence, codes, whole=whole))


def join(work: Work, occurrence: Occurrence, units: Collection[int]) -> list[int]:
    """They owe it from now on: those who were dropped earlier as they were, the others anew.
    Returns whose notices are to be planned."""
    if not units:
        return []
    gone = and_(Obligation.unit_id.in_(units), Obligation.dropped_in.is_not(None))
    back = list(work.session.scalars(select(Obligation.unit_id).where(_of(occurrence, None, gone))))
    if back:
        restore(work, occurrence, gone)
    of_occurrence = select(Obligation.unit_id).where(Obligation.occurrence_id == occurrence.id)
    fresh = sorted(set(units) - set(work.session.scalars(of_occurrence)))
    work.placing.add_obligations(occurrence, fresh)
    new = _of(occurrence, fresh, Obligation.state == ObligationState.OPEN)
    if fresh and not occurrence.silent:
        announce(work, new)
    if fresh:
        codes = _codes(work.session, new)
        work.impact.added.append(_owed(occurrence, codes, whole=False))
    return [*back, *fresh]


def joining_and_leaving(
    work: Work, was: model.Milestone, now: model.Milestone, due: DueFor
) -> tuple[set[int], set[int]]:
    """The units the new words of the audience add and leave out. Units that owe because of
    anything else, such as a merger, are not concerned."""
    day = due.dated.due
    old = {unit.id for unit in audience(work.session, was.audience, on=day)}
    new = {unit.id for unit in audience(work.session, now.audience, on=day)}
    if due.units is not None:
        old, new = old & due.units, new & due.units
    return new - old, old - new


def announce(work: Work, owing: ColumnElement[bool]) -> None:
    """As a launch does, also of a plan that was launched without: nobody knows of it otherwise."""
    placing = work.placing
    work.announced.append(owing)
    chain = placing.chain_of(work.now.year)
    sowing = Sowing(work.session, chain, owing, (), placing.row.id, again=True)
    sowing.plan(Step(Stage.ANNOUNCE, "announce", None, placing.announced_at))


def _announce_after_all(work: Work, owing: ColumnElement[bool]) -> None:
    """What was dropped before its announcement left, or the answer about an extension, or a
    return, or what was taken over; and what somebody asked for by hand the same day."""
    work.announced.append(owing)
    ended = and_(
        Notice.obligation_id.in_(select(Obligation.id).where(owing)),
        Notice.state == NoticeState.SKIPPED,
        Notice.reason == Reason.AMENDED,
    )
    today = start_of(work.placing.hours.today(work.now), work.placing.hours.zone)
    by_hand = and_(Notice.step.startswith(ON_DEMAND), Notice.planned_at >= today)
    again = and_(ended, or_(Notice.stage.in_(TOLD_ONCE), by_hand))
    revive(work.session, again)


def _of(
    occurrence: Occurrence, units: Iterable[int] | None, chosen: ColumnElement[bool]
) -> ColumnElement[bool]:
    mine = and_(Obligation.occurrence_id == occurrence.id, chosen)
    return mine if units is None else and_(mine, Obligation.unit_id.in_(list(units)))


def _codes(session: Session, chosen: ColumnElement[bool]) -> tuple[str, ...]:
    of_units = select(Unit.code).join(Obligation, Obligation.unit_id == Unit.id)
    return tuple(session.scalars(of_units.where(chosen).order_by(Unit.code)))


def _owed(occurrence: Occurrence, codes: tuple[str, ...], *, whole: bool) -> Owed:
    return Owed(
        which=which(occurrence),
        due=printed(occurrence),
        units=codes,
        whole=whole,
        silent=occurrence.silent,
    )


def _end(work: Work, owing: ColumnElement[bool]) -> None:
    """Everything about it that has not left, but for the letter that tells so."""
    planned = and_(
        Notice.obligation_id.in_(select(Obligation.id).where(owing)),
        Notice.stage != Stage.REVIEW,
        Notice.step != DROPPED.format(version=work.version),
        unsent(),
    )
    work.impact.cancelled += days_of(work.placing, and_(planned, Notice.stage.in_(PRESSING)))
    remember(work.session, and_(planned, lingering(work.now)))
    end(work.placing, planned)
