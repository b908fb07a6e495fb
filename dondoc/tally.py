"""Counts and rates of obligations."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from statistics import fmean
from zoneinfo import ZoneInfo


def days_late(at: datetime, late_at: datetime, zone: ZoneInfo) -> int:
    """Calendar days since the day on which the deadline really ended; 0 while it has not."""
    if at < late_at:
        return 0
    return (at.astimezone(zone).date() - late_at.astimezone(zone).date()).days + 1


@dataclass(frozen=True, kw_only=True)
class Tally:
    """`expected` leaves the exempt out. `on_time` was within the date as printed,
    `on_time_extended` only within the unit's extension, `late` after both; the three together are
    `complete`. `incomplete` came with parts missing, for stated reasons, and nothing complete
    since. `received` counts units that sent anything at all. `days` are the days late of
    those in `late`: how many units for each number of days."""

    expected: int = 0
    received: int = 0
    complete: int = 0
    incomplete: int = 0
    on_time: int = 0
    on_time_extended: int = 0
    late: int = 0
    overdue: int = 0
    waiting: int = 0
    exempt: int = 0
    days: Counter[int] = field(default_factory=Counter)

    @property
    def completeness(self) -> float | None:
        """0–100; None where nothing is expected."""
        return _percent(self.complete, self.expected)

    @property
    def timeliness(self) -> float | None:
        """0–100, of all expected; an extension that was kept is on time."""
        return _percent(self.on_time + self.on_time_extended, self.expected)

    @property
    def mean_days_late(self) -> float | None:
        return fmean(self.days.elements()) if self.days else None

    @property
    def median_days_late(self) -> float | None:
        return _median(self.days) if self.days else None


def total(tallies: Iterable[Tally]) -> Tally:
    several = list(tallies)
    days: Counter[int] = Counter()
    for one in several:
        days.update(one.days)
    return Tally(
        expected=sum(one.expected for one in several),
        received=sum(one.received for one in several),
        complete=sum(one.complete for one in several),
        incomplete=sum(one.incomplete for one in several),
        on_time=sum(one.on_time for one in several),
        on_time_extended=sum(one.on_time_extended for one in several),
        late=sum(one.late for one in several),
        overdue=sum(one.overdue for one in several),
        waiting=sum(one.waiting for one in several),
        exempt=sum(one.exempt for one in several),
        days=days,
    )


def _percent(part: int, whole: int) -> float | None:
    return 100 * part / whole if whole else None


def _median(days: Counter[int]) -> float:
    ordered = sorted(days.items())
    count = days.total()
    return (_ranked(ordered, (count - 1) // 2) + _ranked(ordered, count // 2)) / 2


def _ranked(ordered: list[tuple[int, int]], rank: int) -> int:
    for value, count in ordered:
        if rank < count:
            return value
        rank -= count
    raise IndexError(rank)
