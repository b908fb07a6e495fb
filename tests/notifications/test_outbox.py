"""Letters leave, each once, whatever breaks."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from dondoc.database import Database, to_write
from dondoc.tables import (
    Cause,
    Incident,
    Letter,
    LetterState,
    Notice,
    NoticeState,
    Problem,
    Reason,
    in_state,
)
from notifications import ledger
from notifications.carrying import Composed
from notifications.content import content_from
from notifications.examples import example
from notifications.folder import FolderTransport
from notifications.outbox import Drained, drain
from notifications.parcel import Claimed, Outcome, Outgoing, Verdict, Witness
from notifications.rendering import render
from notifications.smtp import SmtpTransport
from tests.mail_server import MailServer, running
from tests.outbox_cast import NOW, compose, drain_all, make_letters, settings

MINUTE = timedelta(minutes=1)


@pytest.fixture
def server() -> Iterator[MailServer]:
    with running(MailServer()) as server:
        yield server


@pytest.fixture
def transport(server: MailServer) -> Iterator[SmtpTransport]:
    transport = SmtpTransport(settings(server.port))
    yield transport
    transport.hang_up()


def sent(database: Database, transport: SmtpTransport, **changes: object) -> Drained:
    facts: dict[str, object] = {"now": NOW, "compose": compose, "settings": settings(25)}
    return drain(database, transport, **(facts | changes))  # type: ignore[arg-type]


def rows(database: Database) -> list[Letter]:
    with database.reading() as session:
        return list(session.scalars(select(Letter).order_by(Letter.id)))


def notices(database: Database) -> list[tuple[NoticeState, Reason | None]]:
    with database.reading() as session:
        found = session.scalars(select(Notice).order_by(Notice.id))
        return [(notice.state, notice.reason) for notice in found]


def states(database: Database) -> list[LetterState]:
    return [letter.state for letter in rows(database)]


def test_letters_leave_and_their_rows_remember_them(
    database: Database, server: MailServer, transport: SmtpTransport
) -> None:
    make_letters(database, 3)

    drained = sent(database, transport)

    assert drained == Drained(sent=3)
    for letter, mail in zip(
        rows(database), sorted(server.mails, key=lambda mail: mail.recipient), strict=True
    ):
        assert mail.recipient == letter.address
        assert mail.message_id == letter.message_id
        assert mail.message["Subject"] == letter.subject
        assert letter.state is LetterState.SENT
        assert (letter.sent_at, letter.answer, letter.attempts) == (NOW, "accepted", 1)
        assert (letter.lease_until, letter.name) == (None, "overdue")
        assert render(content_from(letter.facts or {})).subject == letter.subject
    assert notices(database) == [(NoticeState.SENT, None)] * 3
    assert sent(database, transport) == Drained()


def test_urgent_letters_go_first_and_alone_outside_office_hours(
    database: Database, server: MailServer, transport: SmtpTransport
) -> None:
    make_letters(database, 2)
    make_letters(database, 1, urgent=True)

    first = sent(database, transport, limit=1)
    make_letters(database, 1, urgent=True)
    second = sent(database, transport, only_urgent=True)

    assert (first, second) == (Drained(sent=1), Drained(sent=1))
    assert [mail.recipient for mail in server.mails] == ["p-3@quan.example", "p-4@quan.example"]


def test_letter_waits_for_its_time(
    database: Database, server: MailServer, transport: SmtpTransport
) -> None:
    make_letters(database, 1)

    assert sent(database, transport, now=NOW - timedelta(microseconds=1)) == Drained()
    assert sent(database, transport, now=NOW) == Drained(sent=1)


def test_letter_with_nothing_left_to_say_is_dropped(
    database: Database, server: MailServer, transport: SmtpTransport
) -> None:
    silent, spoken = make_letters(database, 2)

    def half(session: Session, letters: Sequence[Claimed], now: datetime) -> Composed:
        to_write(session)
        session.execute(
            update(Notice)
            .where(Notice.letter_id == silent)
            .values(state=NoticeState.SKIPPED, reason=Reason.SUBMITTED)
        )
        contents, notices = compose(session, letters, now)
        return Composed({**contents, silent: None}, notices)

    assert sent(database, transport, compose=half) == Drained(sent=1, dropped=1)
    assert states(database) == [LetterState.DROPPED, LetterState.SENT]
    assert notices(database) == [
        (NoticeState.SKIPPED, Reason.SUBMITTED),
        (NoticeState.SENT, None),
    ]
    assert spoken in [letter.id for letter in rows(database)]


def test_deferred_letter_comes_back_later_each_time(
    database: Database, server: MailServer, transport: SmtpTransport
) -> None:
    make_letters(database, 1)
    server.on_rcpt = lambda _to: "450 4.2.0 greylisted"
    now, pauses = NOW, []
    for _ in range(6):
        assert sent(database, transport, now=now) == Drained(deferred=1)
        (letter,) = rows(database)
        assert letter.state is LetterState.DEFERRED
        assert letter.answer == "450 4.2.0 greylisted"
        assert sent(database, transport, now=letter.retry_at - timedelta(seconds=1)) == Drained()
        pauses.append(letter.retry_at - now)
        now = letter.retry_at

    for pause, minutes in zip(pauses, (1, 5, 15, 30, 60, 60), strict=True):
        assert minutes * 0.75 * MINUTE <= pause <= minutes * 1.25 * MINUTE
    assert pauses[4] != pauses[5]
    assert notices(database) == [(NoticeState.QUEUED, None)]
    assert incidents(database) == ["letter_stuck"]

    server.on_rcpt = lambda _to: "250 ok"
    assert sent(database, transport, now=now) == Drained(sent=1)
    assert notices(database) == [(NoticeState.SENT, None)]


def test_deferred_letter_is_given_up_after_three_days_of_trying(
    database: Database, server: MailServer, transport: SmtpTransport
) -> None:
    make_letters(database, 1)
    server.on_rcpt = lambda _to: "450 4.2.0 mailbox full"
    now, tried = NOW, 0
    while sent(database, transport, now=now).deferred:
        (letter,) = rows(database)
        now, tried = letter.retry_at, tried + 1

    assert timedelta(days=3) < now - NOW < timedelta(days=3, hours=2)
    assert 60 < tried < 90
    assert states(database) == [LetterState.FAILED]
    assert notices(database) == [(NoticeState.FAILED, Reason.REFUSED)]
    assert incidents(database) == ["letter_stuck", "letter_given_up"]
    assert len(problems(database)) == 1


def test_old_letter_that_was_hardly_tried_is_tried_again(
    database: Database, server: MailServer, transport: SmtpTransport
) -> None:
    make_letters(database, 1)
    server.on_rcpt = lambda _to: "450 4.2.0 mailbox full"

    assert sent(database, transport, now=NOW + timedelta(days=9)) == Drained(deferred=1)


def test_refused_letter_fails_at_once_and_the_operator_is_told(
    database: Database, server: MailServer, transport: SmtpTransport
) -> None:
    make_letters(database, 3)
    server.on_rcpt = lambda to: "250 ok" if to.startswith("p-1@") else "550 5.1.1 no such user"

    assert sent(database, transport) == Drained(sent=1, failed=2)

    assert states(database) == [LetterState.SENT, LetterState.FAILED, LetterState.FAILED]
    assert rows(database)[1].answer == "550 5.1.1 no such user"
    assert notices(database)[1:] == [(NoticeState.FAILED, Reason.REFUSED)] * 2
    assert incidents(database) == ["letter_refused", "letter_refused"]
    assert problems(database) == [
        ("p-2@quan.example", Cause.REFUSED, "550 5.1.1 no such user"),
        ("p-3@quan.example", Cause.REFUSED, "550 5.1.1 no such user"),
    ]


def test_open_problem_of_a_seat_is_not_opened_twice(
    database: Database, server: MailServer, transport: SmtpTransport
) -> None:
    server.on_rcpt = lambda _to: "550 5.1.1 no such user"
    make_letters(database, 1)
    sent(database, transport)
    with database.writing() as session:
        waiting = in_state(LetterState.QUEUED)
        session.execute(update(Letter).values(**waiting, answer=None, payload=None))
    sent(database, transport)

    assert len(problems(database)) == 1
    assert len(incidents(database)) == 2


def test_others_write_while_letters_are_composed(
    database: Database, server: MailServer, transport: SmtpTransport
) -> None:
    make_letters(database, 2)

    def meanwhile(session: Session, letters: Sequence[Claimed], now: datetime) -> Composed:
        composed = compose(session, letters, now)
        with database.writing() as other:
            other.add(Incident(at=now, kind="meanwhile", text="…"))
        return composed

    assert sent(database, transport, compose=meanwhile) == Drained(sent=2)
    assert incidents(database) == ["meanwhile"]


def test_letter_that_cannot_be_written_fails_alone(
    database: Database, server: MailServer, transport: SmtpTransport
) -> None:
    broken, sly, _ = make_letters(database, 3)

    def some_broken(session: Session, letters: Sequence[Claimed], now: datetime) -> Composed:
        contents, notices = compose(session, letters, now)
        receipt = example("receipt", letters[0].language)
        bad = {
            broken: receipt.but({"receipt": None}),
            sly: receipt.but({"reader": "Hoa\r\nBcc: x@x.test"}),
        }
        return Composed({**contents, **bad}, notices)

    assert sent(database, transport, compose=some_broken) == Drained(sent=1, failed=2)
    assert [mail.recipient for mail in server.mails] == ["p-3@quan.example"]
    assert incidents(database) == ["letter_unwritable", "letter_unwritable"]
    assert problems(database) == []
    assert "UndefinedError" in (rows(database)[0].answer or "")
    assert "HeaderRefused" in (rows(database)[1].answer or "")


def test_notice_put_into_a_letter_after_it_was_composed_is_planned_again(
    database: Database, server: MailServer, transport: SmtpTransport
) -> None:
    (letter_id,) = make_letters(database, 1)

    class Late(SmtpTransport):
        """A sweep slips a notice in while the letter is on its way."""

        def deliver(self, letters: Iterable[Outgoing], witness: Witness) -> Iterator[Outcome]:
            with database.writing() as session:
                first = session.scalars(select(Notice)).one()
                session.add(
                    Notice(
                        plan_id=first.plan_id,
                        contact_id=first.contact_id,
                        stage=first.stage,
                        step="late",
                        planned_at=NOW,
                        state=NoticeState.QUEUED,
                        letter_id=letter_id,
                    )
                )
            return super().deliver(letters, witness)

    assert sent(database, Late(settings(server.port))) == Drained(sent=1)
    assert notices(database) == [(NoticeState.SENT, None), (NoticeState.PLANNED, None)]


def test_slow_sender_does_not_overwrite_what_another_has_sent(
    database: Database, server: MailServer, transport: SmtpTransport
) -> None:
    make_letters(database, 1)

    class Slow(SmtpTransport):
        """So slow that its lease runs out and another one sends."""

        def deliver(self, letters: Iterable[Outgoing], witness: Witness) -> Iterator[Outcome]:
            assert sent(database, transport, now=NOW + 16 * MINUTE) == Drained(sent=1)
            yield from (Outcome(one.letter_id, Verdict.REFUSED, "too late") for one in letters)

    assert sent(database, Slow(settings(server.port))) == Drained()
    (letter,) = rows(database)
    assert (letter.state, letter.answer) == (LetterState.SENT, "accepted")
    assert (letter.sent_at, letter.attempts) == (NOW + 16 * MINUTE, 2)
    assert notices(database) == [(NoticeState.SENT, None)]
    assert incidents(database) == []


def test_what_another_has_taken_over_is_left_to_it_and_the_rest_is_marked(
    database: Database, server: MailServer, transport: SmtpTransport
) -> None:
    make_letters(database, 3)

    class Robbed(SmtpTransport):
        """Of its letters another takes one, whose lease it held to be over."""

        def deliver(self, letters: Iterable[Outgoing], witness: Witness) -> Iterator[Outcome]:
            first, *others = super().deliver(letters, witness)
            with database.writing() as session:
                taken = session.get_one(Letter, first.letter_id)
                taken.attempts += 1
            yield from (first, *others)

    assert sent(database, Robbed(settings(server.port))) == Drained(sent=2)
    assert Counter(states(database)) == {LetterState.SENT: 2, LetterState.SENDING: 1}
    assert Counter(notices(database)) == {
        (NoticeState.SENT, None): 2,
        (NoticeState.QUEUED, None): 1,
    }


@pytest.mark.parametrize(("minutes", "found"), [(14, 0), (15, 0), (16, 3)])
def test_abandoned_letters_are_taken_up_after_their_lease(
    database: Database, transport: SmtpTransport, minutes: int, found: int
) -> None:
    make_letters(database, 3)
    with database.writing() as session:
        ledger.claim(session, now=NOW, limit=10, only_urgent=False)

    assert sent(database, transport, now=NOW + minutes * MINUTE).sent == found


def test_transport_that_breaks_off_keeps_what_is_known(
    database: Database, server: MailServer, transport: SmtpTransport
) -> None:
    make_letters(database, 4)

    class Interrupted(SmtpTransport):
        def deliver(self, letters: Iterable[Outgoing], witness: Witness) -> Iterator[Outcome]:
            outcomes = super().deliver(letters, witness)
            yield next(outcomes)
            yield next(outcomes)
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        sent(database, Interrupted(settings(server.port, smtp_connections=1)))

    assert states(database) == [LetterState.SENT] * 2 + [LetterState.SENDING] * 2


def test_two_drains_at_once_send_each_letter_once(database: Database, server: MailServer) -> None:
    make_letters(database, 120)
    transport = SmtpTransport(settings(server.port))

    with ThreadPoolExecutor(4) as threads:
        jobs = [threads.submit(drain_all, database, transport, limit=10) for _ in range(4)]
        done = [sum(batch.sent for batch in job.result()) for job in jobs]

    assert sum(done) == 120
    assert Counter(mail.message_id for mail in server.mails) == Counter(
        f"<{n}@quan.example>" for n in range(1, 121)
    )
    assert states(database) == [LetterState.SENT] * 120


@pytest.mark.parametrize("urgent", [False, True])
def test_claim_walks_the_index_of_what_waits(sqlite: Database, urgent: bool) -> None:
    chosen = str(ledger.due(NOW, urgent=urgent, limit=10).compile(sqlite.engine))
    with sqlite.reading() as session:
        plan = session.connection().exec_driver_sql(
            f"EXPLAIN QUERY PLAN {chosen}", (None,) * chosen.count("?")
        )
        told = [row[3] for row in plan]

    assert told == [
        "SEARCH letters USING INDEX ix_letters_waiting (urgent=? AND retry_at<?)",
    ]


def test_folder_takes_the_place_of_a_server(database: Database, tmp_path: Path) -> None:
    make_letters(database, 2)

    drain_all(database, FolderTransport(tmp_path / "letters"))

    files = sorted(path.name for path in (tmp_path / "letters" / "2024-05-16").iterdir())
    assert [name.split("@")[0] for name in files] == ["p-1", "p-2"]
    assert states(database) == [LetterState.SENT] * 2


def incidents(database: Database) -> list[str]:
    with database.reading() as session:
        return [one.kind for one in session.scalars(select(Incident).order_by(Incident.id))]


def problems(database: Database) -> list[tuple[str | None, Cause, str | None]]:
    with database.reading() as session:
        found = session.scalars(select(Problem).order_by(Problem.id))
        return [(one.address, one.cause, one.answer) for one in found]
