"""A throw-away installation to measure on."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from time import process_time

from benchmarks.crowd import SAMPLE, crowd
from dondoc.database import Database, open_database
from dondoc.migration import migrate
from dondoc.plan.source import Source, read_source
from dondoc.settings import Settings
from dondoc.units.importing import import_units
from schedules.calendar import OfficeHours
from schedules.overrides import open_hours


@dataclass(frozen=True, kw_only=True)
class Stage:
    folder: Path
    database: Database
    hours: OfficeHours
    settings: Settings
    source: Source

    @property
    def launched_at(self) -> datetime:
        issued = self.source.plan.issued
        assert issued is not None
        return datetime.combine(issued, self.hours.opens, self.hours.zone)


@contextmanager
def stage(units: int) -> Iterator[Stage]:
    """SQLite as the service opens it, with `units` imported."""
    with TemporaryDirectory(prefix="dondoc-bench-") as name:
        folder = Path(name)
        settings = Settings(data=folder)
        database = open_database(settings.url)
        migrate(database)
        with database.writing() as session:
            import_units(session, crowd(units))
        yield Stage(
            folder=folder,
            database=database,
            hours=open_hours(settings),
            settings=settings,
            source=read_source(SAMPLE / "plan.yaml"),
        )
        database.close()


@contextmanager
def cpu() -> Iterator[list[float]]:
    """CPU seconds of this process, appended at the end."""
    taken: list[float] = []
    start = process_time()
    yield taken
    taken.append(process_time() - start)
