"""What came back is recorded: which letters did not arrive after all.

1. Read what is unread in the mailbox.
2. Ask which letter it belongs to; without a return path of ours it is left alone.
3. Record what it says, then mark the message as read: a crash in between records the same again.
"""

from datetime import datetime, timedelta
from typing import NamedTuple

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from dondoc.access.seal import Seal, seal_of
from dondoc.database import Database
from dondoc.problems import Trouble, open_at
from dondoc.settings import Settings
from dondoc.signing import open_signer
from dondoc.tables import Cause, Incident, Letter, LetterState, Notice, NoticeState, Reason
from dondoc.words import Language, Words
from notifications.returned.mailbox import MailboxUnreachable, open_mailbox
from notifications.returned.path import letter_of
from notifications.returned.reading import Kind, Returned, read

UNREAD = "mailbox_unread"
DAY = timedelta(days=1)
BOUNCED = Words("Thư gửi {address} bị trả lại: {said}", "The letter to {address} came back: {said}")
NOTED = {
    Kind.DELAYED: Words("chưa tới nơi: {said}", "not there yet: {said}"),
    Kind.AUTOMATIC: Words("trả lời tự động: {said}", "automatic reply: {said}"),
}


class Gathered(NamedTuple):
    """`foreign`: nothing that came back from a letter of ours."""

    refused: int = 0
    noted: int = 0
    foreign: int = 0


def gather(database: Database, settings: Settings, *, now: datetime) -> Gathered:
    """At most one mailbox's share. Raises MailboxUnreachable, KeyWrong."""
    counted = Gathered()
    with open_mailbox(settings) as mailbox:
        if mailbox is None:
            return counted
        seal = seal_of(open_signer(settings.data))
        for message in mailbox.unread():
            with database.writing() as session:
                one = record(session, read(message.raw), seal, now=now, language=settings.language)
            mailbox.done(message.key)
            counted = Gathered(*(sum(pair) for pair in zip(counted, one, strict=True)))
    return counted


def gather_or_tell(database: Database, settings: Settings, *, now: datetime) -> Gathered:
    """A mailbox out of reach holds nothing else up; the operator hears of it once a day."""
    try:
        return gather(database, settings, now=now)
    except MailboxUnreachable as error:
        with database.writing() as session:
            _tell_once(session, error.text(settings.language).partition("\n")[0], now)
        return Gathered()


def _tell_once(session: Session, text: str, now: datetime) -> None:
    known = select(Incident.id).where(Incident.kind == UNREAD, Incident.at > now - DAY).limit(1)
    if session.scalar(known) is None:
        session.add(Incident(at=now, kind=UNREAD, text=text))


def record(
    session: Session, returned: Returned, seal: Seal, *, now: datetime, language: Language
) -> Gathered:
    """Said twice, it counts once."""
    letter_id = letter_of(returned.told_to, seal=seal)
    letter = None if letter_id is None else session.get(Letter, letter_id)
    if letter is None or letter.sent_at is None:
        return Gathered(foreign=1)
    if returned.kind is Kind.REFUSED:
        return Gathered(refused=_refused(session, letter, returned, now, language))
    if returned.kind in NOTED:
        _note(letter, NOTED[returned.kind].text(language, said=returned.said))
        return Gathered(noted=1)
    return Gathered()


def _refused(
    session: Session, letter: Letter, returned: Returned, now: datetime, language: Language
) -> int:
    """The letter and what it carried did not arrive; its address is a contact problem."""
    if letter.state is not LetterState.SENT:
        return 0
    said = BOUNCED.text(language, address=letter.address, said=returned.said)
    letter.state = LetterState.FAILED
    _note(letter, said)
    session.execute(
        update(Notice)
        .where(Notice.letter_id == letter.id, Notice.state == NoticeState.SENT)
        .values(state=NoticeState.FAILED, reason=Reason.BOUNCED)
    )
    session.add(Incident(at=now, kind="letter_returned", text=said))
    if letter.contact_id is not None:
        trouble = Trouble(letter.contact_id, Cause.BOUNCED, letter.address, returned.said)
        open_at(session, [trouble], now=now)
    return 1


def _note(letter: Letter, said: str) -> None:
    """Beside what the mail server answered."""
    if said not in (letter.answer or ""):
        letter.answer = f"{letter.answer}; {said}" if letter.answer else said
