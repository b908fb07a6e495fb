"""The dates of a plan's milestones, those that hang on events or on each other too."""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from typing import NamedTuple

from dondoc.plan.due import Dated, Granularity, Once
from dondoc.plan.model import Milestone, PlanFile
from dondoc.plan.relative import Per, PlanEvent, Relative
from dondoc.plan.timeline import occurrences
from dondoc.words import Language, Words
from schedules.calendar import ONE_DAY, OfficeCalendar
from schedules.deadline import counted_from

Happened = Mapping[str, Mapping[int | None, date]]
"""The day of every event that has one: by unit, or under None the plan's."""

COUNTED = Words("tính từ {day:%d/%m/%Y}", "counted from {day:%Y-%m-%d}")


class DueFor(NamedTuple):
    """One date, and the only units it is for: None are all of the milestone's audience."""

    dated: Dated
    units: frozenset[int] | None = None


class _From(NamedTuple):
    """A day from which is counted."""

    key: str
    day: date
    label: str
    units: frozenset[int] | None


def dates(
    plan: PlanFile, calendar: OfficeCalendar, happened: Happened | None = None
) -> dict[str, list[DueFor]]:
    """By milestone, each in the order of its dates; what waits for an event has none yet."""
    dating = _Dating(plan, calendar, happened or {})
    return {milestone.code: dating.of(milestone) for milestone in plan.milestones}


class _Dating:
    def __init__(self, plan: PlanFile, calendar: OfficeCalendar, happened: Happened) -> None:
        self.plan = plan
        self.calendar = calendar
        self.happened = happened
        self.events = {event.code: event for event in plan.events}
        self.milestones = {milestone.code: milestone for milestone in plan.milestones}

    def of(self, milestone: Milestone) -> list[DueFor]:
        rule = milestone.due
        if not isinstance(rule, Relative):
            return [DueFor(dated) for dated in occurrences(milestone, self.plan.period)]
        event = self.events.get(rule.anchor)
        if event is None:
            starts = self._from_milestone(self.milestones[rule.anchor])
        else:
            starts = self._from_event(event)
        found = [self._due(milestone, rule, start) for start in starts]
        return sorted(found, key=lambda due: (due.dated.due, due.dated.key))

    def _from_event(self, event: PlanEvent) -> Iterator[_From]:
        """A date of the plan keeps its key when it moves; dates of units are told apart by it."""
        days = self.happened.get(event.code, {})
        if event.per is Per.PLAN:
            if None in days:
                yield _From(event.code, days[None], _label(days[None]), None)
            return
        units: dict[date, set[int]] = defaultdict(set)
        for unit, day in days.items():
            if unit is not None:
                units[day].add(unit)
        for day, whose in units.items():
            yield _From(day.isoformat(), day, _label(day), frozenset(whose))

    def _from_milestone(self, other: Milestone) -> Iterator[_From]:
        for dated, units in self.of(other):
            key = other.code if isinstance(other.due, Once) else dated.key
            day = dated.due if dated.inclusive else dated.due - ONE_DAY
            yield _From(key, day, dated.label, units)

    def _due(self, milestone: Milestone, rule: Relative, start: _From) -> DueFor:
        due = counted_from(start.day, rule, self.calendar)
        before = rule.opens_before
        opens = start.day if rule.count >= 0 else None
        dated = Dated(
            key=start.key,
            due=due,
            granularity=Granularity.DAY,
            inclusive=milestone.inclusive,
            opens=opens if before is None else due - timedelta(days=before),
            label=start.label,
        )
        return DueFor(dated, start.units)


def _label(day: date) -> str:
    return COUNTED.text(Language.VI, day=day)
