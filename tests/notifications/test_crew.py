"""Several sending processes, for real."""

import os
import signal
import subprocess
import time
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import datetime
from threading import Event, Thread

import pytest
from sqlalchemy import func, select

from benchmarks.city import found
from dondoc.database import Database
from dondoc.tables import Letter, LetterState
from notifications import beat, crew
from notifications.beat import send_waiting
from notifications.outbox import Drained
from notifications.post import Post
from notifications.sending import send_here
from notifications.smtp import SmtpTransport
from notifications.sweep import Swept, batches, sweep
from schedules.overrides import open_hours
from tests.mail_server import MailServer, running
from tests.outbox_cast import settings
from tests.urgent import URGENT, make_urgent

pytestmark = pytest.mark.slow  # processes of their own

LETTERS = 90
ON_SQLITE = pytest.mark.parametrize("database", ["sqlite"], indirect=True)


@pytest.fixture
def server() -> Iterator[MailServer]:
    with running(MailServer()) as server:
        yield server


@pytest.fixture
def at(database: Database) -> datetime:
    return found(database, settings(25), letters=LETTERS)


@pytest.fixture
def unswept(database: Database, server: MailServer, at: datetime) -> Post:
    """With every notice due."""
    url = database.engine.url.render_as_string(hide_password=False)
    chosen = settings(server.port, database_url=url)
    return Post(
        database=database,
        transport=SmtpTransport(chosen),
        hours=open_hours(chosen),
        settings=chosen,
        batch=10,
        senders=2,
        crew=crew.send,
    )


@pytest.fixture
def post(unswept: Post, at: datetime) -> Post:
    """With every letter in the outbox."""
    sweep(unswept, at)
    return unswept


def states(post: Post) -> dict[LetterState, int]:
    with post.database.reading() as session:
        rows = session.execute(select(Letter.state, func.count()).group_by(Letter.state))
        return dict(rows.tuples().all())


def until(condition: Callable[[], bool]) -> None:
    for _ in range(12_000):
        if condition():
            return
        time.sleep(0.01)
    pytest.fail("it did not happen within two minutes")


def test_members_share_the_letters(post: Post, server: MailServer, at: datetime) -> None:
    server.on_data = _slowly

    assert crew.send(post, at) == Drained(sent=LETTERS)

    arrived = Counter(mail.message_id for mail in server.mails)
    assert (len(arrived), arrived.total()) == (LETTERS, LETTERS)
    assert states(post) == {LetterState.SENT: LETTERS}
    assert 2 <= server.connections <= settings(25).smtp_connections


def test_letters_leave_while_others_are_made(unswept: Post, at: datetime) -> None:
    made = batches(unswept, at)

    def filling() -> Iterator[Swept]:
        yield next(made)  # sent by the one that fills
        yield next(made)
        until(lambda: states(unswept) == {LetterState.SENT: 2 * unswept.batch})
        yield from made

    assert crew.send(unswept, at, filling=filling()) == Drained(sent=LETTERS)


