"""A date moves: for everybody who has not delivered, unless their own extension runs longer."""

from collections.abc import Collection, Iterator
from datetime import date, datetime

from sqlalchemy import ColumnElement, and_, func, or_, select, update

from dondoc.changes import CHANGED, Change, What
from dondoc.plan import model
from dondoc.queries import undelivered
from dondoc.tables import (
    UNSENT,
    Notice,
    NoticeState,
    Obligation,
    Occurrence,
    Stage,
)
from schedules.amending.impact import Moved
from schedules.amending.lingering import remember
from schedules.amending.pairing import Pair
from schedules.amending.rearming import ON_DEMAND, lingering
from schedules.amending.refusing import AlreadyPast, TooSudden
from schedules.amending.telling import tell
from schedules.amending.work import Work, printed, which
from schedules.deadline import Deadline, deadline


def moves(work: Work, pair: Pair) -> bool:
    """Whether the plan prints another date. A calendar corrected since is no amendment."""
    occurrence, dated = pair.occurrence, pair.due.dated
    if occurrence is None:
        return False
    same = (dated.due, dated.inclusive) == (occurrence.due_on, occurrence.inclusive)
    return not same or work.old.timezone != work.new.timezone


def refuse_sudden(work: Work, pair: Pair, *, meant: bool) -> None:
    """An earlier date gives whoever still owes it enough working days, unless it is `meant`; one
    that has passed is never possible. Raises TooSudden, AlreadyPast."""
    occurrence, found = pair.occurrence, work.placing.deadline_of(pair.due)
    if occurrence is None or occurrence.silent or found.last_on >= occurrence.last_on:
        return
    if work.session.scalar(select(func.count()).where(_open(occurrence), _follows(found))):
        refuse_earlier(work, pair.milestone, occurrence.last_on, found, meant=meant)


def refuse_earlier(
    work: Work, milestone: model.Milestone, before: date, found: Deadline, *, meant: bool
) -> None:
    """Raises TooSudden, AlreadyPast."""
    facts = {
        "milestone": milestone.code,
        "before": f"{before:%d/%m/%Y}",
        "after": f"{found.last_on:%d/%m/%Y}",
    }
    if found.late_at <= work.now:
        raise AlreadyPast(**facts)
    hours = work.placing.hours
    left = hours.calendar.working_days_between(hours.today(work.now), found.last_on)
    least = work.old.policies.earlier_notice
    if left < least and not meant:
        raise TooSudden(**facts, left=left, least=least)


def move(
    work: Work, occurrence: Occurrence, found: Deadline, *, what: tuple[What, ...] = ()
) -> None:
    """`occurrence` still has the old date. What was delivered stands on the date it was due. `what`
    has changed besides."""
    before = printed(occurrence)
    extended, overtaken = _extensions(work, occurrence, found)
    moved = 0
    for until, whose in _dates(work, occurrence, found):
        chosen = and_(_open(occurrence), whose, _differs(until))
        moved += work.session.scalar(select(func.count()).where(chosen)) or 0
        if not occurrence.silent:
            _tell(work, chosen, what)
            mine = Notice.obligation_id.in_(select(Obligation.id).where(chosen))
            remember(work.session, and_(mine, lingering(work.now)))
        _set(work, chosen, until)
    reopened = _redate(occurrence, found, work.now)
    _keep_untold(work, occurrence)
    work.impact.moved.append(
        Moved(
            which=which(occurrence),
            before=before,
            after=printed(occurrence),
            units=moved,
            extended=extended,
            overtaken=overtaken,
            reopened=reopened,
        )
    )


def catch_up(work: Work, occurrence: Occurrence, found: Deadline, units: Collection[int]) -> None:
    """Those who are asked again, and were not while the date moved. They are told so with the
    date it has now."""
    again = Obligation.unit_id.in_(units)
    for until, whose in _dates(work, occurrence, found):
        _set(work, and_(_open(occurrence), again, whose, _differs(until)), until)
    _keep_untold(work, occurrence)


def _open(occurrence: Occurrence) -> ColumnElement[bool]:
    return and_(Obligation.occurrence_id == occurrence.id, undelivered())


