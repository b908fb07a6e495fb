"""The connections a mail server allows hold over all processes of a machine, on both databases."""

import os
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from threading import Event, Thread

import pytest
from sqlalchemy import func, select

from benchmarks.city import found
from dondoc.database import Database
from dondoc.tables import Letter, LetterState
from notifications import crew, delivery
from notifications.opening import open_post
from notifications.outbox import Drained
from notifications.parcel import Outcome, Verdict
from notifications.places import Places
from notifications.post import Post
from notifications.sending import send_here
from notifications.smtp import SmtpTransport
from notifications.sweep import sweep
from schedules.overrides import open_hours
from tests.mail_server import MailServer, running
from tests.notifications.test_stopping import letters
from tests.outbox_cast import settings
from tests.service import until
from tests.urgent import URGENT, make_urgent
from tests.witness import Seen

LETTERS = 120
ALLOWED = 3
HOLD = """\
import sys
from pathlib import Path
from notifications.places import Places
place = Places(Path(sys.argv[1]), 2).take()
print("held", flush=True)
sys.stdin.read()
"""


@pytest.fixture
def refused() -> list[str]:
    return []


@pytest.fixture
def server(refused: list[str]) -> Iterator[MailServer]:
    """Turns away whoever comes when all allowed are there."""
    server = MailServer()

    def connect(number: str) -> str:
        if len(server.talking) <= ALLOWED:
            return "220 ready"
        refused.append(number)
        return "421 4.7.0 too many connections"

    server.on_connect = connect
    with running(server):
        yield server
    assert server.disorder == []


@pytest.fixture
def at(database: Database) -> datetime:
    return found(database, settings(25), letters=LETTERS)


@pytest.fixture
def post(database: Database, server: MailServer, at: datetime, tmp_path: Path) -> Post:
    url = database.engine.url.render_as_string(hide_password=False)
    chosen = settings(
        server.port, database_url=url, data=tmp_path, smtp_connections=ALLOWED, senders=2
    )
    post = replace(open_post(chosen, database, open_hours(chosen)), clock=None, batch=10)
    sweep(post, at)
    return post


def states(database: Database) -> dict[LetterState, int]:
    with database.reading() as session:
        rows = session.execute(select(Letter.state, func.count()).group_by(Letter.state))
        return dict(rows.tuples().all())


def test_no_more_are_taken_than_there_are(tmp_path: Path) -> None:
    one, other = Places(tmp_path, 2), Places(tmp_path, 2)
    first, second = one.take(), other.take()

    assert one.take() is None
    assert first is not None
    assert second is not None
    os.close(second)
    third = one.take()
    assert third is not None
    assert other.take() is None
    os.close(first)
    os.close(third)


def test_whoever_is_killed_leaves_its_place_free(tmp_path: Path) -> None:
    pipe = subprocess.PIPE
    command = (sys.executable, "-c", HOLD, str(tmp_path))
    with subprocess.Popen(command, stdin=pipe, stdout=pipe) as holder:
        assert holder.stdout is not None
        assert holder.stdout.readline() == b"held\n"
        places = Places(tmp_path, 2)
        own = places.take()
        assert own is not None
        assert places.take() is None
        holder.kill()
        holder.wait()
        freed = places.take()
    assert freed is not None
    os.close(own)
    os.close(freed)


def test_that_one_is_wanted_is_known_until_it_is_not(tmp_path: Path) -> None:
    one, other = Places(tmp_path / "new", 2), Places(tmp_path / "new", 2)
    assert not one.are_wanted()
    place = one.take()
    assert place is not None

    wanted = one.want()
    assert wanted is not None
    assert other.are_wanted()
    assert other.want() is None
    os.close(wanted)
    assert not other.are_wanted()
    os.close(place)


@pytest.mark.slow  # processes of its own
def test_the_clocks_sending_and_another_runs_share_the_connections(
    post: Post, server: MailServer, at: datetime, refused: list[str]
) -> None:
    """Each of them a crew of two, started at the same time."""
    server.waits = lambda _to: 0.05
    crews = [Thread(target=crew.send, args=(sender, at)) for sender in (post, _another(post))]
    for one in crews:
        one.start()
    for one in crews:
        one.join(120)

    assert not any(one.is_alive() for one in crews)
    assert refused == []
    arrived = Counter(mail.message_id for mail in server.mails)
    assert (len(arrived), arrived.total()) == (LETTERS, LETTERS)
    assert states(post.database) == {LetterState.SENT: LETTERS}


def _another(post: Post) -> Post:
    """As a process of its own would have it: it knows of the other's lines only by the files."""
    opened = open_post(post.settings, post.database, post.hours)
    return replace(opened, clock=None, batch=post.batch)


@pytest.mark.slow  # a process of its own
def test_what_is_urgent_overtakes_another_process_that_has_every_connection(
    post: Post, server: MailServer, at: datetime, refused: list[str]
) -> None:
    server.waits = lambda to: 0 if to == URGENT else 0.3
    member = crew._start()
    crew._tell(member, crew.Order(post.settings, post.hours, post.batch, at))
    until(lambda: len(server.talking) == ALLOWED, within=120)
    make_urgent(post.database, at)

    done = send_here(post, at, only_urgent=True)
    before = len(server.mails)
    crew._write(member, crew.COMPLETE)
    member.wait(120)
    crew._dismiss([member])

    assert done == Drained(sent=1)
    assert before < LETTERS
    assert refused == []
    assert states(post.database) == {LetterState.SENT: LETTERS + 1}


def test_letters_that_get_no_connection_are_given_back_untried(
    server: MailServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(delivery, "LONGEST", 0.3)
    taken = Places(tmp_path, 1).take()
    assert taken is not None
    transport = SmtpTransport(settings(server.port), places=Places(tmp_path, 1))

    told: list[Outcome] = list(transport.deliver(letters(5), Seen()))
    os.close(taken)
    again = list(transport.deliver(letters(5), Seen()))
    transport.hang_up()

    assert {one.verdict for one in told} == {Verdict.UNTRIED}
    assert [one.verdict for one in again] == [Verdict.ACCEPTED] * 5
    assert server.connections == 1


def test_a_list_waits_for_a_connection_that_becomes_free(
    server: MailServer, tmp_path: Path
) -> None:
    taken = Places(tmp_path, 1).take()
    assert taken is not None
    transport = SmtpTransport(settings(server.port), places=Places(tmp_path, 1))
    told: list[Outcome] = []
    asked = Event()

    def goes_on() -> bool:
        asked.set()
        return False

    def wait_for_it() -> None:
        told.extend(transport.deliver(letters(5), Seen(ends=goes_on)))

    waiting = Thread(target=wait_for_it)
    waiting.start()
    assert asked.wait(60)
    assert server.connections == 0
    os.close(taken)
    waiting.join(60)
    transport.hang_up()

    assert [one.verdict for one in told] == [Verdict.ACCEPTED] * 5
