"""One unit: its seats, who reads for them today, its groups, leaves and what is in the way."""

from typing import Any

from fastapi import APIRouter, Request, Response
from sqlalchemy import select
from sqlalchemy.orm import Session

from dondoc.access.reach import unit_for
from dondoc.access.scope import may_decide
from dondoc.problems import problems, said
from dondoc.tables import Account, Problem, Unit
from dondoc.units.browsing import above, groups_of, leads
from dondoc.units.leaves import leaves
from dondoc.units.seats import said_seat, seat_name, seats_of
from dondoc.units.standing_in import readers
from portal.context import Portal
from portal.numbers import Number
from portal.rendering import page
from portal.visitors import Context, Reader

router = APIRouter()


@router.get("/office/units/{unit}")
def show(request: Request, unit: Number, account: Reader, portal: Context) -> Response:
    with portal.database.reading() as session:
        found = unit_for(session, account, unit)
        return page(request, "office/units/unit.html", **facts_of(session, found, account, portal))


def facts_of(
    session: Session,
    unit: Unit,
    account: Account,
    portal: Portal,
) -> dict[str, Any]:
    """What the page shows."""
    today = portal.hours.today(portal.now())
    seats = seats_of(session, unit)
    reading = readers(session, [seat.id for seat in seats], today=today)
    away = leaves(session, since=today, unit=unit)
    troubles = session.scalars(problems().where(Problem.unit_id == unit.id)).all()
    return {
        "unit": unit,
        "path_to": above(session, unit),
        "groups": groups_of(session, unit),
        "leads": leads(session, unit),
        "seats": seats,
        "reading": reading,
        "names": {seat.id: seat_name(seat) for seat in seats},
        "said_seat": said_seat,
        "leaves": away,
        "next_leave": {one.contact_id: one.id for one in reversed(away)},
        "troubles": {one.contact_id: said(one) for one in troubles},
        "below": session.scalars(select(Unit).where(Unit.parent_id == unit.id).limit(1)).first(),
        "today": today,
        "decides": may_decide(account),
    }
