"""What a mail server allows, on both databases."""

from collections import Counter
from collections.abc import Iterator
from datetime import datetime, timedelta
from itertools import pairwise

import pytest
from sqlalchemy import select

from dondoc.database import Database
from dondoc.pace import Pace, Rate
from dondoc.settings import Settings
from dondoc.tables import Letter, Rest, RestCause
from notifications import lanes
from notifications.domains import Paces
from notifications.opening import open_post
from notifications.outbox import Drained, drain
from notifications.pacing import PROBE
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


def sent(
    database: Database, chosen: Settings, now: datetime, paces: Paces | None = None
) -> Drained:
    transport = SmtpTransport(chosen, paces)
    done = drain(
        database, transport, now=now, compose=compose, settings=chosen, paces=paces or Paces()
    )
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


def at_domains(database: Database, *domains: str) -> None:
    """The letters go to these domains, one after the other."""
    with database.writing() as session:
        for n, letter in enumerate(session.scalars(select(Letter).order_by(Letter.id))):
            letter.domain = domains[n % len(domains)]
            letter.address = f"p-{letter.id}@{letter.domain}"


def left(server: MailServer) -> Counter[str]:
    return Counter(mail.recipient.partition("@")[2] for mail in server.mails)


def test_an_hours_rate_holds_for_an_hour(database: Database, server: MailServer) -> None:
    """The ward whose server takes ten an hour."""
    make_letters(database, 25)
    chosen = settings(server.port, smtp_rate="10/giờ")

    found = [sent(database, chosen, NOW + n * 20 * MINUTE).sent for n in range(8)]

    assert found == [10, 0, 0, 10, 0, 0, 5, 0]


def test_what_a_domain_allows_holds_for_that_domain(database: Database, server: MailServer) -> None:
    make_letters(database, 30)
    at_domains(database, "x.vn", "y.vn", "z.vn")
    paces = Paces({"x.vn": Pace(rate=Rate(3)), "y.vn": Pace(quota=5)})
    chosen = settings(server.port)

    for minute in range(5):
        sent(database, chosen, NOW + minute * MINUTE, paces)
        assert left(server) == {"x.vn": min(10, 3 * minute + 3), "y.vn": 5, "z.vn": 10}
    sent(database, chosen, NOW + timedelta(hours=17), paces)

    assert left(server) == {"x.vn": 10, "y.vn": 10, "z.vn": 10}


def test_urgent_letters_do_not_wait_for_their_domain(
    database: Database, server: MailServer
) -> None:
    make_letters(database, 6)
    make_letters(database, 3, urgent=True)
    at_domains(database, "x.vn")
    paces = Paces({"*": Pace(rate=Rate(2))})

    assert sent(database, settings(server.port), NOW, paces) == Drained(sent=5)
    assert sent(database, settings(server.port), NOW + MINUTE / 2, paces) == Drained()
    assert sent(database, settings(server.port), NOW + MINUTE, paces) == Drained(sent=2)


def test_a_domain_that_puts_everything_off_rests_longer_each_time(
    database: Database, server: MailServer
) -> None:
    """Its letters are not tried meanwhile; one that is taken ends the rest."""
    make_letters(database, 60)
    at_domains(database, "x.vn", "y.vn")
    asked: list[str] = []

    def later(to: str) -> str:
        if to.endswith("@x.vn"):
            asked.append(to)
            return "452 4.2.2 no room"
        return "250 ok"

    server.on_rcpt = later
    chosen = settings(server.port)
    first = sent(database, chosen, NOW)

    assert first.sent == 30
    assert first.deferred < 10
    assert first.put_back == 30 - first.deferred
    tried = [len(asked)]
    for minute in range(1, 60):
        sent(database, chosen, NOW + minute * MINUTE)
        tried.append(len(asked))
    rounds = sum(1 for before, after in pairwise(tried) if after > before)
    assert 3 <= rounds <= 5
    assert max(after - before for before, after in pairwise(tried)) <= PROBE

    server.on_rcpt = lambda _to: "250 ok"
    for minute in range(60, 180):
        sent(database, chosen, NOW + minute * MINUTE)
    assert left(server) == {"x.vn": 30, "y.vn": 30}
    with database.reading() as session:
        assert session.scalars(select(Rest)).all() == []
        assert max(session.scalars(select(Letter.attempts))) < 10


