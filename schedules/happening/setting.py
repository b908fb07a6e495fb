"""An event gets its day, another day, or none: the plan's next version, with the same words.

1. Refuse a day before the plan, a unit that is not concerned, what was handed in already.
2. The day is written; dates that hang on it are worked out again.
3. Units whose own day moved go to the occurrence of their new date.
4. Dates come, move and go as in an amendment, with its letters and its notices.
"""

from dataclasses import dataclass, replace
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from dondoc.decision import ReasonMissing
from dondoc.happening import event_by_code
from dondoc.plan.differing import differences
from dondoc.plan.source import parse_plan
from dondoc.queries import unit_by_code
from dondoc.record import Entry, enter, subject_of
from dondoc.tables import EventDay, Plan, PlanEvent, Unit
from dondoc.words import Language, Words
from schedules.amending.amend import Amendment, apply, claim, finish
from schedules.amending.impact import Impact
from schedules.amending.work import Work
from schedules.calendar import OfficeHours
from schedules.happening.refusing import (
    NoDay,
    SameDay,
    refuse_day,
    refuse_handed_in,
    refuse_unconcerned,
    refuse_whose,
    said_day,
)
from schedules.happening.transferring import arrive, gather, leave
from schedules.placing import Placing

SET = Words("«{event}»: ngày {day}", "“{event}”: {day}")
MOVED = Words("«{event}» chuyển từ ngày {old} sang ngày {day}", "“{event}” moved: {old} → {day}")
UNSET = Words("«{event}»: rút lại ngày {old}", "“{event}”: {old} taken back")


@dataclass(frozen=True, kw_only=True)
class Setting:
    """Who gives the event a day, and why. `day` None takes it back. `units` are codes, for an event
    that has a day for each. A first day needs no reason. `expected` is the plan's version that was
    looked at; `earlier_is_meant`: earlier dates need no notice."""

    event: str
    day: date | None
    actor: str
    now: datetime
    units: tuple[str, ...] = ()
    reason: str | None = None
    expected: int | None = None
    earlier_is_meant: bool = False


@dataclass(frozen=True)
class Dated:
    """One day that changes; `unit` is None for the plan's."""

    unit: Unit | None
    old: date | None


def set_day(session: Session, plan: Plan, setting: Setting, *, hours: OfficeHours) -> Impact:
    """All rows in the caller's transaction: rolled back, it was a look at what would happen. Raises
    NotFound, DecisionRefused."""
    file = parse_plan(plan.source, plan.code)
    amendment = Amendment(
        file=file,
        source=plan.source,
        actor=setting.actor,
        now=setting.now,
        expected=setting.expected,
        earlier_is_meant=setting.earlier_is_meant,
    )
    claim(session, plan, amendment)
    event = event_by_code(session, plan, setting.event)
    placing = Placing(session, file, plan, hours=hours, now=setting.now)
    impact = Impact(plan=plan.code, version=plan.revision + 1, differences=differences(file, file))
    work = Work(placing=placing, old=file, base=plan.revision, impact=impact)
    changed = _write(work, event, setting)
    amendment = replace(amendment, reason=_reason(event, changed, setting))
    units = [one.unit.id for one in changed if one.unit is not None]
    landings = gather(work, event, units, meant=setting.earlier_is_meant)
    if setting.day is None:
        leave(work, event, units)
    apply(work, amendment)
    arrive(work, landings)
    finish(work, amendment)
    _enter(work, event, changed, setting)
    return impact


def _write(work: Work, event: PlanEvent, setting: Setting) -> list[Dated]:
    """Raises DecisionRefused, NotFound."""
    refuse_whose(event, named=bool(setting.units))
    if setting.day is not None:
        refuse_day(work.new, event, setting.day)
    named = [unit_by_code(work.session, code) for code in dict.fromkeys(setting.units)]
    if named and setting.day is not None:
        refuse_unconcerned(work.session, work.new, event, named, setting.day)
    whose: list[Unit | None] = [*named] or [None]
    found = [Dated(unit, _set(work, event, unit, setting)) for unit in whose]
    work.session.flush()
    return found


def _set(work: Work, event: PlanEvent, unit: Unit | None, setting: Setting) -> date | None:
    """Returns the day it had."""
    session, day = work.session, setting.day
    whose = EventDay.unit_id.is_(None) if unit is None else EventDay.unit_id == unit.id
    known = session.scalar(select(EventDay).where(EventDay.event_id == event.id, whose))
    facts = {"event": event.code, "unit": "" if unit is None else f" ({unit.code})"}
    if day is None:
        if known is None:
            raise NoDay(**facts)
        refuse_handed_in(session, event, unit)
        session.delete(known)
        return known.day
    if known is None:
        fresh = EventDay(event_id=event.id, unit=unit, day=day, set_at=setting.now)
        session.add(fresh)
        return None
    if known.day == day:
        raise SameDay(**facts, day=said_day(day))
    old, known.day, known.set_at = known.day, day, setting.now
    return old


def _reason(event: PlanEvent, changed: list[Dated], setting: Setting) -> str:
    """For the version, and for whoever is told that a date moved. Raises ReasonMissing."""
    why = (setting.reason or "").strip()
    olds = sorted({one.old for one in changed if one.old is not None})
    if olds and not why:
        raise ReasonMissing
    words = SET if not olds else UNSET if setting.day is None else MOVED
    what = words.text(
        Language.VI,
        event=event.name,
        day=setting.day and said_day(setting.day),
        old=", ".join(map(said_day, olds)),
    )
    return f"{what}. {why}" if why else what


def _enter(work: Work, event: PlanEvent, changed: list[Dated], setting: Setting) -> None:
    """An entry for each day that changed."""
    action = "event_unset" if setting.day is None else "event_set"
    for one in changed:
        unit = None if one.unit is None else one.unit.code
        entry = Entry(
            actor=setting.actor,
            on_behalf=work.new.standing_office,
            action=action,
            subject=subject_of(work.new.code, unit=unit),
            reason=(setting.reason or "").strip() or None,
            before={"day": one.old},
            after={"day": setting.day},
            facts={"event": event.code, "plan_version": work.version, **work.impact.facts},
        )
        enter(work.session, entry, now=work.now)
