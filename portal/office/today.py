"""What an official sees first: her plans."""

from fastapi import APIRouter, Request, Response

from dondoc.access.scope import plans_of
from portal.rendering import page
from portal.visitors import Context, Reader

router = APIRouter()


@router.get("/office")
def today(request: Request, account: Reader, portal: Context) -> Response:
    with portal.database.reading() as session:
        plans = plans_of(session, account)
        return page(request, "office/today.html", plans=plans)
