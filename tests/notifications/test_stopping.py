"""Told to stop in the middle of a batch: letters on their way come to their end, the rest waits."""

import socket
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from threading import Event

import pytest
from sqlalchemy import func, select

from dondoc.database import Database
from dondoc.tables import Letter, LetterState
from notifications import delivery
from notifications.line import CUT_OFF
from notifications.parcel import Outcome, Outgoing, Verdict
from notifications.smtp import SmtpTransport
from tests.mail_server import MailServer, running
from tests.outbox_cast import NOW, drain_all, make_letters, settings
from tests.pressed import always_open
from tests.service import Service, until
from tests.service import running as service
from tests.urgent import make_sign_in_letters
from tests.witness import Seen

LETTERS = 200
MANY = 20


@pytest.fixture
def server() -> Iterator[MailServer]:
    with running(MailServer()) as server:
        yield server
    assert server.disorder == []


def letters(n: int) -> list[Outgoing]:
    return [
        Outgoing(
            letter_id=number,
            sender="dondoc@q.example",
            recipient=f"p-{number}@q.example",
            message_id=f"<{number}@quan.example>",
            data=f"Message-ID: <{number}@quan.example>\r\n\r\nbody\r\n".encode(),
            day=NOW.date(),
        )
        for number in range(1, n + 1)
    ]


def delivered(
    port: int, listed: list[Outgoing], ends: Callable[[], bool], *, connections: int = 4
) -> dict[Verdict, list[Outcome]]:
    transport = SmtpTransport(settings(port, smtp_connections=connections))
    found: dict[Verdict, list[Outcome]] = {}
    for outcome in transport.deliver(listed, Seen(ends=ends)):
        found.setdefault(outcome.verdict, []).append(outcome)
    transport.hang_up()
    return found


@pytest.mark.parametrize("pipelining", [True, False])
def test_what_is_on_its_way_is_finished_and_the_rest_given_back(pipelining: bool) -> None:
    with running(MailServer(pipelining=pipelining, waits=lambda _to: 0.05)) as server:
        found = delivered(server.port, letters(LETTERS), lambda: len(server.mails) >= MANY)

    assert set(found) == {Verdict.ACCEPTED, Verdict.UNTRIED}
    taken = {one.letter_id for one in found[Verdict.ACCEPTED]}
    arrived = Counter(mail.message_id for mail in server.mails)
    assert arrived == Counter(f"<{number}@quan.example>" for number in taken)
    assert MANY <= len(taken) < LETTERS
    assert len(taken) + len(found[Verdict.UNTRIED]) == LETTERS
    assert server.disorder == []


def test_a_text_that_is_not_answered_in_time_is_in_doubt(
    server: MailServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(delivery, "LAST", 0.3)
    asked, released = Event(), Event()

    def think(_to: str) -> str:
        asked.set()
        released.wait(30)
        return "250 accepted"

    server.on_data = think
    try:
        found = delivered(server.port, letters(MANY), asked.is_set, connections=1)
    finally:
        released.set()

    assert [one.answer for one in found[Verdict.DEFERRED]] == [CUT_OFF]
    assert len(found[Verdict.UNTRIED]) == MANY - 1


def test_a_server_that_does_not_greet_is_not_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(delivery, "LAST", 0.3)
    with socket.create_server(("127.0.0.1", 0)) as mute:
        found = delivered(mute.getsockname()[1], letters(MANY), lambda: True)

    assert set(found) == {Verdict.UNTRIED}
    assert len(found[Verdict.UNTRIED]) == MANY


def test_what_was_given_back_leaves_next_time(
    database: Database, server: MailServer, tmp_path: Path
) -> None:
    make_letters(database, LETTERS)
    server.waits = lambda _to: 0.02
    transport = SmtpTransport(settings(server.port))
    journals = tmp_path / "journals"
    drain_all(database, transport, journals=journals, stopped=lambda: len(server.mails) >= MANY)
    before = states(database)

    assert MANY <= before[LetterState.SENT] == len(server.mails) < LETTERS
    assert before[LetterState.QUEUED] == LETTERS - len(server.mails)
    assert list(journals.iterdir()) == []
    drain_all(database, transport, journals=journals)
    assert states(database) == {LetterState.SENT: LETTERS}
    assert once(server) == LETTERS


@pytest.mark.slow  # processes of its own
def test_the_service_told_to_stop_in_a_batch_loses_and_repeats_nothing(
    database: Database, server: MailServer, tmp_path: Path
) -> None:
    make_sign_in_letters(database, LETTERS, NOW)
    data = tmp_path / "data"
    chosen = always_open(data) | {
        "DONDOC_DATABASE_URL": database.engine.url.render_as_string(hide_password=False),
        "DONDOC_MAIL": "smtp",
        "DONDOC_MAIL_FROM": "dondoc@quan.example",
        "DONDOC_SMTP_PORT": str(server.port),
        "DONDOC_SMTP_SECURITY": "none",
        "DONDOC_PORTAL": "false",
    }
    server.waits = lambda _to: 0.25
    with service(data, "--no-prefect", settings=chosen) as first:
        until(lambda: len(server.mails) >= MANY, within=120)
        first.stop()
        _ended_in_order(first)
    before = states(database)

    assert MANY <= before[LetterState.SENT] == len(server.mails) < LETTERS
    assert before[LetterState.QUEUED] == LETTERS - len(server.mails)
    assert list((data / "journals").glob("*/*")) == []
    server.waits = lambda _to: 0
    with service(data, "--no-prefect", settings=chosen) as second:
        until(lambda: states(database) == {LetterState.SENT: LETTERS}, within=120)
        second.stop()
    assert once(server) == LETTERS


def _ended_in_order(ended: Service) -> None:
    assert ended.process.returncode == 0
    assert ended.text().rstrip().endswith("Stopped.")


def states(database: Database) -> dict[LetterState, int]:
    with database.reading() as session:
        rows = session.execute(select(Letter.state, func.count()).group_by(Letter.state))
        return dict(rows.tuples().all())


def once(server: MailServer) -> int:
    """How many letters arrived, each of them once."""
    arrived = Counter(mail.message_id for mail in server.mails)
    assert set(arrived.values()) == {1}
    return len(arrived)
