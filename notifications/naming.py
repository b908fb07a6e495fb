"""Who is away, for the letter that another gets instead."""

from collections.abc import Collection
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from dondoc.tables import Contact, Unit
from dondoc.units.standing_in import Reader, readers
from notifications.content import StandsFor


def instead(session: Session, seats: Collection[int], today: date) -> dict[int, StandsFor]:
    """By seat, of those whose letters go to somebody else."""
    if not seats:
        return {}
    found = readers(session, seats, today=today)
    rows = session.execute(
        select(Contact.id, Contact.name, Contact.role, Unit.name)
        .join(Unit, Unit.id == Contact.unit_id)
        .where(Contact.id.in_(seats))
    )
    return {
        seat: _stands_for(found[seat], name, role.value, unit_name)
        for seat, name, role, unit_name in rows
        if found[seat].instead
    }


def _stands_for(reader: Reader, name: str, role: str, unit_name: str) -> StandsFor:
    return StandsFor(
        name=name,
        role=role,
        unit_name=unit_name,
        absence=str(reader.absence),
        from_on=reader.from_on,
        to_on=reader.to_on,
    )
