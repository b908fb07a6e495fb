"""The clock was set back: what it has stamped lies ahead, and nobody waits for that time to come
again."""

from datetime import datetime, timedelta

from sqlalchemy import Table, bindparam, func, not_, select, update
from sqlalchemy.orm import Session

from dondoc.bulk import ROWS, dialect_of, given, instant
from dondoc.pace import SPANS
from dondoc.tables import WAITING, Instant, Letter, LetterState
from notifications.pacing import COUNTED, since_day

_LETTERS: Table = Letter.__table__  # type: ignore[assignment]
APART = timedelta(minutes=2)
"""by which the clocks of machines that send together may differ"""
LONGEST = max(SPANS.values())


def due_at_once(session: Session, now: datetime) -> None:
    """What has not been tried yet was due when it was made."""
    for ahead in _AHEAD:
        session.execute(ahead, {"now": now, "apart": now + APART})


_AHEAD = [
    update(_LETTERS)
    .where(
        WAITING,
        _LETTERS.c.state == LetterState.QUEUED,
        urgent,
        _LETTERS.c.retry_at > bindparam("apart", type_=Instant),
    )
    .values(retry_at=bindparam("now", type_=Instant))
    for urgent in (_LETTERS.c.urgent, not_(_LETTERS.c.urgent))
]
"""The partial index begins with whether it is urgent."""


def count_anew(session: Session, now: datetime) -> None:
    """The last letter left now, those before it as long before as they did: a server's rate and
    quota are neither used twice nor waited for."""
    recent = Letter.day >= since_day(now, now)
    latest = session.scalar(select(func.max(COUNTED)).where(recent))
    if latest is None or latest <= now + APART:
        return
    dialect, by = dialect_of(session), latest - now
    left = select(Letter.id, COUNTED).where(recent, now - LONGEST < COUNTED)
    rows = [
        {"id": id_, "counted_at": instant(dialect, at - by)} for id_, at in session.execute(left)
    ]
    new = given(dialect, {"id": _LETTERS.c.id.type, "counted_at": Instant()})
    counted = update(_LETTERS).where(_LETTERS.c.id == new.c.id).values(counted_at=new.c.counted_at)
    session.execute(counted, {ROWS: rows})
