"""People are away from one day to another, and somebody stands in for them."""

from datetime import date, timedelta
from typing import NamedTuple

from sqlalchemy import func, select
from sqlalchemy.orm import Session, joinedload

from dondoc.decision import Decision, DecisionRefused
from dondoc.record import Entry, Facts, enter, subject_of
from dondoc.tables import Contact, Leave, Role, Unit
from dondoc.units.checking import PersonWrong, checked_person
from dondoc.units.rows import Person
from dondoc.units.seats import seat_name, seat_named, seats_of
from dondoc.words import Words

ONE_DAY = timedelta(days=1)


class LeaveRefused(DecisionRefused):
    """{unit} {seat}: {why}"""

    vi = "{unit} {seat}: {why}"


class NoDeputy(DecisionRefused):
    """{unit} has no deputy: name one, by an address or a seat."""

    vi = "{unit} chưa có người dự phòng: hãy nêu người thay, bằng địa chỉ hoặc vị trí."


class Span(NamedTuple):
    """Both days included."""

    from_on: date
    to_on: date

    def __str__(self) -> str:
        return f"{self.from_on:%d/%m/%Y}–{self.to_on:%d/%m/%Y}"


def set_leave(
    session: Session, seat: Contact, span: Span, deputy: Contact, decision: Decision, *, today: date
) -> Leave:
    """What is meant for `seat` goes to `deputy`, a seat of the same unit, on those days. Raises
    LeaveRefused, and changes nothing."""
    _refuse_span(seat, span, today)
    _refuse_deputy(session, seat, span, deputy)
    known = next(iter(_overlapping(session, seat, span)), None)
    if known is not None:
        raise _refused(seat, _ALREADY, leave=Span(known.from_on, known.to_on))
    leave = Leave(
        contact_id=seat.id,
        deputy_id=deputy.id,
        from_on=span.from_on,
        to_on=span.to_on,
        reason=decision.reason,
    )
    session.add(leave)
    session.flush()
    after = {"from": span.from_on, "to": span.to_on, "deputy": deputy.name or deputy.email}
    _enter(session, seat, decision, "leave", after=after)
    return leave


def end_leave(session: Session, seat: Contact, decision: Decision, *, today: date) -> Leave:
    """Back from `today` on: of the leave that goes on, or else of the next one, nothing is left
    from that day. Raises LeaveRefused where there is none."""
    leave = session.scalars(
        select(Leave)
        .where(Leave.contact_id == seat.id, Leave.to_on >= today)
        .order_by(Leave.from_on)
        .limit(1)
    ).first()
    if leave is None:
        raise _refused(seat, _NONE)
    _cut(session, leave, decision, today)
    return leave


def end_leaves(session: Session, seat: Contact, decision: Decision, *, today: date) -> int:
    """All that is not over yet. Returns how many."""
    found = session.scalars(
        select(Leave).where(Leave.contact_id == seat.id, Leave.to_on >= today)
    ).all()
    for leave in found:
        _cut(session, leave, decision, today)
    return len(found)


def leaves(session: Session, *, since: date, unit: Unit | None = None) -> list[Leave]:
    """Those that are not over on `since`, in order of time, with seats and units loaded."""
    chosen = (
        select(Leave)
        .join(Leave.contact)
        .where(Leave.to_on >= since)
        .options(joinedload(Leave.contact).joinedload(Contact.unit), joinedload(Leave.deputy))
        .order_by(Leave.from_on, Leave.id)
    )
    if unit is not None:
        chosen = chosen.where(Contact.unit_id == unit.id)
    return list(session.scalars(chosen))


def deputy_named(session: Session, unit: Unit, named: str | None, *, name: str = "") -> Contact:
    """By an address (with the person's `name`), by a seat of the unit, or unnamed the unit's own
    deputy. Raises NoDeputy, NotFound, PersonWrong."""
    if named is None:
        own = [seat for seat in seats_of(session, unit) if seat.role is Role.DEPUTY and seat.email]
        if not own:
            raise NoDeputy(unit=unit.code)
        return own[0]
    if "@" in named:
        return stand_in(session, unit, Person(name, named))
    return seat_named(session, unit, named)


