"""The outbox's rows: claimed under a lease, marked with their fate. Statements come in batches."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime, timedelta
from functools import cache
from operator import attrgetter
from typing import Any, NamedTuple

import orjson
from sqlalchemy import Select, Table, and_, bindparam, func, or_, select, update
from sqlalchemy.orm import Session
from sqlalchemy.sql.dml import ReturningUpdate
from sqlalchemy.types import TypeEngine

from dondoc.bulk import ROWS, given, instant
from dondoc.settings import Settings
from dondoc.tables import WAITING, Instant, Letter, LetterState
from notifications import carrying, trouble
from notifications.fate import Fate
from notifications.parcel import Claimed

LEASE = timedelta(minutes=15)

_LETTERS: Table = Letter.__table__  # type: ignore[assignment]
_CLAIMED = [getattr(_LETTERS.c, name) for name in Claimed._fields]


class Marked(NamedTuple):
    sent: int = 0
    deferred: int = 0
    failed: int = 0


def claim(
    session: Session, *, now: datetime, limit: int, only_urgent: bool, at_most: int | None = None
) -> list[Claimed]:
    """Takes letters whose time has come, urgent ones first, also those whose sender died; of those
    that are not urgent no more than `at_most`."""
    found = _claim(session, now, urgent=True, limit=limit)
    rest = limit - len(found) if at_most is None else min(limit, at_most) - len(found)
    if not only_urgent and rest > 0:
        found += _claim(session, now, urgent=False, limit=rest)
    return found


def _claim(session: Session, now: datetime, *, urgent: bool, limit: int) -> list[Claimed]:
    chosen = due(now, urgent=urgent, limit=limit).cte("due")
    rows = session.execute(
        update(_LETTERS)
        .where(_LETTERS.c.id.in_(select(chosen.c.id)))
        .values(
            state=LetterState.SENDING, lease_until=now + LEASE, attempts=_LETTERS.c.attempts + 1
        )
        .returning(*_CLAIMED)
    )
    return sorted((Claimed(*row) for row in rows), key=attrgetter("id"))


def count_due(session: Session, *, now: datetime, most: int, only_urgent: bool) -> int:
    """At most `most`."""
    kinds = (True,) if only_urgent else (True, False)
    found = 0
    for urgent in kinds:
        chosen = _due(now, urgent=urgent).limit(most - found).subquery()
        found += session.scalar(select(func.count()).select_from(chosen)) or 0
    return found


def due(now: datetime, *, urgent: bool, limit: int) -> Select[tuple[int]]:
    """In the order they leave, locked."""
    chosen = _due(now, urgent=urgent).order_by(Letter.retry_at, Letter.id)
    return chosen.limit(limit).with_for_update(skip_locked=True)


def _due(now: datetime, *, urgent: bool) -> Select[tuple[int]]:
    abandoned = and_(Letter.state == LetterState.SENDING, Letter.lease_until < now)
    return select(Letter.id).where(
        WAITING,
        Letter.urgent.is_(urgent),
        Letter.retry_at <= now,
        or_(Letter.state != LetterState.SENDING, abandoned),
    )


def held(session: Session, letters: Collection[int]) -> list[Claimed]:
    """Those of them that are being sent, by whomever."""
    chosen = select(*_CLAIMED).where(
        _LETTERS.c.id.in_(letters), _LETTERS.c.state == LetterState.SENDING
    )
    return [Claimed(*row) for row in session.execute(chosen.with_for_update())]


def release(session: Session, letters: Collection[Claimed]) -> None:
    """Whoever comes next may take them."""
    if letters:
        session.execute(
            update(_LETTERS)
            .where(_LETTERS.c.id.in_([letter.id for letter in letters]))
            .values(state=LetterState.QUEUED, lease_until=None)
        )


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
    settings: Settings,
) -> Marked:
    """Only what is still ours is marked: a lease that ran out has another sender by now."""
    fates = _mark_letters(session, fates, now)
    if not fates:
        return Marked()
    trouble.close(session, fates, now)
    trouble.tell(session, fates, now, settings.language)
    today = now.astimezone(settings.zone).date()
    carrying.mark(session, fates, carried, now=now, today=today)
    states = [one.state for one in fates]
    return Marked(
        sent=states.count(LetterState.SENT),
        deferred=states.count(LetterState.DEFERRED),
        failed=states.count(LetterState.FAILED),
    )


def _mark_letters(session: Session, fates: Sequence[Fate], now: datetime) -> list[Fate]:
    """Those that were still ours."""
    dialect = session.get_bind().dialect.name
    marked: list[Fate] = []
    for state in (LetterState.SENT, LetterState.FAILED, LetterState.DEFERRED):
        chosen = {one.written.letter.id: one for one in fates if one.state is state}
        if chosen:
            rows = [_row(one, dialect) for one in chosen.values()]
            ours = session.scalars(_marking(dialect, state), {ROWS: rows, "now": now})
            marked += [chosen[letter_id] for letter_id in ours]
    return marked


@cache
def _marking(dialect: str, state: LetterState) -> ReturningUpdate[tuple[int]]:
    rows = given(dialect, ROW)
    values: dict[str, Any] = {name: rows.c[name] for name in LATER}
    if state is not LetterState.DEFERRED:
        values = {name: rows.c[name] for name in FINAL}
        values["sent_at"] = bindparam("now", type_=Instant) if state is LetterState.SENT else None
    return (
        update(_LETTERS)
        .where(
            _LETTERS.c.id == rows.c.id,
            _LETTERS.c.state == LetterState.SENDING,
            _LETTERS.c.attempts == rows.c.attempts,
        )
        .values(state=state, lease_until=None, **values)
        .returning(_LETTERS.c.id)
    )


FINAL = ("answer", "name", "level", "subject", "payload")
LATER = ("answer", "retry_at")
ROW: dict[str, TypeEngine[Any]] = {
    name: _LETTERS.c[name].type for name in ("id", "attempts", *FINAL, "retry_at")
}


def _row(one: Fate, dialect: str) -> dict[str, Any]:
    letter, content, subject, payload = one.written
    row = {"id": letter.id, "attempts": letter.attempts, "answer": one.answer}
    if one.retry_at is not None:
        return row | {"retry_at": instant(dialect, one.retry_at)}
    return row | {
        "name": content.name,
        "level": content.level,
        "subject": subject,
        "payload": orjson.Fragment(payload),
    }
