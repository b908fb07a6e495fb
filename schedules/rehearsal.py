"""A plan's whole life on a simulated clock, through the functions the service runs."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from heapq import heappop, heappush
from itertools import count
from typing import NamedTuple

from schedules.calendar import OfficeHours

MINUTE = timedelta(minutes=1)

Act = Callable[[datetime], None]


class Scripted(NamedTuple):
    """Something that happens at an instant: a unit submits, an official extends."""

    at: datetime
    act: Act


class Agenda:
    """What people do, in order of time; what one of them does may bring more about."""

    def __init__(self, script: Iterable[Scripted] = ()) -> None:
        self._count = count()
        self._heap: list[tuple[datetime, int, Scripted]] = []
        for scripted in script:
            self.add(scripted)

    def add(self, scripted: Scripted) -> None:
        heappush(self._heap, (scripted.at, next(self._count), scripted))

    @property
    def next_at(self) -> datetime | None:
        return self._heap[0][0] if self._heap else None

    def act_until(self, now: datetime) -> bool:
        """Whatever comes due, what it brings about too. Whether there was anything."""
        acted = False
        while self._heap and self._heap[0][0] <= now:
            scripted = heappop(self._heap)[2]
            scripted.act(max(scripted.at, now))
            acted = True
        return acted


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
    script: Iterable[Scripted] | Agenda = (),
    outages: Sequence[Outage] = (),
) -> Iterator[datetime]:
    """Jumps from one instant at which something happens to the next, and yields those at which
    the service had something to do, after it is done. What people do happens even while the
    service is down."""
    agenda = script if isinstance(script, Agenda) else Agenda(script)
    now, following = start, world.next_moment(start)
    while now < end:
        if agenda.act_until(now):
            following = world.next_moment(now)
        outage = _outage(now, outages)
        if outage is None:
            if following is not None and following <= now:
                world.beat(now)
                yield now
                following = world.next_moment(now)
            now = min(_after(now, following, world.hours), end)
        else:
            now = min(outage.end, end)
        now = now if agenda.next_at is None else min(now, agenda.next_at)


def _after(now: datetime, following: datetime | None, hours: OfficeHours) -> datetime:
    if following is None:
        return datetime.max.replace(tzinfo=now.tzinfo)
    if following > now:
        return following
    return now + MINUTE if hours.are_open(now) else hours.next_opening(now)


def _outage(now: datetime, outages: Sequence[Outage]) -> Outage | None:
    return next((outage for outage in outages if outage.covers(now)), None)
