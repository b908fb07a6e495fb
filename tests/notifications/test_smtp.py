"""Against a real SMTP server in a thread."""

import time
from collections.abc import Iterator
from datetime import UTC, date, datetime
from itertools import count
from pathlib import Path

import pytest

from dondoc.settings import Mail as MailMode
from dondoc.settings import Security, Settings
from dondoc.words import Language
from notifications.alternative import seven_bit
from notifications.content import Rendered
from notifications.parcel import Outcome, Outgoing, Verdict
from notifications.smtp import MailUnreachable, SmtpTransport, greeting
from tests.mail_server import DROP, Mail, MailServer, certificate, running
from tests.witness import Seen
from tests.written import Heading, written

DATA = b"Subject: a\r\nMessage-ID: <%d@q.example>\r\n\r\nbody\r\n.\r\n..dots\r\n"
NOW = datetime(2024, 5, 16, 1, 0, tzinfo=UTC)
ACCEPTED, DEFERRED, REFUSED = Verdict.ACCEPTED, Verdict.DEFERRED, Verdict.REFUSED


def letter(n: int, **changes: object) -> Outgoing:
    plain = Outgoing(
        letter_id=n,
        sender="dondoc@q.example",
        recipient=f"p-{n}@q.example",
        message_id=f"<{n}@q.example>",
        data=DATA % n,
        day=date(2024, 5, 16),
    )
    return plain._replace(**changes)  # type: ignore[arg-type]


def settings_for(server: MailServer, **changes: object) -> Settings:
    facts: dict[str, object] = {
        "mail": MailMode.SMTP,
        "mail_from": "dondoc@q.example",
        "smtp_host": "127.0.0.1",
        "smtp_port": server.port,
        "smtp_security": Security.NONE,
        "smtp_timeout": 5.0,
        "smtp_connections": 1,
    }
    return Settings.model_validate(facts | changes)


def deliver(server: MailServer, letters: list[Outgoing], **changes: object) -> list[Outcome]:
    transport = SmtpTransport(settings_for(server, **changes))
    outcomes = list(transport.deliver(letters, Seen()))
    transport.hang_up()
    return sorted(outcomes)


def verdicts(outcomes: list[Outcome]) -> list[Verdict]:
    return [outcome.verdict for outcome in outcomes]


@pytest.fixture(params=["pipelining", "one by one"])
def server(request: pytest.FixtureRequest) -> Iterator[MailServer]:
    with running(MailServer(pipelining=request.param == "pipelining")) as server:
        yield server
    assert server.disorder == []


def test_letters_arrive_over_one_connection_byte_for_byte(server: MailServer) -> None:
    outcomes = deliver(server, [letter(1), letter(2)])

    assert outcomes == [Outcome(1, ACCEPTED, "accepted"), Outcome(2, ACCEPTED, "accepted")]
    assert server.mails == [
        Mail("dondoc@q.example", "p-1@q.example", DATA % 1),
        Mail("dondoc@q.example", "p-2@q.example", DATA % 2),
    ]
    assert server.connections == 1


def test_connections_share_the_list(server: MailServer) -> None:
    outcomes = deliver(server, [letter(n) for n in range(40)], smtp_connections=4)

    assert verdicts(outcomes) == [ACCEPTED] * 40
    assert sorted(mail.message_id for mail in server.mails) == sorted(
        f"<{n}@q.example>" for n in range(40)
    )
    assert server.connections == 4


def test_no_letters_no_connection(server: MailServer) -> None:
    assert deliver(server, []) == []
    assert server.connections == 0


def test_recipient_refused_among_many(server: MailServer) -> None:
    server.on_rcpt = lambda to: "550 5.1.1 no such user" if to.startswith("p-2@") else "250 ok"

    outcomes = deliver(server, [letter(1), letter(2), letter(3)])

    assert outcomes == [
        Outcome(1, ACCEPTED, "accepted"),
        Outcome(2, REFUSED, "550 5.1.1 no such user"),
        Outcome(3, ACCEPTED, "accepted"),
    ]
    assert server.connections == 1


