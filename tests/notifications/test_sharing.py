"""What recipient domains allow holds over all processes that send, on both databases."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from threading import Event, Thread

import pytest
from sqlalchemy import select

from benchmarks.city import found
from dondoc.database import Database
from dondoc.pace import Pace
from dondoc.tables import Contact, Letter, LetterState
from notifications import crew
from notifications.domains import Paces, Part
from notifications.opening import open_post
from notifications.outbox import Drained, drain
from notifications.post import Post
from notifications.smtp import SmtpTransport
from notifications.sweep import sweep
from schedules.overrides import open_hours
from tests.mail_server import MailServer, running
from tests.outbox_cast import NOW, compose, make_letters, settings
from tests.service import until

LETTERS = 120
DOMAINS = ("one.vn", "two.vn", "five.vn", *(f"d{n}.vn" for n in range(5)))
FILE = """
one.vn   connections=1
two.vn   connections=2  messages=3
five.vn  rate=5/h
*        connections=3
"""


@dataclass
class Gauge:
    """Of letters that are on their way to a domain; each takes a while."""

    server: MailServer
    slow: float = 0.05
    now: Counter[str] = field(default_factory=Counter)
    most: Counter[str] = field(default_factory=Counter)

    def __post_init__(self) -> None:
        self.server.waits, self.server.on_data = self._begun, self._taken

    def _begun(self, recipient: str) -> float:
        domain = recipient.partition("@")[2]
        self.now[domain] += 1
        self.most[domain] = max(self.most[domain], self.now[domain])
        return self.slow

    def _taken(self, recipient: str) -> str:
        self.now[recipient.partition("@")[2]] -= 1
        return "250 accepted"


@pytest.fixture
def server() -> Iterator[MailServer]:
    with running(MailServer()) as server:
        yield server
    assert server.disorder == []


def left(server: MailServer) -> Counter[str]:
    return Counter(mail.recipient.partition("@")[2] for mail in server.mails)


def at_domains(database: Database, domains: Sequence[str]) -> None:
    with database.writing() as session:
        for n, letter in enumerate(session.scalars(select(Letter).order_by(Letter.id))):
            letter.domain = domains[n % len(domains)]
            letter.address = f"p-{letter.id}@{letter.domain}"


@pytest.fixture
def post(database: Database, server: MailServer, tmp_path: Path) -> Post:
    at = found(database, settings(25), letters=LETTERS)
    with database.writing() as session:
        for n, seat in enumerate(session.scalars(select(Contact).order_by(Contact.id))):
            seat.email = f"p-{n}@{DOMAINS[n % len(DOMAINS)]}"
    file = tmp_path / "domains.txt"
    file.write_text(FILE)
    url = database.engine.url.render_as_string(hide_password=False)
    chosen = settings(
        server.port,
        database_url=url,
        data=tmp_path / "data",
        senders=2,
        smtp_connections=9,
        smtp_domains_file=file,
    )
    post = open_post(chosen, database, open_hours(chosen))
    assert post.senders == 2
    post = Post(**{**vars(post), "clock": None, "batch": 25})
    sweep(post, at)
    return post


@pytest.mark.slow  # processes of their own
def test_a_crew_keeps_to_what_each_domain_allows(post: Post, server: MailServer) -> None:
    gauge = Gauge(server)
    with post.database.reading() as session:
        at = max(session.scalars(select(Letter.retry_at)))
        waiting = Counter(session.scalars(select(Letter.domain)))

    done = crew.send(post, at)

    assert min(waiting.values()) > 10
    sent = waiting | {"five.vn": 5}
    assert left(server) == sent
    assert done == Drained(sent=sum(sent.values()))
    assert gauge.most["one.vn"] == 1
    assert gauge.most["two.vn"] <= 2
    assert max(gauge.most[domain] for domain in DOMAINS if domain != "five.vn") <= 3
    assert crew.send(post, at) == Drained()


def test_two_senders_that_know_nothing_of_each_other_take_turns(
    database: Database, server: MailServer
) -> None:
    make_letters(database, 40)
    at_domains(database, ("one.vn", "y.vn"))
    gauge = Gauge(server, slow=0.1)
    senders = [Thread(target=_drain_all, args=(database, server)) for _ in range(2)]
    for sender in senders:
        sender.start()
    for sender in senders:
        sender.join(120)

    assert left(server) == {"one.vn": 20, "y.vn": 20}
    assert gauge.most["one.vn"] == 1


def _drain_all(database: Database, server: MailServer) -> None:
    """Comes again as long as letters wait, as a clock would."""

    def none_waits() -> bool:
        _drain(database, server, limit=5)
        with database.reading() as session:
            return set(session.scalars(select(Letter.state))) == {LetterState.SENT}

    until(none_waits, within=100)


def test_a_domain_that_waits_for_another_process_holds_up_no_other(
    database: Database, server: MailServer
) -> None:
    make_letters(database, 20)
    at_domains(database, ("one.vn", "y.vn"))
    asked, held = Event(), Event()

    def think(_to: str) -> str:
        asked.set()
        held.wait(60)
        return "250 accepted"

    with running(MailServer(on_data=think)) as thinking:
        first = Thread(target=_drain, args=(database, thinking), kwargs={"limit": 1})
        first.start()
        assert asked.wait(60)
        try:
            assert _drain(database, server) == Drained(sent=10)
        finally:
            held.set()
        first.join(60)

    assert left(server) == {"y.vn": 10}
    assert left(thinking) == {"one.vn": 1}
    assert _drain(database, server) == Drained(sent=9)


def _drain(database: Database, server: MailServer, limit: int = 100) -> Drained:
    chosen, paces = settings(server.port), Paces({"one.vn": Pace(connections=1)})
    transport = SmtpTransport(chosen, paces)
    done = drain(
        database, transport, now=NOW, compose=compose, settings=chosen, limit=limit, paces=paces
    )
    transport.hang_up()
    return done


def test_every_domain_is_one_members() -> None:
    parts = [Part(number, 3) for number in range(3)]
    names = [f"d{n}.vn" for n in range(100)]

    owners = [sum(part.has(name) for part in parts) for name in names]

    assert owners == [1] * 100
    assert all(sum(map(part.has, names)) > 20 for part in parts)
