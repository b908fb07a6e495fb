"""A plan at a glance: every date with its rates, groups, and units × dates."""

from fastapi import APIRouter, Request, Response

from dondoc.access.scope import plan_for
from dondoc.heatmap import Which, heatmap
from dondoc.verdicts import WORDS, Verdict
from portal.language import language_of
from portal.numbers import Few
from portal.office.drawing import charts, timeline
from portal.office.signs import SIGNS
from portal.rendering import page
from portal.visitors import Context, Reader

LONGEST = 100
"""characters of a search"""

ORDERS = ("group", "tree")

router = APIRouter()


@router.get("/office/plans/{plan}")
def show(
    request: Request,
    plan: str,
    account: Reader,
    portal: Context,
    q: str = "",
    group: str = "",
    number: Few = 1,
    by: str = "",
) -> Response:
    which = Which(q.strip()[:LONGEST], group[:LONGEST], number, by if by in ORDERS else "")
    now = portal.now()
    with portal.database.reading() as session:
        row = plan_for(session, account, plan)
        found = portal.figures.of(session, row, now)
        columns = [column.occurrence_id for column in found.columns]
        units = heatmap(session, row, columns, which, now=now)
        facts = {"plan": row, "rates": found, "units": units, "which": which}
        facts["charts"] = charts(found)
        facts["line"] = timeline(found, row.period_from, row.period_to, portal.hours.today(now))
        swap = request.headers.get("hx-target") == "units"
        template = "office/_units.html" if swap else "office/plan.html"
        seen = {cell.verdict for one in units.rows for cell in one.cells} - {Verdict.NOT_OWED}
        language = language_of(request)
        facts["seen"] = {verdict: WORDS[verdict].text(language) for verdict in seen}
        return page(request, template, **facts, signs=SIGNS)
