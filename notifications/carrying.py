"""The notices a letter carries: which they are, and what becomes of them with it."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Table, select, update
from sqlalchemy.orm import Session

from dondoc.tables import LetterState, Notice, NoticeState, Reason
from notifications.fate import Fate

_NOTICES: Table = Notice.__table__  # type: ignore[assignment]


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
    session: Session, fates: Sequence[Fate], carried: Mapping[int, Sequence[int]], *, now: datetime
) -> None:
    """What was put into a letter after it had been composed is planned again, not lost."""
    verdicts = {
        LetterState.SENT: (NoticeState.SENT, None),
        LetterState.FAILED: (NoticeState.FAILED, Reason.REFUSED),
    }
    for letter_state, (state, reason) in verdicts.items():
        letters = [one.written.letter.id for one in fates if one.state is letter_state]
        notices = [notice for letter in letters for notice in carried.get(letter, ())]
        values: dict[str, Any] = {"state": state, "decided_at": now}
        values |= {"reason": reason} if reason else {}
        _decide(session, _NOTICES.c.id.in_(notices) if notices else None, values)
        late = {"state": NoticeState.PLANNED, "letter_id": None}
        _decide(session, _NOTICES.c.letter_id.in_(letters) if letters else None, late)


def _decide(session: Session, chosen: Any, values: dict[str, Any]) -> None:
    if chosen is not None:
        session.execute(
            update(_NOTICES).where(chosen, _NOTICES.c.state == NoticeState.QUEUED).values(**values)
        )