@pytest.mark.parametrize(
    ("stage", "reply", "verdict"),
    [
        ("on_rcpt", "450 4.2.0 greylisted", DEFERRED),
        ("on_rcpt", "550 5.1.1 no such user", REFUSED),
        ("on_data", "451 4.3.0 try again", DEFERRED),
        ("on_data", "554 5.7.1 looks like spam", REFUSED),
        ("on_mail", "451 4.3.0 try again", DEFERRED),
        ("on_mail", "550 5.7.1 you may not send", DEFERRED),
        ("on_mail", "552 5.3.4 too large", REFUSED),
        ("on_rcpt", "421 4.3.2 shutting down", DEFERRED),
        ("on_data", DROP, DEFERRED),
        ("on_mail", "nonsense", DEFERRED),
    ],
)
def test_answer_decides(server: MailServer, stage: str, reply: str, verdict: Verdict) -> None:
    setattr(server, stage, lambda _value: reply)

    outcomes = deliver(server, [letter(1), letter(2)])

    assert verdicts(outcomes) == [verdict, verdict]
    assert server.mails == []
    if reply[:3].isdigit():
        assert [outcome.answer for outcome in outcomes] == [reply, reply]


@pytest.mark.parametrize("reply", [DROP, "421 4.3.2 shutting down"])
def test_broken_connection_costs_one_letter(server: MailServer, reply: str) -> None:
    seen = count(1)
    server.on_data = lambda _to: reply if next(seen) == 3 else "250 accepted"

    outcomes = deliver(server, [letter(n) for n in range(6)])

    assert verdicts(outcomes) == [ACCEPTED, ACCEPTED, DEFERRED, ACCEPTED, ACCEPTED, ACCEPTED]
    assert server.connections == 2
    assert len(server.mails) == 5


def test_connection_that_always_breaks_is_given_up(server: MailServer) -> None:
    server.on_data = lambda _to: DROP

    outcomes = deliver(server, [letter(n) for n in range(20)], smtp_connections=2)

    assert verdicts(outcomes) == [DEFERRED] * 20
    assert server.connections == 6
    assert "" not in [outcome.answer for outcome in outcomes]


def test_connection_too_many_leaves_its_letters_to_the_others(server: MailServer) -> None:
    server.on_connect = lambda n: "220 ready" if n == "1" else "421 too many connections"

    outcomes = deliver(server, [letter(n) for n in range(10)], smtp_connections=3)

    assert verdicts(outcomes) == [ACCEPTED] * 10


def test_dead_server_defers_everything() -> None:
    with running(MailServer()) as server:
        pass

    outcomes = deliver(server, [letter(1), letter(2)])

    assert verdicts(outcomes) == [DEFERRED, DEFERRED]
    assert "127.0.0.1" in outcomes[0].answer


def test_silent_server_defers_after_the_timeout(server: MailServer) -> None:
    server.on_rcpt = lambda _to: "250-never ends"

    assert verdicts(deliver(server, [letter(1)], smtp_timeout=0.3)) == [DEFERRED]


def test_unknown_host_defers() -> None:
    outcomes = deliver(MailServer(port=25), [letter(1)], smtp_host="nowhere.invalid")

    assert verdicts(outcomes) == [DEFERRED]


def test_address_smtp_cannot_carry_is_refused_alone(server: MailServer) -> None:
    letters = [letter(1, recipient="ấ@q.example"), letter(2)]

    assert verdicts(deliver(server, letters)) == [REFUSED, ACCEPTED]


def test_redirected_letters_name_their_real_recipient(server: MailServer) -> None:
    outcomes = deliver(
        server, [letter(1)], mail=MailMode.REDIRECT, mail_redirect_to="test@office.example"
    )

    assert verdicts(outcomes) == [ACCEPTED]
    (mail,) = server.mails
    assert mail.recipient == "test@office.example"
    assert mail.message["X-Dondoc-Original-To"] == "p-1@q.example"
    assert mail.message["Subject"] == "a"


def test_outcomes_come_while_others_wait(server: MailServer) -> None:
    server.on_data = _slowly
    transport = SmtpTransport(settings_for(server))
    outcomes = transport.deliver([letter(n) for n in range(5)], Seen())

    first = next(outcomes)
    arrived = len(server.mails)
    rest = list(outcomes)
    transport.hang_up()

    assert first.verdict is ACCEPTED
    assert arrived < 5
    assert len(rest) == 4


def test_what_was_taken_is_noted_before_its_outcome_is_told(server: MailServer) -> None:
    transport, seen = SmtpTransport(settings_for(server)), Seen()

    noted = [
        (outcome.letter_id, outcome.letter_id in seen.taken)
        for outcome in transport.deliver([letter(n) for n in range(20)], seen)
    ]
    transport.hang_up()

    assert sorted(noted) == [(n, True) for n in range(20)]


def _slowly(_recipient: str) -> str:
    time.sleep(0.2)
    return "250 accepted"


