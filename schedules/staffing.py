"""In a rehearsal: people go on leave, come back, leave for good."""

from collections.abc import Iterator
from datetime import date, datetime

from pydantic import Field
from sqlalchemy.orm import Session

from dondoc.database import Database
from dondoc.decision import Decision
from dondoc.plan.values import Part
from dondoc.queries import unit_by_code
from dondoc.tables import Contact
from dondoc.units.leaves import Span, deputy_named, end_leave, set_leave
from dondoc.units.people import change_person
from dondoc.units.rows import Person
from dondoc.units.seats import seat_named
from schedules.calendar import OfficeHours
from schedules.pausing import DECIDES_AT, Decide, Pauses, acts
from schedules.rehearsal import Scripted


class Sits(Part):
    """`seat`: officer, officer:2, head, deputy."""

    unit: str
    seat: str = "officer"
    reason: str = "kịch bản"

    def contact(self, session: Session) -> Contact:
        """Raises NotFound."""
        return seat_named(session, unit_by_code(session, self.unit), self.seat)


class Away(Sits):
    """`on`: the day somebody enters it, else the first day of the leave; `deputy` an address or a
    seat, else the unit's own deputy."""

    on: date | None = None
    start: date = Field(alias="from")
    end: date = Field(alias="to")
    deputy: str | None = None
    deputy_name: str = ""

    @property
    def day(self) -> date:
        return self.on or self.start


class Back(Sits):
    on: date

    @property
    def day(self) -> date:
        return self.on


class Replaced(Back):
    """Without an address the seat is vacant from then on."""

    name: str = ""
    email: str | None = None


class Staffing(Pauses):
    leave: tuple[Away, ...] = ()
    back: tuple[Back, ...] = ()
    contact: tuple[Replaced, ...] = ()

    def script(self, database: Database, hours: OfficeHours) -> Iterator[Scripted]:
        yield from super().script(database, hours)
        rules: tuple[Away | Back | Replaced, ...] = (*self.leave, *self.back, *self.contact)
        for rule in rules:
            at = datetime.combine(rule.day, DECIDES_AT, hours.zone)
            yield Scripted(at, acts(database, rule.reason, _decides(rule, rule.day)))


def _decides(rule: Away | Back | Replaced, today: date) -> Decide:
    match rule:
        case Away():
            return lambda session, decision: _leave(session, rule, decision, today)
        case Replaced():
            person = Person(rule.name, rule.email)
            return lambda session, decision: change_person(
                session, rule.contact(session), person, decision, today=today
            )
        case _:
            return lambda session, decision: end_leave(
                session, rule.contact(session), decision, today=today
            )


def _leave(session: Session, rule: Away, decision: Decision, today: date) -> None:
    seat = rule.contact(session)
    deputy = deputy_named(session, seat.unit, rule.deputy, name=rule.deputy_name)
    set_leave(session, seat, Span(rule.start, rule.end), deputy, decision, today=today)
