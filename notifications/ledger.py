"""The outbox's rows: claimed under a lease, marked with their fate. Statements come in batches."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from sqlalchemy import Select, Table, and_, bindparam, or_, select, update
from sqlalchemy.orm import Session

from dondoc.tables import WAITING, Letter, LetterState
from dondoc.words import Language
from notifications import carrying, trouble
from notifications.fate import Fate
from notifications.parcel import Claimed

LEASE = timedelta(minutes=15)

_CLAIMED = select(*(getattr(Letter, name) for name in Claimed._fields)).where(
    Letter.id.in_(bindparam("ids", expanding=True))
)

_LETTERS: Table = Letter.__table__  # type: ignore[assignment]


class Marked(NamedTuple):
    sent: int = 0
    deferred: int = 0
    failed: int = 0


def claim(session: Session, *, now: datetime, limit: int, only_urgent: bool) -> list[int]:
    """Takes letters whose time has come, urgent ones first, also those whose sender died."""
    ids = list(session.scalars(due(now, urgent=True, limit=limit)))
    if not only_urgent and len(ids) < limit:
        ids += session.scalars(due(now, urgent=False, limit=limit - len(ids)))
    if ids:
        session.execute(
            update(_LETTERS)
            .where(_LETTERS.c.id.in_(ids))
            .values(
                state=LetterState.SENDING,
                lease_until=now + LEASE,
                attempts=_LETTERS.c.attempts + 1,
            )
        )
    return ids


def due(now: datetime, *, urgent: bool, limit: int) -> Select[tuple[int]]:
    abandoned = and_(Letter.state == LetterState.SENDING, Letter.lease_until < now)
    return (
        select(Letter.id)
        .where(
            WAITING,
            Letter.urgent.is_(urgent),
            Letter.retry_at <= now,
            or_(Letter.state != LetterState.SENDING, abandoned),
        )
        .order_by(Letter.retry_at, Letter.id)
        .limit(limit)
        .with_for_update(skip_locked=True)
    )


def claimed(session: Session, ids: Sequence[int]) -> list[Claimed]:
    """In the order they were claimed."""
    rows = {row[0]: Claimed(*row) for row in session.execute(_CLAIMED, {"ids": ids})}
    return [rows[key] for key in ids]


def drop(session: Session, letters: Collection[Claimed]) -> None:
    """Nothing was left to say; the composer has already told the notices why."""
    if letters:
        session.execute(
            update(_LETTERS)
            .where(_LETTERS.c.id.in_([letter.id for letter in letters]))
            .values(state=LetterState.DROPPED, lease_until=None)
        )


def mark(
    session: Session,
    fates: Sequence[Fate],
    carried: Mapping[int, Sequence[int]],
    *,
    now: datetime,
    language: Language,
) -> Marked:
    """Only what is still ours is marked: a lease that ran out has another sender by now."""
    fates = _still_ours(session, fates)
    if not fates:
        return Marked()
    _mark_letters(session, fates, now)
    carrying.mark(session, fates, carried, now=now)
    trouble.close(session, fates, now)
    trouble.tell(session, fates, now, language)
    states = [one.state for one in fates]
    return Marked(
        sent=states.count(LetterState.SENT),
        deferred=states.count(LetterState.DEFERRED),
        failed=states.count(LetterState.FAILED),
    )


def _still_ours(session: Session, fates: Sequence[Fate]) -> list[Fate]:
    rows = session.execute(
        select(Letter.id, Letter.attempts)
        .where(
            Letter.id.in_([one.written.letter.id for one in fates]),
            Letter.state == LetterState.SENDING,
        )
        .with_for_update()
    )
    attempts = {row[0]: row[1] for row in rows}
    return [
        one for one in fates if attempts.get(one.written.letter.id) == one.written.letter.attempts
    ]


def _mark_letters(session: Session, fates: Sequence[Fate], now: datetime) -> None:
    final = [one for one in fates if one.final]
    if final:
        columns = ("state", "answer", "sent_at", "name", "level", "subject", "payload")
        _update(session, columns, [_final(one, now) for one in final])
    deferred = [one for one in fates if not one.final]
    if deferred:
        _update(session, ("state", "answer", "retry_at"), [_later(one) for one in deferred])


def _update(session: Session, columns: Sequence[str], rows: list[dict[str, Any]]) -> None:
    session.connection().execute(
        update(_LETTERS)
        .where(_LETTERS.c.id == bindparam("b_id"))
        .values(lease_until=None, **{name: bindparam(f"b_{name}") for name in columns}),
        rows,
    )


def _final(one: Fate, now: datetime) -> dict[str, Any]:
    content = one.written.content
    return {
        "b_id": one.written.letter.id,
        "b_state": one.state,
        "b_answer": one.answer,
        "b_sent_at": now if one.state is LetterState.SENT else None,
        "b_name": content.name,
        "b_level": content.level,
        "b_subject": one.written.subject,
        "b_payload": content,
    }


def _later(one: Fate) -> dict[str, Any]:
    return {
        "b_id": one.written.letter.id,
        "b_state": one.state,
        "b_answer": one.answer,
        "b_retry_at": one.retry_at,
    }
