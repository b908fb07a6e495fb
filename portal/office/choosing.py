"""The list below a field in which units are named, while its search is typed."""

import re

from fastapi import APIRouter, Request, Response

from dondoc.access.scope import NotHere
from portal.forms import Posted
from portal.rendering import page
from portal.unit_field import typed_field
from portal.visitors import Context, Reader

PART = re.compile(r"[a-z0-9_-]{0,60}")
"""the name of a form or of a field"""

router = APIRouter()


@router.get("/office/unit-choices")
def show(
    request: Request,
    _account: Reader,
    portal: Context,
    form: str = "",
    name: str = "",
    many: bool = False,
) -> Response:
    """Raises NotHere."""
    if not PART.fullmatch(form) or not PART.fullmatch(name):
        raise NotHere
    query = request.query_params
    typed = Posted({key: query.getlist(key) for key in query})
    with portal.database.reading() as session:
        facts = {"field": typed_field(session, name, typed), "id": f"{form}-{name}", "many": many}
        return page(request, "office/_unit_choices.html", **facts)
