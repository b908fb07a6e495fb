"""What an operator must hear of: letters that did not arrive, and units that cannot be reached."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import insert, select, update
from sqlalchemy.orm import Session

from dondoc.tables import Contact, Incident, LetterState, Problem
from dondoc.words import Language
from notifications.fate import Fate


def close(session: Session, fates: Sequence[Fate], now: datetime) -> None:
    """A letter that arrived ends its unit's contact problem."""
    troubled = set(session.scalars(select(Problem.unit_id).where(Problem.closed_at.is_(None))))
    if not troubled:
        return
    reached = [one.written.letter.contact_id for one in fates if one.state is LetterState.SENT]
    units = set(session.scalars(select(Contact.unit_id).where(Contact.id.in_(reached))))
    session.execute(
        update(Problem)
        .where(Problem.unit_id.in_(units & troubled), Problem.closed_at.is_(None))
        .values(closed_at=now)
    )


def tell(session: Session, fates: Sequence[Fate], now: datetime, language: Language) -> None:
    told = [one for one in fates if one.told is not None]
    if told:
        session.execute(
            insert(Incident),
            [{"at": now, "kind": one.kind, "text": one.incident(language)} for one in told],
        )
    lost = {
        one.written.letter.contact_id: one.incident(language)
        for one in told
        if one.unreachable and one.written.letter.contact_id is not None
    }
    if not lost:
        return
    seats = session.execute(select(Contact.unit_id, Contact.id).where(Contact.id.in_(lost)))
    units = {unit_id: lost[contact_id] for unit_id, contact_id in seats}
    known = set(
        session.scalars(
            select(Problem.unit_id).where(Problem.unit_id.in_(units), Problem.closed_at.is_(None))
        )
    )
    rows = [
        {"unit_id": unit_id, "opened_at": now, "closed_at": None, "why": why}
        for unit_id, why in units.items()
        if unit_id not in known
    ]
    if rows:
        session.execute(insert(Problem), rows)
