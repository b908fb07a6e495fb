"""What a plan says of itself: number, title, who issued it, who runs it."""

from typing import Any, NamedTuple

from fastapi import APIRouter, Request, Response
from sqlalchemy.orm import Session

from dondoc.access.scope import plan_draft_for
from dondoc.plan.editing import with_header
from dondoc.plan.model import PlanFile
from portal.forms import Form, Posted
from portal.numbers import Number
from portal.office.launching.own import PATH, Edited, edit, parsed, to_draft, with_units
from portal.office.launching.typing_in import day_value
from portal.refusals import Tried
from portal.rendering import page
from portal.unit_field import UnitField, typed_field, unit_field
from portal.visitors import Context, Official

UNITS = ("standing_office", "board")
"""fields in which a unit is named"""

router = APIRouter()


class Header(NamedTuple):
    """Texts as they stand in the form's fields."""

    code: str
    number: str
    title: str
    issuer: str
    issued: str
    starts: str
    ends: str
    standing_office: str
    board: str


@router.get(PATH + "/header")
def show(request: Request, draft: Number, account: Official, portal: Context) -> Response:
    with portal.database.reading() as session:
        found = plan_draft_for(session, account, draft)
        source = parsed(found)
        if source is None:
            return to_draft(draft)
        facts: dict[str, Any] = {"draft": found, "typed": _standing(source.plan), "mistakes": ()}
        facts["units"] = _fields(session, _standing(source.plan), None)
        return page(request, "office/launching/header.html", **facts)


@router.post(PATH + "/header")
def save(
    request: Request, draft: Number, account: Official, form: Form, portal: Context
) -> Response:
    named = with_units(portal, form, one=UNITS)
    typed = _typed(named.form)
    told = Edited(tried=named.tried)
    if named.tried is None:
        told = edit(
            portal,
            account,
            draft,
            form,
            lambda source: with_header(source, _changes(typed, source.plan)),
        )
    if told.saved:
        return to_draft(draft)
    with portal.database.reading() as session:
        found = plan_draft_for(session, account, draft)
        facts: dict[str, Any] = {"draft": found, "typed": typed, **told._asdict()}
        facts["units"] = _fields(session, typed, named.tried)
        return page(request, "office/launching/header.html", told.status, **facts)


def _fields(session: Session, typed: Header, tried: Tried | None) -> dict[str, UnitField]:
    """Those in which a unit is named."""
    if tried is not None:
        return {name: typed_field(session, name, tried.typed) for name in UNITS}
    said = typed._asdict()
    return {name: unit_field(session, name, filter(None, [said[name]])) for name in UNITS}


def _standing(plan: PlanFile) -> Header:
    return Header(
        code=plan.code,
        number=plan.number,
        title=plan.title,
        issuer=plan.issuer,
        issued="" if plan.issued is None else f"{plan.issued:%d/%m/%Y}",
        starts=f"{plan.period.start:%d/%m/%Y}",
        ends=f"{plan.period.end:%d/%m/%Y}",
        standing_office=plan.standing_office,
        board=plan.board or "",
    )


def _typed(form: Posted) -> Header:
    return Header(*(" ".join(form.text(name).split()) for name in Header._fields))


def _changes(typed: Header, plan: PlanFile) -> dict[str, Any]:
    """The keys that say something else now; None for one that goes."""
    old = _standing(plan)._asdict()
    found: dict[str, Any] = {
        name: value or None
        for name, value in typed._asdict().items()
        if value != old[name] and name not in ("issued", "starts", "ends")
    }
    if typed.issued != old["issued"]:
        found["issued"] = day_value(typed.issued) if typed.issued else None
    if (typed.starts, typed.ends) != (old["starts"], old["ends"]):
        found["period"] = {"from": day_value(typed.starts), "to": day_value(typed.ends)}
    return found
