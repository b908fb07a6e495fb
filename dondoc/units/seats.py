"""A unit's seats, by the names people give them."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from dondoc.explaining import ROLES
from dondoc.queries import not_found
from dondoc.tables import Contact, Role, Unit
from dondoc.words import Words

SEAT = Words("vị trí nhận thư", "seat")


def seats_of(session: Session, unit: Unit) -> list[Contact]:
    """Officers, head, deputies, then those who stood in for somebody's leave."""
    found = session.scalars(select(Contact).where(Contact.unit_id == unit.id)).all()
    return sorted(found, key=lambda seat: (list(Role).index(seat.role), seat.position))


def seat_named(session: Session, unit: Unit, name: str) -> Contact:
    """`officer`, `officer:2` (the second), `head`, `deputy`. Raises NotFound."""
    known = {seat_name(seat): seat for seat in seats_of(session, unit)}
    seat = known.get(name.strip().lower().removesuffix(":1"))
    if seat is None:
        raise not_found(SEAT, f"{unit.code} {name}", known)
    return seat


def seat_name(seat: Contact) -> str:
    return seat.role.value if seat.position == 0 else f"{seat.role.value}:{seat.position + 1}"


def said_seat(seat: Contact) -> Words:
    """For people: cán bộ đầu mối, cán bộ đầu mối thứ 2."""
    role = ROLES[seat.role]
    if seat.position == 0:
        return role
    return Words(f"{role.vi} thứ {seat.position + 1}", f"{role.en} {seat.position + 1}")
