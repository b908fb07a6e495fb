"""The heartbeat: once a minute, and at the next planned moment, somebody asks what is due."""

import logging
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from threading import Lock

from apscheduler.schedulers.background import BackgroundScheduler
from apscheduler.triggers.date import DateTrigger
from sqlalchemy.orm import Session

from dondoc.tables import Heartbeat, Incident

log = logging.getLogger(__name__)

EVERY = timedelta(minutes=1)
MISSED = 3 * EVERY
TICK = "tick"

Tick = Callable[[datetime], datetime | None]
"""Does what is due at `now` (aware UTC) and returns the next planned moment, or None."""


class Clock:
    """Runs `tick` in a thread of its own, one at a time. It re-arms itself after every tick, so
    that a tick that takes long, or fails, only delays the next. Nothing it knows can be lost: the
    rows hold the plan."""

    def __init__(self, tick: Tick, *, every: timedelta = EVERY) -> None:
        self._tick = tick
        self._every = every
        self._scheduler = BackgroundScheduler(timezone=UTC)
        self._ticking = Lock()
        self._stopped = False

    def start(self) -> None:
        self._scheduler.start()
        self._arm(datetime.now(UTC))

    def stop(self) -> None:
        """Waits for a running tick, before the scheduler does: it waits under the lock that
        re-arming needs."""
        self._stopped = True
        with self._ticking:
            pass
        self._scheduler.shutdown(wait=True)

    def _arm(self, at: datetime) -> None:
        self._scheduler.add_job(
            self._run,
            DateTrigger(at),
            id=TICK,
            replace_existing=True,
            misfire_grace_time=None,
            coalesce=True,
        )

    def _run(self) -> None:
        with self._ticking:
            if not self._stopped:
                self._tick_once()

    def _tick_once(self) -> None:
        following = None
        try:
            following = self._tick(datetime.now(UTC))
        except Exception:  # the clock must outlive whatever one tick meets
            log.exception("a tick failed", extra={"action": "tick_failed"})
        now = datetime.now(UTC)
        latest = now + self._every
        self._arm(latest if following is None else min(max(following, now), latest))


def record_beat(session: Session, name: str, now: datetime) -> timedelta | None:
    """Writes the beat; a gap longer than `MISSED` is returned and becomes an incident."""
    known = session.get(Heartbeat, name)
    if known is None:
        session.add(Heartbeat(name=name, beat_at=now))
        return None
    gap = now - known.beat_at
    known.beat_at = now
    if gap <= MISSED:
        return None
    minutes = int(gap.total_seconds() // 60)
    session.add(Incident(at=now, kind="missed_beat", text=f"{name}: {minutes} min"))
    log.warning("the clock stood still for %s minutes", minutes, extra={"action": "missed_beat"})
    return gap
