"""A domain that is slow, or dead, or puts everything off, holds up nobody but itself."""

import time
from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import date
from threading import Thread

import pytest

from dondoc.pace import Pace
from notifications import delivery, lanes
from notifications.domains import Paces
from notifications.lanes import Lanes, Temper
from notifications.parcel import Outcome, Outgoing, Verdict
from notifications.smtp import SmtpTransport
from tests.mail_server import MailServer, running
from tests.outbox_cast import settings
from tests.witness import Seen

ACCEPTED, DEFERRED = Verdict.ACCEPTED, Verdict.DEFERRED


def letters(*addresses: str, first: int = 1, urgent: bool = False) -> list[Outgoing]:
    return [
        Outgoing(
            letter_id=n,
            sender="dondoc@q.example",
            recipient=address,
            message_id=f"<{n}@q.example>",
            data=f"Message-ID: <{n}@q.example>\r\n\r\nbody\r\n".encode(),
            day=date(2024, 5, 16),
            urgent=urgent,
        )
        for n, address in enumerate(addresses, start=first)
    ]


def many(domain: str, n: int) -> list[str]:
    return [f"p-{i}@{domain}" for i in range(n)]


def lanes_of(
    *addresses: str, lines: int = 4, paces: Paces | None = None, prompt: Sequence[str] = ()
) -> Lanes:
    coming = iter(letters(*addresses))
    return Lanes(
        coming, lines=lines, paces=paces or Paces(), known=dict.fromkeys(prompt, Temper.PROMPT)
    )


def taken(queue: Lanes, most: int = 100) -> list[str]:
    found = [queue.take({}) for _ in range(most)]
    return [letter.recipient for letter in found if letter is not None]


def test_a_domain_that_has_not_answered_yet_gets_one_letter() -> None:
    queue = lanes_of("a@x.vn", "b@x.vn", "a@y.vn", "c@x.vn", "b@y.vn")
    assert taken(queue) == ["a@x.vn", "a@y.vn"]

    queue.answered(letters("a@x.vn")[0], 0.1)

    assert taken(queue) == ["b@x.vn", "c@x.vn"]


def test_one_line_is_kept_for_domains_known_to_be_prompt() -> None:
    unknown = [f"a@{n}.vn" for n in range(6)]
    queue = lanes_of(*unknown, "a@known.vn", "b@known.vn", prompt=["known.vn"])

    assert taken(queue) == [
        *("a@0.vn", "a@1.vn", "a@2.vn"),
        *("a@known.vn", "b@known.vn"),
        "a@3.vn",
    ]


def test_a_single_line_is_not_left_idle() -> None:
    assert taken(lanes_of("a@x.vn", lines=1)) == ["a@x.vn"]


def test_a_slow_domain_comes_last_and_on_half_of_the_lines() -> None:
    queue = lanes_of(*many("slow.vn", 8), *many("y.vn", 2))
    first = queue.take({})
    assert first is not None
    queue.answered(first, lanes.SLOW + 0.1)
    queue.ended(Outcome(first.letter_id, ACCEPTED, ""), blamed=False)

    assert taken(queue) == ["p-0@y.vn", "p-1@slow.vn", "p-2@slow.vn"]


def test_a_domain_that_puts_off_one_letter_after_the_other_rests() -> None:
    queue = lanes_of(*many("x.vn", 20), prompt=["x.vn"])
    for _ in range(lanes.PUT_OFF):
        letter = queue.take({})
        assert letter is not None
        queue.ended(Outcome(letter.letter_id, DEFERRED, "452 later"), blamed=True)

    assert queue.take({}) is None
    assert queue.left
    given_up = queue.give_up(slow=False)
    assert [(one.verdict, one.answer) for one in given_up] == [(Verdict.RESTING, "452 later")] * 17
    assert not queue.left


def test_trouble_with_a_line_speaks_against_no_domain() -> None:
    queue = lanes_of(*many("x.vn", 20), prompt=["x.vn"])
    for _ in range(10):
        letter = queue.take({})
        assert letter is not None
        queue.ended(Outcome(letter.letter_id, DEFERRED, "connection lost"), blamed=False)

    assert queue.take({}) is not None


def test_what_one_domain_allows_binds_only_that_domain() -> None:
    paces = Paces({"x.vn": Pace(connections=2, messages=3)})
    queue = lanes_of(*many("x.vn", 5), *many("y.vn", 2), paces=paces, prompt=["x.vn", "y.vn"])

    assert taken(queue) == ["p-0@x.vn", "p-1@x.vn", "p-0@y.vn", "p-1@y.vn"]
    queue.ended(Outcome(1, ACCEPTED, ""), blamed=False)
    assert queue.take({"x.vn": 3}) is None
    again = queue.take({"x.vn": 2})
    assert again is not None
    assert again.recipient == "p-2@x.vn"


