"""The notices a letter carries: which they are, and what becomes of them with it."""

from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime
from functools import cache
from typing import Any, NamedTuple

from sqlalchemy import (
    Date,
    Select,
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

from dondoc.bulk import among, dialect_of
from dondoc.tables import Contact, Instant, Letter, Notice, NoticeState, Reason
from dondoc.units.standing_in import absent, readers
from notifications.content import Content
from notifications.fate import FAILED, SENT, Fate
from notifications.parcel import Claimed

_NOTICES: Table = Notice.__table__  # type: ignore[assignment]
_C = _NOTICES.c


class Composed(NamedTuple):
    """What letters say, by letter: None where nothing is left to say. And the notices each speaks
    of."""

    contents: Mapping[int, Content | None]
    notices: Mapping[int, Sequence[int]]


def carried(session: Session, letters: Collection[int]) -> dict[int, list[int]]:
    """The notices each letter speaks of, by letter."""
    rows = session.execute(_queued(dialect_of(session)), {"ids": list(letters)}).all()
    found: dict[int, list[int]] = {}
    for letter_id, notice_id in rows:
        found.setdefault(letter_id, []).append(notice_id)
    return found


@cache
def _queued(dialect: str) -> Select[Any]:
    chosen = among(dialect, _C.letter_id, "ids")
    return select(_C.letter_id, _C.id).where(chosen, _C.state == NoticeState.QUEUED)


def mark(
    session: Session,
    fates: Sequence[Fate],
    carried: Mapping[int, Sequence[int]],
    *,
    now: datetime,
    today: date,
) -> None:
    """What was put into a letter after it had been composed is planned again, not lost; so is what
    a refused letter carried, where somebody else stands in for its seat by now."""
    sent = [one.written.letter.id for one in fates if one.state is SENT]
    failed = [one.written.letter for one in fates if one.state is FAILED]
    handed_on = _handed_on(session, failed, today)
    lost = [one.id for one in failed]
    _decide(session, NoticeState.SENT, _those(sent, carried), now=now)
    _decide(session, NoticeState.PLANNED, handed_on)
    _decide(session, NoticeState.FAILED, _those(lost, carried), now=now)
    _decide(session, NoticeState.PLANNED, [*sent, *lost], by="letter_id")


def misdirected(session: Session, letters: Mapping[int, str], today: date) -> list[int]:
    """Queued notices in `letters` (addresses by id) that would go elsewhere if they were claimed
    now: the person left, came back or went on leave, or the address was refused meanwhile."""
    chosen = {"ids": list(letters), "today": today}
    rows = session.execute(_doubtful(dialect_of(session)), chosen).all()
    return elsewhere(session, [Doubt(id_, seat, letters[of]) for id_, of, seat in rows], today)


class Doubt(NamedTuple):
    """A notice in a letter to `address`, meant for a seat that may be read elsewhere by now."""

    notice: int
    seat: int
    address: str


def elsewhere(session: Session, doubts: Sequence[Doubt], today: date) -> list[int]:
    """The notices that would go to another address if they were claimed now."""
    if not doubts:
        return []
    now_read = readers(session, {one.seat for one in doubts}, today=today)
    return [one.notice for one in doubts if now_read[one.seat].address != one.address]


@cache
def _doubtful(dialect: str) -> Select[Any]:
    """Queued notices but those whose own person is there and has the letter's address."""
    seat = func.coalesce(_C.stands_for_id, _C.contact_id)
    seats, letters = Contact.__table__, Letter.__table__
    here = and_(seats.c.email == letters.c.address, not_(absent(bindparam("today", type_=Date))))
    return (
        select(_C.id, _C.letter_id, seat)
        .join(letters, letters.c.id == _C.letter_id)
        .join(seats, seats.c.id == seat)
        .where(
            among(dialect, _C.letter_id, "ids"),
            _C.state == NoticeState.QUEUED,
            or_(seats.c.email.is_(None), not_(here)),
        )
        .order_by(_C.id)
    )


def _handed_on(session: Session, failed: Sequence[Claimed], today: date) -> list[int]:
    return misdirected(session, {one.id: one.address for one in failed}, today) if failed else []


def release(session: Session, notices: Sequence[int]) -> None:
    """Planned again, to be claimed for whoever reads them now."""
    _decide(session, NoticeState.PLANNED, notices)


def _those(letters: Sequence[int], carried: Mapping[int, Sequence[int]]) -> list[int]:
    return [notice for letter in letters for notice in carried.get(letter, ())]


def _decide(
    session: Session,
    state: NoticeState,
    ids: Sequence[int],
    *,
    by: str = "id",
    now: datetime | None = None,
) -> None:
    if ids:
        told = {"ids": list(ids)} if now is None else {"ids": list(ids), "now": now}
        session.execute(_deciding(dialect_of(session), state, by), told)


@cache
def _deciding(dialect: str, state: NoticeState, by: str) -> Update:
    chosen = among(dialect, _C[by], "ids")
    queued = update(_NOTICES).where(chosen, _C.state == NoticeState.QUEUED)
    return queued.values(state=state, **_WITH[state])


_NOW = bindparam("now", type_=Instant)
_WITH: dict[NoticeState, dict[str, Any]] = {
    NoticeState.SENT: {"decided_at": _NOW},
    NoticeState.FAILED: {"reason": Reason.REFUSED, "decided_at": _NOW},
    NoticeState.PLANNED: {"letter_id": None},
}
