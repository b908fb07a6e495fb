"""Letters to look through: the newest first, a page at a time, of what an account may see."""

from datetime import date, datetime
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Select, func, or_, select
from sqlalchemy.orm import Session

from dondoc.access.scope import letters_of
from dondoc.explaining import STAGES
from dondoc.queries import unit_like
from dondoc.tables import FAILED, WAITING, Account, Contact, Letter, LetterState, Unit
from dondoc.words import Words
from notifications.content import LETTER_OF

SHOWN = 50
"""letters of a page"""
FEW_SEATS = 500
"""whose letters are asked for seat by seat"""
INDEXED = dict.fromkeys((LetterState.QUEUED, LetterState.SENDING, LetterState.DEFERRED), WAITING)
INDEXED[LetterState.FAILED] = FAILED
"""Few of all letters are in these states; an index knows them."""


NAMES = {LETTER_OF[stage]: words for stage, words in STAGES.items()} | {
    "receipt": Words("giấy biên nhận", "receipt"),
    "received": Words("đã nhận tệp qua thư", "files received by mail"),
    "question": Words("câu hỏi của đơn vị", "question of a unit"),
    "link": Words("liên kết mới", "new link"),
    "sign_in": Words("liên kết đăng nhập", "sign-in link"),
    "account": Words("tin về tài khoản", "about an account"),
}


class Wanted(NamedTuple):
    """`text`: part of a unit's code or name, or of an address; `before`: the number of a letter,
    older ones are wanted."""

    text: str = ""
    state: LetterState | None = None
    day: date | None = None
    before: int | None = None


class Line(NamedTuple):
    """`at`: when it left, else when it is tried next."""

    id: int
    day: date
    name: str
    address: str
    unit: str
    state: LetterState
    subject: str
    at: datetime
    attempts: int
    answer: str


class Found(NamedTuple):
    """`older`: what to ask for to see more, None at the end."""

    lines: tuple[Line, ...]
    older: int | None


def letters(session: Session, account: Account, wanted: Wanted) -> Found:
    chosen = _chosen(account, wanted)
    if wanted.text:
        chosen = chosen.where(_about(session, wanted.text))
    rows = session.execute(chosen).all()
    lines = tuple(_line(row) for row in rows[:SHOWN])
    return Found(lines, lines[-1].id if len(rows) > SHOWN else None)


def _chosen(account: Account, wanted: Wanted) -> Select[Any]:
    chosen = (
        select(
            Letter.id,
            Letter.day,
            Letter.name,
            Letter.address,
            Unit.name,
            Letter.state,
            Letter.subject,
            Letter.sent_at,
            Letter.retry_at,
            Letter.attempts,
            Letter.answer,
        )
        .outerjoin(Contact, Contact.id == Letter.contact_id)
        .outerjoin(Unit, Unit.id == Contact.unit_id)
        .where(letters_of(account))
        .order_by(Letter.id.desc())
        .limit(SHOWN + 1)
    )
    if wanted.state is not None:
        chosen = chosen.where(Letter.state == wanted.state)
    if wanted.state in INDEXED:
        chosen = chosen.where(INDEXED[wanted.state])
    if wanted.day is not None:
        chosen = chosen.where(Letter.day == wanted.day, *_written_about(wanted.day))
    if wanted.before is not None:
        chosen = chosen.where(Letter.id < wanted.before)
    return chosen


def _written_about(day: date) -> tuple[ColumnElement[bool], ColumnElement[bool]]:
    """Letters of a day are written one after the other: going back one by one need not begin with
    the latest of all. With the bare column PostgreSQL would look for these in that way too."""
    id_ = Letter.id + 0
    first, last = (
        select(extreme(id_)).where(Letter.day == day).scalar_subquery()
        for extreme in (func.min, func.max)
    )
    return Letter.id >= first, Letter.id <= last


def _about(session: Session, part: str) -> ColumnElement[bool]:
    """The seats are looked up first: there are far fewer of them than letters. Where many fit, so
    do many letters, and the latest are met soon by going back one by one."""
    address = Contact.email.contains(part.lower(), autoescape=True)
    fits = or_(unit_like(part), address)
    seats = select(Contact.id).join(Unit, Unit.id == Contact.unit_id).where(fits)
    found = session.scalars(seats.limit(FEW_SEATS + 1)).all()
    to_seats = Letter.contact_id.in_(found) if len(found) <= FEW_SEATS else fits
    return or_(to_seats, Letter.address == part.lower()) if "@" in part else to_seats


def _line(row: Any) -> Line:
    id_, day, name, address, unit, state, subject, sent_at, retry_at, attempts, answer = row
    return Line(
        id=id_,
        day=day,
        name=name,
        address=address,
        unit=unit or "",
        state=state,
        subject=subject or "",
        at=sent_at or retry_at,
        attempts=attempts,
        answer=answer or "",
    )
