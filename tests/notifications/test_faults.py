"""What servers, databases and clocks do on a bad day: nothing is lost, little is repeated."""

import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from datetime import timedelta
from itertools import count
from pathlib import Path
from resource import RLIMIT_FSIZE, setrlimit
from threading import Event, Thread

import pytest
from sqlalchemy import event, func, select
from sqlalchemy.exc import OperationalError

from dondoc.database import Database, open_database
from dondoc.tables import Letter, LetterState
from notifications import ledger
from notifications.journal import Journal, opened
from notifications.smtp import SmtpTransport
from tests.mail_server import DROP, Mail, MailServer, running
from tests.outbox_cast import NOW, drain_all, make_letters, settings

ROOT = Path(__file__).parents[2]
LETTERS = 120
ROOM = 20_000
"""bytes"""
HOUR = timedelta(hours=1)
MINUTE = timedelta(minutes=1)


@pytest.fixture
def server() -> Iterator[MailServer]:
    with running(MailServer()) as server:
        yield server
    assert server.disorder == []


@pytest.fixture
def transport(server: MailServer) -> Iterator[SmtpTransport]:
    transport = SmtpTransport(settings(server.port))
    yield transport
    transport.hang_up()


@pytest.fixture
def journals(tmp_path: Path) -> Path:
    return tmp_path / "journals"


def states(database: Database) -> dict[LetterState, int]:
    with database.reading() as session:
        rows = session.execute(select(Letter.state, func.count()).group_by(Letter.state))
        return dict(rows.tuples().all())


def arrived(server: MailServer) -> Counter[str]:
    return Counter(mail.message_id for mail in server.mails)


def all_once(letters: int = LETTERS) -> Counter[str]:
    return Counter(f"<{n}@quan.example>" for n in range(1, letters + 1))


@pytest.mark.parametrize("reply", [DROP, "421 4.3.2 shutting down"])
def test_line_that_breaks_before_a_letter_is_taken_repeats_nothing(
    sqlite: Database, server: MailServer, transport: SmtpTransport, journals: Path, reply: str
) -> None:
    make_letters(sqlite, LETTERS)
    seen = count(1)
    server.on_data = lambda _to: reply if next(seen) % 10 == 0 else "250 accepted"

    for later in range(0, 60, 2):
        drain_all(sqlite, transport, journals=journals, now=NOW + later * MINUTE)

    assert arrived(server) == all_once()
    assert states(sqlite) == {LetterState.SENT: LETTERS}


def test_letter_taken_without_an_answer_is_sent_again_under_its_message_id(
    sqlite: Database, server: MailServer, transport: SmtpTransport, journals: Path
) -> None:
    make_letters(sqlite, LETTERS)
    seen, cut = count(1), []

    def take_and_hang_up(recipient: str) -> str:
        if next(seen) % 10:
            return "250 accepted"
        number = recipient[2:].partition("@")[0]
        data = f"Message-ID: <{number}@quan.example>\r\n\r\n".encode()
        server.mails.append(Mail("", recipient, data))
        cut.append(f"<{number}@quan.example>")
        return DROP

    server.on_data = take_and_hang_up
    for later in range(0, 60, 2):
        drain_all(sqlite, transport, journals=journals, now=NOW + later * MINUTE)

    assert arrived(server) == all_once() + Counter(cut)
    assert states(sqlite) == {LetterState.SENT: LETTERS}


def test_server_that_closes_in_the_middle_of_an_envelope_repeats_nothing(
    sqlite: Database, server: MailServer, transport: SmtpTransport, journals: Path
) -> None:
    make_letters(sqlite, LETTERS)
    seen = count(1)
    server.on_rcpt = lambda _to: "421 4.7.0 enough for now" if next(seen) % 9 == 0 else "250 ok"

    for later in range(0, 60, 2):
        drain_all(sqlite, transport, journals=journals, now=NOW + later * MINUTE)

    assert arrived(server) == all_once()
    assert states(sqlite) == {LetterState.SENT: LETTERS}


@pytest.mark.parametrize("lines", [0, 1, 12])
def test_server_that_closes_in_the_middle_of_data_repeats_nothing(
    sqlite: Database, server: MailServer, transport: SmtpTransport, journals: Path, lines: int
) -> None:
    """After some lines of the text; what it had not taken whole it has not taken."""
    make_letters(sqlite, LETTERS)
    seen = count(1)
    server.cuts = lambda _to: lines if next(seen) % 9 == 0 else None

    for later in range(0, 60, 2):
        drain_all(sqlite, transport, journals=journals, now=NOW + later * MINUTE)

    assert arrived(server) == all_once()
    assert states(sqlite) == {LetterState.SENT: LETTERS}


def test_one_recipient_refused_among_many_fails_alone(
    database: Database, server: MailServer, transport: SmtpTransport, journals: Path
) -> None:
    make_letters(database, LETTERS)
    server.on_rcpt = lambda to: "550 5.1.1 unknown" if to.startswith("p-60@") else "250 ok"

    drain_all(database, transport, journals=journals)

    assert arrived(server) == all_once() - Counter(["<60@quan.example>"])
    assert states(database) == {LetterState.SENT: LETTERS - 1, LetterState.FAILED: 1}


