"""Sending processes killed at random moments: nothing is lost, what is repeated was on the wire.

`make soak` kills 200 times over 20,000 letters.
"""

import os
import signal
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path
from random import Random

import pytest
from sqlalchemy import func, select

from dondoc.database import Database
from dondoc.tables import Incident, Letter, LetterState, Notice, NoticeState
from notifications.smtp import SmtpTransport
from tests.mail_server import MailServer, running
from tests.outbox_cast import NOW, drain_all, make_letters, settings

pytestmark = pytest.mark.slow  # processes of their own

ROOT = Path(__file__).parents[2]
KILLS = int(os.environ.get("DONDOC_SOAK_KILLS", "3"))
LETTERS = int(os.environ.get("DONDOC_SOAK_LETTERS", "400"))
CONNECTIONS = settings(25).smtp_connections


@pytest.fixture
def journals(tmp_path: Path) -> Path:
    return tmp_path / "journals"


def start(database: Database, server: MailServer, journals: Path) -> subprocess.Popen[bytes]:
    url = database.engine.url.render_as_string(hide_password=False)
    command = (sys.executable, "-m", "tests.outbox_cast", url, str(server.port), str(journals))
    return subprocess.Popen(command, cwd=ROOT)


def kill_after(sender: subprocess.Popen[bytes], server: MailServer, mails: int) -> None:
    until = time.monotonic() + 60
    while len(server.mails) < mails and sender.poll() is None:
        assert time.monotonic() < until, "the sender did not get going"
        time.sleep(0.001)
    os.kill(sender.pid, signal.SIGKILL)
    sender.wait()


def states(database: Database) -> dict[LetterState, int]:
    with database.reading() as session:
        rows = session.execute(select(Letter.state, func.count()).group_by(Letter.state))
        return dict(rows.tuples().all())


def _slowly(_recipient: str) -> str:
    time.sleep(0.002)
    return "250 accepted"


def test_killed_at_random_moments_nothing_is_lost_and_little_is_repeated(
    database: Database, journals: Path
) -> None:
    make_letters(database, LETTERS)
    random = Random(LETTERS)
    with running(MailServer(on_data=_slowly)) as server:
        for left in range(KILLS, 0, -1):
            before = len(server.mails)
            share = max(2, (LETTERS - before) // (left + 1))
            kill_after(start(database, server, journals), server, before + random.randint(1, share))
        assert states(database).get(LetterState.SENDING, 0) > 0
        drain_all(database, SmtpTransport(settings(server.port)), journals=journals)

    arrived = Counter(mail.message_id for mail in server.mails)
    assert set(arrived) == {f"<{n}@quan.example>" for n in range(1, LETTERS + 1)}
    assert arrived.total() - LETTERS <= KILLS * CONNECTIONS
    assert states(database) == {LetterState.SENT: LETTERS}
    with database.reading() as session:
        assert set(session.scalars(select(Notice.state))) == {NoticeState.SENT}
        assert set(session.scalars(select(Letter.sent_at))) == {NOW}
    assert list(journals.iterdir()) == []


def test_server_and_sender_die_together(sqlite: Database, journals: Path) -> None:
    """What the server took without an answer getting through is in doubt: repeated, and said."""
    make_letters(sqlite, 60)
    server = MailServer(on_data=_slowly)
    with running(server):
        sender = start(sqlite, server, journals)
        kill_after(sender, server, 20)
    with running(server):
        drain_all(sqlite, SmtpTransport(settings(server.port)), journals=journals)

    arrived = Counter(mail.message_id for mail in server.mails)
    assert len(arrived) == 60
    assert arrived.total() - 60 <= CONNECTIONS
    assert states(sqlite) == {LetterState.SENT: 60}
    with sqlite.reading() as session:
        told = [(one.kind, one.text) for one in session.scalars(select(Incident))]
    assert [kind for kind, _ in told] == ["letters_in_doubt"]
    repeated = {mail_id for mail_id, times in arrived.items() if times > 1}
    addresses = {f"p-{mail_id[1:].partition('@')[0]}@quan.example" for mail_id in repeated}
    assert all(address in told[0][1] for address in addresses)


def test_two_that_start_after_a_crash_put_it_right_once(sqlite: Database, journals: Path) -> None:
    make_letters(sqlite, 120)
    with running(MailServer(on_data=_slowly)) as server:
        kill_after(start(sqlite, server, journals), server, 30)
        again = [start(sqlite, server, journals) for _ in range(2)]
        assert [sender.wait(60) for sender in again] == [0, 0]

    arrived = Counter(mail.message_id for mail in server.mails)
    assert len(arrived) == 120
    assert arrived.total() - 120 <= CONNECTIONS
    assert states(sqlite) == {LetterState.SENT: 120}


@pytest.mark.parametrize("at", range(0, 40, 8))
def test_journal_cut_off_anywhere_loses_no_letter(
    sqlite: Database, journals: Path, at: int
) -> None:
    """As when a power cut takes the file's end."""
    make_letters(sqlite, 40)
    with running(MailServer(on_data=_slowly)) as server:
        kill_after(start(sqlite, server, journals), server, 20)
        (journal,) = journals.iterdir()
        lines = journal.read_bytes()
        journal.write_bytes(lines[: len(lines) * at // 40])
        transport = SmtpTransport(settings(server.port))
        drain_all(sqlite, transport, journals=journals)
        drain_all(sqlite, transport, journals=journals, now=NOW.replace(hour=2))

    assert len({mail.message_id for mail in server.mails}) == 40
    assert states(sqlite) == {LetterState.SENT: 40}
