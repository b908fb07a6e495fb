"""Holds: certain letters wait, until somebody or a day ends that; a stopped sweep is confirmed."""

from datetime import datetime
from functools import partial
from typing import Any

from fastapi import APIRouter, Request, Response
from fastapi.responses import RedirectResponse
from sqlalchemy import select
from sqlalchemy.orm import Session

from dondoc.access.scope import hold_for, may_decide, plan_for, plans_of
from dondoc.hold_words import end_of, what_is_held
from dondoc.holds import HoldTooShort, Named, Span, WhichPlan, holds, place, release
from dondoc.queries import GROUP, MILESTONE, UNIT
from dondoc.tables import Account, AccountRole, Group
from portal.context import Portal
from portal.days import day_in
from portal.decisions import decision_of
from portal.forms import Form, Posted
from portal.numbers import Number
from portal.refusals import Outcome, Tried, refusable
from portal.rendering import page
from portal.unit_field import typed_field, unit_field, unit_in
from portal.visitors import Context, ForAdministrators, Official, Reader
from schedules.calendar import ONE_DAY, start_of

BLAME = {
    UNIT: "unit",
    GROUP: "group",
    MILESTONE: "milestone",
    WhichPlan: "plan",
    HoldTooShort: "until",
}
"""the field of a form that an error is about"""

router = APIRouter()


@router.get("/office/holds")
def show(
    request: Request,
    account: Reader,
    portal: Context,
    plan: str = "",
    unit: str = "",
    upward: bool = False,
) -> Response:
    """`plan`, `unit` and `upward` fill in the form."""
    typed = {"plan": plan, "unit": unit, "upward": "yes" if upward else ""}
    return _page(request, account, portal, typed)


def _page(
    request: Request,
    account: Account,
    portal: Portal,
    typed: dict[str, str],
    *,
    tried: Tried | None = None,
) -> Response:
    code = 200 if tried is None else tried.status
    with portal.database.reading() as session:
        facts = _facts(session, account) | {"filled": typed, "tried": tried}
        facts["unit"] = (
            unit_field(session, "unit", [typed["unit"]] if typed["unit"] else [])
            if tried is None
            else typed_field(session, "unit", tried.typed)
        )
        return page(request, "office/holds.html", code, **facts)


def _facts(session: Session, account: Account) -> dict[str, Any]:
    plans = plans_of(session, account)
    everything = account.role is AccountRole.ADMINISTRATOR
    ids = {plan.id for plan in plans}
    standing = [
        hold for hold in holds(session) if everything or hold.plan_id is None or hold.plan_id in ids
    ]
    return {
        "plans": plans,
        "groups": session.execute(select(Group.code, Group.name).order_by(Group.name)).all(),
        "holds": standing,
        "what": partial(what_is_held, named=True),
        "end_of": end_of,
        "mine": {hold.id for hold in standing if everything or hold.plan_id in ids},
        "decides": may_decide(account),
        "everything": everything,
    }


@router.post("/office/holds")
def place_one(request: Request, account: Official, form: Form, portal: Context) -> Response:
    with refusable("place", form, BLAME) as outcome, portal.database.writing() as session:
        named = _named(session, account, form)
        span = Span(start=None, end=_end(form.text("until"), portal))
        decision = decision_of(account, form, portal)
        place(session, named.covers(session), span, decision)
    return _back(request, account, portal, outcome)


@router.post("/office/holds/{hold}/release")
def release_one(
    request: Request, hold: Number, account: Official, form: Form, portal: Context
) -> Response:
    with refusable(f"release-{hold}", form) as outcome, portal.database.writing() as session:
        row = hold_for(session, account, hold)
        release(session, row, decision_of(account, form, portal), days=portal.hours)
    return _back(request, account, portal, outcome)


def _back(request: Request, account: Account, portal: Portal, outcome: Outcome) -> Response:
    if outcome.tried is not None:
        typed = dict.fromkeys(("plan", "unit", "upward"), "")
        return _page(request, account, portal, typed, tried=outcome.tried)
    return RedirectResponse("/office/holds", status_code=303)


def _named(session: Session, account: Account, form: Posted) -> Named:
    """Whoever holds more than one of its own plans' letters is an administrator. Raises NotHere,
    ForAdministrators, UnitUnclear, NoSuchUnit."""
    plan = form.text("plan").strip() or None
    if plan is not None:
        plan_for(session, account, plan)
    elif account.role is not AccountRole.ADMINISTRATOR:
        raise ForAdministrators
    return Named(
        plan=plan,
        milestone=form.text("milestone").strip() or None,
        group=form.text("group").strip() or None,
        unit=unit_in(session, form, "unit") or None,
        everything=plan is None,
        only_upward=form.text("upward") == "yes",
    )


def _end(typed: str, portal: Portal) -> datetime | None:
    """The end of the day that was typed. Raises DayMissing."""
    if not typed.strip():
        return None
    return start_of(day_in(typed) + ONE_DAY, portal.settings.zone)
