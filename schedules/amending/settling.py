"""One occurrence after the other follows the new version."""

from typing import NamedTuple

from sqlalchemy import and_, func, select, update

from dondoc.changes import Change, What
from dondoc.plan import model
from dondoc.tables import IN_REVIEW, OWING, Obligation, ObligationState, Occurrence, Unit
from schedules.amending.impact import Owed, Stays
from schedules.amending.moving import catch_up, move, moves
from schedules.amending.owing import announce, drop, join, joining_and_leaving, restore
from schedules.amending.pairing import Pair
from schedules.amending.rearming import rearm
from schedules.amending.telling import differing, tell, tell_again, withdraw
from schedules.amending.work import Work, printed, which

HANDED_IN = (
    *(state for state in IN_REVIEW if not state.owing),
    ObligationState.ACCEPTED,
)
RHYTHM = {"due", "opens", "cadence", "escalation", "other"}
"""What a milestone says that decides when its notices go out, and to whom."""
SHARED = {
    "timezone",
    "standing_office",
    "board",
    "policies.cadence",
    "policies.escalation",
    "policies.correction.cadence",
}
"""What the header says about it."""


class Touched(NamedTuple):
    """What the amendment means for one occurrence. `was`: its milestone until now."""

    was: model.Milestone
    moved: bool
    restored: bool
    audience: bool
    rhythm: bool
    what: tuple[What, ...]

    @property
    def owed_otherwise(self) -> bool:
        return self.moved or self.restored or self.audience or bool(self.what)


def place(work: Work, pair: Pair) -> None:
    """A date that was not there before."""
    placed = work.placing.place(pair.milestone, pair.row, pair.due)
    codes = select(Unit.code).where(Unit.id.in_(placed.units)).order_by(Unit.code)
    work.impact.armed += placed.days
    if not placed.silent:
        announce(work, Obligation.occurrence_id == placed.occurrence.id)
    work.impact.added.append(
        Owed(
            which=which(placed.occurrence),
            due=printed(placed.occurrence),
            units=tuple(work.session.scalars(codes)),
            whole=True,
            silent=placed.silent,
        )
    )


def leave_out(work: Work, occurrence: Occurrence) -> None:
    """A date that is asked for no longer."""
    withdrawn = withdraw(work, occurrence)
    drop(work, occurrence)
    tell_again(work, occurrence.milestone, withdrawn)


def settle(work: Work, pair: Pair, occurrence: Occurrence, was: model.Milestone) -> None:
    """A date that stays, wherever it moved."""
    touched = _touched(work, pair, was)
    withdrawn = withdraw(work, occurrence) if touched.owed_otherwise else []
    if touched.restored:
        restore(work, occurrence, Obligation.dropped_in == occurrence.dropped_in)
    joining = _leave(work, pair, occurrence, touched)
    _move(work, pair, occurrence, touched)
    _describe(pair, occurrence)
    _stand(work, pair, occurrence, touched)
    joined = join(work, occurrence, joining)
    if joined:
        catch_up(work, occurrence, work.placing.deadline_of(pair.due), joined)
    if not occurrence.silent:
        only = None if touched.moved or touched.restored or touched.rhythm else joined
        if only is None or only:
            work.count(rearm(work.placing, pair.milestone, occurrence, only=only))
    tell_again(work, pair.row, withdrawn)


def _touched(work: Work, pair: Pair, was: model.Milestone) -> Touched:
    found = work.impact.differences
    altered = next((one for one in found.altered if one.code == pair.milestone.code), None)
    fields = frozenset() if altered is None else altered.fields
    restored = pair.occurrence is not None and pair.occurrence.dropped_in is not None
    return Touched(
        was=was,
        moved=moves(work, pair),
        restored=restored,
        audience=was.audience != pair.milestone.audience,
        rhythm=bool(fields & RHYTHM) or bool({one.field for one in found.header} & SHARED),
        what=() if restored else differing(work.old, was, work.new),
    )


def _move(work: Work, pair: Pair, occurrence: Occurrence, touched: Touched) -> None:
    if touched.moved or touched.what:
        _count_stays(work, occurrence)
    silent = occurrence.silent
    if touched.moved:
        move(work, occurrence, work.placing.deadline_of(pair.due), what=touched.what)
    owing = and_(Obligation.occurrence_id == occurrence.id, Obligation.state.in_(OWING))
    if silent and not occurrence.silent:
        announce(work, owing)
    if touched.what and not occurrence.silent:
        tell(work, owing, Change(what=touched.what))


def _describe(pair: Pair, occurrence: Occurrence) -> None:
    dated, period = pair.due.dated, pair.milestone.data_period
    occurrence.key, occurrence.label = dated.key, dated.label
    occurrence.granularity, occurrence.opens_on = dated.granularity, dated.opens
    occurrence.data_from = None if period is None else period.start
    occurrence.data_to = None if period is None else period.end


def _stand(work: Work, pair: Pair, occurrence: Occurrence, touched: Touched) -> None:
    """What is still owed stands on the new words; what was handed in, on those it was due under."""
    if not touched.owed_otherwise and touched.was == pair.milestone:
        return
    owing = and_(Obligation.occurrence_id == occurrence.id, Obligation.state.in_(OWING))
    work.session.execute(update(Obligation).where(owing).values(plan_version=work.version))


def _leave(work: Work, pair: Pair, occurrence: Occurrence, touched: Touched) -> set[int]:
    """Whoever is asked no longer leaves with the date that was known; of a date that has passed,
    who owed it is history. Returns the units that join."""
    found = work.placing.deadline_of(pair.due) if touched.moved else occurrence
    if not touched.audience or found.late_at <= work.now:
        return set()
    joining, leaving = joining_and_leaving(work, touched.was, pair.milestone, pair.due)
    if leaving:
        _count_stays(work, occurrence)
        drop(work, occurrence, leaving)
    return joining


def _count_stays(work: Work, occurrence: Occurrence) -> None:
    place = which(occurrence)
    count = work.session.scalar(
        select(func.count()).where(
            Obligation.occurrence_id == occurrence.id, Obligation.state.in_(HANDED_IN)
        )
    )
    if count and place not in [one.which for one in work.impact.stays]:
        work.impact.stays.append(Stays(which=place, units=count))