def test_a_large_day_is_swept_and_sent_by_the_crew(
    unswept: Post, server: MailServer, at: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(beat, "MUCH", LETTERS)

    done = beat.beat(unswept, at)

    assert done.swept == Swept(letters=LETTERS, queued=LETTERS)
    assert done.drained == Drained(sent=LETTERS)
    arrived = Counter(mail.message_id for mail in server.mails)
    assert (len(arrived), arrived.total()) == (LETTERS, LETTERS)


@ON_SQLITE
def test_a_sweep_that_breaks_off_is_gone_on_with(
    unswept: Post, server: MailServer, at: datetime
) -> None:
    made = batches(unswept, at)

    def filling() -> Iterator[Swept]:
        yield next(made)
        yield next(made)
        raise BrokenOff

    with pytest.raises(BrokenOff):
        crew.send(unswept, at, filling=filling())
    assert beat.beat(unswept, at).swept.letters == LETTERS - 2 * unswept.batch

    arrived = Counter(mail.message_id for mail in server.mails)
    assert (len(arrived), arrived.total()) == (LETTERS, LETTERS)


class BrokenOff(Exception):
    pass


@ON_SQLITE
def test_small_backlog_is_sent_without_a_crew(
    post: Post, at: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(beat, "MUCH", LETTERS + 1)
    monkeypatch.delattr(crew, "_start")

    assert send_waiting(post, at) == Drained(sent=LETTERS)


@ON_SQLITE
def test_large_backlog_is_sent_by_the_crew(
    post: Post, at: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(beat, "MUCH", LETTERS)
    monkeypatch.setattr(crew, "_report", lambda _member: Drained(failed=1))

    assert send_waiting(post, at).failed == 1
    assert states(post) == {LetterState.SENT: LETTERS}


@ON_SQLITE
def test_member_that_dies_leaves_its_letters_to_be_claimed_again(
    post: Post, server: MailServer, at: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    started: list[int] = []
    start = crew._start

    def noted() -> crew.Member:
        member = start()
        started.append(member.pid)
        return member

    both = Event()
    server.waits = lambda _to: 0.02 if both.is_set() else 2.0  # none ends before the other begins
    monkeypatch.setattr(crew, "_start", noted)
    sending = Thread(target=crew.send, args=(post, at))
    sending.start()
    until(lambda: states(post).get(LetterState.SENDING, 0) > post.batch)
    os.kill(started[0], signal.SIGKILL)
    both.set()
    sending.join(60)

    assert not sending.is_alive()
    left = states(post).get(LetterState.SENDING, 0)
    assert 0 < left <= post.batch
    assert states(post)[LetterState.SENT] == LETTERS - left


@ON_SQLITE
def test_member_stops_between_two_batches_when_its_starter_is_gone(
    post: Post, server: MailServer, at: datetime
) -> None:
    server.on_data = _slowly
    member = crew._start()
    crew._tell(member, crew.Order(post.settings, post.hours, post.batch, at))
    until(lambda: len(server.mails) > 5)
    (told,) = crew._dismiss([member])
    done = crew._report(told)

    assert member.returncode == 0
    assert 0 < done.sent < LETTERS
    assert states(post) == {
        LetterState.SENT: done.sent,
        LetterState.QUEUED: LETTERS - done.sent,
    }
    assert send_here(post, at) == Drained(sent=LETTERS - done.sent)


@ON_SQLITE
def test_what_is_urgent_overtakes_a_crew_that_has_every_connection(
    post: Post, server: MailServer, at: datetime
) -> None:
    most = settings(25).smtp_connections
    refused = []

    def connect(number: str) -> str:
        if len(server.talking) <= most:
            return "220 ready"
        refused.append(number)
        return "421 4.7.0 too many connections"

    server.on_connect = connect
    server.waits = lambda to: 0 if to == URGENT else 2.0  # none ends before the other begins
    ends = Event()
    sending = Thread(target=crew.send, args=(post, at, ends.is_set))
    sending.start()
    until(lambda: states(post).get(LetterState.SENDING, 0) > post.batch)
    make_urgent(post.database, at)
    done = send_here(post, at, only_urgent=True)
    ends.set()
    sending.join(60)

    assert done == Drained(sent=1)
    assert refused == []


def test_all_of_them_stop_in_the_middle_of_a_batch(
    post: Post, server: MailServer, at: datetime
) -> None:
    server.waits = lambda _to: 2.0  # none ends before the other begins
    sender = replace(post, batch=LETTERS // 3)

    def both_are_at_it() -> bool:
        return states(post).get(LetterState.SENDING, 0) > sender.batch

    begun, done = Event(), []
    sending = Thread(target=lambda: done.append(crew.send(sender, at, begun.is_set)))
    sending.start()
    until(both_are_at_it)
    begun.set()
    sending.join(60)

    assert not sending.is_alive()
    left = LETTERS - len(server.mails)
    assert 0 < left < LETTERS
    assert states(post) == {LetterState.SENT: len(server.mails), LetterState.QUEUED: left}
    assert done[0].sent == len(server.mails) == len({mail.message_id for mail in server.mails})


@ON_SQLITE
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_member_that_is_signalled_stops_in_order(
    post: Post, server: MailServer, at: datetime, number: signal.Signals
) -> None:
    server.waits = lambda _to: 0.2
    member = crew._start()
    crew._tell(member, crew.Order(post.settings, post.hours, post.batch, at))
    until(lambda: len(server.mails) > 5)
    member.send_signal(number)
    member.wait(60)
    (told,) = crew._dismiss([member])

    assert member.returncode == 0
    assert 0 < crew._report(told).sent == len(server.mails) < LETTERS
    assert LetterState.SENDING not in states(post)


@ON_SQLITE
@pytest.mark.parametrize("told", [True, False])
def test_a_member_whose_starter_was_killed_ends_quietly(
    post: Post, server: MailServer, at: datetime, told: bool
) -> None:
    """In the middle of its work, or before it knew what to do."""
    server.on_data = _slowly
    pipe = subprocess.PIPE
    with subprocess.Popen(crew.COMMAND, stdin=pipe, stdout=pipe, stderr=pipe) as member:
        assert member.stdin is not None
        assert member.stdout is not None
        assert member.stderr is not None
        if told:
            crew._tell(member, crew.Order(post.settings, post.hours, post.batch, at))
            until(lambda: len(server.mails) > 5)
        member.stdout.close()
        member.stdin.close()

        assert member.stderr.read() == b""
        assert member.wait(60) == 0
    assert states(post) == {
        state: letters
        for state, letters in (
            (LetterState.SENT, len(server.mails)),
            (LetterState.QUEUED, LETTERS - len(server.mails)),
        )
        if letters
    }


def _slowly(_recipient: str) -> str:
    time.sleep(0.02)
    return "250 accepted"
