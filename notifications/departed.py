"""Units that are no more: nothing goes to them, and nobody is pressed for what they owed. Asked
when a letter is made and again when it is sent."""

from datetime import date
from typing import NamedTuple

from sqlalchemy import select
from sqlalchemy.orm import Session

from dondoc.tables import Contact, Reason, Stage
from dondoc.units.lineage import ended_units
from notifications.judging import Due


class Departed(NamedTuple):
    """Units, and the seats they had."""

    units: frozenset[int]
    seats: frozenset[int]

    def ended(self, due: Due) -> Reason | None:
        """What a unit handed in is still to be decided on after its end."""
        owed = due.unit_id in self.units and due.stage is not Stage.REVIEW
        return Reason.DISSOLVED if owed or due.contact_id in self.seats else None


def departed(session: Session, today: date) -> Departed:
    """By the office's date."""
    units = ended_units(session, today)
    if not units:
        return Departed(frozenset(), frozenset())
    seats = session.scalars(select(Contact.id).where(Contact.unit_id.in_(units)))
    return Departed(frozenset(units), frozenset(seats))
