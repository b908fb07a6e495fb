"""What a letter is made of: its notices, each with all that is read for it in one statement."""

from collections.abc import Collection, Iterable, Sequence
from datetime import date
from functools import cache
from typing import Any, NamedTuple

from sqlalchemy import Date, Select, Table, bindparam, func, select
from sqlalchemy.orm import Session

from dondoc.bulk import among, dialect_of, row_by_row
from dondoc.tables import Contact, Notice, NoticeState, Obligation, Unit
from dondoc.units.standing_in import absent
from notifications.facts import Due as DueFacts
from notifications.facts import due_columns
from notifications.facts import due_from as facts_from
from notifications.judging import DUE_COLUMNS, Due, due_from
from notifications.parcel import Claimed

_NOTICES: Table = Notice.__table__  # type: ignore[assignment]
_OBLIGATIONS: Table = Obligation.__table__  # type: ignore[assignment]
_SEATS: Table = Contact.__table__  # type: ignore[assignment]
_UNITS: Table = Unit.__table__  # type: ignore[assignment]


class Reader(NamedTuple):
    name: str
    unit_name: str
    epoch: int


class Line(NamedTuple):
    """A notice in a letter, with the obligation as it stands now and the code and name of the unit
    that owes it. `address` and `seat` are those of the seat it was meant for; `absent`: who sits
    there does not read it today."""

    letter_id: int
    stands_for: int | None
    address: str | None
    absent: bool
    seat: Reader
    unit: tuple[str, str]
    due: Due
    facts: DueFacts | None


def lines_of(session: Session, letters: Sequence[int], today: date) -> list[Line]:
    """A letter's in the order of their numbers."""
    if not letters:
        return []
    asked = {"letters": letters, "today": today}
    with row_by_row(session):
        rows = session.execute(_carried(dialect_of(session)), asked).all()
    return [
        Line._make(
            (
                *row[:SEAT],
                Reader._make(row[SEAT:UNIT]),
                row[UNIT:DUE],
                due_from(row[DUE:NEXT]),
                None if row[FACTS] is None else facts_from(row[FACTS:]),
            )
        )
        for row in rows
    ]


SEAT = Line._fields.index("seat")
UNIT = SEAT + len(Reader._fields)
DUE = UNIT + 2
FACTS = DUE + Due._fields.index("obligation_id")
NEXT = DUE + len(DUE_COLUMNS)
"""Where the parts of a row begin. What a notice is judged by ends with some of its facts."""


@cache
def _carried(dialect: str) -> Select[Any]:
    of, meant_for = _NOTICES.c, func.coalesce(_NOTICES.c.stands_for_id, _NOTICES.c.contact_id)
    seat, owing = _SEATS.c, _UNITS.alias("owing")
    line = (of.letter_id, of.stands_for_id, seat.email, absent(bindparam("today", type_=Date)))
    reader = (seat.name, _UNITS.c.name, seat.link_epoch)
    both = len(DUE_COLUMNS) - Due._fields.index("obligation_id")
    return (
        select(
            *(*line, *reader, owing.c.code, owing.c.name, *DUE_COLUMNS, *due_columns()[both:]),
        )
        .select_from(
            _NOTICES.join(_SEATS, seat.id == meant_for)
            .join(_UNITS, _UNITS.c.id == seat.unit_id)
            .outerjoin(_OBLIGATIONS, _OBLIGATIONS.c.id == of.obligation_id)
            .outerjoin(owing, owing.c.id == _OBLIGATIONS.c.unit_id)
        )
        .where(among(dialect, of.letter_id, "letters"), of.state == NoticeState.QUEUED)
        .order_by(of.letter_id, of.id)
    )


def readers_of(
    session: Session, letters: Collection[Claimed], lines: Iterable[Line]
) -> dict[int, Reader]:
    """By letter. Nearly all are known from what is meant for their own seats."""
    found = {line.due.contact_id: line.seat for line in lines if line.stands_for is None}
    seats = {letter.id: letter.contact_id for letter in letters if letter.contact_id}
    if others := [seat for seat in seats.values() if seat not in found]:
        rows = session.execute(_seated(dialect_of(session)), {"seats": others}).all()
        found |= {row[0]: Reader._make(row[1:]) for row in rows}
    return {letter: found[seat] for letter, seat in seats.items()}


@cache
def _seated(dialect: str) -> Select[Any]:
    seat, unit = _SEATS.c, _UNITS.c
    return (
        select(seat.id, seat.name, unit.name, seat.link_epoch)
        .select_from(_SEATS.join(_UNITS, unit.id == seat.unit_id))
        .where(among(dialect, seat.id, "seats"))
    )
