"""Who is overdue and who above knows; remind and escalate at once, with a look at the letters
before."""

from collections.abc import Callable, Sequence
from typing import Any
from urllib.parse import quote

from fastapi import APIRouter, Request, Response
from fastapi.responses import RedirectResponse
from sqlalchemy.orm import Session

from dondoc.access.scope import NotHere, plan_for, plans_of
from dondoc.errors import DondocError
from dondoc.explaining import DEMANDED
from dondoc.queries import MILESTONE, UNIT, milestone_by_code, unit_by_code
from dondoc.steps import LEVELS
from dondoc.tables import Account, Plan
from notifications.demand import Demand, Demanded, escalate, remind
from notifications.ladder import Wanted, ladder
from notifications.links import linker
from notifications.previewing import foresee
from notifications.scope import Line, Scope
from portal.context import Portal
from portal.forms import Form, Posted
from portal.numbers import Few
from portal.office.ahead import trial_post
from portal.office.outbox import LONGEST
from portal.refusals import Tried, refusable
from portal.rendering import page
from portal.unit_field import UnitField, names_of, typed_field, unit_field, unit_in
from portal.visitors import Context, Official, Reader

LINES = 100
"""of a preview; the rest is counted"""

Act = Callable[[Session, Demand], Demanded]

BLAME = {UNIT: "unit", MILESTONE: "milestone"}

router = APIRouter()


class NobodyToTell(DondocError):
    """Nobody is left to tell: it was handed in, told today, promised or is on hold."""

    vi = "Không còn ai để báo: đã nộp, hôm nay đã báo, đã hẹn ngày nộp hoặc đang tạm dừng."


@router.get("/office/escalations")
def show(
    request: Request,
    account: Reader,
    portal: Context,
    plan: str = "",
    level: str = "",
    number: Few = 1,
    done: Few = 0,
) -> Response:
    now = portal.now()
    wanted = Wanted(plan[:LONGEST], int(level) if level in LEVEL_WORDS else None, number)
    with portal.database.reading() as session:
        found = ladder(session, account, wanted, now=now, today=portal.hours.today(now))
        facts = {"plans": plans_of(session, account), "levels": LEVELS, "wanted": wanted}
        return page(request, "office/escalations.html", found=found, done=done, **facts)


LEVEL_WORDS = {str(level) for level in LEVELS}


@router.get("/office/plans/{plan}/press/{pressing}")
def foresee_one(
    request: Request,
    plan: str,
    pressing: str,
    account: Official,
    portal: Context,
    milestone: str = "",
    unit: str = "",
    level: str = "",
) -> Response:
    """Everything happens but the commit."""
    query = request.query_params
    typed = Posted({key: query.getlist(key) for key in query})
    chosen = {"milestone": milestone[:LONGEST], "unit": unit[:LONGEST], "level": level[:1]}
    with refusable("choose", typed, BLAME) as outcome:
        with portal.database.reading() as session:
            chosen["unit"] = unit_in(session, typed, "unit")[:LONGEST]
        return _foreseen(request, account, plan, pressing, chosen, portal)
    return _unforeseen(request, account, plan, pressing, chosen, portal, outcome.tried)


def _foreseen(
    request: Request,
    account: Account,
    plan: str,
    pressing: str,
    chosen: dict[str, str],
    portal: Portal,
    tried: Tried | None = None,
) -> Response:
    """Raises NotHere, NotFound."""
    code = 200 if tried is None else tried.status
    with portal.database.writing() as session:
        try:
            row = plan_for(session, account, plan)
            demand, act = _demand(session, row, pressing, chosen, account, portal)
            found = foresee(
                session, act, demand, post=trial_post(portal), linker=linker(portal.settings)
            )
            facts = _chosen(row, pressing, chosen) | {"found": found, "tried": tried}
            facts["unit"] = _unit(session, chosen, tried)
            facts["names"] = _names(session, found.demanded.lines[:LINES])
            return page(request, "office/press.html", code, **facts)
        finally:
            session.rollback()


def _unforeseen(
    request: Request,
    account: Account,
    plan: str,
    pressing: str,
    chosen: dict[str, str],
    portal: Portal,
    tried: Tried | None,
) -> Response:
    """What was chosen is not there."""
    with portal.database.reading() as session:
        row = plan_for(session, account, plan)
        facts = _chosen(row, pressing, chosen) | {"found": None, "tried": tried}
        facts["unit"] = _unit(session, chosen, tried)
        return page(request, "office/press.html", 400, **facts)


def _unit(session: Session, chosen: dict[str, str], tried: Tried | None) -> UnitField:
    if tried is not None:
        return typed_field(session, "unit", tried.typed)
    return unit_field(session, "unit", [chosen["unit"]] if chosen["unit"] else [])


def _chosen(plan: Plan, pressing: str, chosen: dict[str, str]) -> dict[str, Any]:
    return {
        "plan": plan,
        "act": pressing,
        "chosen": chosen,
        "levels": LEVELS,
        "verdicts": DEMANDED,
        "lines": LINES,
        "milestones": [one for one in plan.milestones if one.dropped_in is None],
        "called": {one.code: one.name for one in plan.milestones},
    }


@router.post("/office/plans/{plan}/press/{pressing}")
def press(
    request: Request, plan: str, pressing: str, account: Official, form: Form, portal: Context
) -> Response:
    """The letters leave with the next beat in office hours."""
    chosen = {name: form.text(name)[:LONGEST] for name in ("milestone", "unit", "level")}
    with refusable("choose", form, BLAME) as outcome:
        with portal.database.writing() as session:
            row = plan_for(session, account, plan)
            chosen["unit"] = unit_in(session, form, "unit")[:LONGEST]
            demand, act = _demand(session, row, pressing, chosen, account, portal)
            done = act(session, demand)
            if not done.planned:
                raise NobodyToTell
        where = f"/office/escalations?plan={quote(plan)}&done={done.planned}"
        return RedirectResponse(where, status_code=303)
    tried = outcome.tried
    if tried is None or tried.field:
        return _unforeseen(request, account, plan, pressing, chosen, portal, tried)
    return _foreseen(request, account, plan, pressing, chosen, portal, tried)


def _names(session: Session, shown: Sequence[Line]) -> dict[str, str]:
    """Of the units that owe and those that are told, by code."""
    return names_of(session, [code for line in shown for code in (line.unit, line.to)])


def _demand(
    session: Session,
    plan: Plan,
    pressing: str,
    chosen: dict[str, str],
    account: Account,
    portal: Portal,
) -> tuple[Demand, Act]:
    """Raises NotHere, NotFound."""
    if chosen["milestone"]:
        milestone_by_code(session, plan, chosen["milestone"])
    if chosen["unit"]:
        unit_by_code(session, chosen["unit"])
    scope = Scope(
        plan=plan.code, milestone=chosen["milestone"] or None, unit=chosen["unit"] or None
    )
    level = int(chosen["level"]) if chosen["level"] in LEVEL_WORDS - {"0"} else None
    acts: dict[str, Act] = {
        "remind": lambda session, demand: remind(session, demand, hours=portal.hours),
        "escalate": lambda session, demand: escalate(
            session, demand, hours=portal.hours, level=level
        ),
    }
    if pressing not in acts:
        raise NotHere
    return Demand(scope=scope, actor=account.email, now=portal.now()), acts[pressing]