def test_greylisting_is_no_reason_to_rest(database: Database, server: MailServer) -> None:
    """Every letter is put off once and taken when it comes again."""
    make_letters(database, 40)
    at_domains(database, "x.vn")
    known: set[str] = set()

    def grey(to: str) -> str:
        if to in known:
            return "250 ok"
        known.add(to)
        return "450 4.7.1 greylisted"

    server.on_rcpt = grey
    assert sent(database, settings(server.port), NOW) == Drained(deferred=40)
    again = set(due_times(database))
    assert len(again) == 40
    assert all(0.75 * MINUTE <= at - NOW <= 1.25 * MINUTE for at in again)
    assert sent(database, settings(server.port), NOW + 2 * MINUTE) == Drained(sent=40)


def due_times(database: Database) -> list[datetime]:
    with database.reading() as session:
        return list(session.scalars(select(Letter.retry_at)))


def test_a_slow_domain_comes_after_all_others(
    database: Database, server: MailServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its backlog stands first, a batch has room for ten letters."""
    monkeypatch.setattr(lanes, "SLOW", 0.1)
    monkeypatch.setattr(lanes, "LINGER", 0.3)
    make_letters(database, 100)
    at_domains(database, *["slow.vn"] * 40, *["y.vn"] * 60)
    server.waits = lambda to: 0.2 if to.endswith("@slow.vn") else 0
    chosen = settings(server.port)
    transport = SmtpTransport(chosen)

    def batch() -> Drained:
        return drain(database, transport, now=NOW, compose=compose, settings=chosen, limit=10)

    first = batch()
    assert first.put_back > 0
    for _ in range(10):
        batch()
    order = [mail.recipient.partition("@")[2] for mail in server.mails]
    assert order.count("y.vn") == 60
    assert order[: 60 + 12].count("y.vn") == 60
    for _ in range(10):
        batch()
    transport.hang_up()

    assert left(server) == {"slow.vn": 40, "y.vn": 60}
    with database.reading() as session:
        assert [(one.domain, one.cause) for one in session.scalars(select(Rest))] == [
            ("slow.vn", RestCause.SLOW)
        ]


@pytest.mark.parametrize("back", [timedelta(hours=1), timedelta(days=400)])
def test_clock_set_back_neither_waits_nor_uses_a_rate_twice(
    database: Database, server: MailServer, back: timedelta
) -> None:
    """Ten letters have left in the last minute; by the new clock they have as well."""
    make_letters(database, 45)
    chosen = settings(server.port, smtp_rate=10)
    found = [sent(database, chosen, NOW + minute * MINUTE).sent for minute in range(2)]
    again = NOW + MINUTE - back

    found += [
        sent(database, chosen, again + after).sent
        for after in (0 * MINUTE, 0.9 * MINUTE, 1.1 * MINUTE, 1.5 * MINUTE, 2.2 * MINUTE)
    ]
    found.append(sent(database, chosen, NOW + 90 * MINUTE).sent)

    assert found == [10, 10, 0, 0, 10, 0, 10, 5]


def test_clock_set_back_again_is_followed_again(database: Database, server: MailServer) -> None:
    make_letters(database, 20)
    chosen = settings(server.port, smtp_rate="5/h")
    hour = 60 * MINUTE

    found = [
        sent(database, chosen, at).sent
        for at in (
            NOW,
            NOW - 2 * hour,
            NOW - 0.9 * hour,
            NOW - 2 * hour,
            NOW - 1.1 * hour,
            NOW - 0.9 * hour,
        )
    ]

    assert found == [5, 0, 5, 0, 0, 5]


def test_clock_set_back_over_midnight_uses_no_quota_twice(
    database: Database, server: MailServer
) -> None:
    make_letters(database, 20)
    chosen = settings(server.port, smtp_quota=5)
    midnight = NOW + timedelta(hours=16)

    found = [
        sent(database, chosen, at).sent
        for at in (midnight + 30 * MINUTE, midnight - 30 * MINUTE, midnight + MINUTE)
    ]

    assert found == [5, 0, 0]
    assert sent(database, chosen, midnight + DAY + MINUTE).sent == 5


def test_clock_that_was_a_year_ahead_spends_no_later_quota(
    database: Database, server: MailServer
) -> None:
    make_letters(database, 20)
    chosen = settings(server.port, smtp_quota=5)

    found = [sent(database, chosen, at).sent for at in (NOW + 366 * DAY, NOW, NOW + DAY)]

    assert found == [5, 0, 5]


def test_a_domains_rate_follows_a_clock_set_back(database: Database, server: MailServer) -> None:
    make_letters(database, 20)
    paces = Paces({"quan.example": Pace(rate=Rate(5))})
    chosen = settings(server.port)

    found = [
        sent(database, chosen, at, paces).sent
        for at in (NOW, NOW - 60 * MINUTE, NOW - 58.9 * MINUTE)
    ]

    assert found == [5, 0, 5]
