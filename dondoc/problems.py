"""Contact problems: seats that no letter reaches. One rule for all who meet one: at most one is
open for a seat; it ends when a letter arrives there, or when the seat gets another address."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import ColumnElement, Select, and_, exists, or_, select, update
from sqlalchemy.orm import Session, contains_eager

from dondoc.decision import Decision, DecisionRefused
from dondoc.explaining import CAUSES
from dondoc.record import Entry, enter, subject_of
from dondoc.tables import Cause, Contact, Problem, Role, Unit, one_of
from dondoc.units.seats import said_seat, seat_name
from dondoc.words import Words

SPECIFIC = (Cause.REFUSED, Cause.GIVEN_UP, Cause.BOUNCED)
"""A mail server has answered: says more than that nobody was reached."""
LASTING = (Cause.BOUNCED, Cause.REPORTED)
"""A letter that arrives there later says nothing about it."""
LONGEST = 1_000


class NoProblem(DecisionRefused):
    """{unit} {seat}: there is no open contact problem."""

    vi = "{unit} {seat}: không có vướng liên lạc nào đang mở."


class Trouble(NamedTuple):
    """What was met: `address` is None where the seat is vacant."""

    contact_id: int
    cause: Cause
    address: str | None = None
    answer: str | None = None


def open_problems(session: Session, troubles: Sequence[Trouble], *, now: datetime) -> int:
    """Met again, a problem stays the one it was; what a mail server says replaces a mere silence.
    Returns how many were opened."""
    met = {one.contact_id: one for one in troubles}
    if not met:
        return 0
    seats = session.execute(
        select(Contact.id, Contact.unit_id)
        .where(Contact.id.in_(met))
        .order_by(Contact.id)
        .with_for_update()  # two senders meet the same problem: one opens it
    )
    units = dict(seats.tuples().all())
    known = {
        problem.contact_id: problem
        for problem in session.scalars(
            select(Problem).where(is_open(), Problem.contact_id.in_(met))
        )
    }
    for seat, problem in known.items():
        _sharpen(problem, met[seat])
    fresh = [_problem(units[seat], one, now) for seat, one in met.items() if seat not in known]
    session.add_all(fresh)
    session.flush()
    return len(fresh)


def open_at(session: Session, troubles: Sequence[Trouble], *, now: datetime) -> int:
    """For every seat that has the trouble's address, not only the one the letter was made for."""
    by_address = {one.address: one for one in troubles if one.address is not None}
    if not by_address:
        return 0
    rows = session.execute(
        select(Contact.id, Contact.email).where(Contact.email.in_(by_address))
    ).tuples()
    everywhere = [by_address[email]._replace(contact_id=seat) for seat, email in rows if email]
    return open_problems(session, everywhere, now=now)


def any_open(session: Session) -> bool:
    return session.scalar(_ANY) is not None


def reached(session: Session, addresses: Collection[str], *, now: datetime) -> None:
    """Letters arrived there. What came back once may come back again after a server accepted it,
    and the wrong person gets letters too: only another address ends that."""
    if not addresses:
        return
    seats = select(Contact.id).where(Contact.email.in_(addresses))
    session.execute(
        update(Problem)
        .where(is_open(), Problem.contact_id.in_(seats), Problem.cause.not_in(LASTING))
        .values(closed_at=now)
        .execution_options(synchronize_session=False)
    )


def close_mended(session: Session, *, now: datetime) -> int:
    """Those whose seat has another address by now, however it came by it. Returns how many."""
    mended = session.scalars(_MENDED).all()
    if mended:
        session.execute(
            update(Problem).where(is_open(), Problem.id.in_(mended)).values(closed_at=now)
        )
    return len(mended)


