"""What people answer is taken: files into drafts, questions to the office, and a letter back.

1. Read the message, put its files into the store.
2. Ask which letter it answers, and whether that still counts.
3. One transaction: the answer's row, its files in drafts where it is clear which, the letters.

Whoever knows a letter's reply path can put files into a draft of that letter's unit, and do no
more: From proves nothing, and nothing is handed in without a press in the portal.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from secrets import token_hex
from typing import NamedTuple

from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from dondoc.access.links import Seat, caller, seat_of
from dondoc.database import Database
from dondoc.dossier import unfit_offer
from dondoc.drafts import FileRefused, base_name
from dondoc.replies import Settling, put_into_draft, sole_office
from dondoc.settings import Settings
from dondoc.store import FileStore, Stored
from dondoc.submissions import asked_parts
from dondoc.tables import (
    OWING,
    Contact,
    Letter,
    Milestone,
    Notice,
    Obligation,
    Occurrence,
    Plan,
    Reply,
    ReplyCause,
    ReplyFile,
    ReplyState,
)
from dondoc.uploads import Uploads, open_uploads
from dondoc.words import Language, Words
from notifications.replies import telling
from notifications.replies.mail import Attached, Mail, read_mail
from notifications.replies.matching import Open, hint, place

TNEF = ("winmail.dat", "win.dat")
PACKED = Words(
    "{name}: Outlook đóng gói tệp theo cách riêng, không mở được; gửi lại ở dạng HTML hoặc nộp tại "
    "liên kết",
    "{name}: Outlook wrapped the files in its own way; send them as HTML mail, or hand in at the "
    "link",
)
NO_PART = Words(
    "{name}: không thành phần nào của hồ sơ nhận tệp loại này hoặc cỡ này",
    "{name}: no part of the dossier takes a file of this type or size",
)


class Kept(NamedTuple):
    """A file in the store."""

    name: str
    stored: Stored


@dataclass(frozen=True, kw_only=True)
class Desk:
    """What taking an answer needs."""

    database: Database
    settings: Settings
    store: FileStore
    uploads: Uploads
    now: datetime

    @property
    def language(self) -> Language:
        return self.settings.language


def open_desk(database: Database, settings: Settings, now: datetime) -> Desk:
    return Desk(
        database=database,
        settings=settings,
        store=FileStore(settings.data / "files"),
        uploads=open_uploads(settings.data),
        now=now,
    )


class Come(NamedTuple):
    """A message as it lay in the mailbox, and the letter it answers, if any. Without the `whole` of
    it only its headers count. What is `automatic` is not written back to."""

    raw: bytes
    letter_id: int | None
    whole: bool = True
    automatic: bool = False


def take(desk: Desk, come: Come) -> ReplyState | None:
    """What became of it; None where it was taken before. Raises StoreFull."""
    mail = read_mail(come.raw)
    kept = [_kept(desk, file) for file in mail.files] if come.whole else []
    cause = ReplyCause.SEALED if mail.sealed else None
    cause = cause if come.whole else ReplyCause.TOO_LARGE
    return _enter(desk, _Read(mail, kept, come.letter_id, cause, automatic=come.automatic))


def take_broken(desk: Desk, raw: bytes, letter_id: int | None) -> ReplyState | None:
    """What broke the program that tried to read it; kept in the mailbox, told to the office."""
    key = sha256(raw).hexdigest()
    mail = Mail(key, "", "", "", (), None, sealed=False)
    return _enter(desk, _Read(mail, [], letter_id, ReplyCause.BROKEN))


class _Read(NamedTuple):
    """`cause`: why it cannot be read at all."""

    mail: Mail
    kept: list[Kept]
    letter_id: int | None
    cause: ReplyCause | None
    automatic: bool = False


def _kept(desk: Desk, file: Attached) -> Kept:
    key = token_hex(16)
    try:
        with desk.uploads.appending(key) as target:
            target.write(file.data)
        return Kept(base_name(file.name), desk.store.take(desk.uploads.path(key)))
    finally:
        desk.uploads.discard(key)


def _enter(desk: Desk, come: _Read) -> ReplyState | None:
    key = sha256(f"{come.letter_id}:{come.mail.key}".encode()).hexdigest()
    try:
        return _once(desk, come, key)
    except IntegrityError:  # somebody else took it in the same instant
        with desk.database.reading() as session:
            if not _known(session, key):
                raise
        return None


def _known(session: Session, key: str) -> bool:
    return session.scalar(select(Reply.id).where(Reply.key == key)) is not None


def _once(desk: Desk, come: _Read, key: str) -> ReplyState | None:
    with desk.database.writing() as session:
        if _known(session, key):
            return None
        reply = Reply(
            key=key,
            at=desk.now,
            sender=come.mail.sender,
            subject=come.mail.subject,
            text=come.mail.text,
            state=ReplyState.UNREAD,
        )
        session.add(reply)
        session.flush()
        _Taking(session, desk, come, reply).take()
        return reply.state


class _Taking:
    """One answer, in one transaction."""

    def __init__(self, session: Session, desk: Desk, come: _Read, reply: Reply) -> None:
        self.session = session
        self.desk = desk
        self.come = come
        self.reply = reply
        self.letter = _origin(session, come.letter_id)

    def take(self) -> None:
        reply, letter = self.reply, self.letter
        reply.letter_id = letter.id if letter else None
        reply.office_id = _office(self.session, letter)
        seat = self._seat()
        if letter is None or seat is None:
            unknown = ReplyCause.EXPIRED if letter else ReplyCause.NO_LETTER
            reply.cause = self.come.cause or unknown
            self._keep(self.come.kept)
            if letter is not None:
                self._ask()
            return
        reply.mailed_at = self._mailed_at(letter)
        to = caller(self.session, seat)
        contact = self.session.get_one(Contact, seat.contact_id)
        reply.unit_id = contact.unit_id
        if self.come.cause is not None:
            reply.cause = self.come.cause
            self._tell(contact)
            self._ask()
        elif not self.come.kept:
            reply.state = ReplyState.ASKED
            self._ask()
        else:
            self._sort(letter, to.units)
            self._tell(self._known(to.units) or contact)

    def _tell(self, contact: Contact) -> None:
        if not self.come.automatic:
            telling.tell_unit(
                self.session, self.desk.settings, self.reply, contact, now=self.desk.now
            )

    def _ask(self) -> None:
        telling.ask_office(self.session, self.desk.settings, self.reply, now=self.desk.now)

    def _seat(self) -> Seat | None:
        """Of the letter's reader; None where a link in it would work no more."""
        letter, now = self.letter, self.desk.now
        if letter is None or letter.sent_at is None or letter.contact is None:
            return None
        if now - letter.sent_at > timedelta(days=self.desk.settings.link_days):
            return None
        seat = seat_of(letter.contact)
        wrote_to = letter.contact_id, letter.address, (letter.facts or {}).get("epoch")
        return seat if seat is not None and tuple(seat) == wrote_to else None

    def _mailed_at(self, letter: Letter) -> datetime | None:
        """Neither before the letter it answers nor in the future: then no time at all."""
        at, sent = self.come.mail.received_at, letter.sent_at
        return at if at and sent and sent <= at <= self.desk.now else None

    def _known(self, units: Iterable[int]) -> Contact | None:
        """The seat of these units whose address the answer names."""
        found = select(Contact).where(
            func.lower(Contact.email) == self.reply.sender, Contact.unit_id.in_(list(units))
        )
        return self.session.scalar(found.order_by(Contact.id).limit(1))

    def _sort(self, letter: Letter, units: tuple[int, ...]) -> None:
        reply = self.reply
        among = _open_in(self.session, letter, units)
        stranger = reply.sender != letter.address.lower() and self._known(units) is None
        if among:
            owed = self.session.get_one(Obligation, among[0].id)
            reply.unit_id = owed.unit_id
        if stranger or not among:
            reply.state = ReplyState.WAITING
            reply.cause = ReplyCause.STRANGER if stranger else ReplyCause.NONE_OPEN
            self._keep(self.come.kept)
            return
        said = hint(reply.subject, letter.subject or "")
        for kept in self.come.kept:
            self._file(kept, among, said)
        self._conclude()

    def _conclude(self) -> None:
        reply = self.reply
        waiting = [file for file in reply.files if file.waiting]
        if waiting:
            reply.state = ReplyState.WAITING
            known = all(file.obligation_id for file in waiting)
            reply.cause = ReplyCause.PART if known else ReplyCause.SEVERAL
        else:
            placed = any(file.component for file in reply.files)
            reply.state = ReplyState.DRAFTED if placed else ReplyState.REFUSED

    def _file(self, kept: Kept, among: list[Open], said: str) -> None:
        file = self._row(kept)
        if _refused(file, _unusable(file)):
            return
        where = place(kept.name, kept.stored.size, said, among)
        if where.obligation is None:
            return
        file.obligation_id = where.obligation.id
        if where.component is None:
            parts = where.obligation.parts.values()
            if all(any(unfit_offer(part, file.name, file.size)) for part in parts):
                _refused(file, NO_PART.filled(name=file.name[:80]))
            return
        owed = self.session.get_one(Obligation, where.obligation.id)
        by = Settling(actor=self.reply.sender, now=self.desk.now, store=self.desk.store)
        try:
            put_into_draft(self.session, file, owed, where.component.code, by)
        except FileRefused as error:
            _refused(file, Words(error.text(Language.VI), error.text(Language.EN)))

    def _keep(self, kept: Iterable[Kept]) -> None:
        for one in kept:
            _refused(file := self._row(one), _unusable(file))

    def _row(self, kept: Kept) -> ReplyFile:
        file = ReplyFile(name=kept.name, size=kept.stored.size, sha256=kept.stored.sha256)
        self.reply.files.append(file)
        return file


