"""What the clock of `dondoc up` does at each tick.

Work that takes long, because a mail server is slow or much has to leave, goes on by itself: the
clock beats on meanwhile, and what is urgent overtakes.
"""

from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor, wait
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from threading import Event
from time import monotonic

from dondoc.database import Database
from dondoc.store import FileStore
from dondoc.tidying import tidy_daily
from dondoc.uploads import KEPT, open_uploads
from notifications.beat import beat, next_planned, next_waiting, send_waiting
from notifications.post import Post
from notifications.returned.gathering import gather_or_tell
from notifications.sending import send_here
from schedules.calendar import OfficeHours
from schedules.clock import record_beat
from schedules.collection import collect

COLLECT_EVERY = timedelta(minutes=10)
PATIENCE = 10.0
"""seconds a tick waits for its work"""
STUCK = 900.0
"""seconds without a sign from the work after which going on is no sign of life"""


@dataclass(kw_only=True)
class Heartbeat:
    """Prefect's runs come first: while it is `well`, a planned notice is left to them for `grace`
    after its time. Without Prefect nothing waits."""

    database: Database
    post: Post
    hours: OfficeHours
    grace: timedelta
    well: Callable[[], bool]
    ticked: Callable[[], object] = lambda: None
    """told after every tick that went through, its work too or well under way"""
    patience: float = PATIENCE
    collected_at: datetime | None = None
    _worker: ThreadPoolExecutor = field(default_factory=lambda: ThreadPoolExecutor(1, "work"))
    _work: Future[None] | None = None
    _ending: Event = field(default_factory=Event)
    _moved_at: float = 0.0

    def tick(self, now: datetime) -> datetime | None:
        """What a job ended badly with is raised by the tick that learns of it."""
        with self.database.writing() as session:
            record_beat(session, "clock", now)
        grace = self.grace if self.well() else timedelta()
        if self._work is None:
            self._moved_at = monotonic()
            self._work = self._worker.submit(self._do, now, grace)
            self._look(self.patience)
        else:
            send_here(self.post, now, only_urgent=True, stopped=self._ending.is_set)
            self._look(0)
        if not self._is_stuck():
            self.ticked()
        return self._following(now, grace)

    def end(self) -> None:
        """Work under way stops: letters on their way come to their end, the others wait."""
        self._ending.set()

    def finish(self) -> None:
        """Waits for it."""
        self._worker.shutdown()

    def _look(self, patience: float) -> None:
        work = self._work
        if work is not None and wait((work,), patience).done:
            self._work = None
            work.result()

    def _is_stuck(self) -> bool:
        return self._work is not None and monotonic() - self._moved_at > STUCK

    def _is_over(self) -> bool:
        """Asked by the work for as long as it moves."""
        self._moved_at = monotonic()
        return self._ending.is_set()

    def _do(self, now: datetime, grace: timedelta) -> None:
        self._collect(now)
        if self._is_due(now - grace):
            beat(self.post, now, stopped=self._is_over)
        else:
            send_waiting(self.post, now, stopped=self._is_over)

    def _collect(self, now: datetime) -> None:
        if self.collected_at is not None and now - self.collected_at < COLLECT_EVERY:
            return
        with self.database.writing() as session:
            collect(session, hours=self.hours, now=now)
        open_uploads(self.post.settings.data).discard_old(KEPT)
        tidy_daily(self.database, FileStore(self.post.settings.data / "files"))
        gather_or_tell(self.database, self.post.settings, now=now)
        self.collected_at = now

    def _is_due(self, by: datetime) -> bool:
        with self.database.reading() as session:
            planned = next_planned(session)
        return planned is not None and planned <= by

    def _following(self, now: datetime, grace: timedelta) -> datetime | None:
        """None where only the next minute can help: closed offices, seats nobody sits in."""
        with self.database.reading() as session:
            planned, waiting = next_planned(session), next_waiting(session)
        coming = (planned + grace if planned else None, waiting)
        return min((at for at in coming if at is not None and at > now), default=None)
