"""The outbox's rows: claimed under a lease, marked with their fate. Statements come in batches."""

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime, timedelta
from functools import cache
from operator import itemgetter
from typing import Any, NamedTuple

from sqlalchemy import (
    ColumnElement,
    Executable,
    Integer,
    Select,
    String,
    Table,
    Update,
    and_,
    bindparam,
    func,
    not_,
    or_,
    select,
    update,
)
from sqlalchemy.orm import Session

from dondoc.bulk import ROWS, among, dialect_of, given, in_index_order, listed
from dondoc.settings import Settings
from dondoc.tables import WAITING, Instant, Letter, LetterState, in_state
from notifications import carrying, marking, resting, trouble
from notifications.fate import Fate
from notifications.pacing import Room
from notifications.parcel import Claimed

LEASE = timedelta(minutes=15)

_LETTERS: Table = Letter.__table__  # type: ignore[assignment]
_CLAIMED = [getattr(_LETTERS.c, name) for name in Claimed._fields]
_AS_CLAIMED = [one + 1 if one.name == "attempts" else one for one in _CLAIMED]


class Marked(NamedTuple):
    sent: int = 0
    deferred: int = 0
    failed: int = 0
    put_back: int = 0


SLOW_AT_ONCE = 50
"""letters to slow domains in one batch, so that others need not wait long for the next"""


def claim(
    session: Session, *, now: datetime, limit: int, only_urgent: bool, room: Room | None = None
) -> list[Claimed]:
    """Takes letters whose time has come, urgent ones first, also those whose sender died; of those
    that are not urgent no more than there is `room` for."""
    room = room or Room(limit, {}, ())
    in_index_order(session)
    found = _claim(session, now, urgent=True, limit=limit)
    most = min(limit, room.at_most)
    if only_urgent:
        return found
    if any(room.caps.values()) and len(found) < most:
        found += _claim_capped(session, room.caps, limit=most - len(found), now=now)
    apart = [*room.caps, *room.last]
    if len(found) < most:
        left = most - len(found)
        found += (
            _take(session, due(now, urgent=False, limit=left).where(not_(_to(session, apart))), now)
            if apart
            else _claim(session, now, urgent=False, limit=left)
        )
    if room.last and len(found) < most:
        chosen = due(now, urgent=False, limit=min(most - len(found), SLOW_AT_ONCE))
        slow = _to(session, set(room.last) - set(room.caps))
        found += _take(session, chosen.where(slow), now)
    return found


def _claim(session: Session, now: datetime, *, urgent: bool, limit: int) -> list[Claimed]:
    taking = _claiming(dialect_of(session), urgent=urgent)
    return _claimed(session, taking, now, {"now": now, "most": limit})


def _take(session: Session, chosen: Select[tuple[int]], now: datetime) -> list[Claimed]:
    return _claimed(session, _taking(dialect_of(session), chosen), now, {})


def _claimed(
    session: Session, taking: Executable, now: datetime, asked: Mapping[str, Any]
) -> list[Claimed]:
    until = now + LEASE
    rows = session.execute(taking, {**asked, "until": until}).all()
    found = sorted(map(Claimed._make, rows), key=itemgetter(0))
    if found and dialect_of(session) == "sqlite":
        session.execute(_leasing(), {"ids": [letter.id for letter in found], "until": until})
    return found


@cache
def _claiming(dialect: str, *, urgent: bool) -> Executable:
    now, most = bindparam("now", type_=Instant), bindparam("most", type_=Integer)
    return _taking(dialect, due(now, urgent=urgent, limit=most))


def _taking(dialect: str, chosen: Select[tuple[int]]) -> Executable:
    """On SQLite nobody else writes meanwhile. They are read there and leased afterwards: a
    statement that did both would keep all rows until the last one is written."""
    if dialect == "sqlite":
        return chosen.with_only_columns(*_AS_CLAIMED)
    due_now = chosen.cte("due")
    return _lease(_LETTERS.c.id.in_(select(due_now.c.id))).returning(*_CLAIMED)


@cache
def _leasing() -> Update:
    return _lease(among("sqlite", _LETTERS.c.id, "ids"))


