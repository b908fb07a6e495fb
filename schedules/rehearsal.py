"""A plan's whole life on a simulated clock, through the functions the service runs."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from heapq import merge
from typing import NamedTuple

from schedules.calendar import ONE_DAY, OfficeHours

COLLECTS_AT = time(0, 5)
MINUTE = timedelta(minutes=1)

Act = Callable[[datetime], None]


class Scripted(NamedTuple):
    """Something that happens at an instant: a unit submits, an official extends."""

    at: datetime
    act: Act


class Outage(NamedTuple):
    """The service is down: nothing runs from `start` until `end`."""

    start: datetime
    end: datetime

    def covers(self, now: datetime) -> bool:
        return self.start <= now < self.end


@dataclass(frozen=True, kw_only=True)
class World:
    """The service's own functions, over a throw-away database. `next_moment` tells when planned
    work comes due next; `beat` does what is due; `collect` closes windows, once a day."""

    hours: OfficeHours
    beat: Act
    collect: Act
    next_moment: Callable[[], datetime | None]


def rehearse(
    world: World,
    *,
    start: datetime,
    end: datetime,
    script: Iterable[Scripted] = (),
    outages: Sequence[Outage] = (),
) -> Iterator[datetime]:
    """Jumps from one instant at which something happens to the next, and yields those at which
    the service had something to do, after it is done. `script` must be in order of time."""
    collects = (Scripted(at, world.collect) for at in _daily(world.hours, start, end))
    happenings = merge(script, collects, key=lambda scripted: scripted.at)
    waiting = next(happenings, None)
    now = start
    while now < end:
        while waiting is not None and waiting.at <= now:
            _happen(waiting, now, world, outages)
            waiting = next(happenings, None)
        if _outage(now, outages) is None and _is_due(world, now):
            world.beat(now)
            yield now
        now = min(_after(now, world, outages), end if waiting is None else waiting.at, end)


def _happen(scripted: Scripted, now: datetime, world: World, outages: Sequence[Outage]) -> None:
    """What people do happens even while the service is down; what the service does waits."""
    if scripted.act is world.collect and _outage(now, outages) is not None:
        return
    scripted.act(max(scripted.at, now))


def _after(now: datetime, world: World, outages: Sequence[Outage]) -> datetime:
    outage = _outage(now, outages)
    if outage is not None:
        return outage.end
    following = world.next_moment()
    if following is None:
        return datetime.max.replace(tzinfo=now.tzinfo)
    if following > now:
        return following
    return now + MINUTE if world.hours.are_open(now) else world.hours.next_opening(now)


def _is_due(world: World, now: datetime) -> bool:
    following = world.next_moment()
    return following is not None and following <= now


def _outage(now: datetime, outages: Sequence[Outage]) -> Outage | None:
    return next((outage for outage in outages if outage.covers(now)), None)


def _daily(hours: OfficeHours, start: datetime, end: datetime) -> Iterator[datetime]:
    day: date = hours.today(start)
    while (at := datetime.combine(day, COLLECTS_AT, hours.zone)) < end:
        if at >= start:
            yield at
        day += ONE_DAY
