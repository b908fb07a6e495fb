"""A plan at a glance: every date with its rates, groups, and units × dates."""

from fastapi import APIRouter, Request, Response

from dondoc.access.scope import plan_for
from dondoc.heatmap import Which, heatmap
from dondoc.standing import rates
from dondoc.verdicts import WORDS
from portal.office.signs import SIGNS
from portal.rendering import page
from portal.visitors import Context, Reader

LONGEST = 100
"""characters of a search"""

router = APIRouter()


@router.get("/office/plans/{plan}")
def show(
    request: Request,
    plan: str,
    account: Reader,
    portal: Context,
    q: str = "",
    group: str = "",
    number: int = 1,
) -> Response:
    which = Which(q.strip()[:LONGEST], group[:LONGEST], number)
    now = portal.now()
    with portal.database.reading() as session:
        row = plan_for(session, account, plan)
        found = rates(session, row, now)
        columns = [column.occurrence_id for column in found.columns]
        units = heatmap(session, row, columns, which, now=now)
        facts = {"plan": row, "rates": found, "units": units, "which": which}
        swap = request.headers.get("hx-target") == "units"
        template = "office/_units.html" if swap else "office/plan.html"
        return page(request, template, **facts, signs=SIGNS, words=WORDS)
