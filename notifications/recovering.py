"""What processes that were killed have left is put right, at once rather than after their lease."""

import logging
from collections.abc import Iterable
from datetime import datetime
from pathlib import Path

import orjson
from sqlalchemy import insert
from sqlalchemy.orm import Session

from dondoc.database import Database
from dondoc.settings import Settings
from dondoc.tables import Incident, LetterState, filled
from dondoc.words import Language, Words
from notifications import journal, ledger
from notifications.content import content_from
from notifications.fate import Fate, Written
from notifications.journal import Left
from notifications.parcel import Claimed
from notifications.remembering import Shared, kept

log = logging.getLogger(__name__)

IN_DOUBT = Words(
    "Một tiến trình gửi thư bị ngắt; {n} thư có thể đã đến nơi và được gửi lại với cùng "
    "Message-ID: {addresses}",
    "A sending process was cut off; {n} letters may have arrived and are sent again under the "
    "same Message-ID: {addresses}",
)
SHOWN = 20


def recover(database: Database, folder: Path, *, now: datetime, settings: Settings) -> None:
    """Taken by the server: marked. On the wire: sent again under the same Message-ID. Not begun:
    waits again."""
    with journal.left_behind(folder) as found:
        for left in found:
            with database.writing() as session:
                _settle(session, left, now, settings)


def _settle(session: Session, left: Left, now: datetime, settings: Settings) -> None:
    held = [
        letter
        for letter in ledger.held(session, left.claimed)
        if letter.attempts == left.claimed[letter.id]
    ]
    taken = [letter for letter in held if letter.id in left.accepted]
    fates = [
        Fate(_written(letter, left), LetterState.SENT, left.accepted[letter.id]) for letter in taken
    ]
    carried = {letter.id: left.started[letter.id].notices for letter in taken}
    ledger.mark(session, fates, carried, now=left.at, settings=settings)
    waiting = [letter for letter in held if letter.id not in left.accepted]
    ledger.release(session, waiting)
    in_doubt = [letter for letter in waiting if letter.id in left.started]
    _tell(session, in_doubt, now, settings.language)


def _written(letter: Claimed, left: Left) -> Written:
    started = left.started[letter.id]
    if started.pattern is None:
        content = content_from(started.words)
        return Written(letter, content, started.subject, kept(content))
    facts = left.patterns[started.pattern]
    content = content_from(filled(facts, started.words))
    pattern = Shared(started.pattern, orjson.dumps(facts))
    return Written(letter, content, started.subject, kept(content, pattern))


def _tell(session: Session, in_doubt: Iterable[Claimed], now: datetime, language: Language) -> None:
    addresses = [letter.address for letter in in_doubt]
    if not addresses:
        return
    shown = ", ".join(addresses[:SHOWN]) + (" …" if len(addresses) > SHOWN else "")
    text = IN_DOUBT.text(language, n=len(addresses), addresses=shown)
    session.execute(insert(Incident), [{"at": now, "kind": "letters_in_doubt", "text": text}])
    log.warning("%s letters may arrive twice", len(addresses), extra={"action": "letters_in_doubt"})
