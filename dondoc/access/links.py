"""The link in a unit's letter: who may open which units' lists with it, and for how long.

A link follows from the seat, its address, the seat's epoch and the day it was written, so no row
is kept for it. It ends after `days`, when the address of the seat changes, and when the seat's
epoch is raised. It opens the units of every seat with the same address: they share the letter.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import NamedTuple

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from dondoc.access.seal import Seal
from dondoc.decision import Decision
from dondoc.errors import DondocError
from dondoc.record import Entry, enter, subject_of
from dondoc.tables import Contact, Unit
from dondoc.words import Language

_TOKEN = re.compile(r"(\d{1,12})-(\d{1,7})-([A-Za-z0-9_-]{27})", re.ASCII)


class LinkWrong(DondocError):
    """This link does not work: it is not complete, or a newer one has taken its place."""

    vi = "Liên kết này không dùng được: bị chép thiếu, hoặc đã có liên kết mới thay thế."


class LinkExpired(DondocError):
    """This link is from {day} and no longer works."""

    vi = "Liên kết này gửi ngày {day}, nay đã hết hiệu lực."


class Seat(NamedTuple):
    """Whom a link is for; what a letter's writer knows of its reader."""

    contact_id: int
    address: str
    epoch: int


@dataclass(frozen=True, kw_only=True)
class Caller:
    """Somebody who opened a link: `seats` and `units` are all those of the same address."""

    seat: Seat
    name: str
    language: Language
    seats: tuple[int, ...]
    units: tuple[int, ...]


def link_token(seal: Seal, seat: Seat, day: date) -> str:
    """The same all day. Letters, digits, - and _."""
    written = day.toordinal()
    return f"{seat.contact_id}-{written}-{seal.proof('link', *seat, written)}"


def caller_with(session: Session, seal: Seal, token: str, *, today: date, days: int) -> Caller:
    """Raises LinkWrong, LinkExpired."""
    match = _TOKEN.fullmatch(token)
    if match is None:
        raise LinkWrong
    contact = session.get(Contact, int(match[1]))
    seat = None if contact is None else seat_of(contact)
    written = int(match[2])
    if seat is None or not seal.fits(match[3], "link", *seat, written):
        raise LinkWrong
    day = date.fromordinal(written)
    if today - day > timedelta(days=days):
        raise LinkExpired(day=f"{day:%d/%m/%Y}")
    return caller(session, seat)


def seat_of(contact: Contact) -> Seat | None:
    """None while nobody sits there."""
    if contact.email is None:
        return None
    return Seat(contact.id, contact.email, contact.link_epoch)


def caller(session: Session, seat: Seat) -> Caller:
    """`seat` must be as its row is now."""
    seats = with_address(session, seat.address)
    own = next(one for one in seats if one.id == seat.contact_id)
    return Caller(
        seat=seat,
        name=own.name,
        language=own.language,
        seats=tuple(one.id for one in seats),
        units=tuple(sorted({one.unit_id for one in seats})),
    )


def with_address(session: Session, address: str) -> Sequence[Contact]:
    return session.scalars(
        select(Contact).where(Contact.email == address).order_by(Contact.id)
    ).all()


def end_links(session: Session, address: str) -> None:
    """Of every seat with this address; letters written from now on carry new ones."""
    session.execute(
        update(Contact)
        .where(Contact.email == address)
        .values(link_epoch=Contact.link_epoch + 1)
        .execution_options(synchronize_session=False)
    )


class NoSeats(DondocError):
    """{unit}: no seat has an address, so no link works."""

    vi = "{unit}: không vị trí nào có địa chỉ, nên không liên kết nào dùng được."


def end_links_of(session: Session, unit: Unit, decision: Decision) -> int:
    """Every link and visit of whoever reads for the unit, also for other units they read for.
    Returns how many addresses. Raises NoSeats."""
    addresses = {seat.email for seat in unit.contacts if seat.email is not None}
    if not addresses:
        raise NoSeats(unit=unit.code)
    for address in sorted(addresses):
        end_links(session, address)
    entry = Entry(
        actor=decision.actor,
        on_behalf=decision.on_behalf,
        action="links_ended",
        subject=subject_of(unit=unit.code),
        reason=decision.reason.strip(),
        facts={"addresses": len(addresses)},
    )
    enter(session, entry, now=decision.now)
    return len(addresses)
