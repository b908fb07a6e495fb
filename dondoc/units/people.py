"""Somebody comes or goes: another person, or another address, in a seat."""

from collections.abc import Sequence
from datetime import date
from typing import NamedTuple

from sqlalchemy import select
from sqlalchemy.orm import Session

from dondoc.decision import Decision
from dondoc.problems import close_mended
from dondoc.record import Entry, enter, subject_of
from dondoc.tables import Contact, Leave
from dondoc.units.checking import checked_person
from dondoc.units.leaves import end_leaves
from dondoc.units.rows import Person
from dondoc.units.seats import seat_name


class Change(NamedTuple):
    seat: Contact
    before: Person
    after: Person

    @property
    def somebody_else(self) -> bool:
        """Without names, an address is all there is of a person."""
        if self.before.name and self.after.name:
            return self.before.name != self.after.name
        return self.before.email != self.after.email


def change_person(
    session: Session, seat: Contact, person: Person, decision: Decision, *, today: date
) -> Change | None:
    """What is planned for the seat follows; letters that were sent stay as they are. The leaves of
    a person who is gone end. None where nothing changed. Raises PersonWrong."""
    before = Person(seat.name, seat.email)
    seat.name, seat.email = checked_person(person)
    session.flush()
    return next(iter(changed(session, [(seat, before)], decision, today=today)), None)


def changed(
    session: Session,
    seats: Sequence[tuple[Contact, Person]],
    decision: Decision,
    *,
    today: date,
) -> list[Change]:
    """What follows where another sits than before; `seats` come with who sat there."""
    changes = [
        Change(seat, before, after)
        for seat, before in seats
        if (after := Person(seat.name, seat.email)) != before
    ]
    on_leave = set(session.scalars(select(Leave.contact_id).where(Leave.to_on >= today)))
    for change in changes:
        if change.somebody_else and change.seat.id in on_leave:
            end_leaves(session, change.seat, decision, today=today)
        _enter(session, change, decision)
    close_mended(session, now=decision.now)
    return changes


def _enter(session: Session, change: Change, decision: Decision) -> None:
    """Only what changed."""
    before, after = change.before._asdict(), change.after._asdict()
    names = [name for name, old in before.items() if old != after[name]]
    entry = Entry(
        actor=decision.actor,
        on_behalf=decision.on_behalf,
        action="contact",
        subject=subject_of(unit=change.seat.unit.code),
        reason=decision.reason,
        before={name: before[name] for name in names},
        after={name: after[name] for name in names},
        facts={"seat": seat_name(change.seat)},
    )
    enter(session, entry, now=decision.now)
