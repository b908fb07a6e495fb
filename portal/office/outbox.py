"""Letters that left or wait: found, opened as their recipient reads them, sent again, cancelled."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from fastapi import APIRouter, Request, Response
from fastapi.responses import HTMLResponse, RedirectResponse
from sqlalchemy import func, select
from sqlalchemy.orm import Session, joinedload

from dondoc.access.scope import letter_for, may_read, own
from dondoc.desk import Several
from dondoc.errors import DondocError
from dondoc.explaining import LETTERS, STAGES, STATES, noted
from dondoc.history_lines import is_file
from dondoc.skipping import MAY_BE_OPENED, skip
from dondoc.stops import confirm, standing_stop
from dondoc.tables import (
    Account,
    Letter,
    LetterState,
    Notice,
    NoticeState,
    Obligation,
    Occurrence,
    Plan,
)
from dondoc.words import Words
from notifications.again import ONCE, send_again
from notifications.backlog import due_now, rate
from notifications.catalogue import NAMES, Found, Wanted, letters
from notifications.content import Rendered
from notifications.links import linker
from notifications.showing import NothingToShow, NotReadable, shown
from portal.context import Portal
from portal.days import read_day
from portal.decisions import decision_of
from portal.forms import Form
from portal.numbers import Few, Number
from portal.refusals import Tried, in_words, refusable
from portal.rendering import page
from portal.visitors import Administrator, Context, Official, Reader

SHOWN = 50
"""notices of a letter"""
LONGEST = 100
"""characters of a search"""
APART = "default-src 'none'; style-src 'unsafe-inline'; sandbox; frame-ancestors 'none'"
"""A letter's own styles are within its lines; nothing in it runs, loads, sends or is framed."""


DONE = {
    "again": Words("Đã ghi; thư sẽ đi trong giờ làm việc.", "Noted; it leaves in office hours."),
    "cancel": Words("Đã bỏ; thư này không gửi nữa.", "Cancelled; this letter does not leave."),
}


class NotYours(DondocError):
    """This letter also speaks of another office's plans: administrators alone may open it."""

    vi = "Thư này có cả việc thuộc kế hoạch của cơ quan khác: chỉ người quản trị mở được."


EVERYTHING = Wanted("", None, None, None)

router = APIRouter()


@router.get("/office/outbox")
def browse(
    request: Request,
    account: Reader,
    portal: Context,
    q: str = "",
    state: str = "",
    day: str = "",
    before: Few | None = None,
) -> Response:
    wanted = Wanted(q.strip()[:LONGEST], _state(state), _day(day), before)
    return _browse_page(request, account, portal, wanted, day=day[:LONGEST])


def _browse_page(
    request: Request,
    account: Account,
    portal: Portal,
    wanted: Wanted,
    *,
    day: str = "",
    tried: Tried | None = None,
) -> Response:
    code = 200 if tried is None else tried.status
    with portal.database.reading() as session:
        found: Found = letters(session, account, wanted)
        facts = {
            "found": found,
            "wanted": wanted,
            "day_typed": day,
            "tried": tried,
            "states": LETTERS,
            "names": NAMES,
            "due": due_now(session, portal.now()),
            "rate": rate(session, portal.now()),
            "stop": standing_stop(session),
        }
        return page(request, "office/outbox.html", code, **facts)


@router.post("/office/outbox/confirm")
def confirm_stop(request: Request, account: Administrator, form: Form, portal: Context) -> Response:
    """What was stopped leaves with the next sweep."""
    with refusable("confirm", form) as outcome, portal.database.writing() as session:
        confirm(session, decision_of(account, form, portal))
    if outcome.tried is not None:
        return _browse_page(request, account, portal, EVERYTHING, tried=outcome.tried)
    return RedirectResponse("/office/outbox", status_code=303)


def _state(word: str) -> LetterState | None:
    return LetterState(word) if word in list(LetterState) else None


def _day(typed: str) -> date | None:
    return read_day(typed) if typed.strip() else None


@router.get("/office/letters/{letter}")
def show(
    request: Request, letter: Number, account: Reader, portal: Context, done: str = ""
) -> Response:
    return _letter_page(request, letter, account, portal, done=done)


