"""Work that takes longer than a tick: the clock beats on, and what is urgent overtakes."""

import time
from collections.abc import Iterator
from datetime import datetime, timedelta

import pytest
from sqlalchemy import func, select
from sqlalchemy.exc import OperationalError

from benchmarks.city import found
from cli import heartbeat
from cli.heartbeat import Heartbeat
from dondoc.database import Database
from dondoc.tables import Heartbeat as Beat
from dondoc.tables import Letter, LetterState
from notifications.post import Post
from notifications.smtp import SmtpTransport
from notifications.sweep import sweep
from schedules.overrides import open_hours
from tests.mail_server import MailServer, running
from tests.outbox_cast import settings
from tests.urgent import URGENT, make_urgent

pytestmark = pytest.mark.slow  # processes of their own

LETTERS = 40
TICK = timedelta(seconds=15)
PATIENCE = 0.3


@pytest.fixture
def at(database: Database) -> datetime:
    return found(database, settings(25), letters=LETTERS)


@pytest.fixture
def server() -> Iterator[MailServer]:
    """Four at a time, half a second each."""
    with running(MailServer(waits=lambda to: 0 if to == URGENT else 0.5)) as server:
        yield server


@pytest.fixture
def clock(database: Database, server: MailServer, at: datetime) -> Iterator[Heartbeat]:
    chosen = settings(server.port)
    hours = open_hours(chosen)
    post = Post(
        database=database,
        transport=SmtpTransport(chosen),
        hours=hours,
        settings=chosen,
        batch=10,
    )
    sweep(post, at)
    clock = Heartbeat(
        database=database,
        post=post,
        hours=hours,
        grace=timedelta(),
        well=bool,
        patience=PATIENCE,
    )
    yield clock
    clock.end()
    clock.finish()


def sent(database: Database) -> int:
    with database.reading() as session:
        counted = select(func.count()).where(Letter.state == LetterState.SENT)
        return session.scalar(counted) or 0


def test_the_clock_beats_on_and_what_is_urgent_overtakes(
    clock: Heartbeat, server: MailServer, at: datetime
) -> None:
    clock.tick(at)
    make_urgent(clock.database, at)
    clock.tick(at + TICK)

    with clock.database.reading() as session:
        assert session.scalars(select(Beat.beat_at)).all() == [at + TICK]
    arrived = [mail.recipient for mail in server.mails]
    assert URGENT in arrived
    assert len(arrived) < LETTERS
    clock.patience = 30
    while sent(clock.database) < LETTERS + 1:
        clock.tick(at + 2 * TICK)
        time.sleep(0.1)
    assert len({mail.message_id for mail in server.mails}) == len(server.mails) == LETTERS + 1


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_work_told_to_end_stops_after_its_batch(
    clock: Heartbeat, server: MailServer, at: datetime
) -> None:
    clock.tick(at)
    clock.end()
    clock.finish()

    assert 0 < sent(clock.database) == len(server.mails) < LETTERS


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_work_that_no_longer_moves_is_no_sign_of_life(
    clock: Heartbeat, at: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    pings: list[int] = []
    clock.ticked = lambda: pings.append(1)
    clock.tick(at)
    monkeypatch.setattr(heartbeat, "STUCK", -1.0)
    clock.tick(at + TICK)

    assert pings == [1]


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_what_work_ended_badly_with_is_raised_by_the_next_tick(
    clock: Heartbeat, at: datetime
) -> None:
    pings: list[int] = []
    clock.ticked = lambda: pings.append(1)
    clock.tick(at)
    with clock.database.engine.begin() as connection:
        connection.exec_driver_sql("ALTER TABLE notices RENAME TO gone")
    with pytest.raises(OperationalError, match="notices"):
        _tick_until_told(clock, at)
    with clock.database.engine.begin() as connection:
        connection.exec_driver_sql("ALTER TABLE gone RENAME TO notices")
    told = len(pings)

    clock.patience = 30
    clock.tick(at + 20 * 60 * TICK)

    assert len(pings) == told + 1


def _tick_until_told(clock: Heartbeat, at: datetime) -> None:
    for _ in range(100):
        clock.tick(at + TICK)
        time.sleep(0.1)