def test_a_letter_that_was_put_back_comes_first() -> None:
    queue = lanes_of("a@x.vn", "b@x.vn", prompt=["x.vn"])
    letter = queue.take({})
    assert letter is not None
    queue.put_back(letter)

    assert taken(queue) == ["a@x.vn", "b@x.vn"]


@pytest.fixture
def server() -> Iterator[MailServer]:
    with running(MailServer()) as server:
        yield server
    assert server.disorder == []


def test_others_overtake_a_domain_that_answers_slowly(server: MailServer) -> None:
    """20 slow letters stand first; without lanes the last of the others would wait for them."""
    server.waits = lambda to: 0.5 if to.endswith("@slow.vn") else 0
    transport = SmtpTransport(settings(server.port))
    listed = letters(*many("slow.vn", 20), *(f"p@d{n}.vn" for n in range(60)))
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(lanes, "SLOW", 0.2)
        patched.setattr(lanes, "LINGER", 1.0)
        outcomes = list(transport.deliver(listed, Seen()))
    transport.hang_up()

    order = [mail.recipient.partition("@")[2] for mail in server.mails]
    others = [n for n, domain in enumerate(order) if domain != "slow.vn"]
    assert len(others) == 60
    assert others[-1] < 65
    verdicts = Counter(one.verdict for one in outcomes)
    assert verdicts[ACCEPTED] == len(server.mails) < 80
    assert verdicts[Verdict.SLOW] == 80 - verdicts[ACCEPTED]


def test_a_list_does_not_wait_out_the_timeout_of_a_dead_domain(server: MailServer) -> None:
    """The others are through in no time; the dead domain's letter would take half a minute."""
    server.waits = lambda to: 60 if to.endswith("@dead.vn") else 0
    transport = SmtpTransport(settings(server.port, smtp_timeout=30.0, smtp_connections=2))
    listed = letters(*many("dead.vn", 5), *(f"p@d{n % 20}.vn" for n in range(100)))
    begun = time.monotonic()
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(delivery, "ENOUGH", 1.0)
        patched.setattr(lanes, "LINGER", 0.5)
        patched.setattr(lanes, "SLOW", 0.5)
        outcomes = {one.letter_id: one for one in transport.deliver(listed, Seen())}
    lasted = time.monotonic() - begun
    transport.hang_up()

    assert lasted < 25
    assert outcomes[1] == Outcome(1, DEFERRED, "no answer in time")
    assert {outcomes[n].verdict for n in range(2, 6)} <= {Verdict.SLOW, DEFERRED}
    assert {outcomes[n].verdict for n in range(6, 106)} == {ACCEPTED}


@pytest.mark.parametrize("connections", [1, 4])
@pytest.mark.parametrize("pipelining", [True, False])
def test_a_dead_domain_costs_the_others_one_timeout_at_most(
    connections: int, pipelining: bool
) -> None:
    with running(MailServer(pipelining=pipelining)) as server:
        server.waits = lambda to: 60 if to.endswith("@dead.vn") else 0
        chosen = settings(server.port, smtp_timeout=2.0, smtp_connections=connections)
        transport = SmtpTransport(chosen)
        mixed = zip(many("dead.vn", 40), (f"p@d{n % 7}.vn" for n in range(40)), strict=True)
        listed = letters(*(address for pair in mixed for address in pair))
        begun = time.monotonic()
        with pytest.MonkeyPatch.context() as patched:
            patched.setattr(lanes, "SLOW", 0.5)
            patched.setattr(lanes, "LINGER", 1.0)
            outcomes = {one.letter_id: one for one in transport.deliver(listed, Seen())}
        lasted = time.monotonic() - begun
        transport.hang_up()

    assert [outcomes[n].verdict for n in range(2, 81, 2)] == [ACCEPTED] * 40
    dead = Counter(outcomes[n].verdict for n in range(1, 81, 2))
    assert dead[ACCEPTED] == 0
    assert 1 <= dead[DEFERRED] <= 2 * lanes.PUT_OFF
    assert lasted < 30


def test_an_urgent_list_takes_the_line_of_one_that_is_under_way(server: MailServer) -> None:
    """The server allows one connection, and the list would take ten seconds."""
    server.waits = lambda to: 0 if to.startswith("now@") else 0.1
    server.on_connect = lambda _n: (
        "220 ready" if len(server.talking) < 2 else "421 too many connections"
    )
    transport = SmtpTransport(settings(server.port, smtp_connections=1))
    slow: list[Outcome] = []
    listed = letters(*many("x.vn", 100), first=10)
    long = Thread(target=lambda: slow.extend(transport.deliver(listed, Seen())))
    long.start()
    while len(server.mails) < 5:
        time.sleep(0.01)
    urgent = list(transport.deliver(letters("now@x.vn", urgent=True), Seen()))
    before = len(server.mails)
    transport.hang_up()
    long.join(30)
    transport.hang_up()

    assert [one.verdict for one in urgent] == [ACCEPTED]
    assert before < 60
    assert Counter(one.verdict for one in slow) == {ACCEPTED: 100}
