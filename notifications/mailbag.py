"""Notices are put into the letter their reader gets that day."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from functools import cache
from hashlib import blake2b
from typing import Any, NamedTuple

from sqlalchemy import (
    Date,
    Select,
    String,
    Table,
    Update,
    bindparam,
    func,
    insert,
    literal,
    select,
    update,
)
from sqlalchemy.orm import Session
from sqlalchemy.sql.dml import ReturningInsert
from sqlalchemy.types import TypeEngine

from dondoc.bulk import ROWS, add_each, among, dialect_of, given, listed
from dondoc.settings import Settings
from dondoc.tables import (
    Instant,
    Letter,
    LetterState,
    Notice,
    NoticeState,
    Stage,
    domain_of,
    in_state,
)
from dondoc.words import Language
from notifications import joining
from notifications.content import LETTER_OF
from notifications.judging import Due
from notifications.post import Post

_LETTERS: Table = Letter.__table__  # type: ignore[assignment]
_NOTICES: Table = Notice.__table__  # type: ignore[assignment]

MANUAL = "manual"
WEIGHT = {stage: weight for weight, stage in enumerate(Stage)}
OPEN = (LetterState.QUEUED, LetterState.DEFERRED, LetterState.DROPPED)
"""A letter that has not left may still take more."""


class Addressed(NamedTuple):
    due: Due
    address: str
    language: Language


class Filled(NamedTuple):
    made: int
    filled: int
    carried: list[Due]
    carried_to: datetime


class Known(NamedTuple):
    """A letter that is there already."""

    id: int
    state: LetterState


def message_id(settings: Settings, key: str) -> str:
    """The same for every attempt to send the letter with this key."""
    domain = settings.mail_from.rpartition("@")[2] or "localhost"
    named = f"{settings.mail_from}/{key}".encode()
    return f"<{blake2b(named, digest_size=16).hexdigest()}@{domain}>"


def fill(
    session: Session, found: Sequence[Addressed], *, post: Post, now: datetime, earlier: bool
) -> Filled:
    """Makes the letters that are missing; what waits from `earlier` days, if anything may, becomes
    today's, and what comes too late for today's is carried over."""
    today = post.hours.today(now)
    by_address: dict[str, list[Addressed]] = defaultdict(list)
    for item in found:
        by_address[item.address].append(item)
    if earlier:
        joining.take_up(session, by_address, today)
    by_key = {joining.day_key(today, address): items for address, items in by_address.items()}
    known = _locked(session, by_key)
    carried: list[Addressed] = []
    for key in [key for key, letter in known.items() if letter.state not in OPEN]:
        late = by_key.pop(key)
        manual = [item for item in late if _at_once(item.due)]
        carried += [item for item in late if item not in manual]
        if manual:
            by_key[f"demand:{today}:{manual[0].address}"] = manual
    if carried or known.keys() - by_key.keys():
        known = _locked(session, by_key)
        for key in [key for key, letter in known.items() if letter.state not in OPEN]:
            carried += by_key.pop(key)
    fresh = {key: items for key, items in by_key.items() if key not in known}
    made = _make(session, fresh, post=post, now=now)
    _reopen(session, [one.id for one in known.values() if one.state is LetterState.DROPPED])
    ids = made | {key: known[key].id for key in known.keys() & by_key.keys()}
    return Filled(
        made=len(made),
        filled=_put(session, {ids[key]: items for key, items in by_key.items()}),
        carried=[item.due for item in carried],
        carried_to=post.hours.next_opening(now, after_today=True),
    )


def _locked(session: Session, keys: Iterable[str]) -> dict[str, Known]:
    """The letters there are already; locked, so that none of them leaves meanwhile."""
    rows = session.execute(_known(dialect_of(session)), {"keys": list(keys)})
    return {key: Known(id_, state) for key, id_, state in rows}


def _make(
    session: Session, fresh: Mapping[str, Sequence[Addressed]], *, post: Post, now: datetime
) -> dict[str, int]:
    """The ids of the letters made."""
    if not fresh:
        return {}
    rows = [_row(key, items, post.settings) for key, items in fresh.items()]
    day, dialect = post.hours.today(now), dialect_of(session)
    if dialect == "sqlite":
        return _make_each(session, rows, day=day, now=now)
    made = session.execute(_making(dialect), {ROWS: rows, "day": day, "now": now})
    return dict(made.tuples().all())


def _make_each(
    session: Session, rows: Iterable[dict[str, Any]], *, day: date, now: datetime
) -> dict[str, int]:
    """Nobody else writes to SQLite meanwhile: the next numbers are ours."""
    same = {"day": day, "urgent": False, "state": LetterState.QUEUED, "attempts": 0}
    same |= {"created_at": now, "retry_at": now}
    first = (session.scalar(_LAST) or 0) + 1
    numbered = [{"id": id_, **row} for id_, row in enumerate(rows, first)]
    add_each(session, _LETTERS, ("id", *FACTS), numbered, same=same)
    return {row["key"]: row["id"] for row in numbered}


def _row(key: str, items: Sequence[Addressed], settings: Settings) -> dict[str, Any]:
    first = items[0]
    heaviest = first.due
    if len(items) > 1:
        heaviest = max((item.due for item in items), key=lambda due: WEIGHT[due.stage])
    return {
        "key": key,
        "address": first.address,
        "domain": domain_of(first.address),
        "contact_id": first.due.contact_id,
        "language": first.language.value,
        "name": LETTER_OF[heaviest.stage],
        "level": heaviest.level,
        "message_id": message_id(settings, key),
    }


def _reopen(session: Session, dropped: Sequence[int]) -> None:
    if dropped:
        session.execute(_reopening(dialect_of(session)), {"ids": dropped})


def _put(session: Session, by_letter: Mapping[int, Sequence[Addressed]]) -> int:
    rows = [
        {"id": item.due.id, "letter_id": letter}
        for letter, items in by_letter.items()
        for item in items
    ]
    if rows:
        session.execute(_putting(dialect_of(session)), {ROWS: rows})
    return len(rows)


def _at_once(due: Due) -> bool:
    """Somebody decided today, and whom it concerns should not wait for tomorrow's letter."""
    return due.step.startswith(MANUAL) or due.stage in DECIDED


