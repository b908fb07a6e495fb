"""Somebody comes, goes, or is away; an address works again."""

from collections.abc import Callable
from typing import Any

from fastapi import APIRouter, Request, Response
from fastapi.responses import RedirectResponse
from sqlalchemy.orm import Session

from dondoc.access.reach import unit_for
from dondoc.decision import Decision
from dondoc.problems import mend
from dondoc.tables import Account, Unit
from dondoc.units.checking import PersonWrong
from dondoc.units.leaves import LeaveRefused, NoDeputy, Span, deputy_named, end_leave, set_leave
from dondoc.units.people import change_person
from dondoc.units.rows import Person
from dondoc.units.seats import SEAT, seat_named
from portal.context import Portal
from portal.days import DayMissing, day_in, read_day
from portal.decisions import decision_of
from portal.forms import Form, Posted
from portal.numbers import Number
from portal.office.units.unit import facts_of
from portal.refusals import refusable
from portal.rendering import page
from portal.visitors import Context, Official

LONGEST = 40
"""characters of a seat's name"""

router = APIRouter()
Act = Callable[[Session, Unit, Posted, Decision, Portal], None]


@router.post("/office/units/{unit}/contacts")
def change_contact(
    request: Request, unit: Number, account: Official, form: Form, portal: Context
) -> Response:
    """What is planned for the seat follows; a contact problem ends with another address."""
    return _decide(request, unit, account, form, portal, "change")


@router.post("/office/units/{unit}/mended")
def mended(
    request: Request, unit: Number, account: Official, form: Form, portal: Context
) -> Response:
    return _decide(request, unit, account, form, portal, "mend")


@router.post("/office/units/{unit}/leaves")
def begin_leave(
    request: Request, unit: Number, account: Official, form: Form, portal: Context
) -> Response:
    return _decide(request, unit, account, form, portal, "leave")


@router.post("/office/units/{unit}/leaves/end")
def finish_leave(
    request: Request, unit: Number, account: Official, form: Form, portal: Context
) -> Response:
    return _decide(request, unit, account, form, portal, "back")


def _decide(
    request: Request, unit_id: int, account: Account, form: Posted, portal: Portal, act: str
) -> Response:
    """What is refused changes nothing, and the page says why beside the seat's form."""
    named = f"{act}-{form.text('seat')[:LONGEST]}"
    blame = BLAME[act] | {DayMissing: "to" if read_day(form.text("from")) else "from"}
    with refusable(named, form, blame) as outcome, portal.database.writing() as session:
        unit = unit_for(session, account, unit_id)
        ACTS[act](session, unit, form, decision_of(account, form, portal), portal)
    if outcome.tried is not None:
        with portal.database.reading() as session:
            unit = unit_for(session, account, unit_id)
            facts = facts_of(session, unit, account, portal) | {"tried": outcome.tried}
            return page(request, "office/units/unit.html", outcome.tried.status, **facts)
    return RedirectResponse(f"/office/units/{unit_id}", status_code=303)


def _change(session: Session, unit: Unit, form: Posted, decision: Decision, portal: Portal) -> None:
    """An empty address leaves the seat vacant. Raises NotFound, PersonWrong."""
    seat = seat_named(session, unit, form.text("seat"))
    person = Person(form.text("name").strip(), form.text("email").strip() or None)
    change_person(session, seat, person, decision, today=portal.hours.today(decision.now))


def _mend(session: Session, unit: Unit, form: Posted, decision: Decision, _portal: Portal) -> None:
    """Raises NotFound, NoProblem."""
    mend(session, seat_named(session, unit, form.text("seat")), decision)


def _leave(session: Session, unit: Unit, form: Posted, decision: Decision, portal: Portal) -> None:
    """Raises NotFound, DayMissing, NoDeputy, PersonWrong, LeaveRefused."""
    seat = seat_named(session, unit, form.text("seat"))
    span = Span(day_in(form.text("from")), day_in(form.text("to")))
    named = form.text("deputy").strip() or None
    deputy = deputy_named(session, unit, named, name=form.text("deputy_name").strip())
    today = portal.hours.today(decision.now)
    set_leave(session, seat, span, deputy, decision, today=today)


def _back(session: Session, unit: Unit, form: Posted, decision: Decision, portal: Portal) -> None:
    """Raises NotFound, LeaveRefused."""
    seat = seat_named(session, unit, form.text("seat"))
    end_leave(session, seat, decision, today=portal.hours.today(decision.now))


ACTS: dict[str, Act] = {"change": _change, "mend": _mend, "leave": _leave, "back": _back}
BLAME: dict[str, dict[Any, str]] = {
    "change": {PersonWrong: "email"},
    "mend": {},
    "leave": {PersonWrong: "deputy", NoDeputy: "deputy", SEAT: "deputy", LeaveRefused: "from"},
    "back": {},
}
"""the field of a form that an error is about"""
