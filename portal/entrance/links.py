"""The link in a unit's letter. Opening it changes nothing, so that a mail gateway that looks at
every link uses none up."""

from fastapi import APIRouter, Request, Response
from fastapi.responses import RedirectResponse

from dondoc.access.links import caller_with
from dondoc.access.visits import begin_visit, end_visit
from portal import cookies
from portal.forms import Form
from portal.numbers import Row
from portal.visitors import Context, Visitor

router = APIRouter()


@router.get("/l/{token}")
def open_link(request: Request, token: str, portal: Context, to: Row | None = None) -> Response:
    """`to`: an obligation of the unit's, whose page it opens; else its list."""
    now = portal.now()
    with portal.database.reading() as session:
        caller = caller_with(
            session,
            portal.seal,
            token,
            today=portal.hours.today(now),
            days=portal.settings.link_days,
        )
    path = "/unit" if to is None else f"/unit/obligations/{to}"
    response = RedirectResponse(path, status_code=303)
    cookies.keep(request, response, cookies.VISIT, begin_visit(portal.seal, caller.seat, now))
    return response


@router.post("/unit/leave")
def leave(request: Request, _visitor: Visitor, _form: Form, portal: Context) -> Response:
    with portal.database.writing() as session:
        end_visit(session, cookies.read(request, cookies.VISIT), portal.now())
    response = RedirectResponse("/", status_code=303)
    cookies.forget(request, response, cookies.VISIT)
    cookies.forget(request, response, cookies.FORM)
    return response
