"""What a mail server allows, on both databases."""

from collections.abc import Iterator
from datetime import datetime, timedelta

import pytest

from dondoc.database import Database
from dondoc.settings import Settings
from notifications.opening import open_post
from notifications.outbox import Drained, drain
from notifications.smtp import SmtpTransport
from schedules.overrides import open_hours
from tests.mail_server import MailServer, running
from tests.outbox_cast import NOW, compose, make_letters, settings

MINUTE = timedelta(minutes=1)
DAY = timedelta(days=1)


@pytest.fixture
def server() -> Iterator[MailServer]:
    with running(MailServer()) as server:
        yield server


def sent(database: Database, chosen: Settings, now: datetime) -> Drained:
    transport = SmtpTransport(chosen)
    done = drain(database, transport, now=now, compose=compose, settings=chosen)
    transport.hang_up()
    return done


def test_no_more_leave_in_a_minute_than_the_server_allows(
    database: Database, server: MailServer
) -> None:
    make_letters(database, 25)
    chosen = settings(server.port, smtp_rate=10)

    found = [
        sent(database, chosen, NOW + after).sent
        for after in (0 * MINUTE, 0.5 * MINUTE, 1 * MINUTE, 2 * MINUTE, 3 * MINUTE)
    ]

    assert found == [10, 0, 10, 5, 0]


def test_no_more_leave_in_a_day_than_the_server_allows(
    database: Database, server: MailServer
) -> None:
    """A day of the office's own zone: NOW is eight in the morning, midnight sixteen hours off."""
    make_letters(database, 7)
    chosen = settings(server.port, smtp_quota=5)
    midnight = NOW + timedelta(hours=16)

    found = [
        sent(database, chosen, at).sent
        for at in (NOW, NOW + MINUTE, midnight - MINUTE, midnight + MINUTE)
    ]

    assert found == [5, 0, 0, 2]


def test_urgent_letters_do_not_wait_but_count(database: Database, server: MailServer) -> None:
    make_letters(database, 10)
    chosen = settings(server.port, smtp_rate=4)
    assert sent(database, chosen, NOW).sent == 4
    make_letters(database, 3, urgent=True)

    assert sent(database, chosen, NOW).sent == 3
    assert sent(database, chosen, NOW + MINUTE / 2).sent == 0
    assert [mail.recipient for mail in server.mails[4:]] == [
        f"p-{n}@quan.example" for n in (11, 12, 13)
    ]


def test_what_waits_for_another_try_takes_nothing_from_the_pace(
    sqlite: Database, server: MailServer
) -> None:
    make_letters(sqlite, 6)
    server.on_rcpt = lambda _to: "450 4.2.0 greylisted"
    chosen = settings(server.port, smtp_rate=3)
    assert sent(sqlite, chosen, NOW) == Drained(deferred=3)
    server.on_rcpt = lambda _to: "250 ok"

    assert sent(sqlite, chosen, NOW) == Drained(sent=3)


@pytest.mark.parametrize("pipelining", [True, False])
def test_connection_carries_no_more_than_the_server_allows(
    sqlite: Database, pipelining: bool
) -> None:
    make_letters(sqlite, 10)
    with running(MailServer(pipelining=pipelining)) as server:
        chosen = settings(server.port, smtp_messages=3, smtp_connections=1)
        assert sent(sqlite, chosen, NOW) == Drained(sent=10)

    assert server.connections == 4
    assert server.disorder == []


def test_paced_server_gets_one_process(sqlite: Database) -> None:
    fast, slow = settings(25, senders=4), settings(25, senders=4, smtp_rate=10)

    assert open_post(fast, sqlite, open_hours(fast)).senders == 4
    assert open_post(slow, sqlite, open_hours(slow)).senders == 1
