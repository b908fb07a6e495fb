"""When letters leave: on working days between eight and half past four; what is urgent, always."""

from collections.abc import Iterator
from datetime import datetime, timedelta

import pytest
from sqlalchemy import update

from benchmarks.city import found
from dondoc.database import Database
from dondoc.settings import Settings
from dondoc.tables import Letter
from notifications.outbox import drain
from notifications.post import Post
from notifications.sending import send_here
from notifications.smtp import SmtpTransport
from notifications.sweep import sweep
from schedules.overrides import open_hours
from tests.cast import local
from tests.mail_server import MailServer, running
from tests.outbox_cast import compose, make_letters, settings

SECOND = timedelta(seconds=1)
OPENING, CLOSING = local(2024, 5, 17, 8), local(2024, 5, 17, 16, 30)
"""of a Friday"""


@pytest.fixture
def server() -> Iterator[MailServer]:
    with running(MailServer()) as server:
        yield server


def leaves(database: Database, chosen: Settings, at: datetime) -> None:
    """As `send_here` does it, but for what the letters say."""
    transport = SmtpTransport(chosen)
    before = at - timedelta(days=30)
    with database.writing() as session:
        session.execute(update(Letter).values(retry_at=before, created_at=before))
    only_urgent = not open_hours(chosen).are_open(at)
    drain(
        database,
        transport,
        now=at,
        compose=compose,
        settings=chosen,
        only_urgent=only_urgent,
    )
    transport.hang_up()


@pytest.mark.parametrize(
    ("at", "all_leave"),
    [
        (OPENING - SECOND, False),
        (OPENING, True),
        (OPENING + SECOND, True),
        (CLOSING - SECOND, True),
        (CLOSING, False),
        (CLOSING + SECOND, False),
        (local(2024, 5, 17, 2), False),
        (local(2024, 5, 18, 10), False),
        (local(2024, 5, 19, 10), False),
        (local(2024, 9, 2, 10), False),
    ],
)
def test_out_of_hours_only_what_is_urgent_leaves(
    database: Database, server: MailServer, at: datetime, all_leave: bool
) -> None:
    """A Friday's ends, its night, a weekend, Independence Day; receipts overtake the backlog."""
    make_letters(database, 3)
    make_letters(database, 2, urgent=True)
    leaves(database, settings(server.port, smtp_connections=1), at)

    found = [mail.recipient.partition("@")[0] for mail in server.mails]
    assert found == ["p-4", "p-5", *(["p-1", "p-2", "p-3"] if all_leave else [])]


def test_reminders_stop_where_the_office_closes_in_the_middle_of_a_batch(
    database: Database, server: MailServer
) -> None:
    at = found(database, settings(25), letters=60)
    chosen = settings(server.port)
    hours = open_hours(chosen)
    closing = datetime.combine(hours.today(at), chosen.send_until, hours.zone)
    transport = SmtpTransport(chosen)
    post = Post(
        database=database,
        transport=transport,
        hours=hours,
        settings=chosen,
        clock=lambda: closing if len(server.mails) >= 10 else at,
    )
    sweep(post, at)
    server.waits = lambda _to: 0.05

    done = send_here(post, at)

    assert 10 <= done.sent == len(server.mails) < 60
    assert done.put_back == 60 - done.sent
