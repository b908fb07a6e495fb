"""One obligation with everything that ever happened to it, and what can be decided about it."""

from datetime import date
from typing import Any

from fastapi import APIRouter, Request, Response
from sqlalchemy import select
from sqlalchemy.orm import Session

from dondoc.access.scope import may_decide, obligation_for
from dondoc.explaining import OBLIGATIONS, ROLES
from dondoc.history import NoticeLine, history
from dondoc.tables import Account, Obligation, ObligationState, Submission
from dondoc.words import Words
from portal.context import Portal
from portal.rendering import page
from portal.visitors import Context, Reader
from schedules.returning import correction_day

router = APIRouter()


@router.get("/office/obligations/{obligation}")
def show(request: Request, obligation: int, account: Reader, portal: Context) -> Response:
    with portal.database.reading() as session:
        owed = obligation_for(session, account, obligation)
        facts = facts_of(session, owed, account, portal)
        return page(request, "office/obligation.html", **facts)


def facts_of(
    session: Session,
    owed: Obligation,
    account: Account,
    portal: Portal,
    *,
    refused: Words | None = None,
) -> dict[str, Any]:
    """What the page shows; `refused` says why a decision was not taken."""
    milestone = owed.occurrence.milestone
    lines = history(session, owed.unit, milestone, plan=milestone.plan)
    versions = select(Submission).where(Submission.obligation_id == owed.id)
    return {
        "owed": owed,
        "plan": milestone.plan,
        "milestone": milestone,
        "lines": [line for line in lines if line.occurrence in ("", owed.occurrence.key)],
        "versions": list(session.scalars(versions.order_by(Submission.version.desc()))),
        "states": OBLIGATIONS,
        "roles": ROLES,
        "choices": _choices(owed, account),
        "correct_by": correction_day(owed, hours=portal.hours, now=portal.now()),
        "refused": refused,
        "is_notice": lambda line: isinstance(line, NoticeLine),
    }


def _choices(owed: Obligation, account: Account) -> frozenset[str]:
    """The decisions that the state allows and the account may take."""
    if not may_decide(account):
        return frozenset()
    if owed.state.in_review:
        return frozenset(("accept", "return"))
    if owed.state is ObligationState.OPEN:
        return frozenset(("extend", "exempt"))
    return frozenset(("exempt",)) if owed.state.owing else frozenset()


def read_day(text: str) -> date | None:
    """As a date field sends it, or as a person in Vietnam writes it: 15/11/2026."""
    try:
        if "/" in text:
            day, month, year = text.split("/")
            return date(int(year), int(month), int(day))
        return date.fromisoformat(text.strip())
    except ValueError:
        return None