DECIDED = frozenset((Stage.EXTENSION, Stage.RETURNED))


FACTS = ("key", "address", "domain", "contact_id", "language", "name", "level", "message_id")
"""in which letters made at once differ"""
_LAST = select(func.max(_LETTERS.c.id))


@cache
def _known(dialect: str) -> Select[Any]:
    return (
        select(_LETTERS.c.key, _LETTERS.c.id, _LETTERS.c.state)
        .where(_LETTERS.c.key.in_(listed(dialect, "keys", String())))
        .order_by(_LETTERS.c.id)
        .with_for_update()
    )


@cache
def _making(dialect: str) -> ReturningInsert[Any]:
    rows = given(dialect, _types(_LETTERS, FACTS))
    now = bindparam("now", type_=Instant)
    same = {
        "day": bindparam("day", type_=Date),
        "urgent": literal(False),
        "state": literal(LetterState.QUEUED, _LETTERS.c.state.type),
        "created_at": now,
        "retry_at": now,
        "attempts": literal(0),
    }
    chosen = select(*(rows.c[name] for name in FACTS), *same.values())
    made = insert(_LETTERS).from_select([*FACTS, *same], chosen)
    return made.returning(_LETTERS.c.key, _LETTERS.c.id)


@cache
def _reopening(dialect: str) -> Update:
    chosen = among(dialect, _LETTERS.c.id, "ids")
    return update(_LETTERS).where(chosen).values(**in_state(LetterState.QUEUED))


@cache
def _putting(dialect: str) -> Update:
    rows = given(dialect, _types(_NOTICES, ("id", "letter_id")))
    return (
        update(_NOTICES)
        .where(_NOTICES.c.id == rows.c.id)
        .values(state=NoticeState.QUEUED, letter_id=rows.c.letter_id)
    )


def _types(table: Table, names: Iterable[str]) -> dict[str, TypeEngine[Any]]:
    return {name: table.c[name].type for name in names}
