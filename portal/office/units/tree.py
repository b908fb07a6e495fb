"""The units there are, as a tree that opens level by level, or as they are looked for."""

from typing import Annotated

from fastapi import APIRouter, Query, Request, Response

from dondoc.access.scope import NotHere, may_decide
from dondoc.tables import Unit
from dondoc.units.browsing import Looked, above, browse, group_name, groups, kinds
from portal.numbers import GREATEST, Few
from portal.rendering import page
from portal.visitors import Context, Reader

LONGEST = 100
"""characters of a search"""

router = APIRouter()


@router.get("/office/units")
def show(
    request: Request,
    account: Reader,
    portal: Context,
    q: str = "",
    group: str = "",
    kind: str = "",
    below: Annotated[int | None, Query(ge=1, le=GREATEST)] = None,
    ended: bool = False,
    number: Few = 1,
) -> Response:
    text = q.strip()[:LONGEST]
    looked = Looked(text, group[:LONGEST], kind[:LONGEST], below, ended, number)
    with portal.database.reading() as session:
        parent = None if below is None else session.get(Unit, below)
        if below is not None and parent is None:
            raise NotHere
        today = portal.hours.today(portal.now())
        facts = {
            "looked": looked,
            "units": browse(session, looked, today=today),
            "parent": parent,
            "path_to": [] if parent is None else above(session, parent),
            "decides": may_decide(account),
            "group_name": group_name(session, looked.group),
        }
        target = request.headers.get("hx-target", "")
        if target == "units" or target.startswith("below-"):
            return page(request, "office/units/_units.html", **facts)
        return page(request, "office/units/tree.html", kinds=kinds(session), **facts)


@router.get("/office/groups")
def show_groups(
    request: Request, _account: Reader, portal: Context, year: Few | None = None
) -> Response:
    with portal.database.reading() as session:
        this_year = portal.hours.today(portal.now()).year
        shown = year if year is not None and 1990 <= year <= 2100 else this_year
        facts = {"groups": groups(session, shown), "year": shown}
        return page(request, "office/units/groups.html", **facts)
