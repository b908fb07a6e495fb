"""A plan's whole life on a simulated clock, through the functions the service runs."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import NamedTuple

from schedules.calendar import OfficeHours

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
    """The service's own functions, over a throw-away database: `beat` does what is due, and
    `next_moment` tells when something comes due next (it may lie in the past)."""

    hours: OfficeHours
    beat: Act
    next_moment: Callable[[datetime], datetime | None]


def rehearse(
    world: World,
    *,
    start: datetime,
    end: datetime,
    script: Iterable[Scripted] = (),
    outages: Sequence[Outage] = (),
) -> Iterator[datetime]:
    """Jumps from one instant at which something happens to the next, and yields those at which
    the service had something to do, after it is done. `script` must be in order of time; what
    people do happens even while the service is down."""
    happenings = iter(script)
    waiting = next(happenings, None)
    now = start
    while now < end:
        while waiting is not None and waiting.at <= now:
            waiting.act(max(waiting.at, now))
            waiting = next(happenings, None)
        outage = _outage(now, outages)
        if outage is None:
            following = world.next_moment(now)
            if following is not None and following <= now:
                world.beat(now)
                yield now
                following = world.next_moment(now)
            now = min(_after(now, following, world.hours), end)
        else:
            now = min(outage.end, end)
        now = now if waiting is None else min(now, waiting.at)


def _after(now: datetime, following: datetime | None, hours: OfficeHours) -> datetime:
    if following is None:
        return datetime.max.replace(tzinfo=now.tzinfo)
    if following > now:
        return following
    return now + MINUTE if hours.are_open(now) else hours.next_opening(now)


def _outage(now: datetime, outages: Sequence[Outage]) -> Outage | None:
    return next((outage for outage in outages if outage.covers(now)), None)
