"""A unit's visit: from opening the link to the end of the working day at most.

The browser keeps the proof; a row is written only when a visit is ended by hand.
"""

import re
from datetime import UTC, datetime, timedelta
from secrets import token_urlsafe

from sqlalchemy import delete
from sqlalchemy.orm import Session

from dondoc.access.links import Caller, Seat, caller, seat_of
from dondoc.access.seal import Seal, fingerprint
from dondoc.tables import Contact, EndedVisit

LASTS = timedelta(hours=12)
_TOKEN = re.compile(r"(\d{1,12})\.(\d{1,12})\.([A-Za-z0-9_-]{16})\.([A-Za-z0-9_-]{27})", re.ASCII)


def begin_visit(seal: Seal, seat: Seat, now: datetime) -> str:
    """What the browser keeps."""
    begun, nonce = int(now.timestamp()), token_urlsafe(12)
    proof = seal.proof("visit", *seat, begun, nonce)
    return f"{seat.contact_id}.{begun}.{nonce}.{proof}"


def visitor(session: Session, seal: Seal, token: str, now: datetime) -> Caller | None:
    """None where the visit is over, was ended, or its link was."""
    match = _TOKEN.fullmatch(token)
    if match is None:
        return None
    begun = int(match[2])
    contact = session.get(Contact, int(match[1]))
    seat = None if contact is None else seat_of(contact)
    if seat is None or not seal.fits(match[4], "visit", *seat, begun, match[3]):
        return None
    if not 0 <= now.timestamp() - begun < LASTS.total_seconds():
        return None
    if session.get(EndedVisit, fingerprint(token)) is not None:
        return None
    return caller(session, seat)


def end_visit(session: Session, token: str, now: datetime) -> None:
    """Rows of visits that are over by themselves are cleared away with it."""
    session.execute(delete(EndedVisit).where(EndedVisit.expires_at < now))
    session.merge(EndedVisit(token=fingerprint(token), expires_at=now.astimezone(UTC) + LASTS))
