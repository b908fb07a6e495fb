"""Letters to come: every sending of the next days, and for one unit each notice; both can be
cancelled, and read beforehand."""

import re
from datetime import timedelta
from typing import Any
from urllib.parse import quote

from fastapi import APIRouter, Request, Response
from fastapi.responses import RedirectResponse
from sqlalchemy.orm import Session

from dondoc.access.scope import notice_for, plan_for, plans_of
from dondoc.decision import DecisionRefused
from dondoc.explaining import STAGES
from dondoc.history import NoticeLine, history
from dondoc.queries import fitting, milestone_by_code
from dondoc.skipping import Sending, skip, skip_step
from dondoc.tables import Account, NoticeState, Stage
from notifications.links import linker
from notifications.parcel import Verdict
from notifications.post import Post
from notifications.previewing import preview
from notifications.recording import Recorder
from portal.context import Portal
from portal.decisions import decision_of
from portal.forms import Form
from portal.numbers import Few, Number
from portal.office.outbox import LONGEST
from portal.refusals import Tried, refusable
from portal.rendering import page
from portal.visitors import Context, Official, Reader
from schedules.moments import CLOSING, Coming, Moment, coming

DAYS = 14
FURTHEST = 400
SOON = 31
"""days that are counted while the page waits"""
SHOWN = 50
LINES = 200
"""of one unit"""
WAITING = (NoticeState.PLANNED, NoticeState.HELD, NoticeState.QUEUED)

NUMBER = re.compile(r"[0-9]{1,9}")

router = APIRouter()


class NothingTicked(DecisionRefused):
    """Tick what is to be cancelled."""

    vi = "Hãy đánh dấu những lần nhắc cần bỏ."


@router.get("/office/outbox/ahead")
def ahead(
    request: Request,
    account: Reader,
    portal: Context,
    q: str = "",
    days: Few = DAYS,
    number: Few = 1,
) -> Response:
    return _page(request, account, portal, q.strip()[:LONGEST], days=days, number=number)


def _page(
    request: Request,
    account: Account,
    portal: Portal,
    text: str,
    *,
    days: int = DAYS,
    number: int = 1,
    tried: Tried | None = None,
) -> Response:
    days = min(max(1, days), FURTHEST)
    code = 200 if tried is None else tried.status
    ticked = [] if tried is None else tried.typed.all("notice")
    with portal.database.reading() as session:
        facts: dict[str, Any] = {"text": text, "days": days, "stages": STAGES, "units": []}
        facts |= {"tried": tried, "ticked": ticked}
        if text:
            facts |= _of_unit(session, account, text, portal, days)
        else:
            facts |= _moments(session, account, portal, days, number)
        return page(request, "office/ahead.html", code, **facts)


def _of_unit(
    session: Session, account: Account, text: str, portal: Portal, days: int
) -> dict[str, Any]:
    """The one unit that fits best, and others that fit too."""
    units, total = fitting(session, text, most=SHOWN)
    own = {plan.code for plan in plans_of(session, account)}
    until = portal.now() + timedelta(days=days)
    lines = [
        line
        for line in (history(session, units[0]) if units else [])
        if isinstance(line, NoticeLine)
        and line.plan in own
        and line.state in WAITING
        and line.at < until
    ]
    return {
        "unit": units[0] if units else None,
        "units": units[1:],
        "more": total - len(units),
        "lines": lines,
        "most": LINES,
    }


