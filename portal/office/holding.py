"""Holds: certain letters wait, until somebody or a day ends that; a stopped sweep is confirmed."""

from datetime import datetime
from typing import Any

from fastapi import APIRouter, Request, Response
from fastapi.responses import RedirectResponse
from sqlalchemy.orm import Session

from dondoc.access.scope import hold_for, may_decide, plan_for, plans_of
from dondoc.explaining import what_is_held
from dondoc.holds import Named, Span, holds, place, release
from dondoc.stops import confirm
from dondoc.tables import Account, AccountRole
from portal.context import Portal
from portal.days import day_in
from portal.decisions import decision_of
from portal.forms import Form, Posted
from portal.numbers import Number
from portal.rendering import page
from portal.visitors import Administrator, Context, ForAdministrators, Official, Reader
from schedules.calendar import ONE_DAY, start_of

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
    with portal.database.reading() as session:
        facts = _facts(session, account)
        typed = dict.fromkeys(("milestone", "group"), "") | {"plan": plan, "unit": unit}
        return page(request, "office/holds.html", typed=typed, upward=upward, **facts)


def _facts(session: Session, account: Account) -> dict[str, Any]:
    plans = plans_of(session, account)
    everything = account.role is AccountRole.ADMINISTRATOR
    ids = {plan.id for plan in plans}
    standing = [
        hold for hold in holds(session) if everything or hold.plan_id is None or hold.plan_id in ids
    ]
    return {
        "plans": plans,
        "holds": standing,
        "what": what_is_held,
        "mine": {hold.id for hold in standing if everything or hold.plan_id in ids},
        "decides": may_decide(account),
        "everything": everything,
    }


@router.post("/office/holds")
def place_one(account: Official, form: Form, portal: Context) -> Response:
    with portal.database.writing() as session:
        named = _named(session, account, form)
        span = Span(start=None, end=_end(form.text("until"), portal))
        decision = decision_of(account, form, portal)
        place(session, named.covers(session), span, decision)
    return RedirectResponse("/office/holds", status_code=303)


@router.post("/office/holds/{hold}/release")
def release_one(hold: Number, account: Official, form: Form, portal: Context) -> Response:
    with portal.database.writing() as session:
        row = hold_for(session, account, hold)
        release(session, row, decision_of(account, form, portal), days=portal.hours)
    return RedirectResponse("/office/holds", status_code=303)


@router.post("/office/outbox/confirm")
def confirm_stop(account: Administrator, form: Form, portal: Context) -> Response:
    """What was stopped leaves with the next sweep."""
    with portal.database.writing() as session:
        confirm(session, decision_of(account, form, portal))
    return RedirectResponse("/office/outbox", status_code=303)


def _named(session: Session, account: Account, form: Posted) -> Named:
    """Whoever holds more than one of its own plans' letters is an administrator. Raises NotHere,
    ForAdministrators."""
    plan = form.text("plan").strip() or None
    if plan is not None:
        plan_for(session, account, plan)
    elif account.role is not AccountRole.ADMINISTRATOR:
        raise ForAdministrators
    return Named(
        plan=plan,
        milestone=form.text("milestone").strip() or None,
        group=form.text("group").strip() or None,
        unit=form.text("unit").strip() or None,
        everything=plan is None,
        only_upward=form.text("upward") == "yes",
    )


def _end(typed: str, portal: Portal) -> datetime | None:
    """The end of the day that was typed. Raises DayMissing."""
    if not typed.strip():
        return None
    return start_of(day_in(typed) + ONE_DAY, portal.settings.zone)
