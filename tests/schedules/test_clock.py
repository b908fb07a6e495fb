from datetime import UTC, datetime, timedelta
from itertools import pairwise
from threading import Event

from sqlalchemy import select

from dondoc.database import Database
from dondoc.tables import Heartbeat, Incident
from schedules.clock import MISSED, Clock, record_beat

NOW = datetime(2024, 4, 1, 1, tzinfo=UTC)
SOON = timedelta(milliseconds=30)
PATIENCE = 10


def test_ticks_at_once_and_again_at_the_moment_it_is_told() -> None:
    ticks: list[datetime] = []
    third = Event()

    def tick(now: datetime) -> datetime:
        ticks.append(now)
        if len(ticks) == 3:
            third.set()
        return now + SOON

    clock = Clock(tick)
    clock.start()
    assert third.wait(PATIENCE)
    clock.stop()
    assert all(after - before >= SOON for before, after in pairwise(ticks))


def test_a_failing_tick_does_not_stop_the_clock() -> None:
    again = Event()
    ticks: list[datetime] = []

    def tick(now: datetime) -> datetime | None:
        ticks.append(now)
        if len(ticks) == 1:
            raise RuntimeError("database locked")
        again.set()
        return None

    clock = Clock(tick, every=SOON)
    clock.start()
    assert again.wait(PATIENCE)
    clock.stop()


def test_stopping_waits_for_the_tick_under_way() -> None:
    begun, finish, ended = Event(), Event(), Event()

    def tick(_now: datetime) -> None:
        begun.set()
        finish.wait(PATIENCE)
        ended.set()

    clock = Clock(tick)
    clock.start()
    assert begun.wait(PATIENCE)
    finish.set()
    clock.stop()
    assert ended.is_set()


def test_missed_beat_becomes_an_incident(database: Database) -> None:
    """Just at the limit nothing; a moment later an incident."""
    with database.writing() as session:
        assert record_beat(session, "clock", NOW) is None
        assert record_beat(session, "clock", NOW + MISSED) is None
        gap = record_beat(session, "clock", NOW + 2 * MISSED + timedelta(seconds=1))
    assert gap == MISSED + timedelta(seconds=1)
    with database.reading() as session:
        assert [one.kind for one in session.scalars(select(Incident))] == ["missed_beat"]
        assert len(session.scalars(select(Heartbeat)).all()) == 1
