"""Who reads what is meant for a seat, today: whoever sits there, or somebody in their stead."""

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping
from datetime import date
from enum import StrEnum
from functools import cache
from typing import NamedTuple

from sqlalchemy import ColumnElement, Date, Select, bindparam, exists, or_, select
from sqlalchemy.orm import Session

from dondoc.bulk import among, dialect_of
from dondoc.problems import unreachable
from dondoc.tables import Contact, Leave, Role


class Absence(StrEnum):
    """Why a seat's letters go elsewhere; the words also begin a notice's note."""

    VACANT = "vacant"
    LEAVE = "leave"
    REFUSED = "refused"


class Reader(NamedTuple):
    """Who gets what is meant for `seat`: nobody where `contact_id` is None. `absence` is None
    while the seat's own person is there."""

    seat: int
    contact_id: int | None
    address: str | None
    absence: Absence | None = None
    from_on: date | None = None
    to_on: date | None = None

    @property
    def instead(self) -> bool:
        return self.contact_id is not None and self.contact_id != self.seat


def readers(session: Session, seats: Collection[int], *, today: date) -> dict[int, Reader]:
    """For every one of `seats`. `today` is the office's date."""
    rows = session.execute(_seats(dialect_of(session)), {"seats": list(seats)}).all()
    mine = [_Seat(*row) for row in rows]
    units = {seat.unit_id for seat in mine if seat.email is None}
    away = _away(session, today)
    refused = _refused(session)
    units |= {seat.unit_id for seat in mine if seat.id in away or seat.id in refused}
    if not units:
        return {seat.id: Reader(seat.id, seat.id, seat.email) for seat in mine}
    return _Room(session, units, away, refused).readers(mine)


def reader_of(session: Session, unit_id: int, *, today: date) -> Contact | None:
    """Who gets what concerns the unit as a whole: the first officer, or who stands in; else the
    head, else the deputy."""
    seats = session.scalars(select(Contact).where(Contact.unit_id == unit_id)).all()
    known = {seat.id: seat for seat in seats}
    order = list(Role)
    found = readers(session, known, today=today)
    for seat in sorted(seats, key=lambda one: (order.index(one.role), one.position)):
        there = found[seat.id].contact_id
        if there is not None:
            return known[there]
    return None


def absent(today: date | ColumnElement[date]) -> ColumnElement[bool]:
    """Of a Contact: its letters go elsewhere today, if there is anybody."""
    on_leave = exists().where(
        _LEAVES.contact_id == _SEATS.id, _LEAVES.from_on <= today, _LEAVES.to_on >= today
    )
    return or_(_SEATS.email.is_(None), on_leave, unreachable())


_SEATS, _LEAVES = Contact.__table__.c, Leave.__table__.c


class _Seat(NamedTuple):
    id: int
    unit_id: int
    role: Role
    position: int
    email: str | None


_ROW: Select[tuple[int, int, Role, int, str | None]] = select(
    Contact.id, Contact.unit_id, Contact.role, Contact.position, Contact.email
)
_TODAY = bindparam("today", type_=Date)
_AWAY = select(Leave).where(Leave.from_on <= _TODAY, Leave.to_on >= _TODAY).order_by(Leave.id)
_REFUSED = select(Contact.id).where(unreachable())


@cache
def _seats(dialect: str) -> Select[tuple[int, int, Role, int, str | None]]:
    return _ROW.where(among(dialect, Contact.id, "seats"))


def _away(session: Session, today: date) -> dict[int, Leave]:
    return {leave.contact_id: leave for leave in session.scalars(_AWAY, {"today": today})}


def _refused(session: Session) -> set[int]:
    return set(session.scalars(_REFUSED))


class _Room:
    """The units concerned, with everybody who might stand in."""

    def __init__(
        self,
        session: Session,
        units: Collection[int],
        away: Mapping[int, Leave],
        refused: Collection[int],
    ) -> None:
        self.away = away
        self.refused = refused
        rows = session.execute(_ROW.where(Contact.unit_id.in_(units)).order_by(Contact.position))
        self.seats = {row[0]: _Seat(*row) for row in rows}
        self.by_role: dict[tuple[int, Role], list[_Seat]] = defaultdict(list)
        for seat in self.seats.values():
            self.by_role[seat.unit_id, seat.role].append(seat)

    def readers(self, wanted: Collection[_Seat]) -> dict[int, Reader]:
        return {seat.id: self._reader(seat) for seat in wanted}

    def _reader(self, seat: _Seat) -> Reader:
        why = self._absence(seat)
        if why is None:
            return Reader(seat.id, seat.id, seat.email)
        leave = self.away.get(seat.id) if why is Absence.LEAVE else None
        dates = (None, None) if leave is None else (leave.from_on, leave.to_on)
        there = next((one for one in self._instead(seat) if self._absence(one) is None), None)
        if there is not None:
            return Reader(seat.id, there.id, there.email, why, *dates)
        # nobody else: a mailbox that may be read late, or may refuse again, is still tried
        own = seat.id if seat.email else None
        return Reader(seat.id, own, seat.email, why, *dates)

    def _absence(self, seat: _Seat) -> Absence | None:
        if seat.email is None:
            return Absence.VACANT
        if seat.id in self.away:
            return Absence.LEAVE
        return Absence.REFUSED if seat.id in self.refused else None

    def _instead(self, seat: _Seat) -> Iterator[_Seat]:
        """The deputy named for the leave, the deputy's own deputy, the unit's deputy, another
        officer for an officer."""
        seen = {seat.id}
        leave = self.away.get(seat.id)
        while leave is not None and leave.deputy_id not in seen:
            seen.add(leave.deputy_id)
            if leave.deputy_id in self.seats:
                yield self.seats[leave.deputy_id]
            leave = self.away.get(leave.deputy_id)
        yield from self.by_role[seat.unit_id, Role.DEPUTY]
        if seat.role is Role.OFFICER:
            yield from (one for one in self.by_role[seat.unit_id, seat.role] if one.id != seat.id)