def _moments(
    session: Session, account: Account, portal: Portal, days: int, number: int
) -> dict[str, Any]:
    own = {plan.code for plan in plans_of(session, account)}
    now = portal.now()
    counted = _counted(session, portal, days)
    if counted is None:
        return {"unit": None, "moments": None, "number": number}
    found = [
        one for one in counted.moments if one.plan in own and one.stage != CLOSING and one.at >= now
    ]
    pages = max(1, -(-len(found) // SHOWN))
    number = min(max(1, number), pages)
    shown: list[Moment] = found[(number - 1) * SHOWN : number * SHOWN]
    horizon = portal.settings.prefect_horizon_days
    ahead = {"horizon": horizon, "published_until": now + timedelta(days=horizon)}
    facts = {"moments": shown, "number": number, "pages": pages, "counted_at": counted.at}
    return {"unit": None, "stage_of": Stage, **facts, **ahead}


def _counted(session: Session, portal: Portal, days: int) -> Coming | None:
    """None: of so many days it is still being counted."""
    now = portal.now()
    if days <= SOON:
        return portal.coming.get(days, now, lambda: coming(session, now=now, days=days))

    def count() -> Coming:
        with portal.database.reading() as own:
            return coming(own, now=now, days=days)

    return portal.coming.soon(days, now, count)


@router.get("/office/notices/{notice}")
def read_beforehand(request: Request, notice: Number, account: Reader, portal: Context) -> Response:
    """The letter a planned notice will become, by what is known now."""
    with portal.database.writing() as session:
        try:
            row = notice_for(session, account, notice)
            at = max(row.planned_at, portal.hours.next_opening(portal.now()))
            waits = row.state in (NoticeState.PLANNED, NoticeState.HELD)
            facts = {"at": at, "notice": row.id, "unit": row.contact.unit.name}
            row.state = NoticeState.PLANNED if waits else row.state
            session.flush()
            found = (
                preview(
                    session,
                    [row.contact_id],
                    post=trial_post(portal),
                    linker=linker(portal.settings),
                    at=at,
                )
                if waits
                else []
            )
        finally:
            session.rollback()
    return page(request, "office/notice.html", letters=found, **facts)


@router.post("/office/outbox/skip")
def skip_notices(request: Request, account: Official, form: Form, portal: Context) -> Response:
    """All that were ticked, or none."""
    ids = [int(one) for one in form.all("notice") if NUMBER.fullmatch(one)]
    text, days = form.text("q").strip()[:LONGEST], DAYS
    if NUMBER.fullmatch(form.text("days")):
        days = int(form.text("days"))
    with refusable("skip", form) as outcome, portal.database.writing() as session:
        rows = [notice_for(session, account, id_) for id_ in ids]
        if not rows:
            raise NothingTicked
        skip(session, [row.id for row in rows], decision_of(account, form, portal))
        text = rows[0].contact.unit.code
    portal.coming.forget()
    if outcome.tried is not None:
        return _page(request, account, portal, text, days=days, tried=outcome.tried)
    return RedirectResponse(f"/office/outbox/ahead?q={quote(text)}&days={days}", status_code=303)


@router.get("/office/plans/{plan}/milestones/{milestone}/skip")
def ask_step(
    request: Request,
    plan: str,
    milestone: str,
    account: Official,
    portal: Context,
    step: str = "",
    occurrence: str = "",
) -> Response:
    sending = {"step": step[:LONGEST], "occurrence": occurrence[:LONGEST]}
    return _step_page(request, plan, milestone, account, portal, sending=sending)


def _step_page(
    request: Request,
    plan: str,
    milestone: str,
    account: Account,
    portal: Portal,
    *,
    sending: dict[str, str],
    tried: Tried | None = None,
) -> Response:
    code = 200 if tried is None else tried.status
    with portal.database.reading() as session:
        row = plan_for(session, account, plan)
        found = milestone_by_code(session, row, milestone)
        facts = {"plan": row, "milestone": found, "tried": tried, **sending}
        return page(request, "office/skip.html", code, **facts)


@router.post("/office/plans/{plan}/milestones/{milestone}/skip")
def skip_one_step(
    request: Request, plan: str, milestone: str, account: Official, form: Form, portal: Context
) -> Response:
    """One step of the milestone, for every unit."""
    named = {name: form.text(name)[:LONGEST] for name in ("step", "occurrence")}
    with refusable("skip", form) as outcome, portal.database.writing() as session:
        row = plan_for(session, account, plan)
        sending = Sending(
            milestone=milestone_by_code(session, row, milestone),
            step=named["step"],
            occurrence=named["occurrence"] or None,
        )
        skip_step(session, sending, decision_of(account, form, portal))
    portal.coming.forget()
    if outcome.tried is not None:
        return _step_page(
            request, plan, milestone, account, portal, sending=named, tried=outcome.tried
        )
    return RedirectResponse("/office/outbox/ahead", status_code=303)


def trial_post(portal: Portal) -> Post:
    """For what is rolled back: nothing leaves by it."""
    return Post(
        database=portal.database,
        transport=Recorder(lambda _address: Verdict.ACCEPTED),
        hours=portal.hours,
        settings=portal.settings,
    )
