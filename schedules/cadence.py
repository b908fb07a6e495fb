"""Which notices one deadline gives, and when."""

from collections.abc import Iterator, Sequence
from datetime import date, datetime, timedelta
from typing import NamedTuple
from zoneinfo import ZoneInfo

from dondoc.plan.model import Cadence, Level, Rung
from dondoc.tables import Stage
from schedules.calendar import OfficeCalendar
from schedules.deadline import Deadline

LEVELS = {level: number for number, level in enumerate(Level, start=1)}


class Step(NamedTuple):
    """One planned sending: `name` is the rule (T-7, T-0, T+1, T+3+6wd, L2)."""

    stage: Stage
    name: str
    level: int | None
    at: datetime


class Rhythm(NamedTuple):
    """Everything the days are counted with."""

    calendar: OfficeCalendar
    zone: ZoneInfo
    cadence: Cadence
    ladder: Sequence[Rung]

    def at(self, day: date) -> datetime:
        return datetime.combine(day, self.cadence.at, self.zone)


def steps(due: Deadline, rhythm: Rhythm, *, opens: date | None) -> list[Step]:
    return [
        *_before(due, rhythm, opens),
        *_after(due, rhythm),
        *_upward(due, rhythm),
    ]


def _before(due: Deadline, rhythm: Rhythm, opens: date | None) -> Iterator[Step]:
    """Moved to an earlier working day; of two on one day the nearer to the date stays; an offset
    longer than the open window is left out."""
    window = None if opens is None else (due.target_on - opens).days
    by_day: dict[date, int] = {}
    for days in sorted(rhythm.cadence.before, reverse=True):
        if window is None or days <= window:
            by_day[rhythm.calendar.on_or_before(due.target_on - timedelta(days=days))] = days
    for day, days in by_day.items():
        stage = Stage.REMIND if days else Stage.DUE
        yield Step(stage, f"T-{days}", None, rhythm.at(day))


def _after(due: Deadline, rhythm: Rhythm) -> Iterator[Step]:
    """Counted from the day the deadline rolls to, moved to a later working day; a day that is
    already taken is not taken twice."""
    cadence, calendar = rhythm.cadence, rhythm.calendar
    names: dict[date, str] = {}
    for days in sorted(cadence.after):
        day = calendar.on_or_after(due.rolled_on + timedelta(days=days))
        names.setdefault(day, f"T+{days}")
    last_name = f"T+{max(cadence.after)}" if cadence.after else "T"
    last_day = max(names, default=due.rolled_on)
    extra = 0
    while len(names) < cadence.max_overdue:
        extra += cadence.then_every
        names[calendar.shift(last_day, extra)] = f"{last_name}+{extra}wd"
    for day in sorted(names)[: cadence.max_overdue]:
        yield Step(Stage.OVERDUE, names[day], None, rhythm.at(day))


def _upward(due: Deadline, rhythm: Rhythm) -> Iterator[Step]:
    """`after` working days late: the first late working day is 1."""
    for rung in rhythm.ladder:
        level = LEVELS[rung.to]
        day = rhythm.calendar.shift(due.rolled_on, rung.after)
        yield Step(Stage.ESCALATE, f"L{level}", level, rhythm.at(day))