def stand_in(session: Session, unit: Unit, person: Person) -> Contact:
    """A seat with that address: one that the unit has, or a new one. Raises PersonWrong."""
    person = checked_person(person)
    if person.email is None:
        raise PersonWrong(why=_NO_ADDRESS)
    seats = seats_of(session, unit)
    wanted = person.email.lower()
    same = next((one for one in seats if (one.email or "").lower() == wanted), None)
    if same is not None:
        same.name = same.name or person.name
        return same
    taken = select(func.max(Contact.position)).where(
        Contact.unit_id == unit.id, Contact.role == Role.STAND_IN
    )
    last = session.scalar(taken)
    seat = Contact(
        unit_id=unit.id,
        role=Role.STAND_IN,
        position=0 if last is None else last + 1,
        name=person.name,
        email=person.email,
        language=seats[0].language,
    )
    session.add(seat)
    session.flush()
    return seat


_NO_ADDRESS = Words("thiếu địa chỉ của người thay", "the deputy's address is missing")
_BACKWARD = Words(
    "ngày đầu {leave.from_on:%d/%m/%Y} sau ngày cuối {leave.to_on:%d/%m/%Y}.",
    "the first day, {leave.from_on:%d/%m/%Y}, is after the last, {leave.to_on:%d/%m/%Y}.",
)
_PAST = Words("{leave} đã qua.", "{leave} is past.")
_SELF = Words("người nghỉ không tự thay mình được.", "nobody stands in for themselves.")
_ELSEWHERE = Words(
    "người thay phải thuộc cùng đơn vị; hãy ghi địa chỉ e-mail của người ấy.",
    "the deputy must have a seat in the same unit; give the address instead.",
)
_VACANT = Words("vị trí của người thay đang khuyết.", "the deputy's seat is vacant.")
_AWAY = Words("người thay cũng nghỉ {leave}.", "the deputy is on leave too, {leave}.")
_ALREADY = Words("đã có đợt nghỉ {leave}.", "there is a leave already, {leave}.")
_NONE = Words("không có đợt nghỉ nào chưa qua.", "there is no leave that is not over.")


def _refuse_span(seat: Contact, span: Span, today: date) -> None:
    if span.to_on < span.from_on:
        raise _refused(seat, _BACKWARD, leave=span)
    if span.to_on < today:
        raise _refused(seat, _PAST, leave=span)


def _refuse_deputy(session: Session, seat: Contact, span: Span, deputy: Contact) -> None:
    if deputy.id == seat.id or (deputy.email and deputy.email == seat.email):
        raise _refused(seat, _SELF)
    if deputy.unit_id != seat.unit_id:
        raise _refused(seat, _ELSEWHERE)
    if deputy.email is None:
        raise _refused(seat, _VACANT)
    away = next(iter(_overlapping(session, deputy, span)), None)
    if away is not None:
        raise _refused(seat, _AWAY, leave=Span(away.from_on, away.to_on))


def _overlapping(session: Session, seat: Contact, span: Span) -> list[Leave]:
    chosen = select(Leave).where(
        Leave.contact_id == seat.id, Leave.from_on <= span.to_on, Leave.to_on >= span.from_on
    )
    return list(session.scalars(chosen.order_by(Leave.from_on)))


def _cut(session: Session, leave: Leave, decision: Decision, today: date) -> None:
    """A leave that has not begun leaves no row; the record has it."""
    before = {"from": leave.from_on, "to": leave.to_on}
    begun = leave.from_on < today
    if begun:
        leave.to_on = today - ONE_DAY
    else:
        session.delete(leave)
    session.flush()
    after = {"to": leave.to_on} if begun else {}
    _enter(session, leave.contact, decision, "leave_end", before=before, after=after)


def _enter(
    session: Session, seat: Contact, decision: Decision, action: str, **changed: Facts
) -> None:
    entry = Entry(
        actor=decision.actor,
        on_behalf=decision.on_behalf,
        action=action,
        subject=subject_of(unit=seat.unit.code),
        reason=decision.reason,
        facts={"seat": seat_name(seat), "name": seat.name},
        **changed,
    )
    enter(session, entry, now=decision.now)


def _refused(seat: Contact, why: Words, **facts: object) -> LeaveRefused:
    said = Words(why.vi.format(**facts), why.en.format(**facts))
    return LeaveRefused(unit=seat.unit.code, seat=seat_name(seat), why=said)