def test_lines_stay_open_from_list_to_list_until_hung_up(server: MailServer) -> None:
    transport = SmtpTransport(settings_for(server))
    for n in range(3):
        assert verdicts(list(transport.deliver([letter(n)], Seen()))) == [ACCEPTED]
    kept = server.connections
    transport.hang_up()
    assert verdicts(list(transport.deliver([letter(3)], Seen()))) == [ACCEPTED]
    transport.hang_up()

    assert (kept, server.connections) == (1, 2)
    assert len(server.mails) == 4


def test_line_that_ended_on_a_refusal_takes_the_next_list(server: MailServer) -> None:
    server.on_rcpt = lambda to: "550 5.1.1 no such user" if to.startswith("p-1@") else "250 ok"
    transport = SmtpTransport(settings_for(server))
    outcomes = [*transport.deliver([letter(1)], Seen()), *transport.deliver([letter(2)], Seen())]
    transport.hang_up()

    assert verdicts(outcomes) == [REFUSED, ACCEPTED]
    assert server.connections == 1


def test_line_the_server_closed_meanwhile_costs_nothing(server: MailServer) -> None:
    transport = SmtpTransport(settings_for(server))
    first = list(transport.deliver([letter(1)], Seen()))
    with running(MailServer(pipelining=server.pipelining)) as other:
        transport.settings = settings_for(other)
        server.hang_up()
        second = list(transport.deliver([letter(2)], Seen()))
        transport.hang_up()

    assert verdicts([*first, *second]) == [ACCEPTED, ACCEPTED]
    assert [mail.recipient for mail in other.mails] == ["p-2@q.example"]


def test_every_second_recipient_refused_in_the_pipeline(server: MailServer) -> None:
    server.on_rcpt = lambda to: "250 ok" if int(to[2:].split("@")[0]) % 2 else "550 5.1.1 unknown"
    outcomes = deliver(server, [letter(n) for n in range(30)], smtp_connections=3)

    assert verdicts(outcomes) == [REFUSED, ACCEPTED] * 15
    assert sorted(mail.message_id for mail in server.mails) == sorted(
        f"<{n}@q.example>" for n in range(1, 30, 2)
    )
    assert server.connections == 3


def test_server_that_takes_a_body_for_a_refused_recipient_gets_a_lone_dot() -> None:
    with running(MailServer(naive=True)) as server:
        server.on_rcpt = lambda to: "550 5.1.1 no" if to.startswith("p-1@") else "250 ok"
        outcomes = deliver(server, [letter(n) for n in range(3)])

    assert verdicts(outcomes) == [ACCEPTED, REFUSED, ACCEPTED]
    assert [mail.data for mail in server.mails] == [DATA % 0, DATA % 2]
    assert server.disorder == []


def test_letter_that_cannot_be_noted_does_not_leave(server: MailServer) -> None:
    transport, seen = SmtpTransport(settings_for(server)), Seen(full=2)
    outcomes = sorted(transport.deliver([letter(n) for n in range(5)], seen))
    transport.hang_up()

    assert verdicts(outcomes) == [ACCEPTED] * 2 + [DEFERRED] * 3
    assert {one.answer for one in outcomes[2:]} == {"[Errno 28] No space left on device"}
    assert len(server.mails) == 2
    assert (seen.begun, seen.taken) == ([0, 1], [0, 1])


def test_witness_hears_what_was_refused_only_begin(server: MailServer) -> None:
    server.on_rcpt = lambda to: "550 5.1.1 no" if to.startswith("p-0@") else "250 ok"
    server.on_data = lambda to: "554 5.7.1 spam" if to.startswith("p-1@") else "250 ok"
    transport, seen = SmtpTransport(settings_for(server)), Seen()
    outcomes = list(transport.deliver([letter(n) for n in range(3)], seen))
    transport.hang_up()

    assert len(outcomes) == 3
    assert (seen.begun, seen.taken) == ([1, 2], [2])


@pytest.mark.parametrize("eight_bit", [True, False])
def test_letter_in_8bit_is_turned_into_base64_where_it_must_be(eight_bit: bool) -> None:
    heading = Heading("p-1@q.example", "", "<1@q.example>", NOW, "reminder", False, "")
    rendered = Rendered("Nhắc hạn", ".Kính gửi\n..\n.\n", "<p>Kính gửi</p>\n")
    with running(MailServer(eight_bit=eight_bit)) as server:
        data = written(heading, rendered, settings_for(server))
        outcomes = deliver(server, [letter(1, data=data)])

    assert verdicts(outcomes) == [ACCEPTED]
    assert [mail.data for mail in server.mails] == [data if eight_bit else seven_bit(data)]
    assert server.disorder == []


