"""Why did, or didn't, a unit get a letter about a milestone?"""

from typing import Any

from fastapi import APIRouter, Request, Response
from sqlalchemy.orm import Session

from dondoc.access.scope import plan_for
from dondoc.explaining import ROLES
from dondoc.happening import waiting
from dondoc.history import NoticeLine, history
from dondoc.queries import fitting, milestone_by_code, obligations
from dondoc.tables import Plan
from dondoc.verdicts import WORDS
from portal.context import Portal
from portal.office.outbox import LONGEST
from portal.rendering import page
from portal.visitors import Context, Reader

SHOWN = 20

router = APIRouter()


@router.get("/office/plans/{plan}/why")
def why(
    request: Request,
    plan: str,
    account: Reader,
    portal: Context,
    unit: str = "",
    milestone: str = "",
) -> Response:
    with portal.database.reading() as session:
        row = plan_for(session, account, plan)
        text = unit.strip()[:LONGEST]
        facts: dict[str, Any] = {"plan": row, "text": text, "chosen": milestone, "unit": None}
        known = milestone in ("", *(one.code for one in row.milestones))
        facts["unknown"] = "" if known else milestone[:LONGEST]
        if text and known:
            facts |= _found(session, row, text, milestone, portal)
        code = 200 if known else 404
        return page(request, "office/why.html", code, roles=ROLES, words=WORDS, **facts)


def _found(
    session: Session, plan: Plan, text: str, milestone: str, portal: Portal
) -> dict[str, Any]:
    """About the unit that fits best; `units` fit too."""
    of_milestone = milestone_by_code(session, plan, milestone) if milestone else None
    units, total = fitting(session, text, most=SHOWN)
    if not units:
        return {"units": [], "more": 0, "lines": [], "owed": [], "waits": []}
    unit = units[0]
    owed = session.scalars(obligations(plan=plan, milestone=of_milestone, unit=unit)).all()
    waits = [
        one
        for one in waiting(session, plan, portal.now())
        if unit.id in one.units and milestone in ("", one.milestone)
    ]
    return {
        "unit": unit,
        "units": units[1:],
        "more": total - len(units),
        "owed": owed,
        "waits": waits,
        "lines": history(session, unit, of_milestone, plan=plan),
        "is_notice": lambda line: isinstance(line, NoticeLine),
    }
