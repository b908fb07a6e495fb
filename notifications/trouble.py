"""What an operator must hear of: letters that did not arrive, and seats that cannot be reached."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import insert
from sqlalchemy.orm import Session

from dondoc.problems import Trouble, any_open, open_at, reached
from dondoc.tables import Incident
from dondoc.words import Language
from notifications.fate import SENT, Fate


def close(session: Session, fates: Sequence[Fate], now: datetime) -> None:
    """A letter that arrived ends the contact problem of its address."""
    if not any_open(session):
        return
    arrived = {one.written.letter.address for one in fates if one.state is SENT}
    reached(session, arrived, now=now)


def tell(session: Session, fates: Sequence[Fate], now: datetime, language: Language) -> None:
    told = [one for one in fates if one.told is not None]
    if told:
        session.execute(
            insert(Incident),
            [{"at": now, "kind": one.kind, "text": one.incident(language)} for one in told],
        )
    lost = [
        Trouble(one.written.letter.contact_id, one.cause, one.written.letter.address, one.answer)
        for one in told
        if one.cause is not None and one.written.letter.contact_id is not None
    ]
    open_at(session, lost, now=now)
