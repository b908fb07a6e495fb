"""Letters in an outbox, and what drains it; run as a program it drains until nothing is left."""

import sys
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from dondoc.database import Database, open_database
from dondoc.settings import Mail, Security, Settings
from dondoc.tables import Contact, Letter, LetterState, Notice, NoticeState, Role, Stage, Unit
from dondoc.words import Language
from notifications.carrying import Composed, carried
from notifications.examples import example
from notifications.outbox import Drained, drain
from notifications.parcel import Claimed, Transport
from notifications.recovering import recover
from notifications.smtp import SmtpTransport
from tests.cast import make_plan, make_units

NOW = datetime(2024, 5, 16, 1, 0, tzinfo=UTC)


def make_letters(database: Database, n: int, *, urgent: bool = False) -> list[int]:
    """To the officers `p-<n>@…`, each with a notice; due at NOW."""
    with database.writing() as session:
        plan_id = _cast(session)
        first = len(session.scalars(select(Letter.id)).all()) + 1
        seats = {i: _seat(session, f"p-{i}@quan.example", i) for i in range(first, first + n)}
        session.execute(insert(Letter), [_letter(i, seat, urgent) for i, seat in seats.items()])
        ids = list(session.scalars(select(Letter.id).order_by(Letter.id)))[first - 1 :]
        rows = zip(ids, seats.values(), strict=True)
        session.execute(insert(Notice), [_notice(i, seat.id, plan_id) for i, seat in rows])
    return ids


def _cast(session: Session) -> int:
    known = session.scalars(select(Notice).limit(1)).first()
    if known is not None:
        return known.plan_id
    return make_plan(session, make_units(session)).id


def _seat(session: Session, address: str, number: int) -> Contact:
    """Who has no seat in the cast is one more officer of the first ward."""
    found = session.scalars(select(Contact).where(Contact.email == address)).first()
    if found is None:
        ward = session.scalars(select(Unit).where(Unit.code == "p-1")).one()
        found = Contact(unit_id=ward.id, role=Role.OFFICER, position=number, email=address)
        session.add(found)
        session.flush()
    return found


def _letter(n: int, contact: Contact, urgent: bool) -> dict[str, object]:
    return {
        "key": f"day:{n}",
        "day": NOW.date(),
        "name": "reminder",
        "address": f"p-{n}@quan.example",
        "contact_id": contact.id,
        "language": Language.VI,
        "urgent": urgent,
        "state": LetterState.QUEUED,
        "message_id": f"<{n}@quan.example>",
        "created_at": NOW,
        "retry_at": NOW,
        "attempts": 0,
    }


def _notice(letter_id: int, contact_id: int, plan_id: int) -> dict[str, object]:
    return {
        "plan_id": plan_id,
        "contact_id": contact_id,
        "stage": Stage.DIGEST,
        "step": f"D-{letter_id}",
        "due_version": 1,
        "planned_at": NOW,
        "state": NoticeState.QUEUED,
        "letter_id": letter_id,
    }


def compose(session: Session, letters: Sequence[Claimed], _now: datetime) -> Composed:
    contents = {letter.id: example("overdue", letter.language) for letter in letters}
    return Composed(contents, carried(session, list(contents)))


def settings(port: int, **changes: object) -> Settings:
    facts: dict[str, object] = {
        "mail": Mail.SMTP,
        "mail_from": "dondoc@quan.example",
        "smtp_port": port,
        "smtp_security": Security.NONE,
        "smtp_timeout": 10.0,
    }
    return Settings.model_validate(facts | changes)


def drain_all(
    database: Database,
    transport: Transport,
    *,
    now: datetime = NOW,
    limit: int = 500,
    journals: Path | None = None,
    stopped: Callable[[], bool] = bool,
) -> list[Drained]:
    if journals is not None:
        recover(database, journals, now=now, settings=settings(25))
    found = []
    while not stopped() and any(
        batch := drain(
            database,
            transport,
            now=now,
            compose=compose,
            settings=settings(25),
            limit=limit,
            journals=journals,
            stopped=stopped,
        )
    ):
        found.append(batch)
    transport.hang_up()
    return found


if __name__ == "__main__":
    url, port, folder = sys.argv[1:]
    drain_all(open_database(url), SmtpTransport(settings(int(port))), journals=Path(folder))
