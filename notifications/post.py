"""What sending needs, put together once per process."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Protocol

from dondoc.database import Database
from dondoc.settings import Settings
from notifications.domains import NO_PACES, Paces
from notifications.outbox import BATCH, Drained
from notifications.parcel import Transport
from notifications.writing import Write, write


class Hours(Protocol):
    """When letters may leave; `schedules.calendar.OfficeHours` keeps this promise."""

    def today(self, now: datetime) -> date: ...

    def are_open(self, now: datetime) -> bool: ...

    def next_opening(self, now: datetime, *, after_today: bool = False) -> datetime: ...

    def working_days(self, start: datetime, end: datetime) -> int: ...

    def later(self, at: datetime, working_days: int) -> datetime: ...

    def late_days(self, late_at: datetime, now: datetime) -> int: ...


@dataclass(frozen=True, kw_only=True)
class Post:
    database: Database
    transport: Transport
    hours: Hours
    settings: Settings
    write: Write = write
    batch: int = BATCH
    """seats swept, and letters drained, at a time"""
    clock: Callable[[], datetime] | None = None
    """read before each batch of a long drain; None: the beat's own `now` serves for all of it, as
    in a rehearsal"""
    senders: int = 1
    """processes that share a large backlog, this one among them"""
    crew: "Crew | None" = None
    """sends a large backlog together with them; None: this process does it alone"""
    paces: Paces = NO_PACES
    """of recipient domains"""
    journals: Path | None = None
    """what a crash in the middle of a batch left is put right from here; None: after its lease"""


Crew = Callable[[Post, datetime, Callable[[], bool], Iterable[object]], Drained]
"""Asks often whether it shall stop; what it is given last puts letters into the outbox, step by
step, while others leave."""
