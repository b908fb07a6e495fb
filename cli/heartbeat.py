"""What the clock of `dondoc up` does at each tick."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from dondoc.database import Database
from notifications.beat import beat, next_planned, next_waiting, send_waiting
from notifications.post import Post
from notifications.returned.gathering import gather_or_tell
from schedules.calendar import OfficeHours
from schedules.clock import record_beat
from schedules.collection import collect

COLLECT_EVERY = timedelta(minutes=10)


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
    """told after every tick that went through"""
    collected_at: datetime | None = None

    def tick(self, now: datetime) -> datetime | None:
        with self.database.writing() as session:
            record_beat(session, "clock", now)
        self._collect(now)
        grace = self.grace if self.well() else timedelta()
        if self._is_due(now - grace):
            beat(self.post, now)
        else:
            send_waiting(self.post, now)
        self.ticked()
        return self._following(now, grace)

    def _collect(self, now: datetime) -> None:
        if self.collected_at is not None and now - self.collected_at < COLLECT_EVERY:
            return
        with self.database.writing() as session:
            collect(session, hours=self.hours, now=now)
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