def report(session: Session, seat: Contact, decision: Decision) -> None:
    """Somebody of the unit says that the wrong person sits there; `decision.reason` is what the
    office reads. Said again, the last word counts. Where a mail server refuses the address, that
    stays the cause."""
    said = decision.reason.strip()[:LONGEST]
    trouble = Trouble(seat.id, Cause.REPORTED, seat.email, said)
    if not open_problems(session, [trouble], now=decision.now):
        known = select(Problem).where(is_open(), Problem.contact_id == seat.id)
        session.scalars(known).one().answer = said
    entry = Entry(
        actor=decision.actor,
        on_behalf=decision.on_behalf or seat.unit.code,
        action="contact_reported",
        subject=subject_of(unit=seat.unit.code),
        reason=said,
        facts={"seat": seat_name(seat), "email": seat.email},
    )
    enter(session, entry, now=decision.now)


def mend(session: Session, seat: Contact, decision: Decision) -> None:
    """Somebody knows that the address works again: letters go there as before. Raises
    NoProblem."""
    problem = session.scalars(
        select(Problem).where(is_open(), Problem.contact_id == seat.id).with_for_update()
    ).first()
    if problem is None:
        raise NoProblem(unit=seat.unit.code, seat=seat_name(seat))
    problem.closed_at = decision.now
    entry = Entry(
        actor=decision.actor,
        on_behalf=decision.on_behalf,
        action="contact_mended",
        subject=subject_of(unit=seat.unit.code),
        reason=decision.reason,
        facts={"seat": seat_name(seat), "email": seat.email},
    )
    enter(session, entry, now=decision.now)


def problems(*, everything: bool = False) -> Select[tuple[Problem]]:
    """The open ones, the oldest first; with `everything` those that ended too."""
    chosen = (
        select(Problem)
        .join(Problem.unit)
        .join(Problem.contact)
        .options(contains_eager(Problem.unit), contains_eager(Problem.contact))
        .order_by(Problem.opened_at, Unit.code, Problem.id)
    )
    return chosen if everything else chosen.where(is_open())


def unreachable() -> ColumnElement[bool]:
    """Of a Contact: a mail server refuses the address that is in the seat now."""
    return exists().where(
        _P.contact_id == _SEATS.id,
        _P.address == _SEATS.email,
        one_of(_P.cause, SPECIFIC),
        _P.closed_at.is_(None),
    )


def first_officers(session: Session, units: Collection[int]) -> list[Contact]:
    """The seat that answers for each unit."""
    of_units = and_(Contact.unit_id.in_(units), Contact.role == Role.OFFICER, Contact.position == 0)
    return list(session.scalars(select(Contact).where(of_units).order_by(Contact.unit_id)))


def said(problem: Problem) -> Words:
    """Which seat, and why nothing gets there."""
    seat, cause = said_seat(problem.contact), CAUSES[problem.cause]
    where = f" {problem.address}" if problem.address else ""
    answer = f" ({problem.answer})" if problem.answer else ""
    return Words(f"{seat.vi}{where}: {cause.vi}{answer}", f"{seat.en}{where}: {cause.en}{answer}")


def is_open() -> ColumnElement[bool]:
    return Problem.closed_at.is_(None)


_P, _SEATS = Problem.__table__.c, Contact.__table__.c
_ANY = select(_P.id).where(_P.closed_at.is_(None)).limit(1)
_MENDED = (
    select(_P.id)
    .join(Contact.__table__, _SEATS.id == _P.contact_id)
    .where(
        _P.closed_at.is_(None),
        _SEATS.email.is_not(None),
        or_(_P.address.is_(None), _P.address != _SEATS.email),
    )
)


def _sharpen(problem: Problem, met: Trouble) -> None:
    reported = met.cause is Cause.REPORTED and problem.cause not in SPECIFIC
    if reported or met.cause in SPECIFIC:
        problem.cause, problem.address, problem.answer = met.cause, met.address, met.answer


def _problem(unit_id: int, met: Trouble, now: datetime) -> Problem:
    return Problem(
        unit_id=unit_id,
        contact_id=met.contact_id,
        cause=met.cause,
        address=met.address,
        answer=met.answer,
        opened_at=now,
    )
