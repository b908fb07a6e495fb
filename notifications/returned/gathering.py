"""What came to the mailbox is recorded: which letters did not arrive after all, and what people
answered.

1. Read what is unread in the mailbox.
2. Ask which letter it belongs to; without a signed address of ours it is left alone, unless it was
   meant for the address that answers go to.
3. Record what it says, then mark the message as read: a crash in between records the same again.
"""

import logging
import re
from datetime import datetime, timedelta
from email.errors import MessageError
from typing import NamedTuple

from sqlalchemy import select, update
from sqlalchemy.exc import DataError
from sqlalchemy.orm import Session

from dondoc.access.seal import Seal, seal_of
from dondoc.database import Database
from dondoc.problems import Trouble, open_at
from dondoc.settings import Settings
from dondoc.signing import open_signer
from dondoc.store import FileUnreadable, StoreFull
from dondoc.tables import (
    Cause,
    Incident,
    Letter,
    LetterState,
    Notice,
    NoticeState,
    Reason,
    ReplyState,
)
from dondoc.words import Language, Words
from notifications.replies.mail import has_files
from notifications.replies.taking import Come, Desk, open_desk, take, take_broken
from notifications.returned.mailbox import MailboxUnreachable, Message, open_mailbox
from notifications.returned.path import answered_letter, letter_of
from notifications.returned.reading import Kind, Returned, read

log = logging.getLogger(__name__)

BREAKING = (
    ArithmeticError,
    AssertionError,
    AttributeError,
    DataError,
    LookupError,
    MemoryError,
    MessageError,
    RecursionError,
    TypeError,
    ValueError,
)
"""What a message may do to those who read it, or keep what it says: it must not hold up those
behind it."""
UNREAD = "mailbox_unread"
DAY = timedelta(days=1)
BOUNCED = Words("Thư gửi {address} bị trả lại: {said}", "The letter to {address} came back: {said}")
NOTED = {
    Kind.DELAYED: Words("chưa tới nơi: {said}", "not there yet: {said}"),
    Kind.AUTOMATIC: Words("trả lời tự động: {said}", "automatic reply: {said}"),
}


class Gathered(NamedTuple):
    """`foreign`: nothing that came back from a letter of ours. `answered`: with files that are in
    drafts or were refused; `unplaced`: with files that somebody has to place; `asked`: passed on
    to the office; `unread`: not understood."""

    refused: int = 0
    noted: int = 0
    foreign: int = 0
    answered: int = 0
    unplaced: int = 0
    asked: int = 0
    unread: int = 0

    def __add__(self, other: object) -> "Gathered":
        if not isinstance(other, Gathered):
            return NotImplemented
        return Gathered(*(mine + theirs for mine, theirs in zip(self, other, strict=True)))


OF_STATE = {
    ReplyState.DRAFTED: Gathered(answered=1),
    ReplyState.REFUSED: Gathered(answered=1),
    ReplyState.WAITING: Gathered(unplaced=1),
    ReplyState.ASKED: Gathered(asked=1),
    ReplyState.UNREAD: Gathered(unread=1),
}


def gather(database: Database, settings: Settings, *, now: datetime) -> Gathered:
    """At most one mailbox's share. Raises MailboxUnreachable, KeyWrong, StoreFull."""
    counted = Gathered()
    with open_mailbox(settings) as mailbox:
        if mailbox is None:
            return counted
        desk, seal = open_desk(database, settings, now), seal_of(open_signer(settings.data))
        for message in mailbox.unread():
            counted += _one(desk, message, seal)
            mailbox.done(message.key)
    return counted


def gather_or_tell(database: Database, settings: Settings, *, now: datetime) -> Gathered:
    """A mailbox out of reach, or a full disk, holds nothing else up; the operator hears of it once
    a day."""
    try:
        return gather(database, settings, now=now)
    except (MailboxUnreachable, StoreFull, FileUnreadable) as error:
        with database.writing() as session:
            _tell_once(session, error.text(settings.language).partition("\n")[0], now)
        return Gathered()


def _one(desk: Desk, message: Message, seal: Seal) -> Gathered:
    try:
        return _sorted(desk, message, seal)
    except BREAKING:
        log.exception("a message cannot be read", extra={"action": "message_broken"})
        state = take_broken(desk, message.raw, None) if desk.settings.reply_address else None
        return Gathered(foreign=1) if state is None else OF_STATE[state]


def _sorted(desk: Desk, message: Message, seal: Seal) -> Gathered:
    returned = read(message.raw)
    replied = answered_letter(returned.told_to, seal=seal) if desk.settings.reply_address else None
    if replied is None and not _meant_as_reply(returned, desk.settings):
        with desk.database.writing() as session:
            return record(session, returned, seal, now=desk.now, language=desk.language)
    automatic = returned.kind is not Kind.OTHER or returned.own
    if not automatic or (returned.kind is Kind.AUTOMATIC and has_files(message.raw)):
        state = take(desk, Come(message.raw, replied, message.whole, automatic))
        return Gathered() if state is None else OF_STATE[state]
    with desk.database.writing() as session:
        letter = None if replied is None else session.get(Letter, replied)
        if letter is None:
            return Gathered(foreign=1)
        _note(letter, NOTED[Kind.AUTOMATIC].text(desk.language, said=returned.said))
    return Gathered(noted=1)


def _meant_as_reply(returned: Returned, settings: Settings) -> bool:
    """To the address itself, or with a proof that does not hold; from a person."""
    if not settings.reply_address or returned.kind is not Kind.OTHER or returned.own:
        return False
    name, _, domain = map(re.escape, settings.reply_address.lower().rpartition("@"))
    meant = rf"(?<![\w.+-]){name}(\+[^\s@]*)?@{domain}(?![\w-])"
    return re.search(meant, returned.told_to.lower()) is not None


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