def _lease(letters: ColumnElement[bool]) -> Update:
    values = {"lease_until": bindparam("until", type_=Instant), "attempts": _LETTERS.c.attempts + 1}
    return update(_LETTERS).where(letters).values(state=LetterState.SENDING, **values)


def _claim_capped(
    session: Session, caps: Mapping[str, int], *, limit: int, now: datetime
) -> list[Claimed]:
    """The oldest of each domain, as many as its cap."""
    dialect = dialect_of(session)
    capped = given(dialect, {"domain": String(), "most": Integer()})
    place = func.row_number().over(
        partition_by=Letter.domain, order_by=(Letter.retry_at, Letter.id)
    )
    placed = (
        _due(now, urgent=False)
        .join(capped, capped.c.domain == Letter.domain)
        .add_columns(place.label("place"), capped.c.most.label("most"))
        .subquery("placed")
    )
    first = select(placed.c.id).where(placed.c.place <= placed.c.most)
    chosen = due(now, urgent=False, limit=limit).where(Letter.id.in_(first))
    rows = [{"domain": domain, "most": most} for domain, most in caps.items() if most > 0]
    return _take(session, chosen.params({ROWS: rows}), now)


def _to(session: Session, domains: Collection[str]) -> ColumnElement[bool]:
    named = listed(dialect_of(session), "domains", String())
    return Letter.domain.in_(named.params({"domains": list(domains)}))


def count_due(session: Session, *, now: datetime, most: int, only_urgent: bool) -> int:
    """At most `most`."""
    kinds = (True,) if only_urgent else (True, False)
    found = 0
    for urgent in kinds:
        chosen = _due(now, urgent=urgent).limit(most - found).subquery()
        found += session.scalar(select(func.count()).select_from(chosen)) or 0
    return found


def due(
    now: datetime | ColumnElement[datetime], *, urgent: bool, limit: int | ColumnElement[int]
) -> Select[tuple[int]]:
    """In the order they leave, locked."""
    chosen = _due(now, urgent=urgent).order_by(_LETTERS.c.retry_at, _LETTERS.c.id)
    return chosen.limit(limit).with_for_update(skip_locked=True)


def _due(now: datetime | ColumnElement[datetime], *, urgent: bool) -> Select[tuple[int]]:
    abandoned = and_(_LETTERS.c.state == LetterState.SENDING, _LETTERS.c.lease_until < now)
    return select(_LETTERS.c.id).where(
        WAITING,
        _LETTERS.c.urgent.is_(urgent),
        _LETTERS.c.retry_at <= now,
        or_(_LETTERS.c.state != LetterState.SENDING, abandoned),
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


def drop(session: Session, letters: Collection[Claimed]) -> int:
    """Nothing was left to say; the composer has already told the notices why, and put off what is
    to wait. Returns how many were dropped."""
    if not letters:
        return 0
    mine = Letter.id.in_([letter.id for letter in letters]), Letter.state == LetterState.SENDING
    done = session.execute(
        update(Letter)
        .where(*mine)
        .values(**in_state(LetterState.DROPPED), lease_until=None)
        .execution_options(synchronize_session=False)
    )
    return int(done.rowcount)  # type: ignore[attr-defined]


def mark(
    session: Session,
    fates: Sequence[Fate],
    carried: Mapping[int, Sequence[int]],
    *,
    now: datetime,
    settings: Settings,
) -> Marked:
    """Only what is still ours is marked: a lease that ran out has another sender by now."""
    fates = marking.tell(session, fates, now)
    if not fates:
        return Marked()
    resting.note(session, fates, now)
    trouble.close(session, fates, now)
    trouble.tell(session, fates, now, settings.language)
    today = now.astimezone(settings.zone).date()
    carrying.mark(session, fates, carried, now=now, today=today)
    count = Counter(one.state for one in fates)
    return Marked(
        sent=count[LetterState.SENT],
        deferred=count[LetterState.DEFERRED],
        failed=count[LetterState.FAILED],
        put_back=count[LetterState.QUEUED],
    )