@pytest.mark.parametrize(("reply", "verdict"), [("554 no", REFUSED), ("451 no", DEFERRED)])
def test_refused_data_command(server: MailServer, reply: str, verdict: Verdict) -> None:
    server.on_body = reply

    assert verdicts(deliver(server, [letter(1), letter(2)])) == [verdict, verdict]


def test_line_broken_after_data_puts_its_letter_back(server: MailServer) -> None:
    """Nothing of the second letter's body was written: it has certainly not left."""
    server.on_data = lambda to: server.then(on_body=DROP) if to.startswith("p-1@") else "250 ok"
    server.on_connect = lambda _n: server.then(on_body="354 go on", reply="220 ready")
    outcomes = deliver(server, [letter(1), letter(2)])

    assert verdicts(outcomes) == [ACCEPTED, ACCEPTED]
    assert server.connections == 2
    assert len(server.mails) == 2


def test_replies_of_several_lines_are_one_answer(server: MailServer) -> None:
    server.on_rcpt = lambda _to: "550-5.1.1 first\r\n550 5.1.1 second"

    assert [one.answer for one in deliver(server, [letter(1)])] == ["550 5.1.1 first\n5.1.1 second"]


def test_endless_reply_breaks_the_line(server: MailServer) -> None:
    server.on_rcpt = lambda _to: "550-" + "x" * 40_000

    (outcome,) = deliver(server, [letter(1)])

    assert (outcome.verdict, outcome.answer) == (DEFERRED, "endless reply")


def test_reply_nobody_asked_for_ends_the_line(server: MailServer) -> None:
    server.on_data = lambda _to: "250 accepted\r\n421 4.4.2 idle too long"
    outcomes = deliver(server, [letter(1), letter(2)])

    assert verdicts(outcomes) == [ACCEPTED, ACCEPTED]
    assert server.connections == 2


@pytest.mark.parametrize("implicit", [False, True])
def test_tls_is_checked_against_the_authority(tmp_path: Path, implicit: bool) -> None:
    authority, tls = certificate(tmp_path)
    security = Security.TLS if implicit else Security.STARTTLS
    server = MailServer(tls=tls, starttls=not implicit)
    with running(server, implicit_tls=implicit):
        trusted = deliver(server, [letter(1)], smtp_security=security, smtp_ca_file=authority)
        unknown = deliver(server, [letter(1)], smtp_security=security)
        told = greeting(settings_for(server, smtp_security=security, smtp_ca_file=authority))

    assert verdicts(trusted) == [ACCEPTED]
    assert verdicts(unknown) == [DEFERRED]
    assert "certificate verify failed" in unknown[0].answer
    assert told == "220 mail.test ready · TLSv1.3 · –"


def test_server_without_starttls_gets_nothing(server: MailServer) -> None:
    outcomes = deliver(server, [letter(1)], smtp_security=Security.STARTTLS)

    assert verdicts(outcomes) == [DEFERRED]
    assert "STARTTLS" in outcomes[0].answer.upper()


def test_login(tmp_path: Path) -> None:
    authority, tls = certificate(tmp_path)
    server = MailServer(tls=tls, starttls=True, login=("dondoc", "bí mật"))
    secured = {"smtp_security": Security.STARTTLS, "smtp_ca_file": authority}
    with running(server):
        known = {"smtp_user": "dondoc", "smtp_password": "bí mật"}
        right = deliver(server, [letter(1)], **secured, **known)
        wrong = deliver(server, [letter(2)], **secured, smtp_user="dondoc", smtp_password="x")
        told = greeting(settings_for(server, **secured, **known))
        with pytest.raises(MailUnreachable) as refused:
            greeting(settings_for(server, **secured, smtp_user="dondoc", smtp_password="x"))

    assert verdicts(right) == [ACCEPTED]
    assert wrong == [Outcome(2, DEFERRED, "535 5.7.8 wrong password")]
    assert told == "220 mail.test ready · TLSv1.3 · dondoc"
    assert "535 5.7.8 wrong password" in refused.value.text(Language.VI)


def test_greeting_of_a_dead_server_says_what_to_check() -> None:
    with running(MailServer()) as server:
        pass

    with pytest.raises(MailUnreachable) as raised:
        greeting(settings_for(server))

    assert "DONDOC_SMTP_HOST" in raised.value.text(Language.VI)
    assert str(server.port) in raised.value.text(Language.EN)
