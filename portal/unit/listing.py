"""What the unit owes, by when and why; what it has handed in."""

from fastapi import APIRouter, Request, Response

from dondoc.explaining import OBLIGATIONS
from portal.rendering import page
from portal.unit.owed import owed_by
from portal.unit.replies import waiting
from portal.visitors import Context, Visitor

router = APIRouter()


@router.get("/unit")
def listing(request: Request, visitor: Visitor, portal: Context) -> Response:
    with portal.database.reading() as session:
        owed = owed_by(session, visitor.units, hours=portal.hours, now=portal.now())
        by_mail = waiting(session, visitor)
        return page(request, "unit/list.html", owed=owed, states=OBLIGATIONS, by_mail=by_mail)
