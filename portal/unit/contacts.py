"""Who gets the unit's letters, and that one of them is the wrong person."""

from typing import NamedTuple

from fastapi import APIRouter, Request, Response
from fastapi.responses import RedirectResponse
from sqlalchemy import select
from sqlalchemy.orm import Session

from dondoc.access.attempts import take
from dondoc.access.links import Caller
from dondoc.access.scope import NotHere
from dondoc.decision import Decision, DecisionRefused
from dondoc.problems import is_open, report
from dondoc.tables import Contact, Problem, Role, Unit
from dondoc.units.seats import said_seat, seats_of
from dondoc.words import Language, Words
from portal.context import Portal
from portal.forms import Form
from portal.rendering import page
from portal.visitors import Context, Visitor, origin_of

router = APIRouter()
TRIED = "wrong_contact"


class NobodyChosen(DecisionRefused):
    """Choose who is wrong."""

    vi = "Hãy chọn người nhận chưa đúng."


class Seat(NamedTuple):
    """`address` is shown to whoever sits there alone: the link may have gone astray. `problem` is
    what is known to be wrong already."""

    id: int
    unit: str
    said: Words
    name: str
    vacant: bool
    address: str | None
    problem: Problem | None


@router.get("/unit/contacts")
def show(request: Request, visitor: Visitor, portal: Context, done: bool = False) -> Response:
    return _page(request, visitor, portal, done=done)


@router.post("/unit/contacts")
def send(request: Request, visitor: Visitor, form: Form, portal: Context) -> Response:
    """Raises TooMany."""
    now, said = portal.now(), form.text("reason").strip()[:1000]
    chosen, origin = form.text("seat")[:12], origin_of(request)
    try:
        with portal.database.writing() as session:
            seat = own_seat(session, visitor, chosen)
            decision = Decision(
                actor=visitor.seat.address, reason=said, now=now, on_behalf=seat.unit.code
            )
            take(session, TRIED, whom=chosen, origin=origin, now=now)
            report(session, seat, decision)
    except DecisionRefused as error:
        why = Words(error.text(Language.VI), error.text(Language.EN))
        return _page(request, visitor, portal, why=why, chosen=chosen, reason=said)
    return RedirectResponse("/unit/contacts?done=true", status_code=303)


def own_seat(session: Session, visitor: Caller, chosen: str) -> Contact:
    """Raises NobodyChosen, NotHere."""
    if not chosen:
        raise NobodyChosen
    known = chosen.isascii() and chosen.isdigit()
    seat = session.get(Contact, int(chosen)) if known else None
    if seat is None or seat.unit_id not in visitor.units:
        raise NotHere
    return seat


def _page(
    request: Request,
    visitor: Caller,
    portal: Portal,
    *,
    done: bool = False,
    why: Words | None = None,
    chosen: str = "",
    reason: str = "",
) -> Response:
    with portal.database.reading() as session:
        seats = _seats(session, visitor)
        chosen = chosen or str(visitor.seat.contact_id)
        facts = {"seats": seats, "done": done, "why": why, "chosen": chosen, "reason": reason}
        return page(request, "unit/contacts.html", 400 if why else 200, **facts)


def _seats(session: Session, visitor: Caller) -> list[Seat]:
    units = session.scalars(select(Unit).where(Unit.id.in_(visitor.units)).order_by(Unit.code))
    seats = [seat for unit in units for seat in seats_of(session, unit)]
    known = select(Problem).where(is_open(), Problem.contact_id.in_([one.id for one in seats]))
    problems = {problem.contact_id: problem for problem in session.scalars(known)}
    return [
        Seat(
            id=seat.id,
            unit=seat.unit.name,
            said=said_seat(seat),
            name=seat.name,
            vacant=seat.email is None,
            address=seat.email if seat.id in visitor.seats else None,
            problem=problems.get(seat.id),
        )
        for seat in seats
        if seat.role is not Role.STAND_IN or seat.id in visitor.seats
    ]