def test_full_disk_loses_no_letter(
    database: Database, server: MailServer, transport: SmtpTransport, journals: Path
) -> None:
    """No file that the sender writes may grow beyond ROOM: its journal, and SQLite's log."""
    make_letters(database, LETTERS)
    url = database.engine.url.render_as_string(hide_password=False)
    subprocess.run(
        (sys.executable, "-m", "tests.outbox_cast", url, str(server.port), str(journals)),
        cwd=ROOT,
        check=False,
        timeout=60,
        stderr=subprocess.DEVNULL,
        preexec_fn=lambda: setrlimit(RLIMIT_FSIZE, (ROOM, ROOM)),
    )
    before = arrived(server)
    for later in range(0, 60, 2):
        drain_all(database, transport, journals=journals, now=NOW + later * MINUTE)

    assert before.total() < LETTERS
    assert set(arrived(server)) == set(all_once())
    assert arrived(server).total() - LETTERS <= settings(25).smtp_connections
    assert states(database) == {LetterState.SENT: LETTERS}


def test_two_senders_at_once_send_each_letter_once(
    database: Database, server: MailServer, journals: Path
) -> None:
    make_letters(database, LETTERS)
    senders = [
        Thread(
            target=drain_all,
            args=(database, SmtpTransport(settings(server.port))),
            kwargs={"journals": journals, "limit": 10},
        )
        for _ in range(2)
    ]
    for sender in senders:
        sender.start()
    for sender in senders:
        sender.join(60)

    assert arrived(server) == all_once()
    assert states(database) == {LetterState.SENT: LETTERS}


def test_database_that_is_locked_for_a_while_is_waited_for(
    sqlite: Database, server: MailServer, transport: SmtpTransport, journals: Path
) -> None:
    make_letters(sqlite, LETTERS)
    locked = Event()

    def hold() -> None:
        with sqlite.writing() as session:
            session.connection()
            locked.set()
            time.sleep(1)

    holding = Thread(target=hold)
    holding.start()
    locked.wait()
    drain_all(sqlite, transport, journals=journals)
    holding.join()

    assert arrived(server) == all_once()
    assert states(sqlite) == {LetterState.SENT: LETTERS}


def test_database_that_is_locked_when_the_verdicts_are_due(
    sqlite: Database, server: MailServer, transport: SmtpTransport, journals: Path
) -> None:
    """The journal keeps them for the next time."""
    make_letters(sqlite, LETTERS)
    begun, locked, ended = Event(), Event(), Event()

    def hold() -> None:
        begun.wait(20)
        with sqlite.writing() as session:
            session.connection()
            locked.set()
            ended.wait(20)

    def take(_recipient: str) -> str:
        begun.set()
        locked.wait(20)
        return "250 accepted"

    server.on_data = take
    holding = Thread(target=hold)
    holding.start()
    hasty = open_database(sqlite.engine.url.render_as_string())
    event.listen(hasty.engine, "connect", lambda new, _: new.execute("PRAGMA busy_timeout=50"))
    try:
        with pytest.raises(OperationalError, match="locked"):
            drain_all(hasty, transport, journals=journals)
    finally:
        ended.set()
        holding.join()
        hasty.close()
    assert states(sqlite) == {LetterState.SENDING: LETTERS}
    drain_all(sqlite, transport, journals=journals)

    assert arrived(server) == all_once()
    assert states(sqlite) == {LetterState.SENT: LETTERS}


def test_clock_set_back_an_hour_repeats_nothing_and_forgets_nothing(
    database: Database, server: MailServer, transport: SmtpTransport, journals: Path
) -> None:
    make_letters(database, 20)
    server.on_rcpt = lambda to: "450 4.2.0 later" if to.startswith("p-7@") else "250 ok"
    drain_all(database, transport, journals=journals, now=NOW)
    make_letters(database, 5)
    server.on_rcpt = lambda _to: "250 ok"

    drain_all(database, transport, journals=journals, now=NOW - HOUR)
    before = arrived(server)
    drain_all(database, transport, journals=journals, now=NOW + 2 * MINUTE)

    assert before.total() == 24  # what is put off waits for its time
    assert arrived(server) == all_once(25)
    assert states(database) == {LetterState.SENT: 25}


def test_crash_before_the_clock_was_set_back_is_put_right_at_once(
    sqlite: Database, server: MailServer, transport: SmtpTransport, journals: Path
) -> None:
    """The lease ends an hour and a quarter from now; the journal's lock tells more."""
    make_letters(sqlite, 20)

    class Killed(Exception):
        """Stands for the process's end: its journal stays, its lock is gone."""

    with pytest.raises(Killed), opened(journals) as journal:
        _claim_and_die(sqlite, journal, Killed)
    assert states(sqlite) == {LetterState.SENDING: 20}
    with sqlite.writing() as session:
        session.query(Letter).update({Letter.retry_at: NOW - 2 * HOUR})
    drain_all(sqlite, transport, journals=journals, now=NOW - HOUR)

    assert arrived(server) == all_once(20)


def _claim_and_die(database: Database, journal: Journal, end: type[Exception]) -> None:
    with database.writing() as session:
        letters = ledger.claim(session, now=NOW, limit=50, only_urgent=False)
    journal.claimed(NOW, {one.id: one.attempts for one in letters})
    raise end