def _follows(found: Deadline) -> ColumnElement[bool]:
    """Those without an extension of their own that runs at least as long."""
    return or_(Obligation.extended_to.is_(None), Obligation.extended_to < found.last_on)


def _dates(
    work: Work, occurrence: Occurrence, found: Deadline
) -> Iterator[tuple[Deadline, ColumnElement[bool]]]:
    """The later of both dates, for each length of extension there is."""
    yield found, _follows(found)
    longer = work.session.scalars(
        select(Obligation.extended_to)
        .where(_open(occurrence), Obligation.extended_to >= found.last_on)
        .distinct()
    ).all()
    for until in longer:
        if until is not None:
            own = _extended(work, until)
            yield own, Obligation.extended_to == until


def _extended(work: Work, until: date) -> Deadline:
    calendar, zone = work.placing.hours.calendar, work.new.zone
    return deadline(until, inclusive=True, calendar=calendar, zone=zone)


def _extensions(work: Work, occurrence: Occurrence, found: Deadline) -> tuple[int, int]:
    longer = Obligation.extended_to >= found.last_on
    holds = select(func.count()).where(_open(occurrence), longer)
    reached = select(func.count()).where(
        _open(occurrence), Obligation.extended_to.is_not(None), ~longer
    )
    return work.session.scalar(holds) or 0, work.session.scalar(reached) or 0


def _differs(due: Deadline) -> ColumnElement[bool]:
    return or_(
        Obligation.due_on != due.due_on,
        Obligation.last_on != due.last_on,
        Obligation.late_at != due.late_at,
    )


def _tell(work: Work, chosen: ColumnElement[bool], what: tuple[What, ...]) -> None:
    """In one letter all dates that were: they differ where extensions do."""
    dates = select(Obligation.due_on, Obligation.last_on).where(chosen).distinct()
    for due_on, last_on in work.session.execute(dates).all():
        was = and_(chosen, Obligation.due_on == due_on, Obligation.last_on == last_on)
        tell(work, was, Change(was=due_on, inclusive=due_on == last_on, what=what), moved=True)


def _set(work: Work, chosen: ColumnElement[bool], due: Deadline) -> None:
    work.session.execute(
        update(Obligation)
        .where(chosen)
        .values(
            due_on=due.due_on,
            last_on=due.last_on,
            target_on=due.target_on,
            late_at=due.late_at,
            due_version=Obligation.due_version + 1,
        )
    )


def _redate(occurrence: Occurrence, found: Deadline, now: datetime) -> bool:
    """Returns whether it was late, and is not late any more."""
    occurrence.due_on = found.due_on
    occurrence.inclusive = found.inclusive
    occurrence.last_on = found.last_on
    occurrence.target_on = found.target_on
    reopened = occurrence.late_at <= now < found.late_at
    occurrence.late_at = found.late_at
    if found.late_at > now:
        occurrence.silent = False
        occurrence.closed_at = occurrence.expected = None
    return reopened


def _keep_untold(work: Work, occurrence: Occurrence) -> None:
    """Announcements that have not left, what is told of an extension or of what was taken over,
    and what was asked for by hand, speak of the date as it is when they leave. A granted date that
    the plan's own has reached is no news."""
    version = (
        select(Obligation.due_version)
        .where(Obligation.id == Notice.obligation_id)
        .scalar_subquery()
    )
    mine = select(Obligation.id).where(Obligation.occurrence_id == occurrence.id)
    work.session.execute(
        update(Notice)
        .where(
            Notice.obligation_id.in_(mine),
            Notice.state.in_((*UNSENT, NoticeState.QUEUED)),
            or_(
                Notice.stage.in_((Stage.ANNOUNCE, Stage.TAKEN_OVER)),
                _answer_holds(),
                Notice.step == CHANGED.format(version=work.version),
                Notice.step.startswith(ON_DEMAND),
            ),
        )
        .values(due_version=version)
    )


def _answer_holds() -> ColumnElement[bool]:
    runs = (
        select(Obligation.id)
        .where(Obligation.id == Notice.obligation_id, Obligation.extended_to == Obligation.last_on)
        .exists()
    )
    of_a_date = Notice.step.in_((What.GRANTED.value, What.MOVED.value))
    return and_(Notice.stage == Stage.EXTENSION, or_(~of_a_date, runs))