def _unusable(file: ReplyFile) -> Words | None:
    return PACKED.filled(name=file.name) if file.name.lower() in TNEF else None


def _refused(file: ReplyFile, why: Words | None) -> bool:
    if why is None:
        return False
    file.refused, file.sha256 = {"vi": why.vi, "en": why.en}, None
    return True


def _origin(session: Session, letter_id: int | None) -> Letter | None:
    """The letter about what is owed; an answer to the letter that told what came of an earlier
    answer is one to that."""
    letter = None if letter_id is None else session.get(Letter, letter_id)
    while letter is not None and letter.name == telling.RECEIVED:
        reply = session.get(Reply, int(letter.key.split(":")[1]))
        letter = reply.letter if reply else None
    return letter


def _office(session: Session, letter: Letter | None) -> int | None:
    """The standing office of what the letter is about."""
    if letter is None:
        return sole_office(session)
    plans = select(Plan.standing_office_id).join(Notice, Notice.plan_id == Plan.id)
    found = plans.where(Notice.letter_id == letter.id).order_by(Notice.id).limit(1)
    return session.scalar(found) or sole_office(session)


def _open_in(session: Session, letter: Letter, units: tuple[int, ...]) -> list[Open]:
    """What the letter speaks of and its reader's units still owe."""
    told = select(Notice.obligation_id).where(Notice.letter_id == letter.id)
    chosen = (
        select(Obligation)
        .join(Occurrence)
        .join(Milestone)
        .where(
            Obligation.id.in_(told),
            Obligation.unit_id.in_(units),
            Obligation.state.in_(OWING),
            Obligation.dropped_in.is_(None),
        )
        .order_by(Obligation.id)
    )
    return [_open(session, owed) for owed in session.scalars(chosen)]


def _open(session: Session, owed: Obligation) -> Open:
    milestone = owed.occurrence.milestone
    names = (milestone.code, milestone.name)
    return Open(id=owed.id, names=names, parts=asked_parts(session, owed))
