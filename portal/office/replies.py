"""Answers to letters that somebody of the office has to look at, and the places for their files."""

from typing import Any

from fastapi import APIRouter, Request, Response
from fastapi.responses import RedirectResponse
from sqlalchemy import select
from sqlalchemy.orm import Session

from dondoc.access.scope import NotHere, may_decide
from dondoc.errors import DondocError
from dondoc.explaining import OBLIGATIONS
from dondoc.queries import UNIT, unit_by_code
from dondoc.replies import CAUSES, STATES, Settling, closed, parts_to_choose, reply_for, settle
from dondoc.tables import Account, Letter, Reply
from notifications.replies.placing import Belongs, Placed, Placer, place
from notifications.replies.telling import RECEIVED
from portal.downloads import stored_file
from portal.forms import Form, Posted
from portal.numbers import Few, Number, number_in
from portal.placing import FILE, belongs_to
from portal.refusals import Tried, refusable
from portal.rendering import page
from portal.unit_field import typed_field, unit_field, unit_in
from portal.visitors import Context, Official, Reader

FIELD = "unit"

router = APIRouter()


class NothingChosen(DondocError):
    """Choose where at least one of the files belongs."""

    vi = "Hãy chọn đầu việc cho ít nhất một tệp."


@router.get("/office/replies/{reply}")
def show(
    request: Request,
    reply: Number,
    account: Reader,
    portal: Context,
    placed: Few = 0,
    untold: Few = 0,
) -> Response:
    query = request.query_params
    typed = Posted({key: query.getlist(key) for key in query})
    with portal.database.reading() as session:
        found = reply_for(session, account, reply)
        with refusable("choose", typed, {UNIT: FIELD}) as outcome:
            unit = unit_in(session, typed, FIELD)
            facts = _facts(session, account, found, unit)
            return page(
                request, "office/reply.html", **facts | {"placed": placed, "untold": untold}
            )
        facts = _facts(session, account, found, "", outcome.tried)
        return page(request, "office/reply.html", outcome.status, **facts)


@router.post("/office/replies/{reply}/place")
def place_files(
    request: Request, reply: Number, account: Official, form: Form, portal: Context
) -> Response:
    """What is refused stays, and the page says why."""
    done = Placed(0, [], told=True)
    with refusable("place", form) as outcome, portal.database.writing() as session:
        found = reply_for(session, account, reply)
        by = Settling(actor=account.email, now=portal.now(), store=portal.store)
        placer = Placer(account=account, settings=portal.settings, by=by)
        done = place(session, placer, found, _chosen(form))
    if not done.refused and outcome.tried is None:
        where = f"/office/replies/{reply}?placed={done.files}"
        return RedirectResponse(where if done.told else f"{where}&untold=1", status_code=303)
    with portal.database.reading() as session:
        found = reply_for(session, account, reply)
        facts = _facts(session, account, found, form.text(FIELD), outcome.tried)
        facts |= {"placed": done.files, "refused": done.refused, "said": form}
        return page(request, "office/reply.html", max(outcome.status, 400), **facts)


def _chosen(form: Posted) -> dict[int, Belongs]:
    """Raises NothingChosen, NotHere."""
    found = {}
    for name in form.names():
        if name.startswith(FILE) and form.text(name):
            number = number_in(name.removeprefix(FILE))
            if number is None:
                raise NotHere
            found[number] = belongs_to(form.text(name))
    if not found:
        raise NothingChosen
    return found


def _facts(
    session: Session, account: Account, reply: Reply, code: str, tried: Tried | None = None
) -> dict[str, Any]:
    """`code` is the unit whose files they may be; else the one that is known to have written."""
    waiting = [file for file in reply.files if file.waiting]
    places = may_decide(account) and reply.open and waiting != []
    looked_for = tried is not None and tried.form == "choose"
    unit = unit_by_code(session, code) if code else None if looked_for else reply.unit
    choosing: dict[str, Any] = {}
    if places:
        field = unit_field(session, FIELD, [unit.code] if unit else [])
        if tried is not None and looked_for:
            field = typed_field(session, FIELD, tried.typed)
        choosing = {
            "field": field,
            "unit": unit,
            "choices": parts_to_choose(session, [unit.id], account) if unit else [],
            "closed": closed(session, unit.id, account) if unit else [],
        }
    return {
        "reply": reply,
        "causes": CAUSES,
        "states": STATES,
        "owing": OBLIGATIONS,
        "letters": _letters(session, reply),
        "decides": may_decide(account),
        "places": places,
        "waiting": waiting,
        "tried": tried,
        "placed": 0,
        "untold": 0,
        "refused": [],
        "said": Posted({}),
    } | choosing


def _letters(session: Session, reply: Reply) -> list[Letter]:
    """That told a unit what became of it."""
    key = f"{RECEIVED}:{reply.id}"
    keys = [key, *(f"{key}:{file.id}" for file in reply.files)]  # by index, of all letters
    named = select(Letter).where(Letter.key.in_(keys))
    return list(session.scalars(named.order_by(Letter.id)))


@router.post("/office/replies/{reply}/settle")
def done(reply: Number, account: Official, _form: Form, portal: Context) -> Response:
    with portal.database.writing() as session:
        found = reply_for(session, account, reply)
        by = Settling(actor=account.email, now=portal.now(), store=portal.store)
        settle(session, found, by)
    return RedirectResponse("/office#replies", status_code=303)


@router.get("/office/replies/{reply}/files/{reply_file}")
def file(reply: Number, reply_file: Number, account: Reader, portal: Context) -> Response:
    with portal.database.reading() as session:
        files = reply_for(session, account, reply).files
        found = next((one for one in files if one.id == reply_file), None)
        if found is None or found.sha256 is None:
            raise NotHere
        return stored_file(portal.store, found.sha256, found.name)
