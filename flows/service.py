"""The composition root of a flow's process, and how a flow steps into the synchronous rooms."""

import asyncio
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from threading import Event
from typing import Any

from prefect import task
from prefect.cache_policies import NO_CACHE
from prefect.client.schemas.objects import State
from sqlalchemy import select
from sqlalchemy.exc import OperationalError

from dondoc import settings as settings_module
from dondoc.database import Database, open_database
from dondoc.errors import DondocError
from dondoc.migration import migrate
from dondoc.settings import Settings
from dondoc.tables import Plan
from dondoc.words import Language, Words
from flows.telling import Report
from notifications.opening import open_post
from notifications.post import Post
from schedules.calendar import OfficeHours
from schedules.moments import Moment, upcoming
from schedules.overrides import open_hours


@dataclass(frozen=True, kw_only=True)
class Service:
    settings: Settings
    database: Database
    hours: OfficeHours
    post: Post
    gone: Event = field(default_factory=Event)
    """set where nobody waits for the work any more"""

    def stopped(self) -> bool:
        """Whether no more letters shall be begun."""
        return ending.is_set() or self.gone.is_set()

    def now(self) -> datetime:
        return datetime.now(UTC)

    def plans(self) -> tuple[tuple[int, int], ...]:
        """Another value means that a plan was launched or amended."""
        with self.database.reading() as session:
            rows = session.execute(select(Plan.id, Plan.revision).order_by(Plan.id))
            return tuple((id_, revision) for id_, revision in rows)

    def moments(self, now: datetime) -> list[Moment]:
        """Of the days that are published ahead."""
        until = now + timedelta(days=self.settings.prefect_horizon_days)
        with self.database.reading() as session:
            return upcoming(session, now=now, until=until)


ending = Event()
"""set once this process is told to end; it reaches runs that Prefect started"""


@contextmanager
def open_service(gone: Event | None = None) -> Iterator[Service]:
    """Raises SettingWrong, CalendarFileWrong, DatabaseUnreachable, MailKeyWrong."""
    settings = settings_module.load()
    database = open_database(settings.url)
    migrate(database)
    hours = open_hours(settings)
    post = open_post(settings, database, hours)
    try:
        yield Service(
            settings=settings, database=database, hours=hours, post=post, gone=gone or Event()
        )
    finally:
        database.close()


async def _is_busy(_task: Any, _run: Any, state: State) -> bool:
    error = await state.aresult(raise_on_failure=False)
    return isinstance(error, OperationalError)


@task(
    name="service",
    task_run_name="{step}",
    retries=3,
    retry_delay_seconds=[2, 5, 15],
    retry_condition_fn=_is_busy,
    cache_policy=NO_CACHE,
)
async def in_service(step: str, work: Callable[[Service], Report]) -> Report:
    """`work` in a thread, with a service of its own; again only where the database was busy or
    away. It must claim what it does, so that doing it twice does it once. `step` names it. Where
    the run is cut off, the thread sends no more than what is on its way."""
    del step
    gone = Event()
    try:
        return await asyncio.to_thread(_with_service, work, gone)
    finally:
        gone.set()


def _with_service(work: Callable[[Service], Report], gone: Event) -> Report:
    """What a person must mend is said, not raised: no traceback helps with it."""
    try:
        with open_service(gone) as service:
            return work(service)
    except DondocError as error:
        said = Words(error.text(Language.VI), error.text(Language.EN))
        return Report(key="refused", said=said, refused=True)
