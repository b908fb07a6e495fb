"""Where a plan is rehearsed: a throw-away database with the office's units, and nobody in it but
the clock."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import NamedTuple

from sqlalchemy.orm import Session

from dondoc.database import Database, open_throw_away
from dondoc.tables import Base
from dondoc.units.importing import import_units
from dondoc.units.rows import UnitRow
from schedules.calendar import OfficeHours
from schedules.collection import collect, next_collection
from schedules.launch import Launched
from schedules.rehearsal import World

TAIL = timedelta(days=60)
"""A rehearsal goes on so long after the last deadline."""
BEGINS_AT = time(8, 0)

Beats = Callable[[datetime], object]
NextMoment = Callable[[Session], datetime | None]


class Scenery(NamedTuple):
    """`folder` is for what has to lie beside the database; both are gone afterwards."""

    database: Database
    folder: Path


@contextmanager
def scenery(rows: Sequence[UnitRow]) -> Iterator[Scenery]:
    with TemporaryDirectory(prefix="dondoc-") as folder:
        database = open_throw_away(Path(folder))
        Base.metadata.create_all(database.engine, checkfirst=False)
        with database.writing() as session:
            import_units(session, rows)
        yield Scenery(database, Path(folder))
        database.close()


class Coming(NamedTuple):
    """When something is to be sent or collected next."""

    sending: datetime | None = None
    collection: datetime | None = None


class Stage:
    """Brings what is sent (`beat`, and when something is due next) and what is collected together
    in one world."""

    def __init__(
        self, database: Database, hours: OfficeHours, *, beat: Beats, next_moment: NextMoment
    ) -> None:
        self.database = database
        self.hours = hours
        self.now = datetime.min.replace(tzinfo=UTC)
        self._beats = beat
        self._due_next = next_moment
        self._collected_at: datetime | None = None
        self._coming = Coming()

    def world(self) -> World:
        return World(hours=self.hours, beat=self._beat, next_moment=self._next_moment)

    def _beat(self, now: datetime) -> None:
        self.now = now
        planned, collection = self._coming
        if collection is not None and collection <= now:
            self._collect(now)
        if planned is not None and planned <= now:
            self._beats(now)

    def _collect(self, now: datetime) -> None:
        with self.database.writing() as session:
            collect(session, hours=self.hours, now=now)
        self._collected_at = now

    def _next_moment(self, now: datetime) -> datetime | None:
        hours, at = self.hours, self._collected_at
        with self.database.reading() as session:
            collection = next_collection(session, hours=hours, collected_at=at, now=now)
            self._coming = Coming(self._due_next(session), collection)
        return min((at for at in self._coming if at is not None), default=None)


def last_day(launched: Launched, first: date) -> date:
    """The last of the plan's deadlines."""
    return max((one.deadline.last_on for one in launched.milestones), default=first)