def _letter_page(
    request: Request,
    letter: int,
    account: Account,
    portal: Portal,
    *,
    done: str = "",
    tried: Tried | None = None,
) -> Response:
    code = 200 if tried is None else tried.status
    with portal.database.reading() as session:
        row = letter_for(session, account, letter)
        readable = may_read(session, account, row)
        notices = notices_of(session, account, row, most=SHOWN + 1)
        facts = {
            "letter": row,
            "run_plan": session.get(Plan, notices[0].plan_id) if notices else None,
            "run_at": row.sent_at or row.created_at,
            "done": DONE.get(done),
            "tried": tried,
            "states": LETTERS,
            "names": NAMES,
            "stages": STAGES,
            "notice_states": STATES,
            "noted": noted,
            "in_file": is_file(row.answer or ""),
            "several": Several(tuple(notices[:SHOWN]), _total(session, account, row, notices)),
            "cancel": row.state in MAY_BE_OPENED and _waiting(notices),
            "again": row.name not in ONCE and _again(row.state),
            **_seen(session, row, portal, readable=readable),
        }
        return page(request, "office/letter.html", code, **facts)


@router.get("/office/letters/{letter}/html")
def as_html(letter: Number, account: Reader, portal: Context) -> Response:
    """The letter alone, as a mail program shows it, walled off from our pages."""
    with portal.database.reading() as session:
        row = letter_for(session, account, letter)
        if not may_read(session, account, row):
            raise NotYours
        body = _rendered(session, row, portal).html
    return HTMLResponse(body, headers={"Content-Security-Policy": APART})


@router.post("/office/letters/{letter}/again")
def again(
    request: Request, letter: Number, account: Official, form: Form, portal: Context
) -> Response:
    with refusable("again", form) as outcome, portal.database.writing() as session:
        row = letter_for(session, account, letter)
        sent = [one for one in notices_of(session, account, row) if one.state in LEFT]
        send_again(
            session,
            row,
            sent,
            decision_of(account, form, portal),
            hours=portal.hours,
            settings=portal.settings,
        )
    if outcome.tried is not None:
        return _letter_page(request, letter, account, portal, tried=outcome.tried)
    return RedirectResponse(f"/office/letters/{letter}?done=again", status_code=303)


@router.post("/office/letters/{letter}/cancel")
def cancel(
    request: Request, letter: Number, account: Official, form: Form, portal: Context
) -> Response:
    """What it says about the account's plans; where that is all, the letter does not leave."""
    with refusable("cancel", form) as outcome, portal.database.writing() as session:
        row = letter_for(session, account, letter)
        ids = [one.id for one in _waiting(notices_of(session, account, row))]
        skip(session, ids, decision_of(account, form, portal))
    if outcome.tried is not None:
        return _letter_page(request, letter, account, portal, tried=outcome.tried)
    return RedirectResponse(f"/office/letters/{letter}?done=cancel", status_code=303)


LEFT = (NoticeState.SENT, NoticeState.FAILED)


def notices_of(
    session: Session, account: Account, letter: Letter, *, most: int | None = None
) -> Sequence[Notice]:
    """What it says about plans of the account's; a superior's letter may say thousands of
    things."""
    chosen = (
        select(Notice)
        .join(Plan, Plan.id == Notice.plan_id)
        .where(Notice.letter_id == letter.id, own(account))
        .options(
            joinedload(Notice.obligation).options(
                joinedload(Obligation.unit),
                joinedload(Obligation.occurrence).joinedload(Occurrence.milestone),
            )
        )
        .order_by(Notice.id)
    )
    return session.scalars(chosen.limit(most)).all()


def _total(session: Session, account: Account, letter: Letter, found: Sequence[Notice]) -> int:
    if len(found) <= SHOWN:
        return len(found)
    counted = select(func.count()).select_from(Notice).join(Plan, Plan.id == Notice.plan_id)
    return session.scalar(counted.where(Notice.letter_id == letter.id, own(account))) or 0


def _waiting(notices: Sequence[Notice]) -> list[Notice]:
    return [one for one in notices if one.state is NoticeState.QUEUED]


def _again(state: LetterState) -> bool:
    return state in (LetterState.SENT, LetterState.FAILED, LetterState.DEFERRED)


def _seen(session: Session, letter: Letter, portal: Portal, *, readable: bool) -> dict[str, Any]:
    """The letter, or why it cannot be shown."""
    try:
        if not readable:
            raise NotYours
        return {"rendered": _rendered(session, letter, portal), "why_not": None}
    except (NotYours, NothingToShow, NotReadable) as error:
        return {"rendered": None, "why_not": in_words(error)}


def _rendered(session: Session, letter: Letter, portal: Portal) -> Rendered:
    """Raises NothingToShow, NotReadable."""
    if letter.facts is not None:
        return _shown(session, letter, portal)
    with portal.database.writing() as trial:
        try:
            return _shown(trial, trial.get_one(Letter, letter.id), portal)
        finally:
            trial.rollback()


def _shown(session: Session, letter: Letter, portal: Portal) -> Rendered:
    links = linker(portal.settings)
    return shown(session, letter, linker=links, hours=portal.hours, now=portal.now())
