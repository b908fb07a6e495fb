"""An official says where files of an answer belong that nobody could place: they go into the
draft as if the mail had named it, and the unit is told by the usual letter."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from typing import NamedTuple

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from dondoc.access.scope import NotHere, obligation_for
from dondoc.decision import NotTaken
from dondoc.drafts import FileRefused
from dondoc.errors import DondocError
from dondoc.record import about, enter
from dondoc.replies import AnswerSettled, Settling, put_into_draft, settle_where_placed
from dondoc.settings import Settings
from dondoc.store import NotStored
from dondoc.tables import Account, Contact, Obligation, Reply, ReplyFile
from dondoc.units.standing_in import reader_of
from dondoc.words import Language, Words
from notifications.replies.telling import tell_placed

GONE = Words(
    "{name}: đã có người xếp hoặc bỏ tệp này", "{name}: somebody has placed it, or laid it aside"
)


@dataclass(frozen=True, kw_only=True)
class Placer:
    """Whose decision it is."""

    account: Account
    settings: Settings
    by: Settling


class Belongs(NamedTuple):
    """A part of an obligation's dossier."""

    obligation: int
    component: str


class Placed(NamedTuple):
    """`told`: every unit whose draft got something has somebody who is told by letter."""

    files: int
    refused: list[Words]
    told: bool


def place(session: Session, placer: Placer, reply: Reply, where: Mapping[int, Belongs]) -> Placed:
    """`where`, by the file's id; each by itself: what is refused goes on waiting. Raises
    AnswerSettled; NotHere for what is not the account's or no file of this answer."""
    session.execute(select(Reply.id).where(Reply.id == reply.id).with_for_update())
    session.refresh(reply)
    by = placer.by
    if not reply.open:
        raise AnswerSettled
    files = {file.id: file for file in reply.files}
    into: dict[Obligation, list[ReplyFile]] = defaultdict(list)
    refused: list[Words] = []
    for number, belongs in where.items():
        if number not in files:
            raise NotHere
        file = files[number]
        session.refresh(file, with_for_update=True)
        owed = obligation_for(session, placer.account, belongs.obligation)
        why = _refused(session, file, owed, belongs.component, by)
        if why is None:
            into[owed].append(file)
        else:
            refused.append(why)
    for owed, some in into.items():
        facts = {"reply": reply.id, "sender": reply.sender, "file_names": [f.name for f in some]}
        entry = about(owed, actor=by.actor, action="mail_placed", **facts)
        enter(session, entry, now=by.now)
    settle_where_placed(session, reply, by)
    told = _tell(session, placer, into)
    return Placed(sum(map(len, into.values())), refused, told)


def _refused(
    session: Session, file: ReplyFile, owed: Obligation, component: str, by: Settling
) -> Words | None:
    """Why it was not put into the draft, None where it was."""
    if not file.waiting:
        return GONE.filled(name=file.name)
    try:
        with session.begin_nested():
            put_into_draft(session, file, owed, component, by)
    except (FileRefused, NotTaken, NotStored) as error:
        return _in_words(error)
    return None


def _in_words(error: DondocError) -> Words:
    return Words(error.text(Language.VI), error.text(Language.EN))


def _tell(session: Session, placer: Placer, into: Mapping[Obligation, list[ReplyFile]]) -> bool:
    """One letter for each unit: to the seat that wrote, else to whoever reads for the unit."""
    by_unit: dict[int, list[ReplyFile]] = defaultdict(list)
    for owed, some in into.items():
        by_unit[owed.unit_id] += some
    settings, now = placer.settings, placer.by.now
    today = now.astimezone(settings.zone).date()
    told = True
    for unit, some in by_unit.items():
        wrote = select(Contact).where(
            Contact.unit_id == unit, func.lower(Contact.email) == some[0].reply.sender.lower()
        )
        to = session.scalar(wrote.order_by(Contact.id).limit(1))
        to = to or reader_of(session, unit, today=today)
        if to is None or to.email is None:
            told = False
        else:
            tell_placed(session, settings, some, to, now=now)
    return told
