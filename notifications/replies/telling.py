"""The letters an answer gives rise to: to the unit, what became of its files; to the office, what
nobody but a person can answer. Two programs that answer each other would not get far: no more than
one a minute, and so many a day, to one address."""

from collections import defaultdict
from datetime import datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from dondoc.drafts import draft_of
from dondoc.handing_in import findings
from dondoc.replies import CAUSES
from dondoc.settings import Settings
from dondoc.store import FileStore
from dondoc.tables import (
    Contact,
    Letter,
    Obligation,
    Reply,
    ReplyCause,
    ReplyFile,
    ReplyState,
    Unit,
)
from dondoc.units.standing_in import reader_of
from dondoc.urgent import Addressee, seated, urgent_letter
from dondoc.words import Language
from notifications.content import Filed, QuestionFacts, ReceivedFacts
from notifications.mailbag import message_id

RECEIVED, QUESTION = "received", "question"
DAY = timedelta(days=1)
PAUSE = timedelta(minutes=1)
A_DAY = 10
"""letters back to one address"""
QUESTIONS_A_DAY = 20
"""messages of one sender that are passed on"""


def tell_unit(
    session: Session, settings: Settings, reply: Reply, to: Contact, *, now: datetime
) -> None:
    """Urgent, as a receipt is; nothing where the address had its share for today."""
    session.flush()
    if to.email is None:
        return
    earlier = (
        select(func.count(), func.max(Letter.created_at))
        .where(Letter.name == RECEIVED, Letter.contact_id == to.id)
        .where(Letter.created_at > now - DAY)
    )
    count, last = session.execute(earlier).one()
    if count >= A_DAY:
        return
    language = to.language
    facts = received(session, settings, reply, language)
    office = session.get(Unit, reply.office_id) if reply.office_id else None
    letter = _letter(
        RECEIVED,
        reply,
        seated(to, to.email, session.get_one(Unit, to.unit_id).name),
        settings,
        now,
        office=office.name if office else "",
        epoch=to.link_epoch,
        received=facts,
    )
    letter.retry_at = max(now, last + PAUSE) if last else now
    session.add(letter)


def tell_placed(
    session: Session, settings: Settings, files: list[ReplyFile], to: Contact, *, now: datetime
) -> None:
    """That the office put these files of one answer, now, into drafts of one unit."""
    reply, address = files[0].reply, to.email
    if address is None or files[0].obligation is None:
        return
    plan = files[0].obligation.occurrence.milestone.plan
    facts = ReceivedFacts(
        sender=reply.sender or "–",
        mailed=_mailed(reply, settings),
        drafts=_drafts(session, settings, files, to.language),
        placed_by=plan.standing_office.name,
    )
    letter = _letter(
        RECEIVED,
        reply,
        seated(to, address, session.get_one(Unit, to.unit_id).name),
        settings,
        now,
        placed=min(file.id for file in files),
        office=plan.standing_office.name,
        epoch=to.link_epoch,
        received=facts,
    )
    session.add(letter)


def ask_office(session: Session, settings: Settings, reply: Reply, *, now: datetime) -> None:
    """Once, to whoever reads for the standing office; where nobody can be asked, the answer waits
    for somebody to look."""
    office = session.get(Unit, reply.office_id) if reply.office_id else None
    today = now.astimezone(settings.zone).date()
    reader = reader_of(session, office.id, today=today) if office else None
    sent = select(func.count()).select_from(Reply)
    sent = sent.where(Reply.sender == reply.sender, Reply.at > now - DAY)
    if office is None or reader is None or reader.email is None:
        reply.state, reply.cause = ReplyState.UNREAD, reply.cause or ReplyCause.NO_READER
        return
    if (session.scalar(sent) or 0) > QUESTIONS_A_DAY:
        reply.state, reply.cause = ReplyState.UNREAD, reply.cause or ReplyCause.TOO_MANY
        return
    asked = QuestionFacts(
        sender=reply.sender,
        unit_name=reply.unit.name if reply.unit else "",
        about=(reply.letter.subject or "") if reply.letter else "",
        subject=reply.subject,
        text=reply.text,
        why=CAUSES[reply.cause].text(reader.language) if reply.cause else "",
    )
    to = seated(reader, reader.email, office.name)
    letter = _letter(QUESTION, reply, to, settings, now, office=office.name, question=asked)
    session.add(letter)


def received(
    session: Session, settings: Settings, reply: Reply, language: Language
) -> ReceivedFacts:
    refused = ((file.name, file.refused) for file in reply.files if file.refused)
    cause = CAUSES[reply.cause].text(language) if reply.cause else ""
    return ReceivedFacts(
        sender=reply.sender,
        mailed=_mailed(reply, settings),
        drafts=_drafts(session, settings, reply.files, language),
        refused=tuple((name, said[language.value]) for name, said in refused),
        unplaced=tuple(file.name for file in reply.files if file.waiting),
        because=cause if reply.files else "",
        why="" if reply.files else cause,
    )


def _mailed(reply: Reply, settings: Settings) -> str:
    at = reply.mailed_at
    return at.astimezone(settings.zone).isoformat(timespec="seconds") if at else ""


def _drafts(
    session: Session, settings: Settings, files: list[ReplyFile], language: Language
) -> tuple[Filed, ...]:
    by_owed: dict[int, list[ReplyFile]] = defaultdict(list)
    for file in files:
        if file.obligation_id is not None and file.component is not None:
            by_owed[file.obligation_id].append(file)
    store = FileStore(settings.data / "files")
    return tuple(_filed(session, id_, some, store, language) for id_, some in by_owed.items())


def _filed(
    session: Session, id_: int, files: list[ReplyFile], store: FileStore, language: Language
) -> Filed:
    owed = session.get_one(Obligation, id_)
    draft = draft_of(session, owed)
    found = None if draft is None else findings(session, draft, store)
    missing = () if found is None else tuple(found.checked.unexplained.values())
    return Filed(
        obligation=id_,
        name=owed.occurrence.milestone.name,
        occurrence=owed.occurrence.label,
        files=tuple(file.name for file in files),
        missing=tuple(lack.text(language) for lack in missing),
    )


def _letter(
    name: str,
    reply: Reply,
    to: Addressee,
    settings: Settings,
    now: datetime,
    *,
    placed: int | None = None,
    **facts: object,
) -> Letter:
    """`placed`: the first file it tells of, where the office said where that belongs."""
    key = f"{name}:{reply.id}" + ("" if placed is None else f":{placed}")
    return urgent_letter(
        name,
        key,
        to,
        message_id=message_id(settings, key),
        day=now.astimezone(settings.zone).date(),
        now=now,
        **facts,
    )
