"""A launched plan's events: the days they have, and what waits for one."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from dondoc.plan import model
from dondoc.plan.bodies import milestone_from
from dondoc.plan.mistakes import NOTHING
from dondoc.plan.relative import Per, Relative, said
from dondoc.queries import not_found
from dondoc.tables import (
    EventDay,
    Milestone,
    Obligation,
    Occurrence,
    Plan,
    PlanEvent,
    Unit,
)
from dondoc.units.audience import audience
from dondoc.words import Words

EVENT = Words("sự kiện", "event")


@dataclass(frozen=True, kw_only=True)
class Waiting:
    """A milestone, and the units that would owe it today and have no date, because their event
    has none. `rule`: 03 ngày làm việc sau «…»."""

    plan: str
    milestone: str
    name: str
    event: str
    event_name: str
    per: Per
    rule: Words
    units: frozenset[int]


@dataclass(frozen=True, kw_only=True)
class EventLine:
    """`days` by unit, with when each was set; of the plan's one day the unit is None."""

    code: str
    name: str
    per: Per
    days: tuple[tuple[str | None, date, datetime], ...]


def enter_events(session: Session, row: Plan, file: model.PlanFile) -> dict[str, int]:
    """The events of the file that the plan does not have yet. Returns the ids of all by code."""
    known = {event.code: event for event in plan_events(session, row)}
    for position, event in enumerate(file.events):
        one = known.get(event.code)
        if one is None:
            one = known[event.code] = PlanEvent(plan_id=row.id, code=event.code)
            session.add(one)
        one.position, one.name, one.per = position, event.name, event.per
    session.flush()
    return {code: event.id for code, event in known.items()}


def plan_events(session: Session, plan: Plan) -> list[PlanEvent]:
    of_plan = select(PlanEvent).where(PlanEvent.plan_id == plan.id)
    return list(session.scalars(of_plan.order_by(PlanEvent.position)))


def event_by_code(session: Session, plan: Plan, code: str) -> PlanEvent:
    """Raises NotFound."""
    events = {event.code: event for event in plan_events(session, plan)}
    if code not in events:
        raise not_found(EVENT, code, events)
    return events[code]


def happened(session: Session, plan: Plan) -> dict[str, dict[int | None, date]]:
    """The day of every event that has one: by unit, or under None the plan's."""
    found: dict[str, dict[int | None, date]] = defaultdict(dict)
    rows = session.execute(
        select(PlanEvent.code, EventDay.unit_id, EventDay.day)
        .join(EventDay, EventDay.event_id == PlanEvent.id)
        .where(PlanEvent.plan_id == plan.id)
    )
    for code, unit_id, day in rows:
        found[code][unit_id] = day
    return found


def event_lines(session: Session, plan: Plan) -> list[EventLine]:
    """In the plan's order; the days of units by their codes."""
    days: dict[int, list[tuple[str | None, date, datetime]]] = defaultdict(list)
    rows = session.execute(
        select(EventDay.event_id, Unit.code, EventDay.day, EventDay.set_at)
        .join(PlanEvent, PlanEvent.id == EventDay.event_id)
        .outerjoin(Unit, Unit.id == EventDay.unit_id)
        .where(PlanEvent.plan_id == plan.id)
        .order_by(Unit.code)
    )
    for event_id, unit, day, set_at in rows:
        days[event_id].append((unit, day, set_at))
    return [
        EventLine(code=event.code, name=event.name, per=event.per, days=tuple(days[event.id]))
        for event in plan_events(session, plan)
    ]


def waiting(session: Session, plan: Plan, now: datetime) -> list[Waiting]:
    """In the plan's order."""
    hanging = list(
        session.scalars(
            select(Milestone)
            .where(
                Milestone.plan_id == plan.id,
                Milestone.event_id.is_not(None),
                Milestone.dropped_in.is_(None),
            )
            .order_by(Milestone.position)
        )
    )
    if not hanging:
        return []
    today = now.astimezone(ZoneInfo(plan.time_zone)).date()
    days = happened(session, plan)
    found = [_waiting(session, plan, one, days, today) for one in hanging]
    return [one for one in found if one.units]


def _waiting(
    session: Session,
    plan: Plan,
    milestone: Milestone,
    days: dict[str, dict[int | None, date]],
    today: date,
) -> Waiting:
    event = milestone.event
    if event is None:
        raise LookupError(milestone.code)
    body = milestone_from(milestone.body)
    set_for = days.get(event.code, {})
    owing = () if None in set_for else audience(session, body.audience, on=today)
    settled = {*set_for, *_owing_already(session, milestone)} if owing else set()
    return Waiting(
        plan=plan.code,
        milestone=milestone.code,
        name=milestone.name,
        event=event.code,
        event_name=event.name,
        per=event.per,
        rule=_rule(session, milestone, body),
        units=frozenset(unit.id for unit in owing if unit.id not in settled),
    )


def _owing_already(session: Session, milestone: Milestone) -> Iterable[int]:
    """Such as a unit that took over what another owed."""
    return session.scalars(
        select(Obligation.unit_id)
        .join(Occurrence, Occurrence.id == Obligation.occurrence_id)
        .where(Occurrence.milestone_id == milestone.id, Obligation.dropped_in.is_(None))
    )


def _rule(session: Session, milestone: Milestone, body: model.Milestone) -> Words:
    if not isinstance(body.due, Relative):
        return NOTHING
    return said(body.due, dict(_names(session, milestone.plan_id))[body.due.anchor])


def _names(session: Session, plan_id: int) -> Iterator[tuple[str, str]]:
    for table in (Milestone, PlanEvent):
        rows = session.execute(select(table.code, table.name).where(table.plan_id == plan_id))
        yield from rows.tuples()
