"""The notices a letter carries: which they are, and what becomes of them with it."""

from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import Table, func, select, update
from sqlalchemy.orm import Session

from dondoc.tables import LetterState, Notice, NoticeState, Reason
from dondoc.units.standing_in import readers
from notifications.fate import Fate
from notifications.parcel import Claimed

_NOTICES: Table = Notice.__table__  # type: ignore[assignment]
_C = _NOTICES.c
AGAIN: dict[str, Any] = {"state": NoticeState.PLANNED, "letter_id": None}


def carried(session: Session, letters: Collection[int]) -> dict[int, list[int]]:
    """The notices each letter speaks of, by letter."""
    rows = session.execute(
        select(Notice.letter_id, Notice.id).where(
            Notice.letter_id.in_(letters), Notice.state == NoticeState.QUEUED
        )
    )
    found: dict[int, list[int]] = {}
    for letter_id, notice_id in rows:
        found.setdefault(letter_id, []).append(notice_id)
    return found


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
    sent = [one.written.letter.id for one in fates if one.state is LetterState.SENT]
    failed = [one.written.letter for one in fates if one.state is LetterState.FAILED]
    handed_on = _handed_on(session, failed, today)
    lost = [one.id for one in failed]
    _decide(session, _those(sent, carried), {"state": NoticeState.SENT, "decided_at": now})
    _decide(session, _C.id.in_(handed_on) if handed_on else None, AGAIN)
    refused = {"state": NoticeState.FAILED, "reason": Reason.REFUSED, "decided_at": now}
    _decide(session, _those(lost, carried), refused)
    letters = [*sent, *lost]
    _decide(session, _C.letter_id.in_(letters) if letters else None, AGAIN)


def misdirected(session: Session, letters: Mapping[int, str], today: date) -> list[int]:
    """Queued notices in `letters` (addresses by id) that would go elsewhere if they were claimed
    now: the person left, came back or went on leave, or the address was refused meanwhile."""
    rows = session.execute(
        select(_C.id, _C.letter_id, func.coalesce(_C.stands_for_id, _C.contact_id))
        .where(_C.letter_id.in_(letters), _C.state == NoticeState.QUEUED)
        .order_by(_C.id)
    ).all()
    now_read = readers(session, {seat for _, _, seat in rows}, today=today)
    return [id_ for id_, letter, seat in rows if now_read[seat].address != letters[letter]]


def _handed_on(session: Session, failed: Sequence[Claimed], today: date) -> list[int]:
    return misdirected(session, {one.id: one.address for one in failed}, today) if failed else []


def release(session: Session, notices: Sequence[int]) -> None:
    """Planned again, to be claimed for whoever reads them now."""
    _decide(session, _C.id.in_(notices) if notices else None, AGAIN)


def _those(letters: Sequence[int], carried: Mapping[int, Sequence[int]]) -> Any:
    notices = [notice for letter in letters for notice in carried.get(letter, ())]
    return _C.id.in_(notices) if notices else None


def _decide(session: Session, chosen: Any, values: dict[str, Any]) -> None:
    if chosen is not None:
        session.execute(
            update(_NOTICES).where(chosen, _NOTICES.c.state == NoticeState.QUEUED).values(**values)
        )
