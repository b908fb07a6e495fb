"""In a rehearsal: officials hold letters, let them go on, cancel a sending, confirm a sweep."""

from collections.abc import Callable, Iterator
from datetime import date, datetime, time

from sqlalchemy import select
from sqlalchemy.orm import Session

from dondoc.database import Database
from dondoc.decision import Decision
from dondoc.holds import Named, Span, holds, place, release
from dondoc.plan.values import Part
from dondoc.queries import milestone_by_code
from dondoc.skipping import Sending, skip_step
from dondoc.stops import confirm, standing_stop
from dondoc.tables import Plan
from schedules.calendar import ONE_DAY, OfficeHours, start_of
from schedules.rehearsal import Scripted

DECIDES_AT = time(7, 30)
"""before the day's letters"""

Decide = Callable[[Session, Decision], object]


class Decides(Part):
    on: date
    reason: str = "kịch bản"


class Holds(Decides):
    """Without milestone, group and unit: the whole plan; `until` is the last day."""

    milestone: str | None = None
    group: str | None = None
    unit: str | None = None
    until: date | None = None
    escalations: bool = False


class Releases(Decides):
    """Whatever is on hold."""


class Skips(Decides):
    milestone: str
    step: str
    occurrence: str | None = None


class Confirms(Decides):
    """Where a sweep is stopped."""


class Pauses(Part):
    hold: tuple[Holds, ...] = ()
    release: tuple[Releases, ...] = ()
    skip: tuple[Skips, ...] = ()
    confirm: tuple[Confirms, ...] = ()

    def script(self, database: Database, hours: OfficeHours) -> Iterator[Scripted]:
        for rule in (*self.hold, *self.release, *self.skip, *self.confirm):
            at = datetime.combine(rule.on, DECIDES_AT, hours.zone)
            yield Scripted(at, acts(database, rule.reason, _decides(rule, hours)))


def acts(database: Database, reason: str, decide: Decide) -> Callable[[datetime], None]:
    def act(now: datetime) -> None:
        with database.writing() as session:
            decide(session, Decision(actor="rehearsal", reason=reason, now=now))

    return act


def _decides(rule: Decides, hours: OfficeHours) -> Decide:
    match rule:
        case Holds():
            return lambda session, decision: _hold(session, rule, decision, hours)
        case Skips():
            return lambda session, decision: _skip(session, rule, decision)
        case Releases():
            return lambda session, decision: [
                release(session, hold, decision, days=hours) for hold in holds(session)
            ]
        case _:
            return lambda session, decision: standing_stop(session) and confirm(session, decision)


def _hold(session: Session, rule: Holds, decision: Decision, hours: OfficeHours) -> None:
    named = Named(
        plan=_plan(session).code,
        milestone=rule.milestone,
        group=rule.group,
        unit=rule.unit,
        only_upward=rule.escalations,
    )
    end = None if rule.until is None else start_of(rule.until + ONE_DAY, hours.zone)
    place(session, named.covers(session), Span(end=end), decision)


def _skip(session: Session, rule: Skips, decision: Decision) -> None:
    milestone = milestone_by_code(session, _plan(session), rule.milestone)
    sending = Sending(milestone=milestone, step=rule.step, occurrence=rule.occurrence)
    skip_step(session, sending, decision)


def _plan(session: Session) -> Plan:
    """A rehearsal has one."""
    return session.scalars(select(Plan)).one()
