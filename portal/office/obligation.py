"""One obligation with everything that ever happened to it, and what can be decided about it."""

from typing import Any

from fastapi import APIRouter, Request, Response
from sqlalchemy import select
from sqlalchemy.orm import Session

from dondoc.access.scope import may_decide, obligation_for
from dondoc.dossier import components
from dondoc.explaining import OBLIGATIONS, ROLES
from dondoc.extensions import asked_for, granted
from dondoc.handovers import neighbours
from dondoc.history import NoticeLine, history
from dondoc.paper import NOT_OWED, sets_of
from dondoc.receiving_paper import sets_asked
from dondoc.replies import evidence
from dondoc.submissions import hand_in
from dondoc.tables import Account, Extension, Obligation, Submission
from dondoc.voiding import judged_on
from portal.context import Portal
from portal.numbers import Number
from portal.rendering import page
from portal.visitors import Context, Reader
from schedules.returning import correctable, correction_day

router = APIRouter()


@router.get("/office/obligations/{obligation}")
def show(request: Request, obligation: Number, account: Reader, portal: Context) -> Response:
    with portal.database.reading() as session:
        owed = obligation_for(session, account, obligation)
        facts = facts_of(session, owed, account, portal)
        return page(request, "office/obligation.html", **facts)


def facts_of(
    session: Session,
    owed: Obligation,
    account: Account,
    portal: Portal,
) -> dict[str, Any]:
    """What the page shows."""
    milestone = owed.occurrence.milestone
    lines = history(session, owed.unit, milestone, plan=milestone.plan)
    versions = select(Submission).where(Submission.obligation_id == owed.id)
    handed_in = list(session.scalars(versions.order_by(Submission.version.desc())))
    copies = sets_asked(session, owed)
    question = asked_for(session, owed)
    choices = _choices(session, owed, question, copies)
    now = portal.now()
    return {
        "owed": owed,
        "plan": milestone.plan,
        "milestone": milestone,
        "lines": [line for line in lines if line.occurrence in ("", owed.occurrence.key)],
        "versions": handed_in,
        "by_mail": {one.id: evidence(session, one) for one in handed_in},
        "neighbours": neighbours(session, owed),
        "states": OBLIGATIONS,
        "paper": sets_of(owed),
        "copies": copies,
        "question": question,
        "parts": correctable(session, owed),
        "names": named_parts(owed),
        "roles": ROLES,
        "choices": choices if may_decide(account) else frozenset(),
        "correct_by": correction_day(owed, hours=portal.hours, now=now),
        "day": portal.hours.today(now),
        "is_notice": lambda line: isinstance(line, NoticeLine),
    }


def named_parts(owed: Obligation) -> dict[str, str]:
    """What components and fields are called, by code; those not asked of the unit too."""
    wanted = hand_in(owed)
    parts = {part.code: part.name for part in components(wanted, lambda _only: True)}
    return parts | {field.code: field.name for field in wanted.fields}


def _choices(
    session: Session, owed: Obligation, question: Extension | None, copies: int
) -> frozenset[str]:
    """The decisions that the state allows."""
    may: set[str] = set()
    if owed.state.in_review:
        may |= {"accept", "return"}
    if owed.undelivered:
        may |= {"extend"}
        may |= {"grant", "deny"} if question else set()
        may |= {"revoke"} if granted(session, owed) else set()
    if len(judged_on(session, owed)) > 1:
        may |= {"void"}
    if owed.state.owing:
        may |= {"exempt"}
    if copies and owed.state not in NOT_OWED:
        may |= {"paper"}
    return frozenset(may)
